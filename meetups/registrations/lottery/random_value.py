"""A step that stores the random value, shared by two actions. The caller has opened the transaction. No seat is touched."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.models import Lottery


def lock_lottery(lottery: Lottery) -> Lottery:
    """The lottery as it stands, with its slot and event. No one else writes its value until the transaction ends."""
    found: Lottery = Lottery.objects.select_for_update(of=("self",)).select_related("slot__event").get(pk=lottery.pk)
    return found


def know_value(lottery: Lottery, value: str, *, verb: str, at: datetime, by: User | None) -> None:
    """Stores the random value of a frozen lottery, which can be drawn from now on."""
    lottery.value = value
    lottery.value_at = at
    lottery.state = Lottery.State.SEEDED
    lottery.save(update_fields=["value", "value_at", "state"])
    record(
        thread=lottery.slot.event.thread,
        subject=f"lottery:{lottery.pk}",
        verb=verb,
        at=at,
        by=by,
        from_state=Lottery.State.FROZEN,
        to_state=Lottery.State.SEEDED,
    )
