"""The proof of a draw, for anyone to check: the entry list, the random value, and the result."""

import shlex
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meetups import registrations
from meetups.core import dates
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.models import Notification
from meetups.pages.site.access import PageRequest, event_or_404
from meetups.registrations.lottery.lottery_words import chances_words, source_words
from meetups.registrations.lottery.ranking import Manifest, Place, draw, read_manifest
from meetups.registrations.models import Lottery, Registration, Slot

CHECK_SCRIPT = Path(registrations.__path__[0]) / "check/lottery_check.py"
# More lines than this are folded.
FOLD = 20


@dataclass(frozen=True)
class Mails:
    """The number of mails that told entrants the hash of the list, and how many of these left before the draw."""

    written: int
    in_time: int


@require_safe
def proof(request: PageRequest, public_id: str, slot: str) -> HttpResponse:
    """Before T the page says how the draw works. From T on it shows the list and its hash. After the draw it shows the value, the
    order, and how to compute the order again.

    `?entry=` finds an entry for a reader who is not signed in; a signed-in reader finds their own.
    """
    event, lottery = _lottery_or_404(request, public_id, slot)
    drawn_from = read_manifest(lottery.manifest) if lottery.manifest else None
    places = drawn_places(lottery.manifest, lottery.value) if lottery.is_drawn else []
    entry = _entry(request, lottery)
    mine = next((place for place in places if place.entry.entry_id == entry), None)
    context = {
        "event": event,
        "lottery": lottery,
        "source": source_words(lottery),
        "has_value": bool(lottery.value) or lottery.draws_at <= request.at,
        "chances": chances_words(lottery),
        "entries": _number_of_entries(drawn_from),
        "steps": _steps(event, lottery, drawn_from, request.at),
        "places": places,
        "command": _command(lottery, mine),
        "folds": len(places) > FOLD,
        "entry": entry,
        "mine": mine,
        "asked": request.GET.get("entry", "").strip(),
        "standing": _standing(lottery, mine, drawn_from, request.at),
        "seats": _seats(event, lottery),
        "mails": _mails(lottery) if drawn_from else None,
    }
    return render(request, "pages/registration/draw_proof.html", context)


@lru_cache(maxsize=8)
def drawn_places(text: str, value: str) -> list[Place]:
    """The whole order. It is kept, because it never changes and takes a second for ten thousand entries."""
    return draw(read_manifest(text), value)


@require_safe
def manifest(request: HttpRequest, public_id: str, slot: str) -> HttpResponse:
    """The entry list, byte by byte; from T on."""
    _event, lottery = _lottery_or_404(request, public_id, slot)
    if not lottery.manifest:
        raise Http404
    return _file(lottery.manifest.encode("ascii"), "manifest.txt", "text/plain; charset=us-ascii")


@require_safe
def check(request: HttpRequest, public_id: str, slot: str) -> HttpResponse:
    """The script that computes the draw again."""
    _lottery_or_404(request, public_id, slot)
    return _file(CHECK_SCRIPT.read_bytes(), CHECK_SCRIPT.name, "text/x-python; charset=utf-8")


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _lottery_or_404(request: HttpRequest, public_id: str, slot: str) -> tuple[Event, Lottery]:
    """The event and the lottery, for a reader who may see the event. Raises Http404."""
    event = event_or_404(request, public_id)
    lotteries = Lottery.objects.filter(slot__admission=Slot.Admission.LOTTERY).select_related("slot")
    lottery = get_object_or_404(lotteries, slot__event=event, slot__public_id=slot)
    lottery.slot.event = event
    return event, lottery


def _entry(request: HttpRequest, lottery: Lottery) -> str:
    """The entry_id that the reader asks about, or their own. A pair has the entry_id of its first person. Empty where there is none."""
    asked = request.GET.get("entry", "").strip().lower()
    if asked or not request.user.is_authenticated:
        return asked
    hers = Registration.objects.filter(event=lottery.slot.event, attendee=request.user).select_related("lead")
    names = [(one.lead.entry_id if one.lead else one.entry_id) or "" for one in hers.order_by("-pk")]
    if not lottery.manifest:
        return next((one.entry_id or "" for one in hers.applied().filter(slot=lottery.slot)), "")
    return next((name for name in names if name and f"\n{name} " in lottery.manifest), "")


def _command(lottery: Lottery, mine: Place | None) -> str:
    """The command that runs the script, quoted, because a value may contain spaces and quotation marks."""
    return shlex.join(
        ["python3", CHECK_SCRIPT.name, "manifest.txt", lottery.value, *([mine.entry.entry_id] if mine else [])]
    )


def _number_of_entries(drawn_from: Manifest | None) -> int:
    return len(drawn_from.nominated) + len(drawn_from.others) if drawn_from else 0


def _standing(lottery: Lottery, mine: Place | None, drawn_from: Manifest | None, at: datetime) -> dict[str, str]:
    """The sentence at the top: the result for the reader, or how far the draw has come."""
    event, language = lottery.slot.event, get_language() or "en"
    if mine:
        rank = {"rank": mine.rank, "seats": lottery.seats}
        return {
            "tone": "certain" if mine.seat else "waiting",
            "sentence": ngettext(
                "Your rank was #%(rank)s; %(seats)s seat was drawn.",
                "Your rank was #%(rank)s; %(seats)s seats were drawn.",
                lottery.seats or 0,
            )
            % rank,
            "more": _("You got a seat in the lottery.")
            if mine.seat
            else _("All seats were taken before your turn. The waitlist follows the order of the draw."),
        }
    if lottery.is_drawn:
        entries = _number_of_entries(drawn_from)
        return {
            "tone": "over",
            "sentence": ngettext(
                "%(seats)s seat was drawn among %(entries)s entries.",
                "%(seats)s seats were drawn among %(entries)s entries.",
                lottery.seats or 0,
            )
            % {"seats": lottery.seats, "entries": entries},
            "more": "",
        }
    draws = {"when": dates.moment(lottery.draws_at, event.time_zone, language)}
    if drawn_from:
        return {
            "tone": "lottery",
            "sentence": _("Entries have closed. The draw is on %(when)s.") % draws
            if at < lottery.draws_at
            else _("Entries have closed. The draw happens as soon as its random value is known."),
            "more": _(
                "The entry list is locked. If a single letter of it changed, the SHA-256 below would be different."
            ),
        }
    return {
        "tone": "lottery",
        "sentence": _("Entries are open. The draw is on %(when)s.") % draws,
        "more": _("When entries close, the entry list appears here, and everyone on it is emailed its SHA-256."),
    }


def _steps(event: Event, lottery: Lottery, drawn_from: Manifest | None, at: datetime) -> list[dict[str, Any]]:
    """The three steps list, value and draw, each with its day. Past steps are read from the lottery, never from the clock (RULES 11)."""
    entries, seats = _number_of_entries(drawn_from), lottery.seats
    found = [
        (
            pgettext("proof", "Entry list locked"),
            lottery.frozen_at or lottery.closes_at,
            lottery.frozen_at is not None,
            ngettext("%(count)s entry", "%(count)s entries", entries) % {"count": entries} if drawn_from else "",
        ),
        (
            pgettext("proof", "Random value"),
            lottery.value_at or lottery.draws_at,
            bool(lottery.value),
            _("pending") if not lottery.value and lottery.draws_at <= at else source_words(lottery).name,
        ),
        (
            pgettext("proof", "Draw"),
            lottery.drawn_at or lottery.draws_at,
            lottery.is_drawn,
            ngettext("%(count)s seat", "%(count)s seats", seats) % {"count": seats} if seats is not None else "",
        ),
    ]
    now = next((number for number, step in enumerate(found) if not step[2]), len(found))
    return [
        {
            "what": what,
            "when": dates.moment(when, event.time_zone, get_language() or "en"),
            "more": more,
            "state": "done" if done else "now" if number == now else "next",
        }
        for number, (what, when, done, more) in enumerate(found)
    ]


def _seats(event: Event, lottery: Lottery) -> dict[str, int]:
    """The numbers of seats: in the whole event, set aside for others, and drawn here (before T: left to draw)."""
    total = Slot.objects.filter(event=event).aggregate(total=Sum("capacity"))["total"] or 0
    drawn = lottery.seats if lottery.seats is not None else lottery.slot.seats_left
    return {"total": total, "aside": max(total - drawn, 0), "drawn": drawn}


def _mails(lottery: Lottery) -> Mails:
    """Counts the mails that the freezing of this list caused."""
    causes = HistoryEntry.objects.filter(subject=f"lottery:{lottery.pk}", verb="freeze").values_list("pk", flat=True)
    of_this = Q()
    for cause in causes:
        of_this |= Q(key__endswith=f":{cause}")
    if not of_this:
        return Mails(0, 0)
    sent = Q(state=Notification.State.SENT, settled_at__lt=lottery.draws_at)
    found = Notification.objects.filter(of_this, thread=lottery.slot.event.thread, kind="manifest_frozen")
    return Mails(**found.aggregate(written=Count("pk"), in_time=Count("pk", filter=sent)))
