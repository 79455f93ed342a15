"""A talk gets tags by which it is found again."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.speakers.models import Talk
from meetups.speakers.slide_states import note, talk_to_prepare
from meetups.speakers.themes import known_spellings, themes_in, themes_of_two


def set_themes(*, talk: Talk, words: str, was: str | None = None, at: datetime, by: User) -> Talk:
    """Makes the themes in `words`, separated by commas, the themes of the talk. An empty list is allowed.

    `was` are the words that the form was filled from: what someone else added or took out meanwhile stays so (RULES 195).
    Each theme is spelled as the community has spelled it before (RULES 96). The same themes again change nothing. Raises
    TooManyThemes, ThemeTooLong, ThemeUnreadable, EventClosed, TalkHasMovedOn.
    """
    themes = themes_in(words)
    with transaction.atomic(durable=True):
        talk = talk_to_prepare(talk)
        if was is not None:
            themes = themes_of_two(themes_in(was), talk.themes, themes)
        spelled = known_spellings(talk.event.community) if themes else {}
        themes = [spelled.get(theme.casefold(), theme) for theme in themes]
        if themes != talk.themes:
            talk.themes = themes
            talk.save(update_fields=["themes"])
            note(talk, "set_themes", at=at, by=by)
        return talk
