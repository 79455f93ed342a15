"""How talks are found: calls for speakers, proposals to a community, invitations to speak."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetups.communities.models import Community
from meetups.core.ids import token
from meetups.events.models import Event
from meetups.speakers.models.talk import REMINDERS, Talk, waits_for_reminder


class Call(models.Model):
    """A call for speakers of an event, or of a community (`event` is None) for events that are not planned yet.

    The call of an event takes proposals until `closes_at` at the latest. An event without a call takes proposals until it starts.
    `text` is Markdown. Once `closed_at` is set, the call takes no proposals.

    `confirm_days` is how many days after the decision speakers confirm. With `confirm_eve` they confirm until a day before the
    event. With neither it is as usual (RULES 233).
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="calls")
    event = models.OneToOneField(Event, null=True, on_delete=models.CASCADE, related_name="call")
    text = models.TextField(_("What you’re looking for"), max_length=5_000, blank=True)
    closes_at = models.DateTimeField(_("Proposal deadline"), null=True, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    confirm_days = models.PositiveSmallIntegerField(null=True)
    confirm_eve = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community"], condition=Q(event__isnull=True), name="one_standing_call_a_community"
            ),
            models.CheckConstraint(
                name="speakers_confirm_by_days_or_by_the_eve",
                condition=Q(confirm_days__isnull=True) | Q(confirm_days__gte=1, confirm_eve=False),
            ),
        ]

    @property
    def subject(self) -> str:
        """The name of the call in history."""
        return f"call:{self.pk}"

    def is_open(self, at: datetime) -> bool:
        """Whether the call itself allows proposals at `at`. The event may still refuse them."""
        return self.closed_at is None and (self.closes_at is None or at < self.closes_at)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def waiting(self) -> Self:
        """Proposals that the community has not answered yet, oldest first."""
        return self.filter(state=Proposal.State.WAITING).order_by("proposed_at", "pk")


class Proposal(models.Model):
    """A talk that is offered to a community, for an event that is not chosen yet. Taken into an event, it becomes a `talk`."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("proposal", "awaiting reply")
        TAKEN = "taken", pgettext_lazy("proposal", "accepted for an event")
        DECLINED = "declined", pgettext_lazy("proposal", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "withdrawn")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "": {State.WAITING},
        State.WAITING: {State.TAKEN, State.DECLINED, State.WITHDRAWN},
        State.TAKEN: set(),
        State.DECLINED: set(),
        State.WITHDRAWN: set(),
    }

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="proposals")
    speaker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="proposals")
    title = models.CharField(_("Title"), max_length=120)
    abstract = models.TextField(_("Abstract"), max_length=5_000, blank=True)
    minutes = models.PositiveSmallIntegerField(_("Minutes"), default=20)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    talk = models.OneToOneField(Talk, null=True, on_delete=models.SET_NULL, related_name="proposal")
    proposed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = ProposalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="proposal_lasts_from_1_to_240_minutes", condition=Q(minutes__gte=1, minutes__lte=240)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["community", "state"], name="proposal_by_community")]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """The name of the proposal in history and messages."""
        return f"proposal:{self.pk}"


class SpeakerInvitationQuerySet(models.QuerySet["SpeakerInvitation"]):
    def open(self) -> Self:
        """Invitations that no one has answered or withdrawn, oldest first."""
        return self.filter(state=SpeakerInvitation.State.OPEN).order_by("made_at", "pk")

    def reminder_due(self, at: datetime) -> Self:
        """Open invitations with an address that are due for a reminder. The event takes place and has not begun."""
        return (
            self.open()
            .filter(
                waits_for_reminder("made_at", at),
                event__state=Event.State.PUBLISHED,
                event__starts_at__gt=at,
            )
            .exclude(address="")
        )


class SpeakerInvitation(models.Model):
    """A link with which a person who is asked to speak replies and names the talk. Accepting it makes a confirmed `talk`.

    `name` is the invited person. With an `address` the link goes there by mail; without one an organizer passes it on.
    `reminded_at` is when the address was last reminded. `word` is the message of the person who declined.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("speaker invitation", "awaiting reply")
        ACCEPTED = "accepted", pgettext_lazy("speaker invitation", "accepted")
        DECLINED = "declined", pgettext_lazy("speaker invitation", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("speaker invitation", "withdrawn")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "": {State.OPEN},
        State.OPEN: {State.ACCEPTED, State.DECLINED, State.WITHDRAWN},
        State.ACCEPTED: set(),
        State.DECLINED: set(),
        State.WITHDRAWN: set(),
    }

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="speaker_invitations")
    name = models.CharField(_("Name"), max_length=60)
    address = models.EmailField(_("Email address"), blank=True)
    language = models.CharField(_("Language"), max_length=8, choices=settings.LANGUAGES)
    note = models.TextField(_("What you’d like to hear about"), max_length=2_000, blank=True)
    minutes = models.PositiveSmallIntegerField(_("Minutes"), default=20)
    token = models.CharField(max_length=32, unique=True, default=token)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    talk = models.OneToOneField(Talk, null=True, on_delete=models.SET_NULL, related_name="invitation")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    word = models.CharField(_("Message to the organizers"), max_length=500, blank=True)

    objects: ClassVar = SpeakerInvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "address"],
                condition=Q(state="open") & ~Q(address=""),
                name="one_open_speaker_invitation_an_address",
            ),
        ]

    @property
    def subject(self) -> str:
        """The name of the invitation in history and messages."""
        return f"speaker-invitation:{self.pk}"

    def reminders_due(self, at: datetime) -> int:
        """The number of reminders that are due by `at`, sent or not."""
        return sum(self.made_at + after <= at for after in REMINDERS)

    def can_be_answered(self, at: datetime) -> bool:
        """Whether the invitation is open at `at`, and its event takes place and has not begun."""
        return self.state == self.State.OPEN and self.event.is_published and at < self.event.starts_at
