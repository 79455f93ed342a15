"""How late the oldest message is. A step for monitoring."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from meetups.notifications.email_registry import awaited
from meetups.notifications.models import Notification, Outbox

ALARM = timedelta(minutes=5)
URGENT_ALARM = timedelta(minutes=2)


@dataclass(frozen=True)
class Lateness:
    """`oldest` is the age of the oldest message that is due and has not left, `oldest_urgent` that of the oldest urgent one.

    `due` is the number of messages that are due and have not left. `put_off` counts messages that the recipients' own servers
    asked to bring later (4xx). `held` counts messages of a restored backup. Neither is late.
    """

    oldest: timedelta
    oldest_urgent: timedelta
    due: int
    put_off: int
    held: int

    @property
    def is_alarming(self) -> bool:
        return self.oldest >= ALARM or self.oldest_urgent >= URGENT_ALARM


def lateness(at: datetime) -> Lateness:
    """The messages that are due at `at` and have not left."""
    held_before = Outbox.objects.values_list("held_before", flat=True).first()
    states = [Notification.State.WAITING, Notification.State.SENDING]
    unsent = Notification.objects.filter(state__in=states, due_at__lte=at).not_held(held_before, awaited=awaited(at))
    late = ~Q(error__startswith="4")
    found = unsent.aggregate(
        first=Min("due_at", filter=late),
        first_urgent=Min("due_at", filter=late & Q(urgent=True)),
        due=Count("pk", filter=late),
        put_off=Count("pk", filter=~late),
    )
    return Lateness(
        oldest=at - (found["first"] or at),
        oldest_urgent=at - (found["first_urgent"] or at),
        due=found["due"],
        put_off=found["put_off"],
        held=Notification.objects.held(held_before).count(),
    )
