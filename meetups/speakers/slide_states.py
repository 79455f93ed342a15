"""Rules and steps for when slides are public; the caller has opened the transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.core.zones import NOON, at_wall
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.refusals import refuse_unless_published
from meetups.speakers.models import Readiness, Talk
from meetups.speakers.talk_states import lock_talk, refuse_unless_in


class SlidesTooEarly(DomainError):
    message = _("Slides can be published only after the event.")


@dataclass(frozen=True)
class SlidesState:
    """The slides of one talk, the speaker's answer about them, and whether organizers took them down."""

    talk: Talk
    answer: str
    answered_at: datetime | None
    is_down: bool

    @property
    def may_be_public(self) -> bool:
        """Whether publishing the slides of the event publishes these too (RULES 93)."""
        agreed = self.answer == Readiness.Publication.YES
        return self.talk.state == Talk.State.CONFIRMED and self.talk.has_slides and agreed and not self.is_down

    @property
    def is_missing(self) -> bool:
        """Whether the speaker can be asked for slides or for the answer. A speaker who said no is not asked."""
        return not self.answer or (self.answer == Readiness.Publication.YES and not self.talk.has_slides)


def talk_to_prepare(talk: Talk) -> Talk:
    """The talk with its event, locked.

    Raises EventClosed where the event does not take place, TalkHasMovedOn where the talk does not.
    """
    talk = lock_talk(talk)
    refuse_unless_published(talk.event)
    refuse_unless_in(talk, Talk.State.ACCEPTED, Talk.State.CONFIRMED)
    return talk


def states_of(talks: Iterable[Talk]) -> list[SlidesState]:
    """The state of the slides of each talk. One query for any number of talks."""
    talks = list(talks)
    answers = {one.talk_id: one for one in Readiness.objects.filter(talk__in=talks)}
    return [
        SlidesState(
            talk,
            answers[talk.pk].publication if talk.pk in answers else "",
            answers[talk.pk].publication_answered_at if talk.pk in answers else None,
            talk.slides_taken_down_at is not None,
        )
        for talk in talks
    ]


def to_ask(states: Iterable[SlidesState], day: date) -> list[SlidesState]:
    """The `states` whose speakers can be asked on `day`, a day in the event's own time zone.

    Something is missing, and the speaker was not asked that day.
    """
    return [state for state in states if state.is_missing and state.talk.slides_asked_on != day]


def to_remind(at: datetime) -> list[Event]:
    """The events whose speakers are reminded of their slides at `at`.

    That is from noon to the end of the day after the event, in its own time zone. A reminder that the clock missed on that day is
    not sent later.
    """
    lately = Event.objects.published().filter(reminders_on=True, ends_at__lte=at, ends_at__gt=at - timedelta(days=3))
    return [event for event in lately.order_by("pk") if _is_noon_after(event, at)]


def _is_noon_after(event: Event, at: datetime) -> bool:
    day = event.ends_at.astimezone(event.zone).date() + timedelta(days=1)
    return at >= at_wall(day, NOON, event.time_zone) and at.astimezone(event.zone).date() == day


def settle_slides(talk: Talk, *, at: datetime) -> bool:
    """Makes the slides of a locked talk public or private, as rule 93 says. Returns whether they are public."""
    [state] = states_of([talk])
    # Read again: the event that came with the talk may be from before the wait for the lock.
    are_out = Event.objects.filter(pk=talk.event_id, slides_published_at__isnull=False).exists()
    is_public = state.may_be_public and are_out
    if is_public != (talk.slides_published_at is not None):
        talk.slides_published_at = at if is_public else None
        talk.save(update_fields=["slides_published_at"])
    return is_public


def note(talk: Talk, verb: str, *, at: datetime, by: User | None, **details: Any) -> None:
    """Records a history entry about the talk's slides."""
    record(thread=talk.event.thread, subject=talk.subject, verb=verb, at=at, by=by, **details)
