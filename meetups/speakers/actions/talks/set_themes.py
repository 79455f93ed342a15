"""A talk gets tags by which it is found again."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.speakers.models import Talk
from meetups.speakers.slide_states import note, talk_to_prepare
from meetups.speakers.themes import known_spellings, themes_in


def set_themes(*, talk: Talk, words: str, at: datetime, by: User) -> Talk:
    """Makes the themes in `words`, separated by commas, the themes of the talk. An empty list is allowed.

    Each theme is spelled as the community has spelled it before (RULES 96). The same themes again change nothing. Raises
    TooManyThemes, ThemeTooLong, ThemeUnreadable, EventClosed, TalkHasMovedOn.
    """
    themes = themes_in(words)
    with transaction.atomic(durable=True):
        talk = talk_to_prepare(talk)
        spelled = known_spellings(talk.event.community) if themes else {}
        themes = [spelled.get(theme.casefold(), theme) for theme in themes]
        if themes != talk.themes:
            talk.themes = themes
            talk.save(update_fields=["themes"])
            note(talk, "set_themes", at=at, by=by)
        return talk
