"""The teardown list: what must be done before everyone goes home, and how the room was."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetups.core.files.uploads import upload_name
from meetups.events.models import Event


class ChoreQuerySet(models.QuerySet["Chore"]):
    def in_order(self) -> Self:
        return self.order_by("position", "pk")

    def open(self) -> Self:
        """Lines that are still to be done."""
        return self.filter(sort=Chore.Sort.DO, done_at__isnull=True)


class Chore(models.Model):
    """One line of an event's teardown list: something to do, which a person ticks, or something not to do.

    Several people tick the list together. `done_by` is the first person who did the line, at `done_at`. Both are empty when the
    line is open again.
    """

    class Sort(models.TextChoices):
        DO = "do", pgettext_lazy("chore", "To do")
        DO_NOT = "do_not", pgettext_lazy("chore", "Don’t")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="chores")
    sort = models.CharField(_("Kind"), max_length=8, choices=Sort, default=Sort.DO)
    text = models.CharField(_("What"), max_length=120)
    detail = models.CharField(_("How and where"), max_length=400, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar = ChoreQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="what_is_not_to_be_done_is_never_ticked", condition=Q(sort="do") | Q(done_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["event", "position"], name="chore_by_event")]

    def __str__(self) -> str:
        return self.text

    @property
    def subject(self) -> str:
        """The name of the line in history."""
        return f"chore:{self.pk}"


class RoomPhoto(models.Model):
    """How the room was before: teardown restores it. `image` is a JPEG without metadata (`core.files.uploads`)."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="room_photos")
    image = models.FileField(upload_to=upload_name, max_length=100)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    caption = models.CharField(_("Photo description"), max_length=120, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField()
