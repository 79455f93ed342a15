"""The words of a message in a form: subject and text, in one language or two."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from meetups.core.texts.safe_text import validate_visible
from meetups.events.models import Event
from meetups.lifecycle.messages.variables import unknown_in, variables
from organizers.desk.fields import MarkdownField

LONGEST_SUBJECT, LONGEST_BODY = 120, 10_000


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


class MessageTextsForm(forms.Form):
    """Texts in the language of `event`, and in the other one if an organizer writes it."""

    def __init__(self, *args: Any, event: Event, **options: Any) -> None:
        super().__init__(*args, **options)
        self.event = event
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

    def clean(self) -> dict[str, Any]:
        """A second language has a subject and a text, or neither."""
        cleaned = super().clean() or self.cleaned_data
        for language in self.languages[1:]:
            subject, body = cleaned.get(f"subject_{language}"), cleaned.get(f"body_{language}")
            if subject and not body and f"body_{language}" not in self.errors:
                self.add_error(f"body_{language}", _("This language has a subject, but no text."))
            if body and not subject and f"subject_{language}" not in self.errors:
                self.add_error(f"subject_{language}", _("This language has a text, but no subject."))
        return cleaned

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


def typed_texts(texts: dict[str, dict[str, str]]) -> dict[str, str]:
    """Subject and body by language, as the form has them."""
    return {f"{part}_{language}": text[part] for language, text in texts.items() for part in ("subject", "body")}
