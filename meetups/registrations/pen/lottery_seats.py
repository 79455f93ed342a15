"""The part of the pen for lotteries: the manifest, and the seats that the draw gives."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import HistoryEntry
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.lottery.entries import entries
from meetups.registrations.lottery.ranking import draw, manifest, read_manifest, sha256_hex
from meetups.registrations.models import Lottery, Registration
from meetups.registrations.pen.ledger import Ledger
from meetups.registrations.pen.promotion import Queue

State = Registration.State


@dataclass
class LotterySeats:
    """Two of the three steps of a lottery. The third touches no seat."""

    ledger: Ledger
    queue: Queue

    def freeze(self, lottery: Lottery, *, at: datetime) -> None:
        """Writes the manifest, once, and sends its hash to every entrant (LOTTERY.md)."""
        slot = self.ledger.slots[lottery.slot_id]
        entrants = list(Registration.objects.applied().filter(slot=slot))
        nominated, others = entries(lottery, entrants, at=at)
        frozen = manifest(
            event=self.ledger.event.public_id,
            slot=slot.public_id,
            seats=slot.seats_left,
            nominated=nominated,
            others=others,
        )
        lottery.state = Lottery.State.FROZEN
        lottery.seats = frozen.seats
        lottery.manifest = frozen.text()
        lottery.manifest_sha256 = sha256_hex(lottery.manifest)
        lottery.frozen_at = at
        lottery.save()
        # Places up to the number of entries belong to the drawn order. Newcomers queue behind them.
        slot.next_place = max(slot.next_place, len(entrants) + 1)
        slot.save(update_fields=["next_place"])
        cause = self._record(lottery, "freeze", Lottery.State.ANNOUNCED, at=at, by=None)
        notify_all(
            notification(
                kind="manifest_frozen",
                recipient_id=registration.attendee_id,
                thread=self.ledger.event.thread,
                subject=registration.subject,
                cause=cause.pk,
                at=at,
                not_after=lottery.draws_at,
            )
            for registration in entrants
        )

    def allocate(self, lottery: Lottery, *, at: datetime, by: User | None) -> None:
        """Gives the seats by the published ranking and puts all others into the queue, in drawn order (RULES 12, 14).

        A pair has one place. If one of the two has withdrawn since T, the other keeps the entry alone, and the second seat goes
        down the list.
        """
        slot = self.ledger.slots[lottery.slot_id]
        entrants: defaultdict[str, list[Registration]] = defaultdict(list)
        for registration in Registration.objects.applied().filter(slot=slot).select_related("attendee", "lead"):
            entrants[registration.drawn_as].append(registration)
        changes = []
        for place in draw(read_manifest(lottery.manifest), lottery.value):
            for registration in entrants[place.entry.entry_id]:
                registration.drawn_rank = place.rank
                changes.append(
                    self.ledger.change(
                        registration,
                        slot,
                        State.CONFIRMED if place.seat else State.WAITLISTED,
                        at=at,
                        by=by,
                        verb="draw",
                        tell="drawn_in" if place.seat else "drawn_out",
                        place=place.rank,
                    )
                )
        self.ledger.write(changes)
        lottery.state = Lottery.State.DRAWN
        lottery.drawn_at = at
        lottery.save(update_fields=["state", "drawn_at"])
        self._record(lottery, "draw", Lottery.State.SEEDED, at=at, by=by)
        self.queue.promote(slot, at=at)

    def _record(
        self, lottery: Lottery, verb: str, from_state: Lottery.State, *, at: datetime, by: User | None
    ) -> HistoryEntry:
        return HistoryEntry.objects.create(
            thread=self.ledger.event.thread,
            subject=f"lottery:{lottery.pk}",
            verb=verb,
            from_state=from_state,
            to_state=lottery.state,
            actor=by,
            at=at,
            details={"manifest_sha256": lottery.manifest_sha256},
        )
