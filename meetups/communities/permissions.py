"""Roles, permissions, and the table of which role grants what."""

from enum import StrEnum, auto

from django.db import models
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """The role of a person in a community."""

    OWNER = "owner", pgettext_lazy("role", "Owner")
    ORGANIZER = "organizer", pgettext_lazy("role", "Organizer")
    RECEPTION = "reception", pgettext_lazy("role", "Check-in staff")


class Permission(StrEnum):
    """A right that the desk checks before it shows or does something."""

    SEE_DESK = auto()
    PLAN_EVENTS = auto()
    SEE_ATTENDEES = auto()
    MANAGE_ATTENDEES = auto()
    DECIDE_TALKS = auto()
    MANAGE_SHIFTS = auto()
    RUN_DRAW = auto()
    CHECK_IN = auto()
    MANAGE_MEMBERS = auto()


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ORGANIZER: frozenset(Permission) - {Permission.MANAGE_MEMBERS},
    # The check-in staff need names only: no addresses, no editing.
    Role.RECEPTION: frozenset({Permission.SEE_DESK, Permission.CHECK_IN}),
}


def roles_with(permission: Permission) -> list[Role]:
    """The roles that grant `permission`."""
    return [role for role, granted in GRANTS.items() if permission in granted]
