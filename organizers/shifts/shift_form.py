"""The form of a shift. Times are read on the clock of the event."""

import json
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from meetups.accounts.models import User
from meetups.core import dates
from meetups.core.texts.safe_text import natural, validate_visible
from meetups.core.zones import instant_at, wall_at
from meetups.events.models import Event
from meetups.volunteers.candidates import leads
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan
from meetups.volunteers.staffing import usual_help_at
from meetups.volunteers.usual_shifts import BLUEPRINTS
from organizers.desk.fields import WallField

NEARBY = timedelta(days=7)
Phase, Role = Shift.Phase, Shift.Role
# The usual phase of each role, and the usual role of each phase. When a user chooses one, the other follows.
USUAL_PHASES = {Role.OTHER: Phase.EVENT, **{one.role: one.phase for one in BLUEPRINTS}}
USUAL_ROLES = {Phase.SETUP: Role.SETUP, Phase.EVENT: Role.OTHER, Phase.TEARDOWN: Role.TEARDOWN}
WORDS = ("title", "role", "phase", "minimum", "maximum", "instructions", "place", "lead", "needs_approval")
# The fields that most shifts leave unchanged.
RARE = ("lead", "needs_approval", "help")


class ShiftForm(forms.Form):
    """A new shift of `event`, or the existing `shift`. `at` is the present instant."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=80, validators=[validate_visible])
    role = forms.ChoiceField(
        label=pgettext_lazy("shift", "Kind of work"),
        choices=Role.choices,
        widget=forms.Select(attrs={"data-pulls": "id_phase", "data-pairs": json.dumps(USUAL_PHASES)}),
        help_text=gettext_lazy("Volunteers for stream and MC belong to the rehearsal, too."),
    )
    phase = forms.ChoiceField(
        label=gettext_lazy("Phase"),
        choices=Phase.choices,
        widget=forms.Select(attrs={"data-pulls": "id_role", "data-pairs": json.dumps(USUAL_ROLES)}),
    )
    starts = WallField(label=gettext_lazy("Start"))
    ends = WallField(label=gettext_lazy("End"), attrs={"data-follows": "id_starts", "data-minutes": "60"})
    place = forms.CharField(label=gettext_lazy("Where"), max_length=80, required=False, validators=[validate_visible])
    minimum = forms.IntegerField(label=gettext_lazy("Minimum"), min_value=1, max_value=200, initial=1)
    maximum = forms.IntegerField(label=gettext_lazy("Maximum"), min_value=1, max_value=200, initial=2)
    instructions = forms.CharField(
        label=gettext_lazy("What to do"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    guarantees_seat = forms.BooleanField(
        label=gettext_lazy("Guarantee a seat to those who sign up"),
        required=False,
        help_text=gettext_lazy("The volunteer slot grows by the same number of seats."),
    )
    lead = forms.ModelChoiceField(
        User.objects.none(),
        empty_label=gettext_lazy("No one in particular"),
        label=gettext_lazy("Lead"),
        required=False,
        help_text=gettext_lazy("Who the volunteers can turn to. Anyone signed in can see the name."),
    )
    needs_approval = forms.BooleanField(
        label=gettext_lazy("An organizer approves each volunteer"),
        required=False,
        help_text=gettext_lazy("People request the shift and get it once you approve. The page tells them beforehand."),
    )
    help = WallField(label=gettext_lazy("Check for missing volunteers on"), required=False)

    def __init__(self, data: Any = None, *, event: Event, at: datetime, shift: Shift | None = None) -> None:
        super().__init__(data, initial=as_it_is(event, shift))
        self.event, self.shift, self.at = event, shift, at
        choice = self.fields["lead"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = leads(event, shift)
        by_name = sorted(choice.queryset, key=lambda one: natural(one.name))
        choice.choices = [("", choice.empty_label), *((one.pk, one.name) for one in by_name)]
        usual = dates.moment(usual_help_at(event, event.slots.all()), event.time_zone, get_language() or "en")
        self.fields["help"].help_text = _(
            "If blank: %(when)s. If people are missing then, we’ll email the organizers. A shift with a "
            "guaranteed seat is also offered to people in the lottery or on the waitlist."
        ) % {"when": usual}
        for name in ("role", "phase"):
            # Role and phase are both teardown, or neither is. Every other value stays as the organizer chose it.
            chosen = {"data-own": ""} if shift or data is not None else {}
            self.fields[name].widget.attrs |= {"data-bound": Role.TEARDOWN.value} | chosen
        if shift:
            del self.fields["guarantees_seat"]

    @property
    def rare(self) -> list[forms.BoundField]:
        """The fields that most shifts leave unchanged."""
        return [self[name] for name in RARE]

    @property
    def shows_rare(self) -> bool:
        """Whether one of these fields has a value or an error."""
        return any(self[name].errors or self[name].value() for name in RARE)

    def clean(self) -> dict[str, Any]:
        """Adds `starts_at`, `ends_at` and `help_at` (UTC). A time that was not changed keeps its exact instant."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("minimum") and cleaned.get("maximum") and cleaned["minimum"] > cleaned["maximum"]:
            self.add_error("maximum", _("The maximum can’t be smaller than the minimum."))
        if (cleaned.get("role") == Role.TEARDOWN) != (cleaned.get("phase") == Phase.TEARDOWN):
            self.add_error(
                "role", _("Teardown is both a phase and a kind of work: choose it in both fields, or in neither.")
            )
        for name in ("starts", "ends", "help"):
            cleaned[f"{name}_at"] = self._instant(name)
        if cleaned["starts_at"] and cleaned["ends_at"]:
            self._check_times(cleaned["starts_at"], cleaned["ends_at"])
            self._check_help(cleaned["help_at"], cleaned["starts_at"])
        return cleaned

    def _instant(self, name: str) -> datetime | None:
        wall = self.cleaned_data.get(name)
        if self.shift and (
            name not in self.changed_data or (name == "help" and self.add_prefix(name) not in self.data)
        ):
            return {"starts": self.shift.starts_at, "ends": self.shift.ends_at, "help": self.shift.help_at}[name]
        return instant_at(wall, self.event.time_zone) if wall else None

    def _check_times(self, starts_at: datetime, ends_at: datetime) -> None:
        if ends_at <= starts_at:
            self.add_error("ends", _("It would end before it starts. Choose a later end."))
        elif abs(starts_at - self.event.starts_at) > NEARBY:
            self.add_error("starts", _("A shift must be within seven days of the event."))
        elif ends_at - starts_at > timedelta(days=1):
            self.add_error("ends", _("A shift can last at most a day."))

    def _check_help(self, help_at: datetime | None, starts_at: datetime) -> None:
        if help_at is None or (self.shift and help_at == self.shift.help_at):
            return
        if help_at >= starts_at:
            self.add_error("help", _("Choose a time before the shift starts."))
        elif help_at <= self.at:
            self.add_error("help", _("This time has passed. Choose a later one, or leave it empty."))

    def plan(self) -> ShiftPlan:
        """The typed values as a plan."""
        said = self.cleaned_data
        names = (
            *("title", "starts_at", "ends_at", "minimum", "maximum", "instructions"),
            *("place", "lead", "needs_approval", "help_at"),
        )
        return ShiftPlan(phase=Phase(said["phase"]), role=Role(said["role"]), **{name: said[name] for name in names})


def as_it_is(event: Event, shift: Shift | None) -> dict[str, Any]:
    """The shift as the form shows it; without one, what a new shift begins with."""

    def wall(instant: datetime | None) -> datetime | None:
        return instant and wall_at(instant, event.time_zone)

    if shift is None:
        hour = timedelta(hours=1)
        return {
            "role": Role.SETUP,
            "phase": Phase.SETUP,
            "starts": wall(event.starts_at - hour),
            "ends": wall(event.starts_at),
        }
    times = {"starts": wall(shift.starts_at), "ends": wall(shift.ends_at), "help": wall(shift.help_at)}
    return {**{name: getattr(shift, name) for name in WORDS}, **times}
