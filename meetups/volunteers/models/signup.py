"""Signups and handovers: who does the work, and who is asked to take it over."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from meetups.accounts.models import User, person_key
from meetups.core.ids import no_token
from meetups.events.models import Event
from meetups.registrations.lottery.weights import WINDOW
from meetups.volunteers.models.shift import Shift


class SignupQuerySet(models.QuerySet["Signup"]):
    def active(self) -> Self:
        return self.filter(state=Signup.State.SIGNED_UP)

    def awaiting_approval(self) -> Self:
        """Signups that wait for an organizer's approval."""
        return self.filter(state=Signup.State.ASKED)

    def on_screen(self) -> Self:
        """Signups for the roles stream and MC."""
        return self.active().filter(shift__role__in=Shift.ON_SCREEN, shift__cancelled_at__isnull=True)

    def during(self, shift: Shift) -> Self:
        """Signups for other shifts at the time of `shift`. Canceled shifts and events do not count."""
        return self.filter(
            shift__event__state=Event.State.PUBLISHED,
            shift__cancelled_at__isnull=True,
            shift__starts_at__lt=shift.ends_at,
            shift__ends_at__gt=shift.starts_at,
        ).exclude(shift=shift)

    def absent(self, at: datetime) -> Self:
        """Signups of volunteers who missed their shift without an excuse, as long as that counts at `at` (RULES 24)."""
        return self.active().filter(mark=Signup.Mark.ABSENT, shift__ends_at__gt=at - WINDOW, shift__ends_at__lte=at)

    def over(self, at: datetime) -> Self:
        """Signups for shifts that were over by `at`, at events that took place."""
        return self.active().filter(
            shift__ends_at__lte=at,
            shift__cancelled_at__isnull=True,
            shift__event__state=Event.State.PUBLISHED,
        )

    def done(self, at: datetime) -> Self:
        """Signups of volunteers who have done their shift: it is over, and no one marked them absent or excused (RULES 76)."""
        return self.over(at).filter(mark__in=["", Signup.Mark.DONE])


class Signup(models.Model):
    """A volunteer in a shift.

    A signup in state `asked` waits for an organizer's approval and has neither a place in the shift nor a seat (RULES 24). `mark`
    is what organizers recorded after the shift, and empty before. It is separate from a no-show at the event, and can be
    corrected.
    """

    class State(models.TextChoices):
        SIGNED_UP = "signed_up", pgettext_lazy("signup", "signed up")
        STEPPED_DOWN = "stepped_down", pgettext_lazy("signup", "canceled")
        ASKED = "asked", pgettext_lazy("signup", "awaiting approval")
        DECLINED = "declined", pgettext_lazy("signup", "declined")

    class Mark(models.TextChoices):
        DONE = "done", pgettext_lazy("shift", "done")
        ABSENT = "absent", pgettext_lazy("shift", "missed")
        EXCUSED = "excused", pgettext_lazy("shift", "excused")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "": {State.SIGNED_UP, State.ASKED},
        State.ASKED: {State.SIGNED_UP, State.DECLINED, State.STEPPED_DOWN},
        State.SIGNED_UP: {State.STEPPED_DOWN},
        State.STEPPED_DOWN: set(),
        State.DECLINED: set(),
    }

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="signups")
    volunteer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="signups")
    state = models.CharField(max_length=16, choices=State, default=State.SIGNED_UP)
    signed_up_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    mark = models.CharField(max_length=8, choices=Mark, blank=True)
    marked_at = models.DateTimeField(null=True)
    objected_at = models.DateTimeField(null=True)

    objects: ClassVar = SignupQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shift", "volunteer"], condition=Q(state="signed_up"), name="a_volunteer_takes_a_shift_once"
            ),
            models.UniqueConstraint(
                fields=["shift", "volunteer"], condition=Q(state="asked"), name="a_volunteer_asks_for_a_shift_once"
            ),
            models.CheckConstraint(
                name="a_mark_has_its_time_and_a_volunteer",
                condition=Q(mark="", marked_at__isnull=True)
                | Q(~Q(mark=""), marked_at__isnull=False, state="signed_up"),
            ),
        ]

    @property
    def subject(self) -> str:
        """The name of the signup in history, holds and messages."""
        return f"signup:{self.pk}"

    def is_done(self, at: datetime) -> bool:
        """Whether its shift is over and no one marked the volunteer absent or excused (RULES 76).

        The caller knows that its event took place.
        """
        return (
            self.state == self.State.SIGNED_UP
            and self.mark in {"", self.Mark.DONE}
            and self.shift.cancelled_at is None
            and self.shift.ends_at <= at
        )


class HandoverQuerySet(models.QuerySet["Handover"]):
    def open(self, at: datetime) -> Self:
        """Handovers that can still be accepted at `at`.

        They end with the signup, the shift or the event, and when the shift begins.
        """
        return self.filter(
            state=Handover.State.OPEN,
            signup__state=Signup.State.SIGNED_UP,
            signup__shift__cancelled_at__isnull=True,
            signup__shift__starts_at__gt=at,
            signup__shift__event__state=Event.State.PUBLISHED,
            signup__shift__event__ends_at__gt=at,
        )


class Handover(models.Model):
    """A volunteer asks the person at `address` to take over their shift. The link in the mail is signed (RULES 173).

    Until it is accepted, the place stays with the volunteer. Once the shift has begun, the handover has no effect.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("handover", "awaiting reply")
        ACCEPTED = "accepted", pgettext_lazy("handover", "accepted")
        DECLINED = "declined", pgettext_lazy("handover", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("handover", "withdrawn")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {State.OPEN: {State.ACCEPTED, State.DECLINED, State.WITHDRAWN}}

    signup = models.ForeignKey(Signup, on_delete=models.CASCADE, related_name="handovers")
    address = models.EmailField()
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    token = models.CharField(max_length=32, unique=True, default=no_token)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = HandoverQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["signup"], condition=Q(state="open"), name="one_open_handover_a_signup"),
        ]

    @property
    def subject(self) -> str:
        """The name of the handover in history and messages."""
        return f"handover:{self.pk}"

    def is_open(self, at: datetime) -> bool:
        """Whether `HandoverQuerySet.open` would find it. It was loaded with its signup, shift and event."""
        shift = self.signup.shift
        return (
            self.state == self.State.OPEN
            and self.signup.state == Signup.State.SIGNED_UP
            and shift.cancelled_at is None
            and at < shift.starts_at
            and shift.event.is_open(at)
        )

    def is_for(self, person: User) -> bool:
        """Whether `person` is the person who was asked, compared by mailbox (RULES 16)."""
        return person.person_key == person_key(self.address)
