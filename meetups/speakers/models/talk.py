"""One talk, and its way from a proposal to the archive."""

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
from meetups.core.ids import no_token
from meetups.events.models import Event

# The speaker of a talk that is not confirmed is reminded this long after the talk was accepted.
REMINDERS = (timedelta(days=3), timedelta(days=7))
# With a deadline of its own, once: so long before it. Two reminders are never nearer to one another.
BEFORE_DEADLINE = timedelta(days=1)


def waits_for_reminder(since: str, at: datetime) -> Q:
    """Rows that wait for an answer since the time in field `since`, and have not had every reminder that is due by `at`."""
    due = Q()
    for after in REMINDERS:
        unsaid = Q(reminded_at__isnull=True) | Q(reminded_at__lt=F(since) + after)
        due |= Q(**{f"{since}__lte": at - after}) & unsaid
    return due


class TalkQuerySet(models.QuerySet["Talk"]):
    def held_by(self, person: User) -> Self:
        """Talks in which `person` speaks, alone or with others."""
        alone = Talk.objects.filter(speaker=person).values("pk")
        # A union has an index for each half. With OR, PostgreSQL reads all talks.
        return self.filter(pk__in=alone.union(CoSpeaker.objects.active().filter(person=person).values("talk")))

    def alive(self) -> Self:
        """Talks that may still be given: not rejected, and not withdrawn."""
        return self.exclude(state__in=[Talk.State.REJECTED, Talk.State.WITHDRAWN])

    def with_speakers(self) -> Self:
        """Loads all speakers of each talk: one query more, for any number of talks."""
        joined = CoSpeaker.objects.active().select_related("person").order_by("joined_at", "pk")
        return self.select_related("speaker").prefetch_related(
            Prefetch("co_speakers", queryset=joined, to_attr="joined")
        )

    def coming(self) -> Self:
        """Talks that are to be given: accepted or confirmed."""
        return self.filter(state__in=[Talk.State.ACCEPTED, Talk.State.CONFIRMED])

    def on_programme(self) -> Self:
        """Talks on the event's page, in order."""
        return self.filter(state=Talk.State.CONFIRMED).order_by("position", "pk")

    def slides_out(self) -> Self:
        """Talks whose slides are public: everyone who sees the event may read them (RULES 93)."""
        return self.filter(state=Talk.State.CONFIRMED, slides_published_at__isnull=False)

    def reminder_due(self, at: datetime) -> Self:
        """Unconfirmed talks whose speaker is due for a reminder. The event takes place and has not begun."""
        by_deadline = Q(confirm_by__gt=at, confirm_by__lte=at + BEFORE_DEADLINE) & (
            Q(reminded_at__isnull=True) | Q(reminded_at__lt=F("confirm_by") - BEFORE_DEADLINE)
        )
        return self.filter(
            Q(confirm_by__isnull=True) & waits_for_reminder("accepted_at", at) | by_deadline,
            Q(reminded_at__isnull=True) | Q(reminded_at__lte=at - BEFORE_DEADLINE),
            # A talk that was accepted with a deadline that is near: that mail has said it.
            Q(accepted_at__isnull=True) | Q(accepted_at__lte=at - BEFORE_DEADLINE),
            state=Talk.State.ACCEPTED,
            event__state=Event.State.PUBLISHED,
            event__starts_at__gt=at,
        )


class Talk(models.Model):
    """One talk. `speaker` is responsible for it; the others who speak in it are CoSpeakers.

    `minutes` is its length. `position` is its place in the programme; talks and breaks of an event share this order. `staged` is
    a decision about a proposal that its speaker does not know yet: `accept`, `reject`, or empty. `reply` is what organizers write
    to the speaker with their decision. `confirm_by` is a deadline of the talk's own for confirming;
    on a proposal the one that its acceptance will have. `reminded_at` is when the
    speaker was last reminded to confirm. `by_hand` marks a talk that organizers entered: its speaker is an account without a way
    in, which gets no mail and has no seat. `left_programme_at` is when a confirmed talk left the programme, and
    `left_programme_minute` where it stood there, in minutes after the start of the event: calendars take its entry out. `note` is for the MC and is never public. `themes` are the words by which the archive is
    searched.

    `slides_file` is a PDF; `slides_name` is the name that its speaker gave it. Link and file are public once
    `slides_published_at` is set. They stay private while `slides_taken_down_at` is set. `slides_asked_on` is the day, in the
    event's own time zone, on which the speaker was last asked for slides.
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
        # An invited speaker makes no proposal.
        "": {State.PROPOSED, State.ACCEPTED},
        State.PROPOSED: {State.ACCEPTED, State.REJECTED, State.WITHDRAWN},
        # An organizer takes the acceptance back: REJECTED. They reopen what was declined: PROPOSED.
        State.ACCEPTED: {State.CONFIRMED, State.REJECTED, State.WITHDRAWN},
        State.CONFIRMED: {State.REJECTED, State.WITHDRAWN},
        State.REJECTED: {State.PROPOSED},
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
    slides_taken_down_at = models.DateTimeField(null=True)
    slides_asked_on = models.DateField(null=True)
    themes = ArrayField(models.CharField(max_length=40), verbose_name=_("Tags"), default=list, blank=True)
    note = models.CharField(_("Notes for the MC"), max_length=500, blank=True)
    staged = models.CharField(max_length=8, choices=Decision, blank=True)
    reply = models.TextField(_("Note to the speaker"), max_length=500, blank=True, default="", db_default="")
    proposed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirm_by = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    by_hand = models.BooleanField(default=False, db_default=False)
    left_programme_at = models.DateTimeField(null=True)
    left_programme_minute = models.IntegerField(null=True)

    objects: ClassVar = TalkQuerySet.as_manager()

    if TYPE_CHECKING:
        # Only on talks that were loaded `with_speakers`.
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
                name="slides_that_were_taken_down_are_not_public",
                condition=Q(slides_published_at__isnull=True) | Q(slides_taken_down_at__isnull=True),
            ),
            models.CheckConstraint(
                name="published_slides_are_there",
                condition=Q(slides_published_at__isnull=True) | ~Q(slides_url="") | ~Q(slides_file=""),
            ),
            models.CheckConstraint(
                name="a_talk_left_the_programme_at_a_time_and_a_place",
                condition=Q(left_programme_at__isnull=True, left_programme_minute__isnull=True)
                | Q(left_programme_at__isnull=False, left_programme_minute__isnull=False),
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
        """The name of the talk in history, holds and messages."""
        return f"talk:{self.pk}"

    @property
    def has_slides(self) -> bool:
        return bool(self.slides_url or self.slides_file)

    @property
    def speakers(self) -> list[User]:
        """All speakers, the talk's own speaker first. The talk was loaded `with_speakers`."""
        return [self.speaker, *(one.person for one in self.joined if one.person)]

    @property
    def speaker_names(self) -> str:
        """The names of all speakers in one line, in the active language. The talk was loaded `with_speakers`."""
        return pgettext("between names", ", ").join(person.name for person in self.speakers)

    @property
    def answer_by(self) -> datetime:
        """Until when the speaker of an accepted talk is asked to confirm, the start of the event at the latest.

        Without a deadline of its own, that is the day of the last reminder. The event was loaded.
        """
        starts_at = self.event.starts_at
        usual = self.accepted_at + REMINDERS[-1] if self.accepted_at else starts_at
        return min(self.confirm_by or usual, starts_at)

    def due_reminder(self, at: datetime) -> str:
        """Names the reminder to confirm that is due at `at`, so that it is sent once."""
        if self.confirm_by:
            return f"by:{self.confirm_by:%Y%m%dT%H%MZ}"
        if self.accepted_at is None:
            return ""
        return f"{self.accepted_at:%Y%m%dT%H%M%SZ}+{sum(self.accepted_at + after <= at for after in REMINDERS)}"

    def can_be_reminded(self, at: datetime) -> bool:
        """Whether an organizer may remind the speaker at `at`: once a day (RULES 233)."""
        last = self.reminded_at or self.accepted_at
        return self.state == self.State.ACCEPTED and (last is None or last <= at - BEFORE_DEADLINE)


class CoSpeakerQuerySet(models.QuerySet["CoSpeaker"]):
    def active(self) -> Self:
        """Co-speakers who have joined, in any state of the talk."""
        return self.filter(state=CoSpeaker.State.JOINED)

    def asked_or_joined(self) -> Self:
        """Co-speakers who have joined, and people who may still say yes."""
        return self.filter(state__in=[CoSpeaker.State.ASKED, CoSpeaker.State.JOINED])


class CoSpeaker(models.Model):
    """A person who gives a talk together with its speaker. They are asked at `address`; `person` is set once they have accepted.

    While the talk is confirmed, a co-speaker who has joined holds a seat of their own.
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
    token = models.CharField(max_length=32, unique=True, default=no_token)
    state = models.CharField(max_length=12, choices=State, default=State.ASKED)
    bio = models.TextField(max_length=1_000, blank=True)
    asked_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = CoSpeakerQuerySet.as_manager()

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

    @property
    def subject(self) -> str:
        """The name of the co-speaker in history, holds and messages."""
        return f"co-speaker:{self.pk}"
