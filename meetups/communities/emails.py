"""The mails of communities."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.accounts.models import User
from meetups.communities.models import Invitation
from meetups.communities.permissions import Role
from meetups.core import dates
from meetups.core.links import link, mailed_token
from meetups.core.texts.safe_text import for_strangers
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification


def invited_by(person: User | None) -> list[tuple[str, str]]:
    """The line that says who sent an invitation, with the address that they have proved (RULES 131)."""
    if person is None:
        return []
    return [(_("Invited by"), f"{for_strangers(person.name)} ({person.email})")]


def _rights(role: str) -> str:
    """What the role allows, in one sentence."""
    return {
        Role.OWNER: _("Owners can do everything: events, people and the team."),
        Role.ORGANIZER: _("Organizers plan events, see attendees, decide on talks and shifts, and check people in."),
        Role.RECEPTION: _("Check-in staff check people in at the door. They see names, but no email addresses."),
    }[Role(role)]


@declare
class InvitationSent(Kind[Invitation]):
    name = "invitation"

    def rows(self) -> QuerySet[Invitation]:
        return Invitation.objects.select_related("community", "invited_by")

    def still_holds(self, about: Invitation, notification: Notification, at: datetime) -> bool:
        return about.accepted_at is None and about.withdrawn_at is None and at < about.expires_at

    def compose(self, about: Invitation, notification: Notification, at: datetime) -> Content:
        zone, language = about.community.time_zone, get_language() or "en"
        until = f"{dates.moment(about.expires_at, zone, language)} {dates.zone_label(about.expires_at, zone)}"
        community = for_strangers(about.community.name)
        names = {"community": community, "person": for_strangers(about.invited_by.name) if about.invited_by else ""}
        return Content(
            title=_("Join the team of %(community)s") % names,
            lead=(
                _("%(person)s invited you to join the organizing team of “%(community)s”.") % names
                if about.invited_by
                else _("You’re invited to join the organizing team of “%(community)s”.") % names
            ),
            facts=[
                (_("Community"), community),
                *invited_by(about.invited_by),
                (_("Your role"), str(about.get_role_display())),
                (_("Reply by"), until),
            ],
            paragraphs=[_rights(about.role)],
            action=(_("Accept invitation"), link("invitation", mailed_token(about))),
            small_print=[
                _("The link only works for someone signed in with the address this email was sent to."),
                _("If you don’t know these people, there’s nothing you need to do."),
            ],
        )
