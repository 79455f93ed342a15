"""The form of one thing to do."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core.texts.safe_text import validate_visible
from meetups.events.models import Event
from meetups.runbook.models import MOST_DAYS, Todo
from meetups.runbook.things import TodoPlan

BEFORE, AFTER = "before", "after"


class TodoForm(forms.Form):
    title = forms.CharField(label=_("What"), max_length=120, validators=[validate_visible])
    owner = forms.TypedChoiceField(
        label=pgettext_lazy("thing to do", "Who"), required=False, coerce=int, empty_value=None
    )
    days = forms.IntegerField(
        label=_("Days"),
        min_value=0,
        max_value=MOST_DAYS,
        initial=7,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    side = forms.ChoiceField(
        label=_("Counted from the event"),
        choices=[(BEFORE, _("days before it starts")), (AFTER, _("days after it ends"))],
        initial=BEFORE,
    )

    def __init__(self, *args: Any, event: Event, todo: Todo | None = None, **more: Any) -> None:
        """Who owns `todo` can stay so, whatever their role is now."""
        super().__init__(*args, **more)
        planners = Membership.objects.who_may(Permission.PLAN_EVENTS, event.community_id)
        stays = Q(pk=todo.owner_id) if todo and todo.owner_id else Q(pk__in=[])
        owners = Membership.objects.filter(Q(pk__in=planners.values("pk")) | stays).select_related("person")
        field: Any = self.fields["owner"]
        field.choices = [("", pgettext("things to do", "No one yet"))] + [
            (one.pk, one.person.name) for one in owners.order_by("since", "pk")
        ]

    def plan(self) -> TodoPlan:
        typed = self.cleaned_data
        days = typed["days"] if typed["side"] == AFTER else -typed["days"]
        return TodoPlan(" ".join(typed["title"].split()), days, typed["owner"])


def typed(todo: Todo) -> dict[str, Any]:
    return {
        "title": todo.title,
        "owner": todo.owner_id,
        "days": abs(todo.days),
        "side": AFTER if todo.days > 0 else BEFORE,
    }
