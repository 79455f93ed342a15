"""A volunteer steps down from a shift."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, roles_with
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.refusals import EventClosed
from meetups.registrations.seats import seats_of
from meetups.volunteers.models import Signup
from meetups.volunteers.steps import end_signup


def step_down(*, signup: Signup, at: datetime, by: User) -> Signup:
    """Ends the signup; her seat falls back as the page said (RULES 21). A second time changes nothing.

    After the shift's deadline organizers are told at once (RULES 22). Raises EventClosed once the shift has begun.
    """
    with seats_of(signup.shift.event, at=at) as seats:
        signup = Signup.objects.select_related("shift", "volunteer").get(pk=signup.pk)
        if signup.state != Signup.State.SIGNED_UP:
            return signup
        if signup.shift.ends_at <= at:
            raise EventClosed
        end_signup(seats, signup, at=at, by=by)
        if signup.late:
            organizers = Membership.objects.filter(
                community_id=seats.event.community_id, role__in=roles_with(Permission.MANAGE_SHIFTS)
            )
            notify_all(
                notification(
                    kind="stepped_down_late",
                    recipient_id=organizer.person_id,
                    thread=seats.event.thread,
                    subject=signup.subject,
                    cause="late",
                    at=at,
                )
                for organizer in organizers
            )
        return signup
