"""The mail to those who take over from someone of the team who can't come (RULES 229)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core.links import link
from meetups.events.event_roles import AFTERWARDS, EventRole
from meetups.events.facts import event_facts, instant
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.runbook.models import Todo
from meetups.volunteers.emails.shift_details import shift_facts
from meetups.volunteers.models import Shift


@dataclass(frozen=True)
class TakenOver:
    """What the reader takes over from `giver`: shifts they lead now, things to do, and whether an organizer's rights came with it."""

    event: Event
    giver: User | None
    shifts: list[Shift]
    todos: list[str]
    has_rights: bool


@declare
class DutiesHandedOver(Kind[TakenOver]):
    name = "duties_handed_over"
    rank = 5
    undoable = True

    def about(self, notification: Notification) -> TakenOver | None:
        event = Event.objects.select_related("community").filter(pk=notification.subject_id).first()
        entry = HistoryEntry.objects.select_related("actor").filter(pk=notification.cause).first()
        if event is None or entry is None:
            return None
        reader = notification.recipient_id
        mine = [int(pk) for pk, taker in entry.details["leads"].items() if taker == reader]
        roles = EventRole.objects.active().filter(pk__in=entry.details["roles"], person=reader)
        shifts = Shift.objects.open().filter(pk__in=mine, lead=reader).select_related("lead")
        todos = Todo.objects.open().filter(pk__in=map(int, entry.details["todos"]), owner__person=reader)
        titles = list(todos.order_by("days", "pk").values_list("title", flat=True))
        return TakenOver(event, entry.actor, list(shifts.in_order()), titles, roles.exists())

    def still_holds(self, about: TakenOver, notification: Notification, at: datetime) -> bool:
        is_ahead = about.event.is_published and not about.event.is_over(at)
        is_so = is_ahead and (about.has_rights or bool(about.shifts or about.todos))
        return is_so and Membership.objects.may(notification.recipient, Permission.SEE_DESK, about.event.community_id)

    def compose(self, about: TakenOver, notification: Notification, at: datetime) -> Content:
        event = about.event
        names = {"event": event.words.title, "person": about.giver.name if about.giver else _("Someone on the team")}
        rights = _("Until %(until)s you can do there what an organizer can.") % {
            "until": instant(event.ends_at + AFTERWARDS, event)
        }
        return Content(
            title=_("Over to you: %(event)s") % names,
            lead=_("%(person)s can’t make it to “%(event)s”. Please take this over.") % names,
            facts=[
                *event_facts(event),
                *shift_facts(about.shifts, event),
                *([(_("To do"), "\n".join(about.todos))] if about.todos else []),
            ],
            paragraphs=[
                *([_("Volunteers of these shifts turn to you.")] if about.shifts else []),
                *([rights] if about.has_rights else []),
            ],
            action=(_("Open the dashboard of the event"), link("desk_event_team", event.public_id)),
        )
