"""The runbook: what has to be done for an event."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.core.zones import at_wall, days_before
from meetups.events.models import Event

MOST_DAYS = 365
# On the morning after its day, on the event's own clock, the owner of a thing that isn't done gets a mail.
CHASED_AT = time(9)


class TodoQuerySet(models.QuerySet["Todo"]):
    def open(self) -> Self:
        return self.filter(done_at__isnull=True)

    def late(self, event: Event, at: datetime) -> Self:
        """Things of `event` whose day has passed undone."""
        return self.filter(event=event).past(*days_since(event, at))

    def past(self, since_start: int, since_end: int) -> Self:
        """Undone things of an event whose day has passed, at so many days since its first and its last day (`days_since`)."""
        return self.open().filter(Q(days__lte=0, days__lt=since_start) | Q(days__gt=0, days__lt=since_end))

    def to_chase(self, at: datetime) -> Self:
        """Things that no one was reminded of, and whose mail is due at `at` or some hours later: `Todo.chase_at` is exact.

        Only of events that take place and aren't over, in communities that don't rest (RULES 217).
        """
        # Nine in the morning of the next day is between 9 and 33 hours after the same time of the day itself, and the clocks may change.
        since = Value(at - timedelta(hours=7)) - F("days") * Value(timedelta(days=1))
        return self.open().filter(
            chased_at__isnull=True,
            event__state=Event.State.PUBLISHED,
            event__ends_at__gt=at,
            event__community__resting_since__isnull=True,
            event__starts_at__lte=ExpressionWrapper(since, models.DateTimeField()),
        )


class Todo(models.Model):
    """One thing to do for an event.

    Its day is `days` from the event, on the event's own calendar: before its first day if negative, after its last day if positive.
    `owner` is a member of the team, or no one yet; a member who leaves is no owner any more. `chased_at` is the time when the mail
    about it was planned, once.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="todos")
    title = models.CharField(_("What"), max_length=120)
    owner = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="todos")
    days = models.SmallIntegerField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    chased_at = models.DateTimeField(null=True)

    objects: ClassVar = TodoQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_thing_to_do_is_near_its_event", condition=Q(days__gte=-MOST_DAYS, days__lte=MOST_DAYS)
            ),
            models.CheckConstraint(name="a_thing_to_do_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="who_did_a_thing_did_it_at_a_time", condition=Q(done_at__isnull=False) | Q(done_by__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """The name of the thing in history."""
        return f"todo:{self.pk}"

    @property
    def owned_by(self) -> User | None:
        return self.owner.person if self.owner else None

    @property
    def day(self) -> date:
        return day_of(self.event, self.days)

    @property
    def due_at(self) -> datetime:
        """The last minute of its day."""
        return due_of(self.event, self.days)

    @property
    def chase_at(self) -> datetime:
        """The instant from which its owner is reminded, if it isn't done."""
        anchor = self.event.starts_at if self.days <= 0 else self.event.ends_at
        return days_before(anchor, -self.days - 1, CHASED_AT, self.event.time_zone)

    def is_late(self, at: datetime) -> bool:
        """As `TodoQuerySet.late`."""
        return self.done_at is None and self.day < at.astimezone(self.event.zone).date()


def day_of(event: Event, days: int) -> date:
    anchor = event.starts_at if days <= 0 else event.ends_at
    return anchor.astimezone(event.zone).date() + timedelta(days=days)


def days_since(event: Event, at: datetime) -> tuple[int, int]:
    """How many days of the event's own calendar have passed since its first and since its last day; before it, they are negative."""
    today = at.astimezone(event.zone).date()
    return (today - day_of(event, 0)).days, (today - day_of(event, 1)).days + 1


def due_of(event: Event, days: int) -> datetime:
    """The last minute of that day on the event's own clock."""
    return at_wall(day_of(event, days), time(23, 59), event.time_zone)
