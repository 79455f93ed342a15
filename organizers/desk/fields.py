"""Fields for what an organizer types: days and times on the venue's clock, and time zones."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetups.core.zones import instant_at, zone_names

# No meetup is planned outside these years. Inside them every time zone stays within the calendar.
FIRST_YEAR, LAST_YEAR = 2000, 2099
COMMON_ZONES = [
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Taipei",
    "Asia/Singapore",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
]


def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """All zones in two groups, the common ones first."""
    others = sorted(name for name in zone_names() if "/" in name and name not in COMMON_ZONES)
    return [
        (_("Often used"), [(name, name) for name in COMMON_ZONES]),
        (_("All time zones"), [(name, name) for name in others]),
    ]


class ZoneField(forms.ChoiceField):
    """An IANA time zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=gettext_lazy("Time zone"), choices=lazy(zone_choices, list), **options)


def _bounded(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise forms.ValidationError(
            _("Choose a year from %(first)s to %(last)s."), params={"first": FIRST_YEAR, "last": LAST_YEAR}
        )


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "min": f"{FIRST_YEAR}-01-01", "max": f"{LAST_YEAR}-12-31"}
        )
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%Y/%m/%d"], **options)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day:
            _bounded(day.year)
        return day


class ClockField(forms.TimeField):
    """A time of day: hours and minutes."""

    def __init__(self, *, attrs: dict[str, str] | None = None, **options: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", **(attrs or {})})
        super().__init__(widget=widget, input_formats=["%H:%M", "%H:%M:%S"], **options)


class MarkdownField(forms.CharField):
    """Text in Markdown. Browsers send line breaks as CR LF. They become LF, so that unchanged text counts as unchanged."""

    def __init__(self, *, rows: int, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class WallField(forms.Field):
    """Day and time on the venue's clock, without a zone: a naive datetime. The form converts it to an instant."""

    widget = forms.DateTimeInput

    def __init__(self, *, attrs: dict[str, str] | None = None, **options: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", **(attrs or {})})
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            wall = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise forms.ValidationError(_("Enter a date and time, such as 2026-12-01 12:00.")) from None
        _bounded(wall.year)
        return wall.replace(tzinfo=None, second=0, microsecond=0)


def instant_typed(form: forms.Form, name: str, zone: str) -> datetime | None:
    """The instant (UTC) of what was typed into a WallField, on the clocks of `zone`; None where nothing was."""
    wall = form.cleaned_data.get(name)
    return instant_at(wall, zone) if wall else None
