"""Steps on proposals to a community; the caller has opened the transaction."""

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError
from meetups.speakers.models import Proposal


class ProposalHasMovedOn(DomainError):
    message = _("The state of “%(title)s” has changed to “%(state)s”. Reload the page to see what can be done now.")


def waiting_proposal(proposal: Proposal) -> Proposal:
    """The current proposal, locked, with community and speaker. Raises ProposalHasMovedOn unless it is waiting."""
    found = Proposal.objects.select_for_update(of=("self",), no_key=True).select_related("community", "speaker")
    proposal = found.get(pk=proposal.pk)
    if proposal.state != Proposal.State.WAITING:
        raise ProposalHasMovedOn(title=proposal.title, state=proposal.get_state_display())
    return proposal
