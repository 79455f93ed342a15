"""The common parts of the pages of one slot: finding it, the frame, and the comparison when two organizers save."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.zones import instant_at, wall_at
from meetups.events.models import Event
from meetups.registrations.models import Registration, Slot
from meetups.registrations.questions.questions import questions_of
from organizers.desk.access import DeskRequest
from organizers.desk.frame import event_page

State = Registration.State


@dataclass(frozen=True)
class Path:
    """A page of the slot: its subject, the present state in words, and its address."""

    label: str
    value: str
    url: str


def slot_of(event: Event, public_id: str) -> Slot:
    """The slot with its lottery, in one query. Raises Http404."""
    found = event.slots.select_related("lottery", "reconfirmation").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    # The event that was loaded first already has its community.
    found.event = event
    return found


def slot_page(request: DeskRequest, event: Event, slot: Slot, **more: Any) -> dict[str, Any]:
    """The context of a page about `slot`."""
    may_change = not event.is_cancelled and not event.is_over(request.at)
    context = {"slot": slot, "may_change": may_change, **more}
    return event_page(request, event, current="desk_slots", **context)


def paths_of(event: Event, slot: Slot) -> list[Path]:
    """The other pages of the slot. A duty slot follows its shifts, so it has fewer pages."""
    if slot.admission == Slot.Admission.DUTY:
        return [
            Path(
                pgettext("tab", "Shifts"),
                _("Seats come from the shifts"),
                reverse("desk_shifts", args=[event.public_id]),
            )
        ]
    here = [event.public_id, slot.public_id]
    paths = []
    if slot.is_general:
        paths.append(Path(_("Admission"), _admission(event, slot), reverse("desk_slot_admission", args=here)))
        number = len(questions_of(slot))
        asked = ngettext("%(count)s question", "%(count)s questions", number) % {"count": number}
        value = asked if number else pgettext("questions", "None")
        paths.append(Path(pgettext("section", "Questions"), value, reverse("desk_slot_questions", args=here)))
        planned = getattr(slot, "reconfirmation", None)
        when = dates.short_moment(planned.ask_at, event.time_zone, get_language() or "en") if planned else ""
        paths.append(
            Path(
                _("Attendance check"),
                when or pgettext("questions", "None"),
                reverse("desk_slot_reconfirmation", args=here),
            )
        )
    unused = slot.seats_left
    value = ngettext("%(count)s unused seat", "%(count)s unused seats", unused) % {"count": unused}
    paths.append(Path(_("Move seats to another slot"), value, reverse("desk_slot_seats", args=here)))
    return paths


def _admission(event: Event, slot: Slot) -> str:
    lottery = slot.draws_from
    if lottery is None:
        return str(slot.get_admission_display())
    when = dates.short_moment(lottery.draws_at, event.time_zone, get_language() or "en")
    return _("Lottery, draw: %(when)s") % {"when": when}


def affected(slot: Slot) -> str:
    """How many people see a change at once; empty if no one has a place."""
    states = Registration.objects.active().filter(slot=slot).values_list("state", flat=True)
    seats, waiting, applied = (
        sum(state == one for state in states) for one in (State.CONFIRMED, State.WAITLISTED, State.APPLIED)
    )
    parts = [
        ngettext("%(count)s confirmed", "%(count)s confirmed", seats) % {"count": seats} if seats else "",
        ngettext("%(count)s in the lottery", "%(count)s in the lottery", applied) % {"count": applied}
        if applied
        else "",
        ngettext("%(count)s person on the waitlist", "%(count)s people on the waitlist", waiting) % {"count": waiting}
        if waiting
        else "",
    ]
    return " · ".join(part for part in parts if part)


def instant_of(typed: datetime | None, now: datetime, event: Event) -> datetime:
    """The instant (UTC) of the typed time.

    It is `now` if nothing was typed, or if the typed time is the same clock reading as `now`.
    """
    if typed is None or typed == wall_at(now, event.time_zone):
        return now
    return instant_at(typed, event.time_zone)
