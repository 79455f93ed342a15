"""The way to get into a slot: first come, or by lottery. The terms of a lottery are announced before entries open."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core.zones import wall_at
from meetups.events.models import Event
from meetups.registrations.actions.slots.change_admission import AdmissionPlan, change_admission, terms_of
from meetups.registrations.admission import LotteryDates, usual_lottery_dates
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.registrations.new_slots import USUAL_TERMS, LotteryTerms
from meetups.registrations.slot_settings import admission_version, is_empty
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit
from organizers.desk.fields import WallField
from organizers.slots.defaults import admission_choices
from organizers.slots.lottery_dates import lottery_dates
from organizers.slots.lottery_facts import facts_of
from organizers.slots.lottery_source import reaches_drand
from organizers.slots.slot_frame import slot_of, slot_page

# These terms are announced for every lottery. They cannot change once a person has registered.
ANNOUNCED = ("admission", "first_come_seats", "source", "source_note", "favours", "lighter_for_no_shows")


def source_choices() -> list[tuple[str, str]]:
    """The sources of randomness, the strongest proof first."""
    drand = (Lottery.Source.DRAND.value, _("drand, a public beacon no one can influence (recommended)"))
    return [
        *([drand] if reaches_drand() else []),
        (
            Lottery.Source.ENTERED.value,
            _("A public value that one of you enters, such as state lottery numbers"),
        ),
        (Lottery.Source.SECRET.value, _("A secret of this site, its hash published beforehand: the weaker proof")),
    ]


class AdmissionForm(forms.Form):
    """The settings that can still change.

    Before the first registration that is everything. Afterwards it is the dates, as long as entries are open, and pairs.
    """

    admission = forms.ChoiceField(
        label=gettext_lazy("Admission"), choices=lazy(admission_choices, list), widget=forms.RadioSelect
    )
    closes = WallField(label=gettext_lazy("Entries close"), required=False)
    draws = WallField(label=gettext_lazy("Draw"), required=False)
    first_come_seats = forms.IntegerField(
        label=gettext_lazy("Seats given first come, first served"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=gettext_lazy("The rest are drawn. If 0, all seats are drawn."),
    )
    takes_pairs = forms.BooleanField(
        label=gettext_lazy("Allow entering as a pair"),
        required=False,
        help_text=gettext_lazy("They are one entry: both get a seat, or neither does."),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Source of the random value"),
        choices=lazy(source_choices, list),
        widget=forms.RadioSelect,
    )
    source_note = forms.CharField(
        label=gettext_lazy("Which value, and in what form"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "It must be determined after entries close. Example: Loto 6, December 1 draw, the six numbers "
            "in ascending order, separated by spaces."
        ),
    )
    favours = forms.ChoiceField(
        label=gettext_lazy("Higher chances for"),
        choices=[
            (Lottery.Favours.NOBODY.value, gettext_lazy("No one: everyone has the same chance")),
            (Lottery.Favours.LOST_LAST_TIME.value, gettext_lazy("People who got no seat last time")),
            (Lottery.Favours.FIRST_TIME.value, gettext_lazy("First-time attendees")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    lighter_for_no_shows = forms.BooleanField(label=gettext_lazy("Lower chances for recent no-shows"), required=False)

    def __init__(self, *args: Any, event: Event, slot: Slot, fixed: bool, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.event, self.slot, self.lottery, self.at = event, slot, slot.draws_from, at
        if fixed:
            for name in ANNOUNCED:
                del self.fields[name]
            if slot.takes_pairs:
                del self.fields["takes_pairs"]

    def clean(self) -> dict[str, Any]:
        """Adds `lottery` (LotteryDates or None). Empty dates are computed."""
        cleaned = super().clean() or self.cleaned_data
        if self.draws_lots:
            zone = self.event.time_zone
            cleaned["lottery"] = lottery_dates(self, starts_at=self.event.starts_at, zone=zone, at=self.at)
            if cleaned.get("source") == Lottery.Source.ENTERED and not cleaned.get("source_note"):
                self.add_error("source_note", _("Say which public value it is, so that anyone can check it."))
            if (cleaned.get("first_come_seats") or 0) >= max(self.slot.capacity, 1):
                self.add_error(
                    "first_come_seats",
                    _("The slot has %(seats)s seats. Leave at least one for the draw.") % {"seats": self.slot.capacity},
                )
        return cleaned

    @property
    def draws_lots(self) -> bool:
        """Whether the slot uses a lottery after the change."""
        if "admission" not in self.fields:
            return self.slot.is_lottery
        return bool(self.cleaned_data.get("admission") == Slot.Admission.LOTTERY)

    def plan(self) -> AdmissionPlan:
        """The typed values as a plan. Settings that cannot change keep their announced values."""
        if not self.draws_lots:
            return AdmissionPlan(Slot.Admission.FIRST_COME)
        typed, slot = self.cleaned_data, self.slot
        dates: LotteryDates = typed["lottery"]
        if self.lottery and "admission" not in self.fields:
            return AdmissionPlan(
                Slot.Admission.LOTTERY,
                dates,
                terms_of(self.lottery),
                slot.first_come_seats,
                slot.takes_pairs or typed.get("takes_pairs", False),
            )
        source = Lottery.Source(typed["source"])
        terms = LotteryTerms(
            source,
            typed["source_note"] if source == Lottery.Source.ENTERED else "",
            Lottery.Favours(typed["favours"]),
            typed["lighter_for_no_shows"],
        )
        return AdmissionPlan(Slot.Admission.LOTTERY, dates, terms, typed["first_come_seats"] or 0, typed["takes_pairs"])


def typed(slot: Slot, event: Event) -> dict[str, Any]:
    """The admission of the slot, as the form shows it."""
    lottery = slot.draws_from
    recommended = Lottery.Source.DRAND if reaches_drand() else USUAL_TERMS.source
    terms = terms_of(lottery) if lottery else LotteryTerms(source=recommended)
    return {
        "admission": slot.admission,
        "closes": wall_at(lottery.closes_at, event.time_zone) if lottery else None,
        "draws": wall_at(lottery.draws_at, event.time_zone) if lottery else None,
        "first_come_seats": slot.first_come_seats,
        "takes_pairs": slot.takes_pairs,
        **terms.__dict__,
    }


@require_http_methods(["GET", "POST"])
@for_event(Permission.PLAN_EVENTS)
def admission(request: DeskRequest, event: Event, slot: str) -> HttpResponse:
    """Shows the announced terms and changes those that may still change.

    People cannot ask for seats of duties and invitations: 404.
    """
    found = slot_of(event, slot)
    if not found.is_general:
        raise Http404
    form = AdmissionForm(
        request.POST if request.method == "POST" else None,
        initial=typed(found, event),
        event=event,
        slot=found,
        fixed=not is_empty(found),
        at=request.at,
    )
    edit = Edit(request, form, admission_version(found, found.draws_from))
    if edit.succeeds(
        lambda: change_admission(
            slot=found, plan=form.plan(), seen=request.POST.get("seen"), at=request.at, by=request.user
        )
    ):
        messages.success(request, _("Saved."))
        _say_who_is_told(request, event, found, form)
        return redirect("desk_slot", event.public_id, found.public_id)
    if edit.is_overtaken:
        found = slot_of(event, slot)
        edit.compare(typed(found, event), admission_version(found, found.draws_from))
    lottery = found.draws_from
    usual = usual_lottery_dates(event.starts_at, event.time_zone, request.at)
    context = slot_page(
        request,
        event,
        found,
        form=form,
        edit=edit,
        lottery=lottery,
        fixed="admission" not in form.fields,
        is_closed=lottery is not None and event.is_published and not lottery.takes_entries(request.at),
        usual=usual if usual.closes_at > request.at else None,
        unreachable=not reaches_drand(),
        facts=facts_of(lottery, found, event),
    )
    return render(request, "desk/slots/slot_admission.html", context, status=edit.status)


def _say_who_is_told(request: DeskRequest, event: Event, slot: Slot, form: AdmissionForm) -> None:
    lottery, dates = form.lottery, form.cleaned_data.get("lottery")
    if lottery is None or dates in {None, LotteryDates(lottery.closes_at, lottery.draws_at)} or not event.is_published:
        return
    told = Registration.objects.applied().filter(slot=slot).count()
    if told:
        sentence = ngettext(
            "We’ll email the new dates to %(count)s person in the lottery.",
            "We’ll email the new dates to %(count)s people in the lottery.",
            told,
        )
        messages.success(request, sentence % {"count": told})
