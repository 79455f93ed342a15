"""An organizer opens or changes a call for speakers."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.core.errors import DomainError
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.events.models import Event
from meetups.history.models import record
from meetups.registrations.refusals import EventClosed
from meetups.speakers.models import Call


class DeadlineHasPassed(DomainError):
    message = _("That deadline has passed. Choose a later one.")


class DeadlineAfterStart(DomainError):
    message = _("That deadline is after the event begins. Choose an earlier one.")


def call_version(call: Call | None) -> str:
    """The version of text, deadlines, and whether it was closed."""
    return version_of(call, ("text", "closes_at", "closed_at", "confirm_days", "confirm_eve"))


def call_for_speakers(
    *,
    community: Community,
    event: Event | None,
    text: str,
    closes_at: datetime | None,
    confirm_days: int | None = None,
    confirm_eve: bool = False,
    seen: str | None = None,
    at: datetime,
    by: User,
) -> Call:
    """Opens or changes the call of `event`, or opens it again. Without an event it is the standing call of `community`.

    `text` is Markdown. Proposals are taken until `closes_at` (UTC). Without it they are taken until the event starts, or until
    the call is closed. `confirm_days` and `confirm_eve` are the usual deadline of its speakers. `seen` is the `call_version` that the form was filled from. Raises ChangedMeanwhile, EventClosed, DeadlineHasPassed, DeadlineAfterStart.
    """
    with transaction.atomic(durable=True):
        Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        if event:
            event = Event.objects.select_for_update(of=("self",), no_key=True).get(pk=event.pk, community=community)
            if event.is_cancelled or event.starts_at <= at:
                raise EventClosed
            if closes_at and closes_at > event.starts_at:
                raise DeadlineAfterStart
        if closes_at and closes_at <= at:
            raise DeadlineHasPassed
        call = Call.objects.filter(community=community, event=event).first()
        wanted = {"text": text, "closes_at": closes_at, "confirm_days": confirm_days, "confirm_eve": confirm_eve}
        stands = call is not None and call.is_open(at) and all(getattr(call, name) == wanted[name] for name in wanted)
        if not stands:
            refuse_what_has_changed(seen, call_version(call))
        if call is None:
            call = Call(community=community, event=event, opened_at=at)
        elif not call.is_open(at):
            call.opened_at = at
        elif stands:
            return call
        for name, value in wanted.items():
            setattr(call, name, value)
        call.closed_at = None
        call.save()
        record(
            thread=event.thread if event else community.thread,
            subject=call.subject,
            verb="call_for_speakers",
            at=at,
            by=by,
            closes_at=closes_at.isoformat() if closes_at else "",
        )
        return call
