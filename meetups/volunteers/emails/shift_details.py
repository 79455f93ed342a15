"""What mails say of a shift: rows, a calendar entry, and until when one may step down."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.core.links import link
from meetups.events.calendar import CalendarEntry, calendar_file, part_entry
from meetups.events.facts import Facts, instant, period
from meetups.events.models import Event
from meetups.volunteers.models import Shift, Signup


def shift_facts(shifts: Iterable[Shift], event: Event, *, has_part: bool = True) -> Facts:
    """One row for each shift: its title, its time, its place, its lead, and its instructions. For readers who have it, or organizers."""
    return [(_("Shift"), "\n".join(filter(None, _about(shift, event, has_part=has_part)))) for shift in shifts]


def shift_fact(shift: Shift, event: Event) -> tuple[str, str]:
    """One row for a shift: its title and its time."""
    return _("Shift"), f"{shift.title}\n{period(shift.starts_at, shift.ends_at, event)}"


def _about(shift: Shift, event: Event, *, has_part: bool) -> Iterable[str]:
    yield shift.title
    yield period(shift.starts_at, shift.ends_at, event)
    yield shift.place
    lead = shift.lead if has_part else shift.lead_for_all
    if lead:
        yield _("Lead: %(name)s") % {"name": lead.name}
    yield shift.instructions


def until_when(shift: Shift, event: Event, at: datetime) -> list[str]:
    """The consequence of stepping down, for a volunteer who takes the shift at `at` (RULES 22)."""
    if not shift.step_down_is_free(at):
        return [_("If you cancel your shift, the organizers are notified at once, so they can find someone.")]
    return [_("You can cancel your shift freely until %(time)s.") % {"time": instant(shift.step_down_until, event)}]


def shift_place(shift: Shift, event: Event) -> str:
    """The location for a calendar: the place that the shift names, at the venue."""
    return pgettext("list", ", ").join(filter(None, (shift.place, event.venue.name)))


def shift_entry(shift: Shift, event: Event, stamp: datetime, *, withdrawn: bool = False) -> CalendarEntry:
    """The calendar entry of a shift. A canceled shift, or `withdrawn`, removes the entry from the calendar."""
    return part_entry(
        event,
        part=f"shift-{shift.pk}",
        summary=f"{shift.title} – {event.words.title}",
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        stamp=stamp,
        url=link("event", event.public_id),
        place=shift_place(shift, event),
        withdrawn=withdrawn or shift.cancelled_at is not None,
    )


def shift_calendars(shifts: Iterable[Shift], event: Event, at: datetime, *, withdrawn: bool = False) -> list[bytes]:
    """A calendar file for each shift, as `shift_entry` says."""
    return [calendar_file([shift_entry(shift, event, at, withdrawn=withdrawn)]) for shift in shifts]


def shifts_of(person_id: int, event: Event) -> list[Shift]:
    """The shifts that a person has taken at the event, earliest first."""
    mine = Signup.objects.active().filter(volunteer_id=person_id, shift__event=event)
    return [signup.shift for signup in mine.select_related("shift__lead").order_by("shift__starts_at", "pk")]
