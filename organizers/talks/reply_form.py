"""The fields for what organizers write to a speaker with their decision, and until when the speaker confirms."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.zones import wall_at
from meetups.events.models import Event
from meetups.speakers.deadlines import deadline_by_call
from meetups.speakers.models import Call, Talk
from organizers.desk.fields import MarkdownField, WallField, instant_typed


class ReplyForm(forms.Form):
    """What the speaker reads besides."""

    reply = MarkdownField(
        label=gettext_lazy("Note to the speaker"),
        max_length=500,
        required=False,
        rows=4,
        help_text=gettext_lazy("Plain text in the email, at most 500 characters."),
    )


class AcceptanceForm(ReplyForm):
    """Note and deadline of a proposal. The time is read on the event's clock."""

    until = WallField(
        label=gettext_lazy("Deadline to confirm, if accepted"),
        required=False,
        help_text=gettext_lazy("If blank: as the call for speakers says, else seven days after you notify them."),
    )

    def __init__(self, sent: QueryDict | None, *, talk: Talk) -> None:
        super().__init__(sent, initial=acceptance_typed(talk))
        self.event: Event = talk.event

    @property
    def confirm_by(self) -> datetime | None:
        """The deadline as an instant; the form must be valid."""
        return instant_typed(self, "until", self.event.time_zone)


def acceptance_typed(talk: Talk) -> dict[str, Any]:
    """Note and deadline as the form shows them."""
    by = talk.confirm_by
    return {"reply": talk.reply, "until": wall_at(by, talk.event.time_zone) if by else None}


def deadline_fields(event: Event, call: Call | None, at: datetime) -> dict[str, str]:
    """The first and the last minute that a field for a deadline takes, on the event's clock, and what holds where it is empty."""
    first, last = (f"{one.astimezone(event.zone):%Y-%m-%dT%H:%M}" for one in (at, event.starts_at))
    by_call = deadline_by_call(call, event, at)
    if by_call is None:
        return {"first": first, "last": last, "otherwise": _("If blank: seven days after you notify them.")}
    moment = dates.moment(by_call, event.time_zone, get_language() or "en")
    otherwise = _("If blank: %(until)s, as the call for speakers says, where you notify them today.")
    return {"first": first, "last": last, "otherwise": otherwise % {"until": moment}}
