"""The times at which attendees are reminded, as an organizer chooses them: a few rows of days and time. RULES 97."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_time
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.reminder_times import FARTHEST_DAYS, MOST, ReminderTime, read_times, times_text


def days_in_words(days: int) -> str:
    """The distance to the start: the day itself, or a number of days before it."""
    if days == 0:
        return _("on the day")
    if days == 1:
        return _("the day before")
    return ngettext("%(days)s day before", "%(days)s days before", days) % {"days": days}


def in_words(text: str) -> str:
    """All of an event's reminder times on one line; a dash if there are none."""
    language = get_language() or "en"
    rows = [f"{days_in_words(days)} {dates.wall_clock(wall, language)}" for days, wall in read_times(text)]
    return pgettext("list", ", ").join(rows) or "–"


class ReminderTimesInput(forms.Widget):
    """Rows with a choice of days and a time. The typed values come back unchanged, even if they make no sense."""

    template_name = "forms/reminder_times.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        """The rows as one line; a hidden field sends them in this form."""
        if name in data:
            return str(data[name])
        pairs = [(data.get(f"{name}_days_{row}", ""), data.get(f"{name}_time_{row}", "")) for row in range(MOST)]
        return ", ".join(f"{days.strip()} {wall.strip()}" for days, wall in pairs if days.strip() or wall.strip())

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_days_0" not in data

    def id_for_label(self, id_: str) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        typed = [pair.partition(" ")[::2] for pair in str(value or "").split(", ")][:MOST]
        context["rows"] = [{"days": days, "time": wall} for days, wall in [*typed, *[("", "")] * (MOST - len(typed))]]
        context["choices"] = [(str(days), days_in_words(days)) for days in range(FARTHEST_DAYS, -1, -1)]
        return context


class ReminderTimesField(forms.CharField):
    """The value of `Event.reminder_times`. Rows without days are left out; two rows for one day are refused."""

    widget = ReminderTimesInput

    def clean(self, value: Any) -> str:
        times: dict[int, time] = {}
        for row in filter(None, str(value or "")[:200].split(", ")):
            days, _space, wall = row.partition(" ")
            if not days:
                raise ValidationError(_("Also choose the day."))
            if not wall:
                raise ValidationError(_("Each reminder needs a time, such as 18:00."))
            one = _read(days, wall)
            if one.days in times:
                raise ValidationError(_("One reminder a day is enough. Choose another day for the second."))
            times[one.days] = one.wall
        if len(times) > MOST:
            raise ValidationError(_("At most %(most)s reminders."), params={"most": MOST})
        return times_text(ReminderTime(days, wall) for days, wall in times.items())


def _read(days: str, wall: str) -> ReminderTime:
    try:
        at = parse_time(wall)
    except ValueError:
        at = None
    if at is None:
        raise ValidationError(_("Each reminder needs a time, such as 18:00."))
    number = int(days) if days.isascii() and days.isdigit() else -1
    if not 0 <= number <= FARTHEST_DAYS:
        raise ValidationError(_("Choose from the day itself to %(days)s days before."), params={"days": FARTHEST_DAYS})
    return ReminderTime(number, at.replace(second=0, microsecond=0))
