"""People who can sign in."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from meetups.core.ids import token

# A domain that has no mail server, ever (RFC 2606).
NO_MAIL = "by-hand.invalid"


class UserManager(BaseUserManager["User"]):
    """Makes people. `create_user` leaves the password unusable unless one is given: a code by mail also signs a person in."""

    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_name(self, name: str, *, language: str) -> "User":
        """A name without an account: no one can sign in, and no mail leaves for it."""
        return self.create_user(f"{token()}@{NO_MAIL}", name, language=language, is_active=False)

    def language_at(self, email: str, *, otherwise: str) -> str:
        """The language of the account with this address, else `otherwise`. Only those who read mail there may see it."""
        known = self.filter(email=email).first()
        return known.language if known else otherwise

    def create_superuser(self, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, name, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person: one verified address, one display name, one language.

    `is_staff` marks operators of the site. It gives no right in any community.
    """

    email = models.EmailField(_("Email address"), unique=True)
    name = models.CharField(_("Name"), max_length=60)
    language = models.CharField(_("Language"), max_length=8, choices=settings.LANGUAGES, default="ja")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    # The time when the person was erased (RULES 211).
    erased_at = models.DateTimeField(null=True, editable=False)
    # The last time at which sessions of the person were ended from another browser (RULES 265).
    browsers_end_at = models.DateTimeField(null=True, editable=False)
    # Counted on lists of attendees, but not named; organizers still read the name (RULES 157).
    hides_name = models.BooleanField(default=False, db_default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_person_an_address"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["erased_at"], name="person_erased", condition=Q(erased_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def person_key(self) -> str:
        return person_key(self.email)


def person_key(email: str) -> str:
    """The form of an address that counts as one person: in lower case, without the part after `+` (RULES 16)."""
    local, _at, domain = email.lower().partition("@")
    return f"{local.split('+', 1)[0]}@{domain}"


def display_name(user: User) -> str:
    """The name by which allauth's pages and mails address `user`."""
    return user.name


class Session(AbstractBaseSession):
    """A browser that the site knows, and the person who is signed in there. `person` is None before anyone signs in."""

    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sessions")


class Attempt(models.Model):
    """A mail with a code that was asked for, a wrong code, or a link past both limits. What names someone is a hash (`attempts`).

    `code` says for which code a guess was, where the code waits in a session.
    """

    class What(models.TextChoices):
        MAIL = "mail"
        WRONG_CODE = "wrong_code"
        WAY_IN = "way_in"

    what = models.CharField(max_length=10, choices=What)
    account = models.CharField(max_length=40)
    network = models.CharField(max_length=40)
    code = models.CharField(max_length=40, default="", db_default="")
    at = models.DateTimeField()
    is_proved = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["what", "account", "at"], name="attempts_of_an_account"),
            models.Index(fields=["what", "network", "at"], name="attempts_of_a_network"),
            models.Index(fields=["what", "at"], name="attempts_in_all"),
        ]


class CalendarFeed(models.Model):
    """The secret address where a calendar program reads the dates of a person. A new `token` ends the old address."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    token = models.CharField(max_length=32, unique=True, default=token)
    made_at = models.DateTimeField()
