"""A person's place at an event."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import pgettext_lazy

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.registrations.models.slot import Slot


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Queries for many registrations."""

    def active(self) -> Self:
        return self.exclude(state=Registration.State.CANCELLED)

    def applied(self) -> Self:
        return self.filter(state=Registration.State.APPLIED)

    def confirmed(self) -> Self:
        return self.filter(state=Registration.State.CONFIRMED)

    def waiting(self) -> Self:
        """The queue, in order."""
        return self.filter(state=Registration.State.WAITLISTED).order_by("place", "pk")

    def handing_over(self) -> Self:
        """The people who cannot come and wait until the next takes their seat, longest wait first (RULES 7)."""
        given = self.confirmed().filter(hands_over_at__isnull=False, checked_in_at__isnull=True)
        return given.order_by("hands_over_at", "pk")

    def outlived(self) -> Self:
        """Seats whose shift or invitation has ended, and that were kept all the same (RULES 41).

        A seat by invitation that an organizer gave by hand after that is none of them.
        """
        holds = Hold.objects.filter(registration=OuterRef("pk"))
        held_it = holds.filter(slot=OuterRef("slot"), ended_at__gte=OuterRef("confirmed_at"))
        return self.confirmed().filter(~Exists(holds.active()), Exists(held_it))

    def with_people(self) -> Self:
        return self.select_related("attendee", "slot")


class Registration(models.Model):
    """A person's place at an event, in any state.

    `number` tells people at an event apart: 1 … n, in the order in which they came. PostgreSQL gives it to each new row, under the
    seat lock like every row here, and keeps it (migration 0008); rows of an older version have none until they are numbered.
    `code` says at the door who someone is: six letters that only this person and check-in know, unique at the event, given and
    kept by PostgreSQL likewise (migration 0010). Rows of events that were over by then have none until they are written to.

    `place` is the number in the slot's queue. It is explicit and unique there, and smaller numbers come first. `entry_id` names
    the entry in a lottery: 26 characters that only this person knows. `person_key` is the address that counts as one person.
    `request_id` comes from the form, so that a form that is sent twice gets the first answer.

    A guest is a person whom an organizer adds by hand. A guest has a `guest_name` instead of an account and gets no mail. The
    second person of a pair points to the first (`lead`) and shares the first one's place. `nominated` is the organizers' order of
    the entries that they put first. `hands_over_at` is the time since which the person waits for the next to take the seat.

    `asked_at` is when the attendance check asked this person, and `reconfirmed_at` is when they said yes. `answers` are stored by
    the id of the question. `absent_at` says when a no-show was recorded, and `excused_at` when it was excused. `objected_at` says
    when the person last asked the organizers to check it. `question_reached_at` is when the mail server accepted the mail with
    the question. `reminder_reached_at` is the same for the reminder.
    """

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("registration", "in the lottery")
        CONFIRMED = "confirmed", pgettext_lazy("registration", "confirmed")
        WAITLISTED = "waitlisted", pgettext_lazy("registration", "waitlisted")
        CANCELLED = "cancelled", pgettext_lazy("registration", "canceled")

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="registrations")
    attendee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="registrations"
    )
    guest_name = models.CharField(max_length=60, blank=True)
    person_key = models.CharField(max_length=254)
    number = models.PositiveIntegerField(null=True, db_default=None)
    code = models.CharField(max_length=6, null=True, db_default=None)  # noqa: DJ001 - empty must not collide
    state = models.CharField(max_length=12, choices=State)
    place = models.PositiveIntegerField(null=True)
    entry_id = models.CharField(max_length=26, null=True, unique=True)  # noqa: DJ001 - empty must not collide
    lead = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="partners")
    nominated = models.PositiveSmallIntegerField(null=True)
    drawn_rank = models.PositiveIntegerField(null=True)
    above_capacity = models.BooleanField(default=False)
    request_id = models.UUIDField(null=True)
    registered_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    checked_in_at = models.DateTimeField(null=True)
    hands_over_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    reconfirmed_at = models.DateTimeField(null=True)
    question_reached_at = models.DateTimeField(null=True)
    reminder_reached_at = models.DateTimeField(null=True)
    absent_at = models.DateTimeField(null=True)
    excused_at = models.DateTimeField(null=True)
    objected_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict, blank=True)

    objects: ClassVar = RegistrationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "attendee"],
                condition=~Q(state="cancelled"),
                name="one_active_registration_a_person_and_event",
            ),
            models.UniqueConstraint(
                fields=["event", "person_key"],
                condition=~Q(state="cancelled"),
                name="one_active_registration_an_address_and_event",
            ),
            models.UniqueConstraint(
                fields=["slot", "place"], condition=Q(lead__isnull=True), name="only_a_pair_shares_a_place_in_the_queue"
            ),
            models.UniqueConstraint(fields=["event", "number"], name="registrations_have_own_numbers"),
            models.UniqueConstraint(fields=["event", "code"], name="registrations_have_own_codes"),
            models.UniqueConstraint(fields=["lead"], name="two_are_a_pair"),
            models.UniqueConstraint(fields=["slot", "nominated"], name="nominations_have_an_order"),
            models.CheckConstraint(name="a_guest_has_a_name", condition=Q(attendee__isnull=False) | ~Q(guest_name="")),
            models.CheckConstraint(
                name="only_who_has_a_seat_hands_it_over", condition=Q(hands_over_at__isnull=True) | Q(state="confirmed")
            ),
            models.CheckConstraint(
                name="only_who_was_away_was_absent", condition=Q(absent_at__isnull=True) | Q(checked_in_at__isnull=True)
            ),
            models.CheckConstraint(
                name="only_an_absence_is_excused", condition=Q(excused_at__isnull=True) | Q(absent_at__isnull=False)
            ),
            models.UniqueConstraint(fields=["attendee", "request_id"], name="a_request_is_answered_once"),
            models.CheckConstraint(
                name="who_waits_has_a_place",
                condition=Q(state="waitlisted", place__isnull=False) | ~Q(state="waitlisted") & Q(place__isnull=True),
            ),
            models.CheckConstraint(
                name="who_applies_has_an_entry", condition=~Q(state="applied") | Q(entry_id__isnull=False)
            ),
            models.CheckConstraint(
                name="who_is_confirmed_knows_since_when",
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_who_has_a_seat_checks_in", condition=Q(checked_in_at__isnull=True) | Q(state="confirmed")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["event", "state"], name="registration_by_event"),
            models.Index(fields=["slot", "state"], name="registration_by_slot"),
            models.Index(
                fields=["slot"],
                condition=Q(state="confirmed", hands_over_at__isnull=False),
                name="registration_handed_over",
            ),
        ]

    @property
    def name(self) -> str:
        """The name on lists: the account's name, or the name that an organizer wrote down."""
        return self.attendee.name if self.attendee else self.guest_name

    @property
    def person(self) -> User:
        """The account. Only for registrations that are not a guest's."""
        assert self.attendee is not None
        return self.attendee

    @property
    def is_absent(self) -> bool:
        """Whether a no-show counts: it is recorded and not excused."""
        return self.absent_at is not None and self.excused_at is None

    @property
    def subject(self) -> str:
        """The name of the registration in history and messages."""
        return f"registration:{self.pk}"

    @property
    def drawn_as(self) -> str:
        """The number of the entry that is drawn; for a pair, the first person's (a query). Empty where there is none."""
        return (self.lead.entry_id if self.lead else self.entry_id) or ""

    @property
    def is_active(self) -> bool:
        return self.state != self.State.CANCELLED


class HoldQuerySet(models.QuerySet["Hold"]):
    """Queries for many holds."""

    def active(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Hold(models.Model):
    """What keeps a seat confirmed: a duty or an invitation.

    `subject` names the duty or invitation for the room above, such as `signup:7`. `slot` is the slot in which the seat is
    guaranteed. A seat with several holds falls back only when the last one ends (RULES 20).
    """

    class Kind(models.TextChoices):
        DUTY = "duty"
        INVITATION = "invitation"

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=12, choices=Kind)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = HoldQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(ended_at__isnull=True), name="one_active_hold_a_duty_or_invitation"
            ),
        ]


# Each step that a registration can take. The empty state means "not there yet" (RULES 32).
TRANSITIONS: dict[str, frozenset[str]] = {
    "": frozenset({Registration.State.APPLIED, Registration.State.CONFIRMED, Registration.State.WAITLISTED}),
    Registration.State.APPLIED: frozenset(
        {
            Registration.State.APPLIED,
            Registration.State.CONFIRMED,
            Registration.State.WAITLISTED,
            Registration.State.CANCELLED,
        }
    ),
    Registration.State.WAITLISTED: frozenset(
        {
            Registration.State.CONFIRMED,
            Registration.State.APPLIED,
            Registration.State.WAITLISTED,
            Registration.State.CANCELLED,
        }
    ),
    Registration.State.CONFIRMED: frozenset(
        {
            Registration.State.APPLIED,
            Registration.State.CONFIRMED,
            Registration.State.WAITLISTED,
            Registration.State.CANCELLED,
        }
    ),
    Registration.State.CANCELLED: frozenset(),
}
