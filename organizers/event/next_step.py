"""The desk's answer to "what now?": one thing, the most urgent first. It is read from the event's present state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.texts.names import set_apart, set_apart_each, with_names
from meetups.events.models import Event
from meetups.registrations.models import Lottery
from meetups.speakers.models import Talk
from meetups.volunteers.models import Chore
from organizers.desk.frame import is_near
from organizers.event.dashboard_facts import Overview

# So long before the start, people plan their way and ask for the place.
WHERE_IS_IT = timedelta(days=10)
# So long before the start, organizers check whether the speakers are connected.
CONNECTING = timedelta(hours=1)
# So long before the end, the desk points to the teardown list.
TEARDOWN_SOON = timedelta(minutes=30)
# So long after an event, the desk asks for its slides.
SLIDES_WAIT = timedelta(days=14)


@dataclass(frozen=True)
class NextThing:
    """What to do, why, and the button for it.

    `calm` means that nothing is due. With `post` the button sends a form. With `share` the organizer should pass on
    the address of the event page.
    """

    title: str
    more: str = ""
    label: str = ""
    url: str = ""
    calm: bool = False
    post: bool = False
    share: bool = False
    fields: tuple[tuple[str, str], ...] = ()


def next_thing(view: Overview, at: datetime) -> NextThing:
    """The first step in this list that applies."""
    questions: tuple[Callable[[Overview, datetime], NextThing | None], ...] = (
        _slides,
        _state,
        _overdue_draw,
        _connections,
        _teardown,
        _over,
        _arrivals,
        _venue_soon,
        _proposals,
        _untold,
        _venue,
        _short_shift,
        _draw,
        _silent_speakers,
        _rehearsal,
    )
    for question in questions:
        answer = question(view, at)
        if answer:
            return answer
    title = _("Nothing to do until %(when)s") % {"when": _moment(view, view.event.starts_at)}
    return NextThing(title, _("Reminders are sent automatically."), calm=True)


def _moment(view: Overview, at: datetime) -> str:
    return dates.moment(at, view.event.time_zone, get_language() or "en")


def _url(view: Overview, name: str) -> str:
    return reverse(name, args=[view.event.public_id])


def _state(view: Overview, at: datetime) -> NextThing | None:
    event = view.event
    edit = (_("Edit the event"), _url(view, "desk_event_edit"))
    if event.is_cancelled:
        return NextThing(
            _("This event is canceled"), _("The page stays and says so. You can still edit it."), *edit, calm=True
        )
    if event.state == event.State.DRAFT and event.starts_at <= at:
        return NextThing(_("Choose a new date"), _("The draft’s date has passed, so it can’t be published."), *edit)
    if event.state == event.State.DRAFT:
        url = _url(view, "desk_event_publication")
        more = _("Only the organizing team can see it for now.")
        if lacks_venue(event):
            more = _("Only the organizing team can see it for now. The venue isn’t set; you can add it later.")
        return NextThing(_("Publish the draft"), more, _("Publish now"), url, post=True)
    return None if is_near(event, at) else _over(view, at)


def _over(view: Overview, at: datetime) -> NextThing | None:
    """The event is over. If teardown still goes on, that is said first."""
    if not view.event.is_over(at):
        return None
    came = ngettext("%(count)s person came.", "%(count)s people came.", view.checked_in) % {"count": view.checked_in}
    running = pgettext("list", ", ").join(shift.title for shift in view.shifts if shift.starts_at <= at < shift.ends_at)
    said = [_("Still in progress: %(shifts)s.") % {"shifts": running}] if running else []
    more = " ".join([*said, came] if view.checked_in else said)
    return NextThing(_("All done. Thank you!"), more, _("See who attended"), _url(view, "desk_attendees"), calm=True)


def _slides(view: Overview, at: datetime) -> NextThing | None:
    """The two weeks after an event with talks whose slides were never public."""
    event = view.event
    held = view.talks_in(Talk.State.CONFIRMED)
    is_time = event.is_published and event.is_over(at) and not is_near(event, at) and at < event.ends_at + SLIDES_WAIT
    if not is_time or not held or any(talk.slides_published_at for talk in held):
        return None
    there = sum(talk.has_slides for talk in held)
    more = ngettext(
        "%(there)s of %(count)s talk has slides.", "%(there)s of %(count)s talks have slides.", len(held)
    ) % {"there": there, "count": len(held)}
    return NextThing(_("Publish the slides"), more, _("Go to slides"), _url(view, "desk_slides"))


def _overdue_draw(view: Overview, at: datetime) -> NextThing | None:
    for state in view.slots:
        if state.lottery and state.lottery.is_overdue(at):
            when = _moment(view, state.lottery.draws_at)
            return NextThing(
                _("Run the draw"),
                _("It was due on %(when)s and hasn’t been run.") % {"when": when},
                _("Go to the draw"),
                _url(view, "desk_draw"),
            )
    return None


def _teardown(view: Overview, at: datetime) -> NextThing | None:
    if not view.event.ends_at - TEARDOWN_SOON <= at or not is_near(view.event, at):
        return None
    left = Chore.objects.filter(event=view.event).open().count()
    if not left:
        return None
    title = ngettext("Teardown: %(count)s item left", "Teardown: %(count)s items left", left) % {"count": left}
    more = _("Everyone on a shift ticks the same list on their phone.")
    return NextThing(title, more, _("Open the teardown list"), _url(view, "teardown"))


def _arrivals(view: Overview, at: datetime) -> NextThing | None:
    if not is_near(view.event, at) or not view.event.has_place:
        return None
    more = _("%(arrived)s of %(confirmed)s have arrived.") % {"arrived": view.checked_in, "confirmed": view.confirmed}
    return NextThing(_("Welcome people at the door"), more, _("Go to check-in"), _url(view, "desk_check_in"))


def lacks_venue(event: Event) -> bool:
    """Whether people are expected at a place, and no place is set yet."""
    return event.has_place and not (event.venue_name or event.venue_address)


def _venue_soon(view: Overview, at: datetime) -> NextThing | None:
    return _venue(view, at) if view.event.starts_at - at < WHERE_IS_IT else None


def _venue(view: Overview, at: datetime) -> NextThing | None:
    if not lacks_venue(view.event):
        return None
    more = _("Enter it as soon as you know it. Everyone involved gets one email.")
    return NextThing(_("The venue isn’t set"), more, _("Edit the event"), _url(view, "desk_event_edit"))


def _proposals(view: Overview, at: datetime) -> NextThing | None:
    waiting = [talk for talk in view.talks_in(Talk.State.PROPOSED) if not talk.staged]
    if not waiting:
        return None
    title = ngettext("Review %(count)s proposal", "Review %(count)s proposals", len(waiting))
    more = with_names(_("“%(title)s” by %(name)s"), title=waiting[0].title, name=set_apart(waiting[0].speaker))
    return NextThing(title % {"count": len(waiting)}, more, _("Read and decide"), _url(view, "desk_talks"))


def _untold(view: Overview, at: datetime) -> NextThing | None:
    """All proposals are decided, and speakers wait for the news."""
    people = len({talk.speaker_id for talk in view.talks_in(Talk.State.PROPOSED) if talk.staged})
    if not people:
        return None
    title = ngettext("Send decisions to %(count)s person", "Send decisions to %(count)s people", people) % {
        "count": people
    }
    more = _("All proposals are decided; no one has been notified yet.")
    return NextThing(title, more, _("Review decisions"), _url(view, "desk_decisions"))


def _short_shift(view: Overview, at: datetime) -> NextThing | None:
    for shift in view.shifts:
        missing = shift.minimum - shift.taken
        if missing > 0 and shift.starts_at > at:
            title = ngettext(
                "“%(shift)s” needs %(missing)s more person", "“%(shift)s” needs %(missing)s more people", missing
            ) % {"shift": shift.title, "missing": missing}
            more = (
                _(
                    "%(taken)s of at least %(minimum)s so far. Ask people in the lottery or on the waitlist, or "
                    "assign someone. Volunteers get a guaranteed seat."
                )
                if shift.is_offered
                else _("%(taken)s of at least %(minimum)s so far. Assign someone, or share the link to the shift.")
            )
            return NextThing(
                title,
                more % {"taken": shift.taken, "minimum": shift.minimum},
                _("Find volunteers"),
                reverse("desk_shift", args=[view.event.public_id, shift.pk]),
            )
    return None


def _draw(view: Overview, at: datetime) -> NextThing | None:
    for state in view.slots:
        lottery = state.lottery
        if lottery and lottery.state != Lottery.State.DRAWN:
            title = _("The draw runs on %(when)s") % {"when": _moment(view, lottery.draws_at)}
            more = ngettext(
                "%(entries)s person has entered for %(seats)s seats. The draw is automatic, and we’ll email everyone.",
                "%(entries)s people have entered for %(seats)s seats. The draw is automatic, and we’ll email everyone.",
                state.applied,
            ) % {"entries": state.applied, "seats": state.slot.seats_left}
            return NextThing(title, more, _("See the draw"), _url(view, "desk_draw"), calm=True)
    return None


def _silent_speakers(view: Overview, at: datetime) -> NextThing | None:
    silent = view.talks_in(Talk.State.ACCEPTED)
    if not silent or view.event.is_over(at):
        return None
    names = set_apart_each(talk.speaker for talk in silent)
    title = ngettext("%(count)s speaker hasn’t confirmed yet", "%(count)s speakers haven’t confirmed yet", len(silent))
    return NextThing(title % {"count": len(silent)}, names, _("See the talks"), _url(view, "desk_talks"), calm=True)


def _connections(view: Overview, at: datetime) -> NextThing | None:
    """The last hour before an event with a stream."""
    event = view.event
    if not event.has_stream or not event.starts_at - CONNECTING <= at < event.starts_at:
        return None
    if not view.talks_in(Talk.State.CONFIRMED):
        return None
    title = _("Check that the speakers are connected")
    return NextThing(
        title, _("Tick everyone you can see and hear."), _("Open the list"), _url(view, "desk_connections")
    )


def _rehearsal(view: Overview, at: datetime) -> NextThing | None:
    if not view.rehearsal or view.rehearsal.ends_at <= at:
        return None
    title = _("Rehearsal on %(when)s") % {"when": _moment(view, view.rehearsal.starts_at)}
    more = _("Speakers and organizers are reminded in the morning and 30 minutes before.")
    return NextThing(title, more, _("See who’s coming"), _url(view, "desk_rehearsal"), calm=True)
