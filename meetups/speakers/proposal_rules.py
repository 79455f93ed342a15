"""What proposals to an event and to a community have in common."""

from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError

# Organizers read each proposal; more than this from one person at once is not meant to be read.
OPEN_PROPOSALS = 5


class TooManyProposals(DomainError):
    message = _("Several proposals of yours are waiting for an answer already. Please wait for it, or withdraw one.")


class CallIsClosed(DomainError):
    message = _("Proposals are not taken any more. What you have typed is still here, so that you can copy it.")
