"""An organizer edits a talk that was entered by hand."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.core.versions import refuse_what_has_changed
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_what_is_over
from meetups.speakers.models import Readiness, Talk
from meetups.speakers.programme.steps import settle, tell_new_title, title_change
from meetups.speakers.programme.timetable import timetable
from meetups.speakers.talk_states import TalkByHand, TalkHasMovedOn, by_hand_of, by_hand_version


def edit_talk(*, talk: Talk, words: TalkByHand, seen: str | None, at: datetime, by: User) -> Talk:
    """Saves what the form said. The same words again change nothing; calendars hear of others.

    Raises EventClosed, TalkHasMovedOn, ChangedMeanwhile.
    """
    with seats_of(talk.event, at=at) as seats:
        talk = Talk.objects.select_related("speaker").get(pk=talk.pk)
        refuse_what_is_over(seats.event, at)
        if not talk.by_hand:
            raise TalkHasMovedOn(title=talk.title, state=talk.get_state_display())
        if by_hand_of(talk) == words:
            return talk
        refuse_what_has_changed(seen, by_hand_version(talk))
        before, renamed = timetable(seats.event), title_change(talk, words.title)
        talk.title, talk.abstract, talk.minutes = words.title, words.abstract, words.minutes
        talk.save(update_fields=["title", "abstract", "minutes"])
        talk.speaker.name = words.name
        talk.speaker.save(update_fields=["name"])
        Readiness.objects.update_or_create(talk=talk, defaults={"bio": words.bio})
        entry = settle(seats.event, before, subject=talk.subject, verb="edit_talk", at=at, by=by, **renamed)
        if renamed:
            tell_new_title(seats.event, talk, entry, at=at)
        return talk
