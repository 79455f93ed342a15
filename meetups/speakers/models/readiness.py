"""The speaker checklist of a talk."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from meetups.speakers.models.talk import Talk


class Readiness(models.Model):
    """What is known about the needs of a talk before it is given. A talk without a Readiness has no answers yet.

    The talk's speaker fills it in. Presence records who was at the rehearsal and whose connection works. `publication` is the
    speaker's answer whether the slides may be published after the event, given at `publication_answered_at`; empty: not answered.
    """

    class Publication(models.TextChoices):
        YES = "yes", pgettext_lazy("slides", "may be published")
        NO = "no", pgettext_lazy("slides", "not published")

    class Equipment(models.TextChoices):
        OWN = "own", pgettext_lazy("equipment", "brings one")
        NONE = "none", pgettext_lazy("equipment", "needs one")

    talk = models.OneToOneField(Talk, on_delete=models.CASCADE, related_name="readiness")
    bio = models.TextField(max_length=1_000, blank=True)
    publication = models.CharField(max_length=4, choices=Publication, blank=True)
    publication_answered_at = models.DateTimeField(null=True)
    laptop = models.CharField(max_length=4, choices=Equipment, blank=True)
    adapter = models.CharField(max_length=4, choices=Equipment, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="an_answer_about_publication_has_a_date",
                condition=Q(publication="") | Q(publication_answered_at__isnull=False),
            ),
        ]
