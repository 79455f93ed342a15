"""What an organizer has to do on the day of an event and after it."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from meetups.speakers.models import Talk
from organizers.desk.frame import is_near
from organizers.event.dashboard_facts import Overview, awaits_slides
from organizers.event.turns.standing import NextThing, address

# So long before the start, organizers check whether the speakers are connected.
CONNECTING = timedelta(hours=1)
# So long before the end, the desk points to the teardown list.
TEARDOWN_SOON = timedelta(minutes=30)


def connections(view: Overview, at: datetime) -> NextThing | None:
    """The last hour before an event with a stream."""
    event = view.event
    if not event.has_stream or not event.starts_at - CONNECTING <= at < event.starts_at:
        return None
    if not view.talks_in(Talk.State.CONFIRMED):
        return None
    title, more = _("Check that the speakers are connected"), _("Tick everyone you can see and hear.")
    return NextThing(title, more, _("Open the list"), address(view, "desk_connections"), due=event.starts_at)


def teardown(view: Overview, at: datetime) -> NextThing | None:
    if not view.event.has_place or not view.chores_left:
        return None
    if not view.event.ends_at - TEARDOWN_SOON <= at or not is_near(view.event, at):
        return None
    title = ngettext("Teardown: %(count)s item left", "Teardown: %(count)s items left", view.chores_left)
    more = _("Everyone on a shift ticks the same list on their phone.")
    label = _("Open the teardown list")
    return NextThing(title % {"count": view.chores_left}, more, label, address(view, "teardown"))


def arrivals(view: Overview, at: datetime) -> NextThing | None:
    """The door, as long as people may come and someone is expected."""
    if not is_near(view.event, at) or not view.event.has_place or not view.confirmed or view.event.is_over(at):
        return None
    more = _("%(arrived)s of %(confirmed)s have arrived.") % {"arrived": view.checked_in, "confirmed": view.confirmed}
    return NextThing(_("Welcome people at the door"), more, _("Go to check-in"), address(view, "desk_check_in"))


def no_one_comes(view: Overview, at: datetime) -> NextThing | None:
    """The day has come, and no one has registered."""
    event = view.event
    if not is_near(event, at) or view.confirmed or view.applied or event.starts_at <= at:
        return None
    more = _("Share the event page once more, or cancel the event.")
    return NextThing(
        _("No one has registered"), more, _("Edit the event"), address(view, "desk_event_edit"), share=True
    )


def no_shows(view: Overview, at: datetime) -> NextThing | None:
    """Where check-in was used (RULES 63)."""
    missed = sum(state.missed for state in view.slots)
    if not view.checked_in or not missed:
        return None
    title = ngettext("Record %(count)s no-show", "Record %(count)s no-shows", missed) % {"count": missed}
    more = _("They have a seat and weren’t checked in. Each can object.")
    url = address(view, "desk_no_shows")
    return NextThing(title, more, _("Look at the names"), url)


def marks(view: Overview, at: datetime) -> NextThing | None:
    """Finished shifts for which no one has recorded who came (RULES 64)."""
    over = [signup for signup in view.unmarked if signup.shift.ends_at <= at]
    if not over:
        return None
    title = ngettext(
        "Record whether %(count)s volunteer did their shift",
        "Record whether %(count)s volunteers did their shift",
        len(over),
    ) % {"count": len(over)}
    more = pgettext("list", ", ").join(dict.fromkeys(signup.shift.title for signup in over))
    return NextThing(title, more, _("Go to the shift"), address(view, "desk_shift", over[0].shift_id))


def slides(view: Overview, _at: datetime) -> NextThing | None:
    """Talks whose slides are there and not public, or not there yet; not those whose speakers said no."""
    open_ = awaits_slides(view)
    if not open_ or view.event.slides_published_at:
        return None
    there = sum(talk.has_slides for talk in open_)
    more = ngettext("%(there)s of %(count)s talk has slides.", "%(there)s of %(count)s talks have slides.", len(open_))
    url = address(view, "desk_slides")
    return NextThing(_("Publish the slides"), more % {"there": there, "count": len(open_)}, _("Go to slides"), url)
