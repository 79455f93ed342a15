"""One contribution, and its way from a proposal to the archive."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from meetups.accounts.models import User
from meetups.core.files.uploads import upload_name
from meetups.core.ids import token
from meetups.events.models import Event

# So long after its acceptance a talk that is not confirmed is asked about again.
REMINDERS = (timedelta(days=3), timedelta(days=7))


def unreminded(since: str, at: datetime) -> Q:
    """Those who are waited for since their field `since`, and have not had the reminders that are due at `at` by that."""
    due = Q()
    for after in REMINDERS:
        unsaid = Q(reminded_at__isnull=True) | Q(reminded_at__lt=F(since) + after)
        due |= Q(**{f"{since}__lte": at - after}) & unsaid
    return due


class TalkQuerySet(models.QuerySet["Talk"]):
    """The words about many."""

    def held_by(self, person: User) -> Self:
        """Those in which `person` speaks, alone or with others."""
        joined = CoSpeaker.objects.active().filter(person=person)
        return self.filter(Q(speaker=person) | Q(pk__in=joined.values("talk")))

    def alive(self) -> Self:
        """Those that may still be held: not rejected, and not withdrawn."""
        return self.exclude(state__in=[Talk.State.REJECTED, Talk.State.WITHDRAWN])

    def with_speakers(self) -> Self:
        """With everyone who speaks in them: one query more, for any number of talks."""
        joined = CoSpeaker.objects.active().select_related("person").order_by("joined_at", "pk")
        return self.select_related("speaker").prefetch_related(
            Prefetch("co_speakers", queryset=joined, to_attr="joined")
        )

    def coming(self) -> Self:
        """Those that are to be held: accepted or confirmed."""
        return self.filter(state__in=[Talk.State.ACCEPTED, Talk.State.CONFIRMED])

    def on_programme(self) -> Self:
        """Those that the event's page shows, in order."""
        return self.filter(state=Talk.State.CONFIRMED).order_by("position", "pk")

    def slides_out(self) -> Self:
        """Those whose slides everybody may read who sees the event (RULES 93)."""
        return self.filter(state=Talk.State.CONFIRMED, slides_published_at__isnull=False)

    def reminder_due(self, at: datetime) -> Self:
        """Those whose speaker has not confirmed and is to be reminded of it: never of an event that began or does not take place."""
        return self.filter(
            unreminded("accepted_at", at),
            state=Talk.State.ACCEPTED,
            event__state=Event.State.PUBLISHED,
            event__starts_at__gt=at,
        )


class Talk(models.Model):
    """One contribution. `speaker` answers for it; who speaks with her is a CoSpeaker. `minutes` is its length, `position` its place in
    the programme, which it shares with the breaks.

    `staged` is a decision about a proposal that its speaker does not know yet: `accept`, `reject`, or empty. `reminded_at` is when
    she was last reminded to confirm. `note` is for whoever leads through the evening, and public nowhere. `slides_file` is a PDF,
    called `slides_name` by its speaker; link and file are public once `slides_published_at` is set. `themes` are the words by
    which the archive is searched.
    """

    class Decision(models.TextChoices):
        ACCEPT = "accept", pgettext_lazy("decision", "accept")
        REJECT = "reject", pgettext_lazy("decision", "decline")

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("talk", "under review")
        ACCEPTED = "accepted", pgettext_lazy("talk", "accepted")
        CONFIRMED = "confirmed", pgettext_lazy("talk", "confirmed")
        REJECTED = "rejected", pgettext_lazy("talk", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("talk", "withdrawn")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        # Who was invited to speak is not asked for a proposal.
        "": {State.PROPOSED, State.ACCEPTED},
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
    slides_file = models.FileField(upload_to=upload_name, max_length=100, blank=True)
    slides_name = models.CharField(max_length=120, blank=True)
    slides_published_at = models.DateTimeField(null=True)
    themes = ArrayField(models.CharField(max_length=40), verbose_name=_("Tags"), default=list, blank=True)
    note = models.CharField(_("Notes for the MC"), max_length=500, blank=True)
    staged = models.CharField(max_length=8, choices=Decision, blank=True)
    proposed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    objects: ClassVar = TalkQuerySet.as_manager()

    if TYPE_CHECKING:
        event_id: int
        speaker_id: int
        # Only of talks that came `with_speakers`.
        joined: list["CoSpeaker"]

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="talk_lasts_from_1_to_240_minutes", condition=Q(minutes__gte=1, minutes__lte=240)
            ),
            models.CheckConstraint(
                name="a_confirmed_talk_knows_since_when",
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_proposal_has_a_staged_decision", condition=Q(staged="") | Q(state="proposed")
            ),
            models.CheckConstraint(
                name="published_slides_are_there",
                condition=Q(slides_published_at__isnull=True) | ~Q(slides_url="") | ~Q(slides_file=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["event", "state"], name="talk_by_event"),
            GinIndex(fields=["themes"], name="talk_by_theme"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """How history, holds and messages name it."""
        return f"talk:{self.pk}"

    @property
    def has_slides(self) -> bool:
        return bool(self.slides_url or self.slides_file)

    @property
    def speakers(self) -> list[User]:
        """Everyone who speaks in it, its own speaker first; of a talk that came `with_speakers`."""
        return [self.speaker, *(one.person for one in self.joined if one.person)]

    @property
    def speaker_names(self) -> str:
        """Their names in one line, in the active language; of a talk that came `with_speakers`."""
        return pgettext("between names", ", ").join(person.name for person in self.speakers)

    def reminders_due(self, at: datetime) -> int:
        """How many reminders to confirm have fallen due at `at`, sent or not."""
        return sum(self.accepted_at + after <= at for after in REMINDERS) if self.accepted_at else 0


class CoSpeakerQuerySet(models.QuerySet["CoSpeaker"]):
    """The words about many."""

    def active(self) -> Self:
        """Those who speak, whatever becomes of the talk."""
        return self.filter(state=CoSpeaker.State.JOINED)

    def asked_or_joined(self) -> Self:
        """Those who speak, and those who may still say yes."""
        return self.filter(state__in=[CoSpeaker.State.ASKED, CoSpeaker.State.JOINED])


class CoSpeaker(models.Model):
    """Somebody who holds a talk together with its speaker; she is asked at `address`, and `person` once she has accepted.

    While the talk is confirmed, a co-speaker who has joined holds a seat of her own.
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("co-speaker", "invited")
        JOINED = "joined", pgettext_lazy("co-speaker", "accepted")
        DECLINED = "declined", pgettext_lazy("co-speaker", "declined")
        LEFT = "left", pgettext_lazy("co-speaker", "stepped down")
        WITHDRAWN = "withdrawn", pgettext_lazy("co-speaker", "withdrawn")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "": {State.ASKED},
        State.ASKED: {State.JOINED, State.DECLINED, State.WITHDRAWN},
        State.JOINED: {State.LEFT},
        State.DECLINED: set(),
        State.LEFT: set(),
        State.WITHDRAWN: set(),
    }

    talk = models.ForeignKey(Talk, on_delete=models.CASCADE, related_name="co_speakers")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="co_speakings"
    )
    address = models.EmailField(_("Email address"))
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    token = models.CharField(max_length=32, unique=True, default=token)
    state = models.CharField(max_length=12, choices=State, default=State.ASKED)
    bio = models.TextField(max_length=1_000, blank=True)
    asked_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = CoSpeakerQuerySet.as_manager()

    if TYPE_CHECKING:
        talk_id: int
        person_id: int | None

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["talk", "address"],
                condition=Q(state__in=["asked", "joined"]),
                name="a_co_speaker_is_asked_once",
            ),
            models.UniqueConstraint(
                fields=["talk", "person"], condition=Q(state="joined"), name="a_person_speaks_once_in_a_talk"
            ),
            models.CheckConstraint(
                name="a_co_speaker_who_joined_is_somebody",
                condition=~Q(state="joined") | Q(person__isnull=False, joined_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.talk_id}: {self.state}"

    @property
    def subject(self) -> str:
        """How history, holds and messages name it."""
        return f"co-speaker:{self.pk}"
