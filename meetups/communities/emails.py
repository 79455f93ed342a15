"""The mails of communities."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.accounts.models import User
from meetups.communities.models import Invitation, Membership
from meetups.communities.permissions import Permission, Role
from meetups.core import dates
from meetups.core.links import link, mailed_token
from meetups.core.texts.safe_text import for_strangers
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification


def invited_by(person: User | None) -> list[tuple[str, str]]:
    """The line that says who sent an invitation, with the address that they have proved (RULES 131)."""
    if person is None:
        return []
    return [(_("Invited by"), person_at(for_strangers(person.name), person.email))]


def person_at(name: str, email: str) -> str:
    """A person with the address that they have proved."""
    return _("%(name)s (%(email)s)") % {"name": name, "email": email}


def _rights(role: str) -> str:
    """What the role allows, in one sentence."""
    return {
        Role.OWNER: _("Owners can do everything: events, people and the team."),
        Role.ORGANIZER: _("Organizers plan events, see attendees, decide on talks and shifts, and check people in."),
        Role.PROGRAMME: _(
            "Program staff decide on talks, look after speakers, the program and slides, and check people in."
        ),
        Role.VOLUNTEERS: _(
            "Volunteer staff plan shifts and the teardown list, look after volunteers, and check people in."
        ),
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


class OfSuccession(Kind[Membership]):
    """About the one who is, was or isn't the successor of a community (RULES 247, 248)."""

    def rows(self) -> QuerySet[Membership]:
        return Membership.objects.select_related("community", "person")

    def names(self, about: Membership) -> dict[str, str]:
        return {"community": for_strangers(about.community.name), "person": for_strangers(about.person.name)}


@declare
class SuccessorNamed(OfSuccession):
    name = "successor_named"

    def still_holds(self, about: Membership, notification: Notification, at: datetime) -> bool:
        return about.successor_since == notification.created_at

    def compose(self, about: Membership, notification: Notification, at: datetime) -> Content:
        names = self.names(about)
        return Content(
            title=_("You’re the successor at %(community)s") % names,
            lead=_("If its only owner leaves, you become the owner of “%(community)s”.") % names,
            facts=[(_("Community"), names["community"]), (_("Your role"), str(about.get_role_display()))],
            paragraphs=[
                _(
                    "Until then nothing changes, and there’s nothing to do. If you’d rather not, decline with one click."
                ),
            ],
            action=(_("Read more, or decline"), link("desk_rights", about.community.slug)),
        )


@declare
class SuccessionDeclined(OfSuccession):
    name = "succession_declined"

    def still_holds(self, about: Membership, notification: Notification, at: datetime) -> bool:
        team = Membership.objects.filter(community=about.community_id)
        is_owner = Membership.objects.may(notification.recipient, Permission.MANAGE_MEMBERS, about.community_id)
        return is_owner and not team.successors().exists()

    def compose(self, about: Membership, notification: Notification, at: datetime) -> Content:
        names = self.names(about)
        return Content(
            title=_("%(community)s has no successor") % names,
            lead=_("%(person)s would rather not become the owner of “%(community)s” one day.") % names,
            paragraphs=[_("Name someone else, or make another person of the team an owner.")],
            action=(_("Open the team"), link("desk_members", about.community.slug)),
        )


@declare
class OwnerNow(OfSuccession):
    name = "owner_now"

    def still_holds(self, about: Membership, notification: Notification, at: datetime) -> bool:
        return about.role == Role.OWNER

    def compose(self, about: Membership, notification: Notification, at: datetime) -> Content:
        names = self.names(about)
        return Content(
            title=_("You’re now an owner of %(community)s") % names,
            lead=_("You were named as successor. From now on you’re an owner of “%(community)s”.") % names,
            facts=[(_("Community"), names["community"]), (_("Your role"), str(about.get_role_display()))],
            paragraphs=[_rights(about.role), _("It’s a good moment to name a successor yourself.")],
            action=(_("Open the team"), link("desk_members", about.community.slug)),
        )


@declare
class OwnerSucceeded(OfSuccession):
    """To who owned the community until then, or still does."""

    name = "owner_succeeded"

    def still_holds(self, about: Membership, notification: Notification, at: datetime) -> bool:
        return about.role == Role.OWNER

    def compose(self, about: Membership, notification: Notification, at: datetime) -> Content:
        names = self.names(about)
        stays = Membership.objects.may(notification.recipient, Permission.MANAGE_MEMBERS, about.community_id)
        if not stays:
            return Content(
                title=_("%(community)s is in good hands") % names,
                lead=_("%(person)s, your successor, is now the owner of “%(community)s”.") % names,
                paragraphs=[_("You’ve left the organizing team. Thank you for all you did there.")],
                action=(_("Open the community"), link("community", about.community.slug)),
            )
        return Content(
            title=_("%(community)s has another owner") % names,
            lead=_("%(person)s, your successor, is now an owner of “%(community)s” as well.") % names,
            paragraphs=[_("You hadn’t signed in for 60 days. You stay an owner, and nothing else has changed.")],
            action=(_("Open the team"), link("desk_members", about.community.slug)),
        )
