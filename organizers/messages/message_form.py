"""The form of a message to people of an event: audience, text and time."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from meetups.core.texts.safe_text import validate_visible
from meetups.core.zones import at_wall
from meetups.events.models import Event
from meetups.lifecycle.audience import Audience
from meetups.lifecycle.models import Message
from meetups.lifecycle.variables import unknown_in, variables
from meetups.registrations.models import Registration, Slot
from organizers.desk.fields import MarkdownField, WallField

State = Registration.State
LONGEST_SUBJECT, LONGEST_BODY, MOST_CHOSEN = 120, 10_000, 2000


def group_words() -> list[tuple[str, str]]:
    """The groups that can receive a message."""
    return [
        (State.CONFIRMED.value, _("confirmed attendees")),
        (State.WAITLISTED.value, _("people on the waitlist")),
        (State.APPLIED.value, _("people in the lottery")),
        ("speakers", pgettext("group", "speakers")),
        ("volunteers", pgettext("group", "volunteers")),
    ]


def _validate_variables(text: str) -> None:
    """A word in double braces that nothing stands for would reach everyone as it is."""
    unknown = unknown_in(text)
    if unknown:
        known = pgettext("list", ", ").join(f"{{{{{name}}}}}" for name, _meaning in variables())
        raise forms.ValidationError(
            _("%(unknown)s stands for nothing. You can use %(known)s."), params={"unknown": unknown[0], "known": known}
        )


def _validate_subject(text: str) -> None:
    """The subject has a visible character. The mail turns line breaks into spaces."""
    validate_visible(" ".join(text.split()))


class MessageForm(forms.Form):
    """Texts in the event's language, and in the other one if an organizer writes it.

    `slots` are those of `event`; times are on its clock.
    """

    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Groups"),
        choices=lazy(group_words, list),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose the recipients.")},
    )
    slots = forms.MultipleChoiceField(
        label=gettext_lazy("Only in these slots"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("If none is selected: all slots."),
    )
    arrived = forms.ChoiceField(
        label=gettext_lazy("Checked in?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", gettext_lazy("either")),
            ("yes", gettext_lazy("only people checked in")),
            ("no", gettext_lazy("only people not checked in")),
        ],
    )
    # Registrations that were ticked in the list of attendees.
    chosen = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    # The scheduled message or the draft that this one replaces.
    replaces = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    when = forms.ChoiceField(
        label=gettext_lazy("When to send"),
        widget=forms.RadioSelect,
        initial="now",
        choices=[("now", pgettext_lazy("message", "Now")), ("later", gettext_lazy("At a set time"))],
    )
    send_at = WallField(label=gettext_lazy("Date and time"), required=False)

    def __init__(self, *args: Any, event: Event, slots: list[Slot], **options: Any) -> None:
        super().__init__(*args, **options)
        self.event, self.all_slots = event, slots
        # People who were ticked in the list need no group.
        self.fields["groups"].required = not (self.data.get("chosen") or self.initial.get("chosen"))
        field = self.fields["slots"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(slot.public_id, slot.name) for slot in slots]
        languages = [event.language, *(code for code, _name in settings.LANGUAGES if code != event.language)]
        self.languages = [code for code in languages if code in dict(settings.LANGUAGES)]
        for number, language in enumerate(self.languages):
            self.fields[f"subject_{language}"] = forms.CharField(
                label=gettext_lazy("Subject"),
                max_length=LONGEST_SUBJECT,
                required=number == 0,
                validators=[_validate_subject, _validate_variables],
            )
            self.fields[f"body_{language}"] = MarkdownField(
                label=gettext_lazy("Text"),
                max_length=LONGEST_BODY,
                required=number == 0,
                rows=8,
                validators=[_validate_variables],
                help_text=gettext_lazy("Markdown: **bold**, lists, links.") if number == 0 else "",
            )

    @property
    def texts_of_languages(self) -> list[dict[str, Any]]:
        """The fields of each language, with the language's name; the event's own language is first."""
        names = dict(settings.LANGUAGES)
        return [
            {"name": names[code], "code": code, "subject": self[f"subject_{code}"], "body": self[f"body_{code}"]}
            for code in self.languages
        ]

    def clean_chosen(self) -> tuple[int, ...]:
        """The primary keys. Anything that is not a number is left out."""
        typed = str(self.cleaned_data["chosen"]).split(",")[:MOST_CHOSEN]
        return tuple(int(one) for one in typed if one.isascii() and one.isdigit() and len(one) < 10)

    def clean(self) -> dict[str, Any]:
        """Reports what is missing, each beside its field."""
        cleaned = super().clean() or self.cleaned_data
        for language in self.languages[1:]:
            subject, body = cleaned.get(f"subject_{language}"), cleaned.get(f"body_{language}")
            if subject and not body and f"body_{language}" not in self.errors:
                self.add_error(f"body_{language}", _("This language has a subject, but no text."))
            if body and not subject and f"subject_{language}" not in self.errors:
                self.add_error(f"subject_{language}", _("This language has a text, but no subject."))
        if not cleaned.get("chosen") and not cleaned.get("groups") and "groups" not in self.errors:
            # This also covers a list of ticks (`chosen`) that contains no number.
            self.add_error("groups", _("Choose the recipients."))
        if cleaned.get("when") == "later" and not cleaned.get("send_at") and "send_at" not in self.errors:
            self.add_error("send_at", _("Choose a date and time."))
        return cleaned

    def audience(self) -> Audience:
        """The audience, as far as it can be read; the form may have errors."""
        cleaned = getattr(self, "cleaned_data", {})
        if cleaned.get("chosen"):
            return Audience(chosen=cleaned["chosen"])
        groups = cleaned.get("groups") or []
        return Audience(
            states=tuple(state for state in (State.CONFIRMED, State.WAITLISTED, State.APPLIED) if state in groups),
            slots=tuple(cleaned.get("slots") or ()),
            speakers="speakers" in groups,
            volunteers="volunteers" in groups,
            checked_in={"yes": True, "no": False}.get(cleaned.get("arrived", "")),
        )

    def texts(self) -> dict[str, dict[str, str]]:
        """Subject and body by language. Languages without a text are left out."""
        return {
            language: {
                "subject": self.cleaned_data[f"subject_{language}"],
                "body": self.cleaned_data[f"body_{language}"],
            }
            for language in self.languages
            if self.cleaned_data[f"subject_{language}"]
        }

    def instant(self) -> datetime | None:
        """The time at which the message leaves (UTC); None means now."""
        wall = self.cleaned_data.get("send_at")
        if self.cleaned_data.get("when") != "later" or wall is None:
            return None
        return at_wall(wall.date(), wall.time(), self.event.time_zone)


def typed(message: Message) -> dict[str, Any]:
    """A message as the form shows it. One that is scheduled or a draft is replaced."""
    audience = Audience.of(message.audience)
    later = message.state == Message.State.SCHEDULED
    extra = [name for name in ("speakers", "volunteers") if getattr(audience, name)]
    return {
        "groups": [*audience.states, *extra],
        "slots": list(audience.slots),
        "arrived": {True: "yes", False: "no", None: ""}[audience.checked_in],
        "chosen": ",".join(map(str, audience.chosen)),
        "replaces": message.pk if later or message.state == Message.State.DRAFT else None,
        "when": "later" if later else "now",
        "send_at": message.send_at.astimezone(message.event.zone).replace(tzinfo=None) if later else None,
        **{f"subject_{language}": text["subject"] for language, text in message.texts.items()},
        **{f"body_{language}": text["body"] for language, text in message.texts.items()},
    }
