"""Messages between organizers and participants of an event, and the words by which events are searched."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.events.models import Event


class MessageQuerySet(models.QuerySet["Message"]):
    """Queries for several messages."""

    def due(self, at: datetime) -> Self:
        """The scheduled messages whose time has come. Those of a draft wait: it has no one to write to."""
        return self.filter(state=Message.State.SCHEDULED, send_at__lte=at).exclude(event__state=Event.State.DRAFT)

    def standing(self, at: datetime) -> Self:
        """The messages that go to those who join their groups now. While an event is canceled or a draft, to no one."""
        return self.filter(
            state=Message.State.STANDING, stands_until__gt=at, event__state=Event.State.PUBLISHED
        ).select_related("event")

    def stood(self, at: datetime) -> Self:
        """The standing messages whose stop time has come."""
        return self.filter(state=Message.State.STANDING, stands_until__lte=at)

    def repeatable(self) -> Self:
        """What a copy of the event has too: what waits for its time, and what stands, or stood until its stop time."""
        going = Q(state__in=[Message.State.SCHEDULED, Message.State.STANDING])
        return self.filter(going | Q(state=Message.State.SENT, ended_at__gte=F("stands_until")))


class Message(models.Model):
    """A message from an organizer to a selection of an event's people.

    `texts` has a subject and a body (Markdown) for at least one language, such as `{"ja": {"subject": …, "body": …}}`. Each
    reader gets their own language, or else the event's, or else the only one.

    `audience` selects the readers: `{"states": […], "slots": [public ids], "speakers": bool, "volunteers": bool, "checked_in":
    null | true | false}`. The people are looked up at `send_at`, and `recipients` then keeps their number.

    A message for now is scheduled too, ten minutes ahead, and has an Undo. Taken back it is a draft (RULES 191).

    With `stands_until` it goes on: once to each person who joins its groups until then (RULES 237). `send_at` is then when it left
    first. `earlier` has the words that it had before: `[{"texts": …, "until": instant, "recipients": number}]`.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("message", "draft")
        SCHEDULED = "scheduled", pgettext_lazy("message", "scheduled")
        STANDING = "standing", pgettext_lazy("message", "standing")
        SENT = "sent", pgettext_lazy("message", "sent")
        WITHDRAWN = "withdrawn", pgettext_lazy("message", "withdrawn")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "": {State.SCHEDULED, State.STANDING, State.SENT},
        State.SCHEDULED: {State.STANDING, State.SENT, State.WITHDRAWN, State.DRAFT},
        State.STANDING: {State.SENT},
        State.DRAFT: {State.WITHDRAWN},
        State.SENT: set(),
        # With an event that was canceled or moved, until that is taken back.
        State.WITHDRAWN: {State.SCHEDULED},
    }

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="messages")
    texts = models.JSONField()
    audience = models.JSONField()
    state = models.CharField(max_length=12, choices=State)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()
    send_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    recipients = models.PositiveIntegerField(null=True)
    stands_until = models.DateTimeField(null=True)
    earlier = models.JSONField(default=list, db_default=[])

    objects: ClassVar = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_message_that_was_sent_knows_to_how_many",
                condition=~Q(state="sent") | Q(recipients__isnull=False, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_standing_message_knows_its_end",
                condition=~Q(state="standing")
                | Q(stands_until__isnull=False, recipients__isnull=False, ended_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["send_at"], name="message_due", condition=Q(state="scheduled")),
            models.Index(fields=["stands_until"], name="message_that_stands", condition=Q(state="standing")),
        ]

    @property
    def subject(self) -> str:
        """The name of this message in history and notifications."""
        return f"message:{self.pk}"

    @property
    def left_at(self) -> datetime:
        """When it left, first if it stands, or is to leave."""
        return self.send_at if self.stands_until else self.ended_at or self.send_at


class Inquiry(models.Model):
    """What a person asks the organizers of a community, about one of its events or not, and their answer.

    A report is read and answered by the owners only.
    """

    class Topic(models.TextChoices):
        QUESTION = "question", pgettext_lazy("inquiry", "A question")
        REPORT = "report", pgettext_lazy("inquiry", "Something happened (code of conduct)")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("inquiry", "Open")
        ANSWERED = "answered", pgettext_lazy("inquiry", "Answered")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {"": {State.OPEN}, State.OPEN: {State.ANSWERED}, State.ANSWERED: set()}

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="inquiries")
    event = models.ForeignKey(Event, null=True, on_delete=models.SET_NULL, related_name="+")
    topic = models.CharField(max_length=12, choices=Topic)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(max_length=4_000)
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=4_000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="an_answered_inquiry_has_its_answer",
                condition=Q(state="open", answered_at=None)
                | Q(state="answered", answered_at__isnull=False) & ~Q(answer=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["community", "-asked_at"], name="inquiries_of_a_community"),
            models.Index(fields=["person", "asked_at"], name="inquiries_a_person_sent"),
        ]

    @property
    def subject(self) -> str:
        """The name of this inquiry in history and notifications."""
        return f"inquiry:{self.pk}"

    @property
    def readers(self) -> Permission:
        """Who reads and answers it."""
        return Permission.MANAGE_MEMBERS if self.topic == self.Topic.REPORT else Permission.MANAGE_ATTENDEES


class SearchEntry(models.Model):
    """The words by which one event is found: see `meetups/lifecycle/search/words.py`.

    `starts_at` is the event's, so that what is found can be put in order before its events are read. While `is_over` is false the
    entry is in small indexes of its own: a search for what is ahead takes the same time after years. It becomes true some seconds
    after the end.
    """

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.CASCADE, related_name="search_entry")
    words = SearchVectorField(default="")
    starts_at = models.DateTimeField(null=True)
    is_over = models.BooleanField(db_default=False)

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="event_by_word"),
            GinIndex(fields=["words"], name="event_ahead_by_word", condition=Q(is_over=False)),
            models.Index(fields=["starts_at", "event"], name="found_by_start"),
            models.Index(fields=["starts_at", "event"], name="found_ahead_by_start", condition=Q(is_over=False)),
        ]


class SearchDue(models.Model):
    """An event whose words have changed since its SearchEntry was written.

    Triggers write these rows when the event, its community or one of its talks changes. A row is only inserted and deleted, so no
    transaction waits for another.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
