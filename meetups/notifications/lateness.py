"""How late the oldest message is. A step for monitoring."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from meetups.notifications.email_registry import awaited
from meetups.notifications.models import Notification, Outbox

ALARM = timedelta(minutes=5)


@dataclass(frozen=True)
class Lateness:
    """`oldest` is the age of the oldest message that is due and has not left. `due` is the number of such messages.

    `put_off` counts messages that the recipients' own servers asked to bring later (4xx). `held` counts messages of a restored
    backup. Neither is late.
    """

    oldest: timedelta
    due: int
    put_off: int
    held: int

    @property
    def is_alarming(self) -> bool:
        return self.oldest >= ALARM


def lateness(at: datetime) -> Lateness:
    """The messages that are due at `at` and have not left."""
    held_before = Outbox.objects.values_list("held_before", flat=True).first()
    states = [Notification.State.WAITING, Notification.State.SENDING]
    unsent = Notification.objects.filter(state__in=states, due_at__lte=at).not_held(held_before, awaited=awaited(at))
    late = unsent.exclude(error__startswith="4")
    first = late.order_by("due_at").values_list("due_at", flat=True).first()
    due = late.count()
    return Lateness(
        oldest=at - first if first else timedelta(),
        due=due,
        put_off=unsent.count() - due,
        held=Notification.objects.held(held_before).count(),
    )
