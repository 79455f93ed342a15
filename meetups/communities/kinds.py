"""What this room tells people."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.communities.models import Invitation
from meetups.communities.permissions import Role
from meetups.core import dates
from meetups.core.links import link
from meetups.notifications.kinds import Content, Kind, declare
from meetups.notifications.models import Notification


def _rights(role: str) -> str:
    """What the role lets one do, in one sentence."""
    return {
        Role.OWNER: _("Owners do everything: events, people, and who belongs to the team."),
        Role.ORGANIZER: _("Organizers plan events, see who comes, decide about talks and shifts, and check people in."),
        Role.RECEPTION: _("Reception checks people in at the door. It sees names, and no addresses."),
    }[Role(role)]


@declare
class InvitationSent(Kind[Invitation]):
    name = "invitation"

    def about(self, notification: Notification) -> Invitation | None:
        return Invitation.objects.select_related("community", "invited_by").filter(pk=notification.subject_id).first()

    def still_holds(self, about: Invitation, notification: Notification, at: datetime) -> bool:
        return about.accepted_at is None and about.withdrawn_at is None and at < about.expires_at

    def compose(self, about: Invitation, notification: Notification, at: datetime) -> Content:
        zone, language = about.community.time_zone, get_language() or "en"
        until = f"{dates.moment(about.expires_at, zone, language)} {dates.zone_label(about.expires_at, zone)}"
        names = {"community": about.community.name, "person": about.invited_by.name if about.invited_by else ""}
        return Content(
            title=_("Help to run %(community)s") % names,
            lead=(
                _("%(person)s invites you to help to run “%(community)s”.") % names
                if about.invited_by
                else _("You are invited to help to run “%(community)s”.") % names
            ),
            facts=[
                (_("Community"), about.community.name),
                (_("Your role"), str(about.get_role_display())),
                (_("Answer by"), until),
            ],
            paragraphs=[_rights(about.role)],
            action=(_("Accept the invitation"), link("invitation", about.token)),
            small_print=[
                _("The link works for whoever signs in with the address that this mail was sent to."),
                _("If you do not know these people, you need not do anything."),
            ],
        )
