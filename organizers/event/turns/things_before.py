"""What an organizer has to do before an event."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetups.core.texts.names import set_apart, with_names
from meetups.events.models import Event
from meetups.speakers.models import Talk
from meetups.volunteers.models import Shift
from meetups.volunteers.staffing import usual_help_at
from organizers.event.dashboard_facts import Overview
from organizers.event.turns.standing import NextThing, address, moment

# So long before the start, people plan their way and ask for the place.
WHERE_IS_IT = timedelta(days=10)
# So long before the start, an event without speakers is late: people decide whether to come.
WHO_SPEAKS = timedelta(days=14)


def overdue_draw(view: Overview, at: datetime) -> NextThing | None:
    for state in view.slots:
        if state.lottery and state.lottery.is_overdue(at):
            said = _("It was due on %(when)s and hasn’t been run.") % {"when": moment(view, state.lottery.draws_at)}
            url = address(view, "desk_draw")
            return NextThing(_("Run the draw"), said, _("Go to the draw"), url, due=state.lottery.draws_at, late=True)
    return None


def lacks_venue(event: Event) -> bool:
    """Whether people are expected at a place, and no place is set yet."""
    return event.has_place and not (event.venue_name or event.venue_address)


def venue_soon(view: Overview, at: datetime) -> NextThing | None:
    return venue(view, at) if view.event.starts_at - at < WHERE_IS_IT else None


def venue(view: Overview, at: datetime) -> NextThing | None:
    if not lacks_venue(view.event):
        return None
    more = _("Enter it as soon as you know it. Everyone involved gets one email.")
    due = view.event.starts_at - WHERE_IS_IT
    url = address(view, "desk_event_edit")
    return NextThing(_("The venue isn’t set"), more, _("Edit the event"), url, due=due, late=due <= at)


def proposals(view: Overview, _at: datetime) -> NextThing | None:
    waiting = [talk for talk in view.talks_in(Talk.State.PROPOSED) if not talk.staged]
    if not waiting:
        return None
    title = ngettext("Review %(count)s proposal", "Review %(count)s proposals", len(waiting))
    more = with_names(_("“%(title)s” by %(name)s"), title=waiting[0].title, name=set_apart(waiting[0].speaker))
    return NextThing(title % {"count": len(waiting)}, more, _("Read and decide"), address(view, "desk_talks"))


def untold(view: Overview, _at: datetime) -> NextThing | None:
    """All proposals are decided, and speakers wait for the news."""
    people = len({talk.speaker_id for talk in view.talks_in(Talk.State.PROPOSED) if talk.staged})
    if not people:
        return None
    title = ngettext("Send decisions to %(count)s person", "Send decisions to %(count)s people", people)
    more = _("All proposals are decided; no one has been notified yet.")
    return NextThing(title % {"count": people}, more, _("Review decisions"), address(view, "desk_decisions"))


def speakers(view: Overview, at: datetime) -> NextThing | None:
    """No one speaks and no one was asked. An event whose program has other lines needs no speakers."""
    if view.talks or view.invited or view.has_lines:
        return None
    due = view.event.starts_at - WHO_SPEAKS
    more = _("Ask people or call for speakers. If there are no talks, put what happens into the program.")
    url = address(view, "desk_speaker_invitations")
    return NextThing(_("Find speakers"), more, _("Ask someone to speak"), url, due=due, late=due <= at)


def inquiries(view: Overview, _at: datetime) -> NextThing | None:
    if not view.inquiries:
        return None
    title = ngettext("Answer %(count)s question", "Answer %(count)s questions", view.inquiries)
    more = _("People who take part are waiting for your reply.")
    return NextThing(title % {"count": view.inquiries}, more, _("Read and reply"), address(view, "desk_event_inbox"))


def asked_for_a_shift(view: Overview, _at: datetime) -> NextThing | None:
    if not view.asked:
        return None
    title = ngettext("Answer %(count)s volunteer", "Answer %(count)s volunteers", view.asked)
    more = _("They asked for a shift that needs your approval.")
    return NextThing(title % {"count": view.asked}, more, _("Go to shifts"), address(view, "desk_shifts"))


def short_shift(view: Overview, at: datetime) -> NextThing | None:
    """The first shift that hasn't begun and has fewer people than it needs. It is due when people are asked for help (RULES 66, 71)."""
    shift = next((one for one in view.shifts if one.is_short and one.starts_at > at), None)
    if shift is None:
        return None
    missing = shift.minimum - shift.taken
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
        address(view, "desk_shift", shift.pk),
        due=help_due(view, shift),
        late=help_due(view, shift) <= at,
    )


def help_due(view: Overview, shift: Shift) -> datetime:
    return shift.help_at or usual_help_at(view.event, [state.slot for state in view.slots])
