"""A person joins as check-in helper of one event."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, Role
from meetups.core.errors import DomainError
from meetups.events.event_roles import EventRole, HelperLink
from meetups.events.models import Event
from meetups.history.models import record

MOST = 20


class HelperLinkIsOver(DomainError):
    message = _("This link was revoked, or its event is over. Ask the organizers for a new one.")


class EnoughHelpers(DomainError):
    message = _("%(most)s people help here already, the most for one link. Ask the organizers.")


class HelperWasRemoved(DomainError):
    message = _("An organizer has ended your help here. Ask them before you join again.")


def join_as_helper(*, link: HelperLink, at: datetime, by: User) -> None:
    """Gives `by` check-in, until the day after the event (RULES 227, 228).

    A person who can check in there already gets nothing more. Raises HelperLinkIsOver, HelperWasRemoved, EnoughHelpers.
    """
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(no_key=True).get(pk=link.event_id)
        link = HelperLink.objects.get(pk=link.pk)
        link.event = event
        if not link.is_open(at):
            raise HelperLinkIsOver
        mine = event.roles.filter(person=by)
        if mine.active().exists() or Membership.objects.may(by, Permission.CHECK_IN, event.community_id):
            return
        if mine.filter(link=link).exists():
            raise HelperWasRemoved
        if event.roles.active().filter(role=Role.HELPER).count() >= MOST:
            raise EnoughHelpers(most=MOST)
        role = EventRole.objects.create(event=event, person=by, role=Role.HELPER, since=at, link=link)
        record(thread=event.thread, subject=f"event_role:{role.pk}", verb="join_as_helper", at=at, by=by)
