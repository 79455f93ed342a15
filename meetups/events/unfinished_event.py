"""What was typed on the page for a new event, before it is an event (RULES 255)."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from meetups.core.versions import refuse_what_has_changed, version


class UnfinishedEvent(models.Model):
    """A form for a new event as far as it was filled in: nothing in it need be right, and a date may be missing.

    `public_id` is that of the event to come. `typed` has the values of each field, and `tab` names the open page that saved last.
    """

    community = models.ForeignKey("communities.Community", on_delete=models.CASCADE, related_name="unfinished_events")
    public_id = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=120, blank=True)
    typed = models.JSONField(default=dict)
    tab = models.CharField(max_length=12, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-saved_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def version(self) -> str:
        return version(self.typed)

    def refuse_another_tab(self, *, seen: str, tab: str) -> None:
        """Raises ChangedMeanwhile if another page saved since the one that sends this. What a page saved itself it knows, also
        where the answer never reached it.
        """
        if self.tab != tab:
            refuse_what_has_changed(seen, self.version)
