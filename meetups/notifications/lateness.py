"""How late the oldest message is. A step for monitoring."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, Min, Q, When
from django.db.models.functions import Greatest

from meetups.notifications.email_registry import awaited_messages
from meetups.notifications.models import Notification, Outbox

ALARM = timedelta(minutes=5)
URGENT_ALARM = timedelta(minutes=2)
# Many servers put off whom they don't know, for five minutes as a rule. The fourth attempt, after seven minutes, passes there.
PUT_OFF_ALARM = timedelta(minutes=8)
_PUT_OFF = Q(error__startswith="4")


@dataclass(frozen=True)
class Lateness:
    """`oldest` is the age of the oldest message that is due and has not left, `oldest_urgent` that of the oldest urgent one.

    `due` is the number of messages that are due and have not left. `put_off` counts messages that a server asked to bring later
    (4xx), as long as their next attempt lies ahead; they are not late, save an urgent one: `oldest_put_off` is the time since the
    first attempt of the oldest of these. `held` counts messages of a restored backup, which are not late.
    """

    oldest: timedelta
    oldest_urgent: timedelta
    oldest_put_off: timedelta
    due: int
    put_off: int
    held: int

    @property
    def is_alarming(self) -> bool:
        return self.oldest >= ALARM or self.oldest_urgent >= URGENT_ALARM or self.oldest_put_off >= PUT_OFF_ALARM


def lateness(at: datetime) -> Lateness:
    """The messages that are due at `at` and have not left."""
    held_before = Outbox.objects.values_list("held_before", flat=True).first()
    states = [Notification.State.WAITING, Notification.State.SENDING]
    unsent = Notification.objects.filter(state__in=states, due_at__lte=at).not_held(
        held_before, awaited=awaited_messages(at)
    )
    # What a server put off, and what can still be taken back, is due at its next attempt. What we did wrong is due since it was.
    ahead = When(_PUT_OFF | Q(error=""), then=Greatest("due_at", "retry_at"))
    late = Q(since__lte=at)
    found = unsent.annotate(since=Case(ahead, default=F("due_at"))).aggregate(
        first=Min("since", filter=late),
        first_urgent=Min("since", filter=late & Q(urgent=True)),
        first_put_off=Min("first_tried_at", filter=_PUT_OFF & Q(urgent=True)),
        due=Count("pk", filter=late),
        put_off=Count("pk", filter=_PUT_OFF & ~late),
    )
    return Lateness(
        oldest=at - (found["first"] or at),
        oldest_urgent=at - (found["first_urgent"] or at),
        oldest_put_off=at - (found["first_put_off"] or at),
        due=found["due"],
        put_off=found["put_off"],
        held=Notification.objects.held(held_before).count(),
    )


def lateness_of_kinds(at: datetime) -> list[tuple[str, timedelta, timedelta, int]]:
    """Of each kind with messages that a sender may take or that were put off: the age of the oldest that may be taken, the time
    since the first attempt of the oldest that was put off, and the number of those that may be taken.
    """
    ready = Q(retry_at__isnull=True) | Q(retry_at__lte=at)
    rows = (
        Notification.objects.open()
        .filter(ready | _PUT_OFF, due_at__lte=at)
        .order_by()
        .values_list("kind")
        .annotate(
            oldest=Min(Greatest("due_at", "retry_at"), filter=ready),
            first_put_off=Min("first_tried_at", filter=_PUT_OFF),
            number=Count("pk", filter=ready),
        )
    )
    return [(kind, at - (oldest or at), at - (put_off or at), number) for kind, oldest, put_off, number in rows]
