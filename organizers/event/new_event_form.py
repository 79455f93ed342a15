"""The page for a new event: the event itself and everything that belongs to it, each with a default."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.core.validators import URLValidator
from django.utils import translation
from django.utils.functional import cached_property, lazy
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from meetups.communities.models import Community
from meetups.core import dates
from meetups.core.ids import public_id
from meetups.core.zones import days_before
from meetups.events.models import Event
from meetups.lifecycle.new_event import EventPlan, RehearsalPlan
from meetups.registrations.admission import LotteryDates
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.registrations.opening import OpensAfterTheStart
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan
from organizers.desk.fields import WallField, instant_typed
from organizers.event.creating.more_slots import bound_rows, check_rows, row_fields, typed_rows
from organizers.event.creating.seat_sum import SeatSum, seat_sum
from organizers.event.event_form import EventForm
from organizers.slots.defaults import USUAL_SEATS, admission_choices
from organizers.slots.lottery_dates import lottery_dates
from organizers.slots.lottery_source import usual_terms

# As long as a tab may stay open and still save.
ONCE_MAX_AGE = timedelta(days=90)


class NewEventForm(EventForm):
    """Title, date and time must be typed; everything else has a default. `at` is the present instant, `of` the public id of the event
    to come, if it has one already.
    """

    admission = forms.ChoiceField(
        label=gettext_lazy("Admission"),
        choices=lazy(admission_choices, list),
        widget=forms.RadioSelect,
        initial=Slot.Admission.LOTTERY,
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Seats in the general slot"),
        min_value=1,
        max_value=100_000,
        required=False,
        widget=forms.NumberInput(attrs={"placeholder": str(USUAL_SEATS)}),
        help_text=gettext_lazy(
            "If blank: 40, or what the venue’s capacity leaves beside the other slots and the team."
        ),
    )
    closes = WallField(label=gettext_lazy("Entries close"), required=False)
    draws = WallField(label=gettext_lazy("Draw"), required=False)
    teardown = forms.BooleanField(
        label=gettext_lazy("Guarantee seats for people who help with teardown"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "Anyone who takes the teardown shift after the event gets a guaranteed seat, outside the lottery."
        ),
    )
    teardown_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=10, max_value=600, initial=60, required=False
    )
    teardown_minimum = forms.IntegerField(
        label=gettext_lazy("Minimum"), min_value=1, max_value=200, initial=2, required=False
    )
    teardown_maximum = forms.IntegerField(
        label=gettext_lazy("Maximum"), min_value=1, max_value=200, initial=4, required=False
    )
    speaker_seats = forms.IntegerField(
        label=gettext_lazy("Seats for speakers"), min_value=0, max_value=200, initial=3, required=False
    )
    rehearsal = forms.BooleanField(
        label=gettext_lazy("Rehearse with the speakers before the event"), required=False, initial=True
    )
    rehearsal_starts = WallField(label=gettext_lazy("Rehearsal starts"), required=False)
    rehearsal_ends = WallField(
        label=gettext_lazy("Rehearsal ends"),
        required=False,
        attrs={"data-follows": "id_rehearsal_starts", "data-minutes": "60"},
    )
    rehearsal_url = forms.URLField(
        label=gettext_lazy("Link for the rehearsal"),
        max_length=300,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=gettext_lazy("Sent to those who belong to the rehearsal only."),
    )

    # The end is on the next day: asked for, never guessed.
    next_day = forms.BooleanField(required=False, widget=forms.HiddenInput)

    # The signed public id of the future event: if the page is sent twice, it still plans one event.
    once = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, community: Community, at: datetime, of: str = "", **options: Any) -> None:
        super().__init__(*args, community=community, **options)
        self.fields |= row_fields()
        self.at, self.community = at, community
        self.asks_next_day = False
        self.salt = f"new event of {community.pk}"
        self.initial["once"] = signing.dumps(of or public_id(), salt=self.salt)

    def clean(self) -> dict[str, Any]:
        """Adds `lottery` (LotteryDates or None) and `rehearses` (RehearsalPlan or None). Empty dates are computed."""
        cleaned = super().clean()
        check_rows(self, cleaned)
        least, most = self._number("teardown_minimum"), self._number("teardown_maximum")
        if cleaned.get("teardown") and least > most:
            self.add_error("teardown_maximum", _("The maximum can’t be smaller than the minimum."))
        if "starts_at" in cleaned and cleaned["starts_at"] <= self.at:
            self.add_error("day", _("The event would start in the past. Choose a later start."))
        elif "starts_at" in cleaned:
            cleaned["lottery"] = self._lottery(cleaned)
            self._check_opening(cleaned)
            cleaned["rehearses"] = self._rehearsal(cleaned)
        return cleaned

    def _check_opening(self, cleaned: dict[str, Any]) -> None:
        opens_at, lottery = cleaned.get("registration_opens_at"), cleaned.get("lottery")
        if opens_at and opens_at >= cleaned["starts_at"]:
            self.add_error("opens", str(OpensAfterTheStart.message))
        elif opens_at and lottery and opens_at >= lottery.closes_at:
            when = dates.moment(lottery.closes_at, cleaned["time_zone"], get_language() or "en")
            self.add_error("opens", _("Entries for the lottery close before that, on %(when)s.") % {"when": when})

    def _end(self, cleaned: dict[str, Any]) -> datetime:
        """An end before the start may be on the next day: the page asks."""
        ends = cleaned.get("ends")
        if ends is not None and not cleaned.get("last_day") and ends <= cleaned["starts"]:
            self.asks_next_day = not cleaned.get("next_day")
        ends_at = super()._end(cleaned)
        if self.asks_next_day:
            self.add_error("ends", _("It would end before it starts. Is the end on the next day?"))
        return ends_at

    def clean_once(self) -> str:
        """The public id; empty if it was not sent or was not made by us."""
        try:
            return str(signing.loads(self.cleaned_data["once"], salt=self.salt, max_age=ONCE_MAX_AGE))
        except signing.BadSignature:
            return ""

    @property
    def tears_down(self) -> bool:
        return bool(self.cleaned_data.get("teardown")) and self.cleaned_data.get("format") != Event.Format.ONLINE

    @property
    def seats(self) -> int:
        """Seats of the general slot: the typed number, or the venue's capacity without volunteers and speakers, or 40."""
        venue = self.cleaned_data.get("venue_capacity")
        if self.cleaned_data.get("capacity"):
            return int(self.cleaned_data["capacity"])
        if venue and self.cleaned_data.get("format") != Event.Format.ONLINE:
            others = sum(seats for _name, _admission, seats in typed_rows(self.cleaned_data))
            return max(int(venue) - self.duty_seats - self._number("speaker_seats") - others - self.team, 1)
        return USUAL_SEATS

    @cached_property
    def team(self) -> int:
        """The people of the team: they are in the room, too."""
        return self.community.memberships.count()

    @property
    def rows(self) -> list[Any]:
        return bound_rows(self)

    def seat_sum(self) -> SeatSum:
        """All seats, and what the room holds. Seats online need none."""
        is_on_site = self.cleaned_data.get("format") == Event.Format.ON_SITE
        seats = [
            (pgettext("slot", "General"), self.seats),
            *((name, seats) for name, _admission, seats in typed_rows(self.cleaned_data)),
            (pgettext("slot", "Teardown volunteers"), self.duty_seats),
            (pgettext("slot", "Speakers"), self._number("speaker_seats")),
            *([(pgettext("slot", "Team"), self.team)] if is_on_site else []),
        ]
        return seat_sum(seats, room=self.cleaned_data.get("venue_capacity") if is_on_site else None)

    @property
    def duty_seats(self) -> int:
        return self._number("teardown_maximum") if self.tears_down else 0

    def plan(self, *, seen: str = "", tab: str = "") -> EventPlan:
        """The typed values as the plan of an event. Names of slots and shift are in the event's language."""
        with translation.override(self.cleaned_data["language"]):
            slots = [self._general(), *self._more_slots()]
            if self.tears_down:
                name = pgettext("slot", "Teardown volunteers")
                slots.append(SlotPlan(name, Slot.Admission.DUTY, self.duty_seats))
            if self._number("speaker_seats"):
                slots.append(
                    SlotPlan(pgettext("slot", "Speakers"), Slot.Admission.INVITED, self._number("speaker_seats"))
                )
            shifts = [self._teardown()] if self.tears_down else []
        fields = self.event_fields()
        if self.cleaned_data["once"]:
            fields["public_id"] = self.cleaned_data["once"]
        return EventPlan(fields, slots, shifts, self.cleaned_data["rehearses"], seen, tab)

    def _number(self, name: str) -> int:
        """The typed number, or its default if the field is empty."""
        number = self.cleaned_data.get(name)
        return int(self.fields[name].initial if number is None else number)

    def _general(self) -> SlotPlan:
        admission = Slot.Admission(self.cleaned_data["admission"])
        return SlotPlan(pgettext("slot", "General"), admission, self.seats, self._dates_of(admission), usual_terms())

    def _more_slots(self) -> list[SlotPlan]:
        return [
            SlotPlan(name, admission, seats, self._dates_of(admission), usual_terms())
            for name, admission, seats in typed_rows(self.cleaned_data)
        ]

    def _dates_of(self, admission: Slot.Admission) -> LotteryDates | None:
        """All lotteries of an event are drawn together."""
        return self.cleaned_data["lottery"] if admission == Slot.Admission.LOTTERY else None

    def _teardown(self) -> ShiftPlan:
        ends_at = self.cleaned_data["ends_at"]
        return ShiftPlan(
            phase=Shift.Phase.TEARDOWN,
            role=Shift.Role.TEARDOWN,
            title=pgettext("shift", "Teardown"),
            starts_at=ends_at,
            ends_at=ends_at + timedelta(minutes=self._number("teardown_minutes")),
            minimum=self._number("teardown_minimum"),
            maximum=self._number("teardown_maximum"),
            instructions=pgettext("shift", "Put tables and chairs back and sort the trash."),
        )

    def _lottery(self, cleaned: dict[str, Any]) -> LotteryDates | None:
        admissions = {cleaned.get("admission"), *(admission for _name, admission, _seats in typed_rows(cleaned))}
        if Slot.Admission.LOTTERY not in admissions:
            return None
        return lottery_dates(self, starts_at=cleaned["starts_at"], zone=cleaned["time_zone"], at=self.at)

    def _rehearsal(self, cleaned: dict[str, Any]) -> RehearsalPlan | None:
        if not cleaned.get("rehearsal") or cleaned.get("format") == Event.Format.ON_SITE:
            return None
        starts_at = instant_typed(self, "rehearsal_starts", cleaned["time_zone"]) or days_before(
            cleaned["starts_at"], 1, time(20), cleaned["time_zone"]
        )
        ends_at = instant_typed(self, "rehearsal_ends", cleaned["time_zone"]) or starts_at + timedelta(hours=1)
        if ends_at <= starts_at:
            self.add_error("rehearsal_ends", _("It would end before it starts. Choose a later end."))
        elif starts_at >= cleaned["starts_at"]:
            self.add_error("rehearsal_starts", _("The rehearsal must be before the event."))
        return RehearsalPlan(starts_at, ends_at, cleaned.get("rehearsal_url") or "")
