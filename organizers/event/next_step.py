"""The desk's answer to "what now, and whose turn is it?", read from the event's present state."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from meetups.core.texts.names import set_apart_each
from meetups.events.undo import mail_leaves_at
from meetups.registrations.lottery.weights import WINDOW
from meetups.registrations.models import Lottery
from meetups.speakers.models import Talk
from organizers.desk.frame import is_near
from organizers.event.dashboard_facts import Overview
from organizers.event.turns import things_before as before
from organizers.event.turns import things_on_the_day as day
from organizers.event.turns import todos
from organizers.event.turns.standing import NextThing, Turns, address, moment
from organizers.event.turns.waiting import waiting

# The answer to a question: nothing, one thing, or several, the most pressing first.
type Question = Callable[[Overview, datetime], NextThing | list[NextThing] | None]

# The most pressing first.
BEFORE: tuple[Question, ...] = (
    before.overdue_draw,
    todos.pressing,
    before.venue_soon,
    before.proposals,
    before.untold,
    before.inquiries,
    before.asked_for_a_shift,
    before.speakers,
    before.venue,
    before.short_shift,
    todos.coming,
)
ON_THE_DAY: tuple[Question, ...] = (
    before.overdue_draw,
    day.connections,
    day.teardown,
    day.no_one_comes,
    day.arrivals,
    todos.pressing,
    before.venue,
    before.proposals,
    before.untold,
    before.inquiries,
    before.asked_for_a_shift,
    before.short_shift,
    todos.coming,
)
AFTER: tuple[Question, ...] = (day.teardown, day.no_shows, day.marks, day.slides, before.inquiries, todos.after)


def standing(view: Overview, at: datetime) -> Turns:
    """What is to be done for this event, by owner. What is past for 180 days is not asked for any more."""
    event = view.event
    if event.is_cancelled:
        questions: tuple[Question, ...] = (before.inquiries,)
    elif not event.is_published:
        questions = (_draft,) if event.starts_at <= at else (_draft, todos.pressing, todos.coming)
    elif event.is_over(at):
        questions = AFTER if at < event.ends_at + WINDOW else ()
    else:
        questions = ON_THE_DAY if is_near(event, at) else BEFORE
    answers = [answer for question in questions for answer in _answers(question, view, at)]
    # A question that stands twice in the order, more pressing when it is near, is answered once.
    mine = list({(answer.title, answer.url): answer for answer in reversed(answers)}.values())[::-1]
    return Turns(_calm(view, at), mine, waiting(view, at))


def _answers(question: Question, view: Overview, at: datetime) -> list[NextThing]:
    answer = question(view, at)
    return answer if isinstance(answer, list) else [answer] if answer else []


def _draft(view: Overview, at: datetime) -> NextThing:
    if view.event.starts_at <= at:
        more = _("The draft’s date has passed, so it can’t be published.")
        return NextThing(_("Choose a new date"), more, _("Edit the event"), address(view, "desk_event_edit"))
    more = _("Only the organizing team can see it for now.")
    if before.lacks_venue(view.event):
        more = _("Only the organizing team can see it for now. The venue isn’t set; you can add it later.")
    if mail_leaves_at(view.event.starts_at, at=at) > at:
        more = " ".join([more, _("Publishing can be undone for 10 minutes.")])
    url = address(view, "desk_event_publication")
    return NextThing(_("Publish the draft"), more, _("Publish now"), url, due=view.event.starts_at, post=True)


def _calm(view: Overview, at: datetime) -> NextThing:
    """Nothing is due: what comes next by itself."""
    event = view.event
    if event.is_cancelled:
        more = _("The page stays and says so. You can still edit it.")
        edit = (_("Edit the event"), address(view, "desk_event_edit"))
        return NextThing(_("This event is canceled"), more, *edit, calm=True)
    if event.is_over(at):
        return _all_done(view, at)
    if event.starts_at <= at:
        url = address(view, "desk_programme_run")
        return NextThing(_("It’s on now"), "", _("Now and next"), url, calm=True)
    return _opening(view, at) or _draw(view) or _silent_speakers(view) or _rehearsal(view, at) or _nothing(view)


def _all_done(view: Overview, at: datetime) -> NextThing:
    """If teardown still goes on, that is said."""
    running = pgettext("list", ", ").join(shift.title for shift in view.shifts if shift.starts_at <= at < shift.ends_at)
    said = [_("Still in progress: %(shifts)s.") % {"shifts": running}] if running else []
    return NextThing(
        _("All done. Thank you!"),
        " ".join(said),
        _("Copy for the next event"),
        address(view, "desk_event_copy"),
        calm=True,
    )


def _opening(view: Overview, at: datetime) -> NextThing | None:
    opens_at = view.event.registration_opens_at
    if opens_at is None or opens_at <= at:
        return None
    title = _("Registration opens on %(when)s") % {"when": moment(view, opens_at)}
    more = _("The page is public and counts down. Registration opens automatically.")
    return NextThing(title, more, _("See the page"), reverse("event", args=[view.event.public_id]), calm=True)


def _draw(view: Overview) -> NextThing | None:
    for state in view.slots:
        lottery = state.lottery
        if lottery and lottery.state != Lottery.State.DRAWN:
            title = _("The draw runs on %(when)s") % {"when": moment(view, lottery.draws_at)}
            more = ngettext(
                "%(entries)s person has entered for %(seats)s seats. The draw is automatic, and we’ll email everyone.",
                "%(entries)s people have entered for %(seats)s seats. The draw is automatic, and we’ll email everyone.",
                state.applied,
            ) % {"entries": state.applied, "seats": state.slot.seats_left}
            return NextThing(title, more, _("See the draw"), address(view, "desk_draw"), calm=True)
    return None


def _silent_speakers(view: Overview) -> NextThing | None:
    silent = view.talks_in(Talk.State.ACCEPTED)
    if not silent:
        return None
    names = set_apart_each(talk.speaker for talk in silent)
    title = ngettext("%(count)s speaker hasn’t confirmed yet", "%(count)s speakers haven’t confirmed yet", len(silent))
    url = address(view, "desk_talks")
    return NextThing(title % {"count": len(silent)}, names, _("See the talks"), url, calm=True)


def _rehearsal(view: Overview, at: datetime) -> NextThing | None:
    if not view.rehearsal or view.rehearsal.ends_at <= at:
        return None
    title = _("Rehearsal on %(when)s") % {"when": moment(view, view.rehearsal.starts_at)}
    more = _("Speakers and organizers are reminded in the morning and 30 minutes before.")
    return NextThing(title, more, _("See who’s coming"), address(view, "desk_rehearsal"), calm=True)


def _nothing(view: Overview) -> NextThing:
    title = _("Nothing to do until %(when)s") % {"when": moment(view, view.event.starts_at)}
    return NextThing(title, _("Reminders are sent automatically."), calm=True)
