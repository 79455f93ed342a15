"""Events."""

from datetime import datetime
from pathlib import PurePosixPath
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Permission, roles_with
from meetups.core.files.uploads import upload_name
from meetups.core.ids import public_id
from meetups.core.prefectures import ABROAD, PREFECTURES, place_code
from meetups.core.zones import validate_zone
from meetups.events.event_roles import EventRole
from meetups.events.event_words import EventWords, words_of
from meetups.events.picture_model import EventPicture
from meetups.events.undo_model import Undo
from meetups.events.unfinished_event import UnfinishedEvent
from meetups.events.venue import Venue, venue_of

__all__ = ["OPEN_TO_ALL", "USUAL_REMINDER_TIMES", "Event", "EventPicture", "EventQuerySet", "Undo", "UnfinishedEvent"]

# Three days before at noon, the evening before at six, and the morning of the day.
USUAL_REMINDER_TIMES = "3 12:00, 1 18:00, 0 09:00"


class EventQuerySet(models.QuerySet["Event"]):
    """Queries for several events."""

    def manageable_by(self, user: User | AnonymousUser, permission: Permission, *, at: datetime) -> Self:
        """The events at which `user` has a role that grants `permission`: in the community, or at this event alone."""
        if not user.is_authenticated:
            return self.none()
        roles = {"person": user, "role__in": roles_with(permission)}
        return self.filter(
            Q(community_id__in=Membership.objects.filter(**roles).values("community_id"))
            | Q(pk__in=EventRole.objects.current(at).filter(**roles).values("event_id"))
        )

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The events that `user` may open by their address without a part in them (RULES 156). Drafts are not among them."""
        return self.exclude(state=Event.State.DRAFT).filter(Q(visibility__in=OPEN_TO_ALL) | _for_the_inner_circle(user))

    def listed_for(self, user: User | AnonymousUser) -> Self:
        """The events that lists, searches, feeds and sitemaps show `user`: of those that they may see, all but the unlisted ones.

        With AnonymousUser: the events that everyone finds.
        """
        return self.exclude(state=Event.State.DRAFT).filter(
            Q(visibility=Event.Visibility.PUBLIC) | _for_the_inner_circle(user)
        )

    def published(self) -> Self:
        return self.filter(state=Event.State.PUBLISHED)

    def ahead(self, at: datetime) -> Self:
        """The events that have not ended at `at`, soonest first."""
        return self.filter(ends_at__gt=at).order_by("starts_at", "pk")

    def past(self, at: datetime) -> Self:
        """The events that had ended by `at`, latest first."""
        # What has ended has also started: this says so to the index by start.
        return self.filter(ends_at__lte=at, starts_at__lt=at).order_by("-starts_at", "-pk")


def _for_the_inner_circle(user: User | AnonymousUser) -> Q:
    """The events that are for followers, or for the team, where `user` is one of these."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    team = Q(community_id__in=user.memberships.values("community_id"))
    followers = Q(community_id__in=user.follows.values("community_id"))
    return Q(visibility=Event.Visibility.FOLLOWERS) & (team | followers) | Q(visibility=Event.Visibility.MEMBERS) & team


class Event(models.Model):
    """One meetup.

    Instants are UTC. `time_zone` is the venue's own clock: all times are shown and all reminders are planned on it.

    `schedule_version` rises when the date moves, and `schedule_since` is the time of that change. Reminders of an older version
    are void. No reminder is sent whose time lies before `schedule_since`.
    `sequence` is the revision of the event and its parts in calendars. `sequence_since` is the time when it was last raised.
    `reminder_times` says when attendees are reminded, the earliest first. Each entry has the days before the start and the time
    of that day on the event's own clock. `reminder_times_since` is the time of the last change to them after the event was
    published.

    `hook` is what the organizers say for it in two lines, under the title. These words are in `language`. `other_title` and what
    goes with it are the same in the other language, empty where no one wrote them; pages show `words`. Of the venue they show
    `venue`. `venue_directions` say how one gets in, a step a line.

    `prefecture` is a code of `core.prefectures` that an organizer chose. Without one the event is where its address says: `place_code`.

    `cover` is a WebP of 1280×400 pixels in place of the community's pattern (`core.files.uploads`); empty where there is none.

    `slides_published_at` is the time when the slides of its talks were published for the first time. `copied_from` is
    the event that it was copied from.

    Before `registration_opens_at` no one registers by themselves (RULES 220). Without it registration opens with the publication.
    """

    # What calendars know of changes, beside the creation.
    CALENDAR_STAMPS: ClassVar = ("published_at", "schedule_since", "sequence_since", "cancelled_at")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("event", "Draft")
        PUBLISHED = "published", pgettext_lazy("event", "Published")
        CANCELLED = "cancelled", pgettext_lazy("event", "Canceled")

    class Format(models.TextChoices):
        ON_SITE = "on_site", pgettext_lazy("format", "On site")
        ONLINE = "online", pgettext_lazy("format", "Online")
        HYBRID = "hybrid", pgettext_lazy("format", "Hybrid")

    class Visibility(models.TextChoices):
        PUBLIC = "public", pgettext_lazy("visibility", "Public")
        UNLISTED = "unlisted", pgettext_lazy("visibility", "Anyone with the link")
        FOLLOWERS = "followers", pgettext_lazy("visibility", "Followers of the community")
        MEMBERS = "members", pgettext_lazy("visibility", "Organizing team only")

    class AttendeeList(models.TextChoices):
        EVERYONE = "everyone", pgettext_lazy("attendee list", "Everyone who can see the event")
        ATTENDEES = "attendees", pgettext_lazy("attendee list", "People with a part in the event")
        ORGANIZERS = "organizers", pgettext_lazy("attendee list", "Organizers only")

    # Back to a draft only while no one has a part (RULES 223), back from canceled for ten minutes (RULES 194).
    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        State.DRAFT: {State.PUBLISHED},
        State.PUBLISHED: {State.CANCELLED, State.DRAFT},
        State.CANCELLED: {State.PUBLISHED},
    }

    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="events")
    public_id = models.CharField(max_length=12, unique=True, default=public_id)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    visibility = models.CharField(_("Who can see it"), max_length=12, choices=Visibility, default=Visibility.PUBLIC)
    attendee_list = models.CharField(
        _("Who can see the names of attendees"),
        max_length=12,
        choices=AttendeeList,
        default=AttendeeList.ATTENDEES,
        db_default=AttendeeList.ATTENDEES,
    )
    title = models.CharField(_("Title"), max_length=120)
    hook = models.CharField(_("In two lines"), max_length=160, blank=True, db_default="", default="")
    description = models.TextField(_("Description"), max_length=40_000, blank=True)
    language = models.CharField(_("Language"), max_length=8, choices=settings.LANGUAGES, default="ja")
    other_title = models.CharField(
        _("Title in the other language"), max_length=120, blank=True, default="", db_default=""
    )
    other_hook = models.CharField(
        _("In two lines in the other language"), max_length=160, blank=True, default="", db_default=""
    )
    other_description = models.TextField(
        _("Description in the other language"), max_length=40_000, blank=True, default="", db_default=""
    )
    cover = models.FileField(upload_to=upload_name, max_length=100, blank=True, default="", db_default="")
    hashtag = models.CharField(_("Hashtag"), max_length=40, blank=True)
    format = models.CharField(_("Format"), max_length=12, choices=Format, default=Format.ON_SITE)
    starts_at = models.DateTimeField(_("Start"))
    ends_at = models.DateTimeField(_("End"))
    time_zone = models.CharField(_("Time zone"), max_length=60, default="Asia/Tokyo", validators=[validate_zone])
    venue_name = models.CharField(_("Venue"), max_length=120, blank=True)
    venue_address = models.CharField(_("Address"), max_length=200, blank=True)
    prefecture = models.CharField(_("Prefecture"), max_length=8, blank=True, default="", db_default="")
    venue_directions = models.TextField(_("The way in"), max_length=600, blank=True, default="", db_default="")
    other_venue_name = models.CharField(
        _("Venue in the other language"), max_length=120, blank=True, default="", db_default=""
    )
    other_venue_address = models.CharField(
        _("Address in the other language"), max_length=200, blank=True, default="", db_default=""
    )
    other_venue_directions = models.TextField(
        _("The way in, in the other language"), max_length=600, blank=True, default="", db_default=""
    )
    venue_conduct = models.TextField(_("The venue’s code of conduct"), max_length=10_000, blank=True, db_default="")
    other_venue_conduct = models.TextField(
        _("The venue’s code of conduct in the other language"), max_length=10_000, blank=True, default="", db_default=""
    )
    venue_capacity = models.PositiveIntegerField(_("Venue capacity"), null=True, blank=True)
    join_url = models.URLField(
        _("Link to join"), max_length=300, blank=True, validators=[URLValidator(schemes=["https", "http"])]
    )
    reminders_on = models.BooleanField(_("Send reminders"), default=True)
    reminder_times = models.CharField(max_length=120, default=USUAL_REMINDER_TIMES, blank=True)
    reminder_times_since = models.DateTimeField(null=True)
    schedule_version = models.PositiveIntegerField(default=1)
    schedule_since = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(default=0)
    sequence_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    registration_opens_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    # What organizers add to the mail about their last change.
    change_note = models.CharField(max_length=300, blank=True, default="", db_default="")
    slides_published_at = models.DateTimeField(null=True)
    copied_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="copies")

    objects: ClassVar = EventQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="event_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="registration_opens_before_the_start", condition=Q(registration_opens_at__lt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="published_event_has_its_instants",
                condition=Q(state="draft") | Q(published_at__isnull=False, schedule_since__isnull=False),
            ),
            models.CheckConstraint(
                name="words_in_the_other_language_have_a_title",
                condition=~Q(other_title="") | Q(other_hook="", other_description=""),
            ),
            models.CheckConstraint(
                name="prefecture_is_one_of_the_list", condition=Q(prefecture__in=["", ABROAD, *PREFECTURES])
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "starts_at"], name="event_by_start"),
            models.Index(fields=["ends_at"], name="event_by_end"),
            models.Index(fields=["published_at", "id"], name="event_by_publication"),
            models.Index(fields=["community", "starts_at"], name="event_by_community"),
            models.Index(
                fields=["registration_opens_at"],
                name="event_by_opening",
                condition=Q(registration_opens_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def thread(self) -> str:
        """The name of this event in history and messages."""
        return f"event:{self.public_id}"

    @property
    def words(self) -> EventWords:
        """Its words for a reader of the active language."""
        return words_of(self, get_language() or "en")

    @property
    def venue(self) -> Venue:
        """Where it is, for a reader of the active language."""
        return venue_of(self, get_language() or "en")

    @property
    def place_code(self) -> str:
        """The code of the prefecture, or `abroad`; empty where it has no place, or none that is clear (RULES 167)."""
        if not self.has_place:
            return ""
        return str(self.prefecture) or place_code(self.venue_address, self.time_zone)

    @property
    def cover_version(self) -> str:
        """The part of the cover's address that changes with it. Empty without a cover."""
        return PurePosixPath(self.cover.name or "").stem

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def calendar_stamp(self) -> datetime:
        """The time of the newest change that calendars know.

        It is stable between calls, so that an unchanged entry does not look new.
        """
        known = [getattr(self, name) for name in self.CALENDAR_STAMPS]
        return max((instant for instant in known if instant), default=self.created_at)

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def is_open_to_all(self) -> bool:
        """Whether everyone with its address may see it, so that a cache may keep what it shows (RULES 156)."""
        return self.state != self.State.DRAFT and self.visibility in OPEN_TO_ALL

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    @property
    def has_place(self) -> bool:
        return self.format != self.Format.ONLINE

    @property
    def has_stream(self) -> bool:
        return self.format != self.Format.ON_SITE

    def is_open(self, at: datetime) -> bool:
        """Whether people can still sign up for something here at `at`."""
        return self.is_published and at < self.ends_at

    def opens_later(self, at: datetime) -> bool:
        """Whether registration has not opened yet at `at` (RULES 220)."""
        return self.registration_opens_at is not None and at < self.registration_opens_at

    def raise_sequence(self, at: datetime) -> None:
        """Raises `sequence`, unsaved. Calendars move or remove an entry only for a higher SEQUENCE."""
        self.sequence += 1
        self.sequence_since = at

    def is_over(self, at: datetime) -> bool:
        return self.ends_at <= at


OPEN_TO_ALL = (Event.Visibility.PUBLIC, Event.Visibility.UNLISTED)
