"""Talks, and the rehearsal before them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetups.events.models import Event

# So long after its acceptance a talk that is not confirmed is asked about again.
REMINDERS = (timedelta(days=3), timedelta(days=7))


class TalkQuerySet(models.QuerySet["Talk"]):
    """The words about many."""

    def coming(self) -> Self:
        """Those that are to be held: accepted or confirmed."""
        return self.filter(state__in=[Talk.State.ACCEPTED, Talk.State.CONFIRMED])

    def on_programme(self) -> Self:
        """Those that the event's page shows, in order."""
        return self.filter(state=Talk.State.CONFIRMED).order_by("position", "pk")

    def reminder_due(self, at: datetime) -> Self:
        """Those whose speaker has not confirmed and is to be reminded of it: never of an event that began or does not take place."""
        due = Q()
        for after in REMINDERS:
            unsaid = Q(reminded_at__isnull=True) | Q(reminded_at__lt=F("accepted_at") + after)
            due |= Q(accepted_at__lte=at - after) & unsaid
        return self.filter(due, state=Talk.State.ACCEPTED, event__state=Event.State.PUBLISHED, event__starts_at__gt=at)


class Talk(models.Model):
    """One contribution by one speaker. `minutes` is its length; `position` its place in the programme.

    `reminded_at` is when its speaker was last reminded to confirm it.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("talk", "proposed")
        ACCEPTED = "accepted", pgettext_lazy("talk", "accepted")
        CONFIRMED = "confirmed", pgettext_lazy("talk", "confirmed")
        REJECTED = "rejected", pgettext_lazy("talk", "rejected")
        WITHDRAWN = "withdrawn", pgettext_lazy("talk", "withdrawn")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "": {State.PROPOSED},
        State.PROPOSED: {State.ACCEPTED, State.REJECTED, State.WITHDRAWN},
        State.ACCEPTED: {State.CONFIRMED, State.WITHDRAWN},
        State.CONFIRMED: {State.WITHDRAWN},
        State.REJECTED: set(),
        State.WITHDRAWN: set(),
    }

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="talks")
    speaker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="talks")
    title = models.CharField(_("Title"), max_length=120)
    abstract = models.TextField(_("Abstract"), max_length=5_000, blank=True)
    minutes = models.PositiveSmallIntegerField(_("Minutes"), default=20)
    state = models.CharField(max_length=12, choices=State, default=State.PROPOSED)
    position = models.PositiveSmallIntegerField(default=0)
    slides_url = models.URLField(
        _("Slides"), max_length=300, blank=True, validators=[URLValidator(schemes=["https", "http"])]
    )
    proposed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    objects: ClassVar = TalkQuerySet.as_manager()

    if TYPE_CHECKING:
        event_id: int
        speaker_id: int

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="talk_lasts_from_1_to_240_minutes", condition=Q(minutes__gte=1, minutes__lte=240)
            ),
            models.CheckConstraint(
                name="a_confirmed_talk_knows_since_when",
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["event", "state"], name="talk_by_event")]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """How history, holds and messages name it."""
        return f"talk:{self.pk}"

    def reminders_due(self, at: datetime) -> int:
        """How many reminders to confirm have fallen due at `at`, sent or not."""
        return sum(self.accepted_at + after <= at for after in REMINDERS) if self.accepted_at else 0


class Readiness(models.Model):
    """What a talk needs before it can be held, as far as it is known; a talk without one has nothing yet.

    Its speaker fills in the first part; organizers tick that she was at the rehearsal (`rehearsed_at`) and that her connection
    was checked (`connected_at`). `publication` is her answer whether the slides may be published after the event, given at
    `publication_answered_at`; empty: not answered.
    """

    class Publication(models.TextChoices):
        YES = "yes", pgettext_lazy("slides", "may be published")
        NO = "no", pgettext_lazy("slides", "not published")

    class Equipment(models.TextChoices):
        OWN = "own", pgettext_lazy("equipment", "brings one")
        NONE = "none", pgettext_lazy("equipment", "needs one")

    talk = models.OneToOneField(Talk, on_delete=models.CASCADE, related_name="readiness")
    bio = models.TextField(max_length=1_000, blank=True)
    publication = models.CharField(max_length=4, choices=Publication, blank=True)
    publication_answered_at = models.DateTimeField(null=True)
    laptop = models.CharField(max_length=4, choices=Equipment, blank=True)
    adapter = models.CharField(max_length=4, choices=Equipment, blank=True)
    rehearsed_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="an_answer_about_publication_has_a_date",
                condition=Q(publication="") | Q(publication_answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Readiness of {self.talk}"


class Rehearsal(models.Model):
    """The try-out before an online or hybrid event; it has its own day and link. Speakers and organizers take part.

    `set_at` is when its time was set by itself, after the event was planned: no reminder is sent whose time lies before that.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="rehearsal")
    starts_at = models.DateTimeField(_("Start"))
    ends_at = models.DateTimeField(_("End"))
    join_url = models.URLField(
        _("Link for the rehearsal"), max_length=300, blank=True, validators=[URLValidator(schemes=["https", "http"])]
    )
    set_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="rehearsal_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
        ]

    def __str__(self) -> str:
        return f"Rehearsal of {self.event}"
