"""A volunteer asks a person to take over their shift."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User, person_key
from meetups.core.errors import DomainError
from meetups.history.models import record
from meetups.notifications.notify import notify_address
from meetups.registrations.pen.seats import seats_of
from meetups.volunteers.handover_rules import refuse_where_organizers_choose
from meetups.volunteers.models import Handover, Shift, Signup
from meetups.volunteers.refusals import refuse_unless_shift_is_ahead

# A shift must not give a volunteer a way to write to strangers.
A_DAY = 5


class NotYourShift(DomainError):
    message = _("You’re no longer signed up for this shift.")


class HandoverIsPending(DomainError):
    message = _("You already have a request awaiting a reply. Withdraw that one first.")


class OwnAddress(DomainError):
    message = _("This is your own email address. Enter that of the person who takes over.")


class VolunteerSaidNo(DomainError):
    message = _("The person at this address declined. Please ask someone else.")


class TooManyHandoversToday(DomainError):
    message = _("You can ask at most %(number)s times a day. Please continue tomorrow, or cancel your shift.")


def hand_over_shift(*, signup: Signup, address: str, at: datetime, by: User) -> Handover:
    """Asks the person at `address` to take the shift over. Until they accept, it stays with `by` (RULES 72).

    Nothing here depends on whether the address is known (RULES 28). Raises EventClosed where the shift has begun or was canceled,
    NotYourShift, OrganizersSayYes where organizers choose the volunteers, OwnAddress, HandoverIsPending, VolunteerSaidNo,
    TooManyHandoversToday.
    """
    address = address.lower()
    with seats_of(signup.shift.event, at=at) as seats:
        signup = Signup.objects.get(pk=signup.pk)
        shift = Shift.objects.select_related("event").get(pk=signup.shift_id)
        if signup.state != Signup.State.SIGNED_UP or signup.volunteer_id != by.pk:
            raise NotYourShift
        refuse_unless_shift_is_ahead(seats.event, shift, at)
        if shift.needs_approval:
            refuse_where_organizers_choose(shift, by, at=at)
        if person_key(address) == by.person_key:
            raise OwnAddress
        _check_what_was_asked(signup, address, at=at, by=by)
        # Only the person who is asked sees the mail.
        language = User.objects.language_at(address, otherwise=seats.event.language)
        handover = Handover.objects.create(signup=signup, address=address, language=language, made_at=at)
        record(
            thread=seats.event.thread,
            subject=handover.subject,
            verb="hand_over_shift",
            at=at,
            by=by,
            to_state=handover.state,
        )
        notify_address(
            kind="shift_handover",
            address=address,
            language=handover.language,
            thread=seats.event.thread,
            subject=handover.subject,
            cause=1,
            at=at,
            not_after=shift.starts_at,
        )
        return handover


def _check_what_was_asked(signup: Signup, address: str, *, at: datetime, by: User) -> None:
    here = list(Handover.objects.filter(signup=signup))
    if any(one.state == Handover.State.OPEN for one in here):
        raise HandoverIsPending
    if any(one.state == Handover.State.DECLINED and person_key(one.address) == person_key(address) for one in here):
        raise VolunteerSaidNo
    # Shifts at two events have two seat locks, and one limit.
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    if Handover.objects.filter(signup__volunteer=by, made_at__gt=at - timedelta(days=1)).count() >= A_DAY:
        raise TooManyHandoversToday(number=A_DAY)
