"""A talk that organizers entered by hand is offered to the person who gives it."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetups.speakers.models.talk import Talk

# So long a link works.
OFFERED_FOR = timedelta(days=14)


class TalkOffer(models.Model):
    """A mailed link with which the account of `address` takes a talk over that was entered by hand.

    The link is signed and stands in the mail only (RULES 173). It works once, for 14 days, and a later offer of the same talk ends
    it. `word` is the message of a person who declined.
    """

    class State(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("offer of a talk", "waiting")
        TAKEN = "taken", pgettext_lazy("offer of a talk", "taken over")
        DECLINED = "declined", pgettext_lazy("offer of a talk", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("offer of a talk", "withdrawn")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "": {State.OFFERED},
        State.OFFERED: {State.TAKEN, State.DECLINED, State.WITHDRAWN},
        State.TAKEN: set(),
        State.DECLINED: set(),
        State.WITHDRAWN: set(),
    }

    talk = models.ForeignKey(Talk, on_delete=models.CASCADE, related_name="offers")
    address = models.EmailField(_("Email address"))
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    state = models.CharField(max_length=12, choices=State, default=State.OFFERED)
    offered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    word = models.CharField(_("Message to the organizers"), max_length=500, blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["talk"], condition=Q(state="offered"), name="a_talk_is_offered_to_one_person_at_a_time"
            ),
        ]

    @property
    def subject(self) -> str:
        """The name of the offer in history and messages."""
        return f"talk-offer:{self.pk}"

    @property
    def until(self) -> datetime:
        return self.offered_at + OFFERED_FOR

    def can_be_taken(self, at: datetime) -> bool:
        """Whether the link still works at `at`. The talk was loaded with its event."""
        stands = self.talk.by_hand and self.talk.event.is_published
        return stands and self.state == self.State.OFFERED and at < self.until
