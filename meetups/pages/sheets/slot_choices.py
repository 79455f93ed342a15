"""The offer of a slot to a newcomer, in words and numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Q
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.texts.both_clocks import on_both_clocks
from meetups.core.texts.names import with_names
from meetups.events.models import Event
from meetups.pages.sheets.sure_shifts import SureShift, shifts_from, sure_shifts
from meetups.registrations.admission import way_in
from meetups.registrations.lottery.lottery_words import chances_words, source_words
from meetups.registrations.models import Lottery, Registration, Slot

State = Registration.State


@dataclass(frozen=True)
class SlotChoice:
    """A slot of `event` as it stands at `at`. `applied`, `waiting` and `confirmed` count people, `pairs_waiting` pairs.

    `way_in` is the state that a newcomer would get. It is None where registration is closed or not open yet, or where it
    needs a duty or an invitation. `shifts` can be taken at `at` and give a seat of the slot.
    """

    event: Event
    slot: Slot
    lottery: Lottery | None
    applied: int
    waiting: int
    pairs_waiting: int
    confirmed: int
    at: datetime
    shifts: tuple[SureShift, ...] = ()

    @cached_property
    def way_in(self) -> Registration.State | None:
        if not self.slot.is_general or self.slot.closes_at <= self.at or not self.event.is_open(self.at):
            return None
        if self.opens_at:
            return None
        # A single seat is not for those who wait as two (RULES 3).
        waiting = self.waiting - (2 * self.pairs_waiting if self.slot.seats_left == 1 else 0)
        return way_in(self.slot, self.lottery, someone_waits=waiting > 0, at=self.at)

    @property
    def shift(self) -> SureShift | None:
        """The shift with which a newcomer gets a seat here at once."""
        is_open = self.event.is_open(self.at) and not self.opens_at and self.slot.seats_left > 0
        return self.shifts[0] if is_open and self.shifts else None

    @property
    def seats_with_shifts(self) -> int:
        """The number of people who can get a seat here by a shift."""
        return min(self.slot.seats_left, sum(shift.places for shift in self.shifts)) if self.shift else 0

    @property
    def awaits_draw(self) -> bool:
        """Whether entries have closed and the draw has not happened."""
        return self.lottery is not None and not self.lottery.is_drawn and not self.lottery.takes_entries(self.at)

    # Words of the ticket stub

    @property
    def opens_at(self) -> datetime | None:
        """When registration opens, while that is still ahead; else None."""
        is_ahead = self.event.opens_later(self.at) and self.event.is_open(self.at)
        return self.event.registration_opens_at if is_ahead else None

    def once_open(self) -> "SlotChoice":
        """The same offer as it will be when registration opens."""
        return replace(self, at=max(self.at, self.event.registration_opens_at or self.at))

    @property
    def tag(self) -> str:
        """How people get in, in a word or two."""
        if self.slot.admission == Slot.Admission.DUTY:
            return _("Guaranteed seat")
        if self.lottery and not self.lottery.is_drawn and self.slot.first_come_seats:
            return _("First come and lottery")
        return str(self.slot.get_admission_display())

    @property
    def way(self) -> str:
        """The tag with the day that counts, for the line of a slot, as HTML."""
        lottery = self.lottery
        if self.slot.is_general and self.opens_at:
            return with_names(_("%(how)s, opens %(when)s"), how=self.tag, when=self._shortly(self.opens_at))
        if lottery and not lottery.is_drawn and lottery.takes_entries(self.at):
            return _("%(how)s, enter by %(day)s") % {"how": self.tag, "day": self._day(lottery.closes_at)}
        if self.awaits_draw and lottery:
            return with_names(_("Draw: %(when)s"), when=self._shortly(lottery.draws_at))
        if self.slot.is_general and self.way_in is None:
            return _("Closed")
        return pgettext("slot", "Waitlist") if lottery else self.tag

    @property
    def how(self) -> str:
        """How people get in, until when, and what happens then, as HTML."""
        slot, lottery = self.slot, self.lottery
        if slot.admission == Slot.Admission.INVITED:
            return _("Reserved for speakers and invited people.")
        if slot.admission == Slot.Admission.DUTY:
            return ""
        if lottery and not lottery.is_drawn:
            facts = {"closes": self._moment(lottery.closes_at), "draws": self._moment(lottery.draws_at)}
            if lottery.takes_entries(self.at) and self.opens_at:
                facts["opens"] = self._moment(self.opens_at)
                return with_names(
                    _("Enter from %(opens)s to %(closes)s. Draw: %(draws)s. Everyone gets the result by email."),
                    **facts,
                )
            if lottery.takes_entries(self.at):
                return with_names(
                    _("Enter by %(closes)s. Draw: %(draws)s. Everyone gets the result by email."), **facts
                )
            return with_names(
                _("Entries closed %(closes)s. Draw: %(draws)s. Register now to join the waitlist after the draw."),
                **facts,
            )
        if self.opens_at:
            facts = {"opens": self._moment(self.opens_at), "closes": self._moment(slot.closes_at)}
            return with_names(_("First come, first served, from %(opens)s to %(closes)s."), **facts)
        if self.way_in is None:
            return _("Registration is closed.")
        if lottery:
            return _("The draw is over. When someone cancels, the waitlist moves up in order.")
        return with_names(_("First come, first served, until %(closes)s."), closes=self._moment(slot.closes_at))

    @property
    def terms(self) -> list[str]:
        """The terms of a lottery beside its dates, one sentence each: first come seats, pairs."""
        slot = self.slot
        if self.lottery is None or self.lottery.is_drawn:
            return []
        mixed = _("%(first_come)s of %(seats)s seats are first come, first served; %(drawn)s by lottery.") % {
            "seats": slot.capacity,
            "first_come": slot.first_come_seats,
            "drawn": self._to_draw,
        }
        terms = [
            mixed if slot.first_come_seats else "",
            _("You can enter as a pair.") if slot.takes_pairs else "",
        ]
        return [term for term in terms if term]

    @property
    def chance(self) -> str:
        """What a lottery that is still to be drawn gives each entry, and where its random value comes from."""
        if self.lottery is None or self.lottery.is_drawn:
            return ""
        source = _("Random value: %(source)s.") % {"source": source_words(self.lottery).name}
        return " ".join(filter(None, (chances_words(self.lottery), source)))

    @property
    def _to_draw(self) -> int:
        return max(self.slot.capacity - self.slot.first_come_seats, 0)

    @property
    def left(self) -> int:
        """The number of seats that a newcomer can still get at once."""
        waits = self.lottery is not None and not self.lottery.is_drawn
        return self.slot.first_come_left if waits else self.slot.seats_left

    @property
    def count(self) -> str:
        """The large number on the stub."""
        slot = self.slot
        if self.lottery and not self.lottery.is_drawn:
            return pgettext("applicants", "%(count)d") % {"count": self.applied}
        if slot.admission == Slot.Admission.INVITED:
            return pgettext("applicants", "%(count)d") % {"count": min(slot.taken, slot.capacity)}
        if slot.seats_left:
            return pgettext("seats", "%(count)d left") % {"count": slot.seats_left}
        return pgettext("shift", "Full") if slot.admission == Slot.Admission.DUTY else pgettext("slot", "Full")

    @property
    def stands(self) -> str:
        """The number at the end of the slot's line: the count, or how many wait."""
        if self.slot.is_general and self.waiting and not self.slot.awaits_draw:
            return ngettext("%(count)d waiting", "%(count)d waiting", self.waiting) % {"count": self.waiting}
        return pgettext("slot", "Full") if self._is_invited_and_full else self.count

    @property
    def stands_of(self) -> str:
        """The text after that number."""
        return "" if self._is_invited_and_full else self.of

    @property
    def _is_invited_and_full(self) -> bool:
        return self.slot.admission == Slot.Admission.INVITED and not self.slot.seats_left

    @property
    def of(self) -> str:
        """The text after the large number."""
        if (self.lottery and not self.lottery.is_drawn) or self.slot.admission == Slot.Admission.INVITED:
            seats = self.slot.capacity if self.slot.admission == Slot.Admission.INVITED else self._to_draw
            return ngettext("/ %(count)d seat", "/ %(count)d seats", seats) % {"count": seats}
        return ""

    @property
    def more(self) -> str:
        """The small line below: entries per seat, the length of the queue, or the size of the slot."""
        slot = self.slot
        if self.lottery and not self.lottery.is_drawn:
            if self.applied > self._to_draw > 0:
                return _("%(ratio)s entries per seat") % {"ratio": f"{self.applied / self._to_draw:.1f}"}
            return _("Everyone gets in so far")
        if slot.admission == Slot.Admission.INVITED:
            return ""
        if slot.is_general and self.waiting:
            return ngettext("%(count)d on the waitlist", "%(count)d on the waitlist", self.waiting) % {
                "count": self.waiting
            }
        return ngettext("of %(count)d seat", "of %(count)d seats", slot.capacity) % {"count": slot.capacity}

    # Words of the one action

    @property
    def label(self) -> str:
        """The text of the button."""
        return {
            State.APPLIED: _("Enter the lottery"),
            State.CONFIRMED: _("Register"),
            State.WAITLISTED: _("Join the waitlist"),
        }[self.way_in or State.WAITLISTED]

    @property
    def note(self) -> str:
        """The second line of the button: what will happen."""
        if self.way_in == State.APPLIED and self.lottery:
            return _("Result: %(when)s") % {"when": self.short(self.lottery.draws_at)}
        if self.way_in == State.CONFIRMED:
            left = self.left
            return ngettext("%(count)d seat left", "%(count)d seats left", left) % {"count": left}
        if self.awaits_draw:
            return _("You’ll be after everyone in the draw")
        if not self.waiting:
            return _("You’d be first on the waitlist")
        return ngettext("%(count)d person on the waitlist", "%(count)d people on the waitlist", self.waiting) % {
            "count": self.waiting
        }

    def _day(self, at: datetime) -> str:
        return dates.short_day(at, self.event.time_zone, get_language() or "en")

    def _moment(self, at: datetime) -> SafeString:
        zone = self.event.time_zone
        return on_both_clocks(at, zone, dates.moment(at, zone, get_language() or "en"))

    def _shortly(self, at: datetime) -> SafeString:
        return on_both_clocks(at, self.event.time_zone, self.short(at))

    def short(self, at: datetime) -> str:
        """Day and time, as short as possible, on the event’s own clock."""
        return dates.short_moment(at, self.event.time_zone, get_language() or "en")


def offers_of(events: Iterable[Event], *, at: datetime) -> dict[int, list[SlotChoice]]:
    """The offers of each event, by its primary key, in the organizers' order. One query, any size."""
    by_pk = {event.pk: event for event in events}
    offers: dict[int, list[SlotChoice]] = {pk: [] for pk in by_pk}
    slots = (
        Slot.objects.filter(event_id__in=by_pk)
        .select_related("lottery")
        .annotate(
            applied=Count("registrations", filter=Q(registrations__state=State.APPLIED)),
            waiting=Count("registrations", filter=Q(registrations__state=State.WAITLISTED)),
            pairs_waiting=Count(
                "registrations", filter=Q(registrations__state=State.WAITLISTED, registrations__lead__isnull=False)
            ),
            confirmed=Count("registrations", filter=Q(registrations__state=State.CONFIRMED)),
            shifts_now=sure_shifts(at),
        )
        .in_order()
    )
    for slot in slots:
        slot.event = by_pk[slot.event_id]
        offers[slot.event_id].append(
            SlotChoice(
                event=by_pk[slot.event_id],
                slot=slot,
                lottery=slot.draws_from,
                **{name: slot.__dict__[name] for name in ("applied", "waiting", "pairs_waiting", "confirmed")},
                at=at,
                shifts=shifts_from(slot.__dict__["shifts_now"]),
            )
        )
    return offers


def best(offers: Iterable[SlotChoice]) -> SlotChoice | None:
    """The offer that a page shows first: one without waiting, else a queue; None where nothing is open."""
    ways = [offer for offer in offers if offer.way_in is not None]
    return next((offer for offer in ways if offer.way_in != State.WAITLISTED), ways[0] if ways else None)
