"""The mail about things to do."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, Role, roles_with
from meetups.core import dates
from meetups.core.links import link
from meetups.events.models import Event
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.runbook.models import Todo


@declare
class TodosLate(Kind[Event]):
    """To the owner of things whose day has passed undone; of what has no owner, to the owners of the community (RULES 217)."""

    name = "todos_late"

    def rows(self) -> QuerySet[Event]:
        return Event.objects.select_related("community")

    def todos(self, about: Event, notification: Notification, at: datetime) -> list[Todo]:
        """The reader's things that this mail was planned for, as far as they are still late."""
        team = Membership.objects.filter(community=about.community_id, person=notification.recipient_id)
        reader = team.filter(role__in=roles_with(Permission.PLAN_EVENTS)).first()
        if reader is None:
            return []
        mine = Q(owner=reader)
        if reader.role == Role.OWNER:
            mine |= Q(owner__isnull=True) | ~Q(owner__role__in=roles_with(Permission.PLAN_EVENTS))
        chased = Todo.objects.open().filter(mine, event=about.pk, chased_at=notification.created_at)
        found = [todo for todo in chased.select_related("event") if todo.is_late(at)]
        return sorted(found, key=lambda todo: (todo.day, todo.pk))

    def still_holds(self, about: Event, notification: Notification, at: datetime) -> bool:
        takes_place = about.is_published and not about.is_over(at) and not about.community.rests
        return takes_place and bool(self.todos(about, notification, at))

    def compose(self, about: Event, notification: Notification, at: datetime) -> Content:
        todos, language = self.todos(about, notification, at), get_language() or "en"
        names = {"event": about.words.title, "title": todos[0].title, "count": len(todos)}
        facts = [
            (
                _("Due %(day)s") % {"day": dates.day(todo.due_at, about.time_zone, language)},
                todo.title if todo.owner_id else _("%(title)s (no one has taken it)") % {"title": todo.title},
            )
            for todo in todos
        ]
        return Content(
            title=(_("To do: %(title)s") if len(todos) == 1 else _("%(count)s things to do: %(event)s")) % names,
            lead=ngettext(
                "One thing for “%(event)s” should be done by now.",
                "%(count)s things for “%(event)s” should be done by now.",
                len(todos),
            )
            % names,
            facts=facts,
            paragraphs=[_("Mark what’s done, or choose another day. We won’t remind you of this again.")],
            action=(_("See the list"), link("desk_todos", about.public_id)),
        )
