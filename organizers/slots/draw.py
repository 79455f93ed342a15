"""The lottery of an event: its time, its source of randomness, and a trial of the result."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.registrations.actions.lottery.draw_lottery import draw_lottery
from meetups.registrations.actions.lottery.fetch_randomness import fetch_randomness
from meetups.registrations.actions.lottery.freeze_lottery import freeze_lottery
from meetups.registrations.lottery.lottery_words import SourceWords, chances_words, source_words
from meetups.registrations.lottery.randomness import awaits_entry
from meetups.registrations.lottery.trial_draw import preview_draw
from meetups.registrations.models import Lottery, Registration, Slot
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown
from organizers.slots.lottery_steps import draw_steps

# A trial with more lines than this is folded.
FOLD = 20
# So many entries of one mail domain are worth a look. At most so many domains are shown.
MANY, DOMAINS = 10, 5


@dataclass(frozen=True)
class Tried:
    """One line of a trial; `names` are one or two."""

    rank: int
    names: str
    seat: bool
    nominated: bool


@dataclass
class LotterySheet:
    """One lottery as the page shows it.

    `awaits_entry`: an organizer must enter the value now. `silent`: its source gives no value.
    """

    lottery: Lottery
    steps: list[dict[str, Any]]
    source: SourceWords
    chances: str
    entries: int
    nominated: int
    overdue: bool
    awaits_entry: bool
    silent: bool
    may_try: bool
    domains: list[tuple[str, int]]
    trial: list[Tried] = field(default_factory=list)

    @property
    def folds(self) -> bool:
        return len(self.trial) > FOLD

    @property
    def trial_top(self) -> list[Tried]:
        return self.trial[:FOLD]

    @property
    def trial_rest(self) -> list[Tried]:
        return self.trial[FOLD:]


@require_http_methods(["GET", "POST"])
@for_event(Permission.RUN_DRAW)
def draw(request: DeskRequest, event: Event) -> HttpResponse:
    """`?try=1` shows a possible result with a seed that is thrown away. A POST runs an overdue draw, only once."""
    lotteries = lotteries_of(event).order_by("slot__position", "pk")
    if request.method == "POST":
        lottery = next((one for one in lotteries if one.slot.public_id == request.POST.get("slot")), None)
        if lottery is None:
            raise Http404
        _run(request, lottery)
        return redirect("desk_draw", event.public_id)
    sheets = [_sheet(lottery, request.at, tries=bool(request.GET.get("try"))) for lottery in lotteries]
    context = event_page(request, event, current="desk_draw", sheets=sheets)
    return render(request, "desk/slots/draw.html", context)


def domains_of(keys: Iterable[str]) -> list[tuple[str, int]]:
    """The mail domains that many entries come from, with their numbers, most first.

    They are shown only: a company, a university and a mail service have many people, so no entry is left out for its domain.
    """
    counted = Counter(key.rpartition("@")[2] for key in keys if "@" in key)
    return [(domain, number) for domain, number in counted.most_common(DOMAINS) if number >= MANY]


def lotteries_of(event: Event) -> Any:
    """The lotteries of the event's slots that use a draw, with slot and event."""
    drawn = Lottery.objects.filter(slot__event=event, slot__admission=Slot.Admission.LOTTERY)
    return drawn.select_related("slot__event")


def lottery_or_404(event: Event, slot: str) -> Lottery:
    """The lottery of the slot with that public id. Raises Http404."""
    found: Lottery = get_object_or_404(lotteries_of(event), slot__public_id=slot)
    return found


def _run(request: DeskRequest, lottery: Lottery) -> None:
    """The same three steps that the clock runs. Each checks whether it is due, so a second click changes nothing."""
    with refusals_shown(request):
        lottery = freeze_lottery(lottery=lottery, at=request.at)
        lottery = fetch_randomness(lottery=lottery, at=request.at)
        draw_lottery(lottery=lottery, at=request.at, by=request.user)
        messages.success(request, _("The draw is done. We’ll email everyone."))


def _sheet(lottery: Lottery, at: datetime, *, tries: bool) -> LotterySheet:
    applicants = list(Registration.objects.applied().filter(slot=lottery.slot).with_people().order_by("entry_id"))
    entries = [one for one in applicants if one.lead_id is None]
    overdue = lottery.is_overdue(at) and lottery.slot.event.is_published
    sheet = LotterySheet(
        lottery,
        draw_steps(lottery, at),
        source_words(lottery),
        chances_words(lottery),
        len(entries),
        sum(one.nominated is not None for one in entries),
        overdue=overdue,
        awaits_entry=overdue and awaits_entry(lottery, at),
        silent=overdue and lottery.state == Lottery.State.FROZEN and lottery.source == Lottery.Source.DRAND,
        may_try=lottery.state == Lottery.State.ANNOUNCED and bool(applicants),
        domains=domains_of(one.person_key for one in applicants),
    )
    if sheet.may_try and tries:
        seconds = {one.lead_id: one.name for one in applicants if one.lead_id}
        sheet.trial = [
            Tried(
                place.rank,
                f"{one.name} + {seconds[one.pk]}" if one.pk in seconds else one.name,
                place.seat,
                one.nominated is not None,
            )
            for place, one in preview_draw(lottery, applicants, at=at)
        ]
    return sheet
