"""Lines of the programme that are no talks."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetups.events.models import Event


class Break(models.Model):
    """A line of the programme that is no talk: opening, break, networking.

    Breaks and talks of an event share one order, `position`. `note` is for the MC and is never public.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="breaks")
    title = models.CharField(_("Title"), max_length=80)
    minutes = models.PositiveSmallIntegerField(_("Minutes"), default=10)
    position = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(_("Notes for the MC"), max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="break_lasts_from_1_to_480_minutes", condition=Q(minutes__gte=1, minutes__lte=480)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["event", "position"], name="break_by_event")]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """The name of the break in history."""
        return f"break:{self.pk}"
