"""The invitation to a pair: two people enter a lottery together, and the second comes in by a link (RULES 17)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from meetups.core.ids import token
from meetups.registrations.models.registration import Registration


class PairInvitation(models.Model):
    """An invitation from `lead`, who is in the lottery, to a partner. `token` is the secret of the link that `lead` passes on."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("pair", "awaiting reply")
        ACCEPTED = "accepted", pgettext_lazy("pair", "accepted")
        DECLINED = "declined", pgettext_lazy("pair", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("pair", "withdrawn")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {State.OPEN: {State.ACCEPTED, State.DECLINED, State.WITHDRAWN}}

    lead = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="pair_invitations")
    token = models.CharField(max_length=32, unique=True, default=token)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lead"], condition=Q(state="open"), name="one_open_invitation_a_lead"),
        ]

    @property
    def subject(self) -> str:
        """The name of the invitation in history and messages."""
        return f"pair:{self.pk}"
