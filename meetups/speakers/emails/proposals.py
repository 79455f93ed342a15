"""Mails about a talk that is offered to a community: to organizers who decide, and to its speaker."""

from datetime import datetime
from typing import ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.facts import Facts
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.speakers.emails.organizers import decides
from meetups.speakers.models import Proposal


class ProposalKind(Kind[Proposal]):
    """A message about one proposal; it holds while the proposal is in `state`."""

    state: ClassVar[Proposal.State]

    def rows(self) -> QuerySet[Proposal]:
        return Proposal.objects.select_related("community", "speaker")

    def still_holds(self, about: Proposal, notification: Notification, at: datetime) -> bool:
        return about.state == self.state

    def names(self, about: Proposal) -> dict[str, str]:
        """Values for the placeholders."""
        return {"talk": about.title, "community": about.community.name, "person": about.speaker.name}

    def facts(self, about: Proposal) -> Facts:
        """Title and length of the proposal."""
        return [(_("Talk"), about.title), (_("Length"), _("%(minutes)s minutes") % {"minutes": about.minutes})]


class OrganizersProposalKind(ProposalKind):
    """To organizers who decide about talks, as long as they do."""

    def still_holds(self, about: Proposal, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and decides(notification.recipient, about.community_id)

    def for_organizers(self, about: Proposal, *, title: str, lead: str, button: str) -> Content:
        """The parts that all of them share."""
        return Content(
            title=title,
            lead=lead,
            facts=[(_("Speaker"), about.speaker.name), *self.facts(about), (_("Community"), about.community.name)],
            action=(button, link("desk_proposals", about.community.slug)),
        )


@declare
class ProposalReceived(OrganizersProposalKind):
    name = "proposal_received"
    state = Proposal.State.WAITING

    def compose(self, about: Proposal, notification: Notification, at: datetime) -> Content:
        return self.for_organizers(
            about,
            title=_("A talk was proposed: %(talk)s") % self.names(about),
            lead=_("%(person)s proposed a talk to “%(community)s”, for any event it fits.") % self.names(about),
            button=_("Read and decide"),
        )


@declare
class ProposalSent(ProposalKind):
    """The receipt for the person who proposes."""

    name = "proposal_sent"
    state = Proposal.State.WAITING

    def compose(self, about: Proposal, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("We have your proposal: %(talk)s") % self.names(about),
            lead=_("Thank you for offering a talk to “%(community)s”. The organizers read it and reply by email.")
            % self.names(about),
            facts=self.facts(about),
            action=(_("Change or withdraw it"), link("proposal_revision", about.pk)),
        )


@declare
class ProposalWithdrawn(OrganizersProposalKind):
    name = "proposal_withdrawn"
    state = Proposal.State.WITHDRAWN

    def compose(self, about: Proposal, notification: Notification, at: datetime) -> Content:
        return self.for_organizers(
            about,
            title=_("A proposal was withdrawn: %(talk)s") % self.names(about),
            lead=_("%(person)s withdrew a talk that was offered to “%(community)s”.") % self.names(about),
            button=_("See the proposals"),
        )


@declare
class ProposalDeclined(ProposalKind):
    name = "proposal_declined"
    state = Proposal.State.DECLINED

    def compose(self, about: Proposal, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("About your proposal: %(talk)s") % self.names(about),
            lead=_("Thank you for offering a talk to “%(community)s”. The organizers don’t have an event that it fits.")
            % self.names(about),
            facts=self.facts(about),
            paragraphs=[_("Another talk of yours may fit: we’d be glad to hear from you again.")],
            action=(_("Look at the community"), link("community", about.community.slug)),
        )
