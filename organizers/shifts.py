"""The work at an event, and who has taken it."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.core.zones import at_wall
from meetups.events.models import Event
from meetups.volunteers.actions.plan_shift import plan_shift
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.planning import ShiftPlan
from organizers.access import DeskRequest, for_event
from organizers.fields import WallField
from organizers.frame import event_page

NEARBY = timedelta(days=7)


class ShiftWordsForm(forms.Form):
    """What a shift is called, what there is to do, and how many people it takes."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=80)
    minimum = forms.IntegerField(label=gettext_lazy("At least"), min_value=1, max_value=200, initial=1)
    maximum = forms.IntegerField(label=gettext_lazy("At most"), min_value=1, max_value=200, initial=2)
    instructions = forms.CharField(
        label=gettext_lazy("What there is to do"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    needs_approval = forms.BooleanField(
        label=gettext_lazy("An organizer says yes to each volunteer"),
        required=False,
        help_text=gettext_lazy("People ask, and have the shift once you accept. The page says so before they ask."),
    )

    def clean(self) -> dict[str, Any]:
        """At least as many at most as at least."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("minimum") and cleaned.get("maximum") and cleaned["minimum"] > cleaned["maximum"]:
            self.add_error("maximum", _("At most must not be smaller than at least."))
        return cleaned


class ShiftForm(ShiftWordsForm):
    """A new shift; times are read on the clock of `event`."""

    phase = forms.ChoiceField(label=gettext_lazy("Phase"), choices=Shift.Phase.choices)
    starts = WallField(label=gettext_lazy("Start"))
    ends = WallField(label=gettext_lazy("End"), attrs={"data-follows": "id_starts", "data-minutes": "60"})
    guarantees_seat = forms.BooleanField(
        label=gettext_lazy("Whoever takes it is certain to get in"),
        required=False,
        help_text=gettext_lazy("The slot for volunteers grows by as many seats."),
    )

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        wall = event.starts_at.astimezone(event.zone).replace(tzinfo=None)
        options["initial"] = {
            "phase": Shift.Phase.SETUP,
            "starts": wall - timedelta(hours=1),
            "ends": wall,
            **(options.get("initial") or {}),
        }
        super().__init__(*args, **options)
        self.event = event

    def clean(self) -> dict[str, Any]:
        """Adds `starts_at` and `ends_at` (UTC)."""
        cleaned = super().clean()
        if cleaned.get("starts") and cleaned.get("ends"):
            cleaned["starts_at"] = self._instant(cleaned["starts"])
            cleaned["ends_at"] = self._instant(cleaned["ends"])
            if cleaned["ends_at"] <= cleaned["starts_at"]:
                self.add_error("ends", _("It would end before it begins."))
            elif abs(cleaned["starts_at"] - self.event.starts_at) > NEARBY:
                self.add_error("starts", _("A shift lies within seven days of the event."))
            elif cleaned["ends_at"] - cleaned["starts_at"] > timedelta(days=1):
                self.add_error("ends", _("A shift lasts at most a day."))
        return cleaned

    def _instant(self, wall: datetime) -> datetime:
        return at_wall(wall.date(), wall.time(), self.event.time_zone)

    def plan(self) -> ShiftPlan:
        """What was typed."""
        names = ("title", "starts_at", "ends_at", "minimum", "maximum", "instructions", "needs_approval")
        return ShiftPlan(
            phase=Shift.Phase(self.cleaned_data["phase"]), **{name: self.cleaned_data[name] for name in names}
        )


@require_http_methods(["GET", "POST"])
@for_event(Permission.MANAGE_SHIFTS)
def shifts(request: DeskRequest, event: Event) -> HttpResponse:
    """The shifts with their volunteers, and a form for another one."""
    if request.method != "POST":
        return _shifts_page(request, event, ShiftForm(event=event))
    form = ShiftForm(request.POST, event=event)
    if not form.is_valid():
        return _shifts_page(request, event, form, status=422)
    try:
        shift = plan_shift(
            event=event,
            plan=form.plan(),
            guarantees_seat=form.cleaned_data["guarantees_seat"],
            at=timezone.now(),
            by=request.user,
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _shifts_page(request, event, form, status=refusal.status)
    messages.success(request, _("“%(shift)s” is on the event page.") % {"shift": shift.title})
    return redirect("desk_shifts", event.public_id)


def _shifts_page(request: DeskRequest, event: Event, form: ShiftForm, *, status: int = 200) -> HttpResponse:
    signups = Prefetch(
        "signups", Signup.objects.active().select_related("volunteer").order_by("pk"), to_attr="active_signups"
    )
    asked = Prefetch("signups", Signup.objects.asked(), to_attr="asked_signups")
    planned = event.shifts.open().in_order().select_related("slot").prefetch_related(signups, asked)
    now = timezone.now()
    context = event_page(request, event, current="desk_shifts", at=now, form=form, shifts=planned)
    context["at"] = now
    return render(request, "desk/shifts.html", context, status=status)
