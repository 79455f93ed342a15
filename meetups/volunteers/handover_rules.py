"""Rules for who may take over a shift (RULES 72). Reads; writes nothing."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.volunteers.approval import needs_yes
from meetups.volunteers.duty_seats import refuse_overlap
from meetups.volunteers.models import Handover, Shift, Signup
from meetups.volunteers.refusals import ShiftIsBeingCanceled, ShiftsOverlap


class HandoverIsOver(DomainError):
    message = _(
        "This request is closed: it was answered or withdrawn, the shift has started or was canceled, "
        "or the person has already stepped down."
    )


class HandoverIsForSomeoneElse(DomainError):
    message = _("This request was sent to another email address. Sign in with that one.")


class OrganizersSayYes(DomainError):
    message = _(
        "This shift needs organizer approval, so it can’t be passed to someone else. Please talk to an "
        "organizer: %(organizers)s."
    )


class ForMembersOnly(DomainError):
    message = _("This event is for the organizing team of %(community)s. Please talk to an organizer: %(organizers)s.")


class HasTheShiftAlready(DomainError):
    message = _("You’re already signed up for this shift, so you can’t take a second spot in it.")


def refuse_where_organizers_choose(shift: Shift, person: User, *, at: datetime) -> None:
    """Raises OrganizersSayYes where `person` could only ask for `shift` (RULES 24): a handover must not bypass the organizers."""
    if needs_yes(shift, person, at=at):
        raise OrganizersSayYes(organizers=organizers_of(shift.event))


def refuse_taker(handover: Handover, person: User, *, at: datetime) -> None:
    """Raises the reason why `person` cannot take the shift over. `handover` was loaded with its signup, shift and event."""
    shift = handover.signup.shift
    if not handover.is_for(person):
        raise HandoverIsForSomeoneElse
    if not handover.is_open(at) or handover.signup.volunteer_id == person.pk:
        raise HandoverIsOver
    if shift.is_being_canceled:
        raise ShiftIsBeingCanceled
    if not Event.objects.visible_to(person).filter(pk=shift.event_id).exists():
        raise ForMembersOnly(community=shift.event.community.name, organizers=organizers_of(shift.event))
    if Signup.objects.active().filter(shift=shift, volunteer=person).exists():
        raise HasTheShiftAlready
    refuse_overlap(shift, person, ShiftsOverlap)
    refuse_where_organizers_choose(shift, person, at=at)


def organizers_of(event: Event) -> str:
    """The names of the people who manage the event's shifts, in one line."""
    team = Membership.objects.who_may(Permission.MANAGE_SHIFTS, event.community_id).order_by("since", "pk")
    return pgettext("list", ", ").join(team.values_list("person__name", flat=True))
