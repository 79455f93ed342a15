"""The form of an event: its description, time and place. Times are read on the clock of the event's own zone."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from meetups.communities.models import Community
from meetups.core.prefectures import ABROAD, PREFECTURES, place_code, prefecture_name
from meetups.core.texts.markdown import LONGEST_TEXT
from meetups.core.texts.safe_text import validate_visible
from meetups.core.zones import at_wall, instant_at, wall_at
from meetups.events.models import USUAL_REMINDER_TIMES, Event
from meetups.lifecycle.actions.change_event import EDITED
from organizers.desk.fields import ClockField, DayField, MarkdownField, WallField, ZoneField
from organizers.event.other_language import HOOK_LINES, HOOK_WIDTH, LONGEST_WAY_IN, OtherLanguageFields, two_lines
from organizers.event.reminder_times import ReminderTimesField

USUAL_LENGTH = timedelta(hours=2)
LONGEST = timedelta(days=14)
OF_A_VENUE = ["prefecture", *(name for name in EDITED if name.removeprefix("other_").startswith("venue_"))]


def prefecture_choices() -> list[tuple[str, str]]:
    """By name, in their usual order; first that the address says it."""
    codes = [*PREFECTURES, ABROAD]
    return [("", _("As the address says")), *((code, prefecture_name(code)) for code in codes)]


class EventForm(OtherLanguageFields):
    """Fields of Event. An empty end means two hours after the start. An end before the start is on the next day."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120, validators=[validate_visible])
    hook = forms.CharField(
        label=gettext_lazy("In two lines"),
        max_length=HOOK_WIDTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": HOOK_LINES}),
        help_text=gettext_lazy(
            "Why come? In your own words, under the title. Two lines of up to 45 Latin or 20 Japanese letters look best."
        ),
    )
    day = DayField(label=gettext_lazy("Date"))
    starts = ClockField(label=gettext_lazy("Start"))
    ends = ClockField(
        label=gettext_lazy("End"),
        required=False,
        attrs={"data-follows": "id_starts", "data-minutes": "120"},
    )
    last_day = DayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Only if it ends on another day.")
    )
    opens = WallField(
        label=gettext_lazy("Registration opens"),
        required=False,
        help_text=gettext_lazy(
            "If blank: as soon as the event is published. Until then the page is public and counts down."
        ),
    )
    time_zone = ZoneField(help_text=gettext_lazy("All times on this page are in this time zone."))
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=Event.Format.choices,
        widget=forms.RadioSelect,
        initial=Event.Format.ON_SITE,
    )
    venue_name = forms.CharField(
        label=gettext_lazy("Venue"), max_length=120, required=False, validators=[validate_visible]
    )
    venue_address = forms.CharField(
        label=pgettext_lazy("venue", "Address"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    prefecture = forms.ChoiceField(
        label=gettext_lazy("Prefecture"), choices=lazy(prefecture_choices, list), required=False
    )
    venue_directions = forms.CharField(
        label=gettext_lazy("The way in"),
        max_length=LONGEST_WAY_IN,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "A step a line. Shown only to people with a confirmed seat, and sent with the reminders."
        ),
    )
    venue_capacity = forms.IntegerField(
        label=gettext_lazy("Venue capacity"), min_value=1, max_value=100_000, required=False
    )
    venue_conduct = MarkdownField(
        label=gettext_lazy("The venue’s code of conduct"),
        max_length=LONGEST_TEXT,
        required=False,
        rows=2,
        help_text=gettext_lazy("A link, or Markdown. It’s named beside the button that registers."),
    )
    join_url = forms.URLField(
        label=gettext_lazy("Link to join"),
        max_length=300,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=gettext_lazy(
            "Shown only to people with a confirmed seat, and sent with the reminders. You can add it later."
        ),
    )
    reminders_on = forms.BooleanField(
        label=gettext_lazy("Send reminders (attendees, volunteers, rehearsal)"),
        required=False,
        initial=True,
    )
    reminder_times = ReminderTimesField(
        label=gettext_lazy("Reminders to attendees"),
        required=False,
        initial=USUAL_REMINDER_TIMES,
        help_text=gettext_lazy(
            "In the event’s time zone. The same-day reminder goes out at least three hours before the "
            "start. Times already past when you save are skipped."
        ),
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who can see it"),
        choices=Event.Visibility.choices,
        widget=forms.RadioSelect,
        initial=Event.Visibility.PUBLIC,
    )
    attendee_list = forms.ChoiceField(
        label=gettext_lazy("Who can see the names of attendees"),
        choices=Event.AttendeeList.choices,
        widget=forms.RadioSelect,
        initial=Event.AttendeeList.ATTENDEES,
        required=False,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=Event._meta.get_field("language").choices or []
    )
    hashtag = forms.CharField(
        label=gettext_lazy("Hashtag"), max_length=40, required=False, widget=forms.TextInput(attrs={"placeholder": "#"})
    )
    description = MarkdownField(
        label=gettext_lazy("Description"),
        max_length=LONGEST_TEXT,
        required=False,
        rows=8,
        help_text=gettext_lazy("Markdown: **bold**, lists, links. What is it about, and who is it for?"),
    )

    def __init__(self, *args: Any, community: Community, **options: Any) -> None:
        options["initial"] = {
            "time_zone": community.time_zone,
            "language": community.language,
            **(options.get("initial") or {}),
        }
        super().__init__(*args, **options)

    def clean_hook(self) -> str:
        """The lines without what surrounds them."""
        return two_lines(str(self.cleaned_data["hook"]))

    def clean_hashtag(self) -> str:
        """The tag as one word, without its sign."""
        hashtag = str(self.cleaned_data["hashtag"]).lstrip("#＃").strip()
        if any(character.isspace() for character in hashtag):
            raise forms.ValidationError(_("A hashtag must be one word."))
        return hashtag

    def clean_attendee_list(self) -> str:
        """The usual choice where a form does not have the field."""
        return str(self.cleaned_data["attendee_list"] or Event.AttendeeList.ATTENDEES)

    def clean(self) -> dict[str, Any]:
        """Adds `starts_at` and `ends_at` (UTC) if day and time can be read, and `registration_opens_at`."""
        cleaned = super().clean() or self.cleaned_data
        opens, zone = cleaned.get("opens"), cleaned.get("time_zone")
        cleaned["registration_opens_at"] = instant_at(opens, zone) if opens and zone else None
        if all(cleaned.get(name) for name in ("day", "time_zone")) and cleaned.get("starts") is not None:
            cleaned["starts_at"] = at_wall(cleaned["day"], cleaned["starts"], cleaned["time_zone"])
            cleaned["ends_at"] = self._end(cleaned)
        return cleaned

    def _end(self, cleaned: dict[str, Any]) -> datetime:
        starts_at: datetime = cleaned["starts_at"]
        ends, last_day = cleaned.get("ends"), cleaned.get("last_day")
        if ends is None:
            if last_day and last_day != cleaned["day"]:
                self.add_error("ends", _("Enter the end time on the last day."))
            return starts_at + USUAL_LENGTH
        day = last_day or cleaned["day"]
        if last_day is None and ends <= cleaned["starts"]:
            day += timedelta(days=1)
        ends_at = at_wall(day, ends, cleaned["time_zone"])
        if ends_at <= starts_at:
            self.add_error("last_day" if last_day else "ends", _("It would end before it starts. Choose a later end."))
        elif ends_at - starts_at > LONGEST:
            self.add_error("last_day", _("An event can last at most 14 days."))
        return ends_at

    @property
    def guessed_prefecture(self) -> str:
        """The name of what the address says, as far as it is typed; empty where it isn't clear."""
        address, zone = (str(self[name].value() or "") for name in ("venue_address", "time_zone"))
        return prefecture_name(place_code(address, zone)) if address else ""

    def event_fields(self) -> dict[str, object]:
        """The typed values as fields of Event. Fields that do not belong to the format are left out."""
        fields = {name: self.cleaned_data[name] for name in EDITED}
        if fields["format"] == Event.Format.ONLINE:
            fields |= {name: None if name == "venue_capacity" else "" for name in OF_A_VENUE}
        if fields["format"] == Event.Format.ON_SITE:
            fields["join_url"] = ""
        if self.fields["reminder_times"].widget.value_omitted_from_data(self.data, self.files, "reminder_times"):
            del fields["reminder_times"]
        if "opens" not in self.data:
            del fields["registration_opens_at"]
        return fields


def typed(event: Event) -> dict[str, Any]:
    """The event as the form shows it: the reverse of `event_fields`."""
    start, end = event.starts_at.astimezone(event.zone), event.ends_at.astimezone(event.zone)
    opens_at = event.registration_opens_at
    next_day = start.date() + timedelta(days=1)
    same = end.date() == start.date() or (end.date() == next_day and end.time() <= start.time())
    return {
        **{name: getattr(event, name) for name in EDITED if not name.endswith("_at")},
        "day": start.date(),
        "starts": start.time(),
        "ends": end.time(),
        "last_day": None if same else end.date(),
        "opens": opens_at and wall_at(opens_at, event.time_zone),
    }
