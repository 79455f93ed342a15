"""Roles, permissions, and the table of which role grants what."""

from enum import StrEnum, auto

from django.db import models
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """The role of a person in a community. That of a helper is at one event only."""

    OWNER = "owner", pgettext_lazy("role", "Owner")
    ORGANIZER = "organizer", pgettext_lazy("role", "Organizer")
    PROGRAMME = "programme", pgettext_lazy("role", "Program staff")
    VOLUNTEERS = "volunteers", pgettext_lazy("role", "Volunteer staff")
    RECEPTION = "reception", pgettext_lazy("role", "Check-in staff")
    HELPER = "helper", pgettext_lazy("role", "Check-in helper")


class Permission(StrEnum):
    """A right that the desk checks before it shows or does something."""

    SEE_DESK = auto()
    PLAN_EVENTS = auto()
    SEE_ATTENDEES = auto()
    MANAGE_ATTENDEES = auto()
    DECIDE_TALKS = auto()
    MANAGE_SHIFTS = auto()
    WRITE_MESSAGES = auto()
    RUN_DRAW = auto()
    CHECK_IN = auto()
    MANAGE_MEMBERS = auto()


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ORGANIZER: frozenset(Permission) - {Permission.MANAGE_MEMBERS},
    # Talks, program and slides with their speakers; shifts and teardown with their volunteers: they write to these (RULES 250). All of
    # these help at the door.
    Role.PROGRAMME: frozenset(
        {Permission.SEE_DESK, Permission.CHECK_IN, Permission.DECIDE_TALKS, Permission.WRITE_MESSAGES}
    ),
    Role.VOLUNTEERS: frozenset(
        {Permission.SEE_DESK, Permission.CHECK_IN, Permission.MANAGE_SHIFTS, Permission.WRITE_MESSAGES}
    ),
    # The check-in staff need names only: no addresses, no editing.
    Role.RECEPTION: frozenset({Permission.SEE_DESK, Permission.CHECK_IN}),
    # Check-in and nothing else: so they need no second factor (RULES 227).
    Role.HELPER: frozenset({Permission.CHECK_IN}),
}
OF_THE_TEAM = tuple(role for role in Role if role != Role.HELPER)


def roles_with(permission: Permission) -> list[Role]:
    """The roles that grant `permission`."""
    return [role for role, granted in GRANTS.items() if permission in granted]
