"""Communities, their members and the invitations to the team."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetups.accounts.models import Session, User
from meetups.communities.identity import Hue, Pattern, hue_of, letter_of, pattern_of, scale_of
from meetups.communities.permissions import GRANTS, Permission, Role, roles_with
from meetups.core.ids import no_token
from meetups.core.zones import validate_zone

# An owner who was nowhere signed in for so long is away (RULES 248). No browser stays signed in longer without being used.
AWAY = timedelta(days=60)


class CommunityQuerySet(models.QuerySet["Community"]):
    """Queries for several communities."""

    def manageable_by(self, user: User | AnonymousUser, permission: Permission) -> Self:
        """The communities in which `user` has a role that grants `permission`. Empty for a user who is not signed in."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__person=user, memberships__role__in=roles_with(permission)).distinct()


class Community(models.Model):
    """A group that runs meetups. Its new events start with its `language` and `time_zone`.

    Slug and name give it a hue, a letter and a pattern (RULES 141). Only what its organizers chose instead is stored.
    """

    slug = models.SlugField(_("Page URL"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=80)
    motto = models.CharField(max_length=160, blank=True, default="", db_default="")
    description = models.TextField(_("Description"), max_length=20_000, blank=True)
    chosen_hue = models.CharField(max_length=12, choices=Hue, blank=True, default="", db_default="")
    chosen_letter = models.CharField(max_length=1, blank=True, default="", db_default="")
    chosen_pattern = models.CharField(max_length=12, choices=Pattern, blank=True, default="", db_default="")
    # Its code of conduct in Markdown, or a link alone; empty for the built-in one. And where else reports may go.
    conduct = models.TextField(_("Code of conduct"), max_length=10_000, blank=True, db_default="")
    # Where answers to the organizers' mails go.
    contact_address = models.EmailField(_("Address for replies"), blank=True, db_default="")
    conduct_address = models.EmailField(_("Address for reports"), blank=True, db_default="")
    language = models.CharField(_("Language"), max_length=8, choices=settings.LANGUAGES, default="ja")
    time_zone = models.CharField(_("Time zone"), max_length=60, default="Asia/Tokyo", validators=[validate_zone])
    founded_at = models.DateTimeField()
    founded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # While it rests: since when, and the sentence in which its organizers say so (RULES 203).
    resting_since = models.DateTimeField(null=True, db_default=None)
    resting_words = models.CharField(_("One sentence"), max_length=160, blank=True, default="", db_default="")
    # Set by operators, instead of the site's own number (RULES 130).
    invitations_a_day = models.PositiveIntegerField(null=True, blank=True)

    objects: ClassVar = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "communities"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_community_that_rests_says_so", condition=Q(resting_since__isnull=True) | ~Q(resting_words="")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def thread(self) -> str:
        """The name of this community in history and messages."""
        return f"community:{self.slug}"

    @property
    def rests(self) -> bool:
        return self.resting_since is not None

    @property
    def hue(self) -> str:
        return self.chosen_hue or hue_of(self.slug)

    @property
    def letter(self) -> str:
        """The one letter of its seal."""
        return self.chosen_letter or letter_of(self.name)

    @property
    def pattern(self) -> str:
        return self.chosen_pattern or pattern_of(self.slug)

    @property
    def pattern_scale(self) -> float:
        return scale_of(self.slug)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Queries for several memberships."""

    def who_may(self, permission: Permission, community_id: int) -> Self:
        """The members of the community whose role grants `permission`."""
        return self.filter(community_id=community_id, role__in=roles_with(permission))

    def may(self, person: User | None, permission: Permission, community_id: int) -> bool:
        """Whether `person` is one of these members. One query."""
        return self.who_may(permission, community_id).filter(person=person).exists()

    def owners(self) -> Self:
        """Those who can sign in: an account that operators closed runs nothing."""
        return self.filter(role=Role.OWNER, person__is_active=True)

    def successors(self) -> Self:
        """Those who become the owner of their community when it has none left (RULES 247)."""
        return self.filter(successor_since__isnull=False, person__is_active=True).exclude(role=Role.OWNER)

    def been_here(self, at: datetime) -> Self:
        """The members who were signed in lately."""
        signed_in = Exists(Session.objects.filter(person=OuterRef("person"), expire_date__gt=at))
        return self.filter(signed_in | Q(person__last_login__gt=at - AWAY))

    def with_owners(self, at: datetime) -> Self:
        """With `owners` (their number), `has_successor` and `owner_is_here`, of the community of each."""
        there = Membership.objects.filter(community=OuterRef("community"))
        number = there.owners().order_by().values("community").annotate(number=Count("pk")).values("number")
        return self.annotate(
            owners=Coalesce(Subquery(number, output_field=IntegerField()), 0),
            has_successor=Exists(there.successors()),
            owner_is_here=Exists(there.owners().been_here(at)),
        )


class Membership(models.Model):
    """A person's role in a community. Each person has at most one role there."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("Role"), max_length=20, choices=Role)
    since = models.DateTimeField()
    # Who takes over at an event to which the person can't come (RULES 229).
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # Since when the person is named as the one who becomes the owner (RULES 247).
    successor_since = models.DateTimeField(null=True, db_default=None)

    objects: ClassVar = MembershipQuerySet.as_manager()

    if TYPE_CHECKING:
        # With `with_owners` only.
        owners: int
        has_successor: bool
        owner_is_here: bool

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "person"], name="one_role_a_person_and_community"),
            models.UniqueConstraint(
                fields=["community"], condition=Q(successor_since__isnull=False), name="one_successor_a_community"
            ),
        ]

    def grants(self, permission: Permission) -> bool:
        return permission in GRANTS[Role(self.role)]


class Follow(models.Model):
    """A person follows a community. Mail about its new events is a choice of its own (`notifications.Preference`)."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "community"], name="one_follow_a_person_and_community"),
        ]


class RaisedHand(models.Model):
    """A person who offered to help, or to speak about something, while a community rested (RULES 204)."""

    class Kind(models.TextChoices):
        HELP = "help", pgettext_lazy("raised hand", "I could help")
        SPEAK = "speak", pgettext_lazy("raised hand", "I could speak")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="raised_hands")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    about = models.CharField(max_length=120, blank=True)
    raised_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "person", "kind"], name="one_raised_hand_a_person_community_and_kind"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "raised_at"], name="hands_a_person_raised")]


class InvitationsSent(models.Model):
    """So many invitations to people without a part in the community, sent by one person in one step."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "at"], name="invitations_a_person_sent"),
            models.Index(fields=["at"], name="invitations_sent_lately"),
        ]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Queries for several invitations."""

    def open(self, at: datetime) -> Self:
        """The invitations that can still be accepted at `at`."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)


class Invitation(models.Model):
    """A link by mail that gives a role to the person who signs in with the address it was sent to."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("Email address"))
    role = models.CharField(_("Role"), max_length=20, choices=Role)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    token = models.CharField(max_length=40, unique=True, default=no_token)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation_an_address",
            ),
        ]
