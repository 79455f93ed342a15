"""Pictures in the text of an event."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetups.core.files.uploads import upload_name
from meetups.core.ids import public_id
from meetups.core.texts.markdown import OWN_PICTURE

# No text that people read has more.
MOST_PICTURES = 20
LONGEST_ALT = 160
# These would end the words in Markdown, or change them.
MARKS = str.maketrans({mark: f"\\{mark}" for mark in r"\`*_[]<>!~&"})


class EventPicture(models.Model):
    """A picture that the text of the event can show: a WebP (`core.files.uploads`).

    `name` is what the text calls it, once in an event. A copy of the event has it under the same name, so its text stays as it is.
    `alt` says what it shows.
    """

    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="pictures")
    name = models.CharField(max_length=12, default=public_id)
    image = models.FileField(upload_to=upload_name, max_length=100)
    alt = models.CharField(_("What does it show?"), max_length=LONGEST_ALT)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="picture_has_one_name_in_its_event", fields=["event", "name"])
        ]

    def __str__(self) -> str:
        return self.alt

    @property
    def source(self) -> str:
        """Its address in Markdown."""
        return OWN_PICTURE + self.name

    @property
    def markdown(self) -> str:
        """What shows it in the text."""
        return f"![{self.alt.translate(MARKS)}]({self.source})"
