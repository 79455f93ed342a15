"""The form of a message to people of an event: audience, text and time."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from meetups.communities.permissions import Permission
from meetups.core.zones import wall_at
from meetups.events.models import Event
from meetups.lifecycle.audience import Audience
from meetups.lifecycle.models import Message
from meetups.registrations.models import Registration, Slot
from organizers.desk.fields import WallField, instant_typed
from organizers.desk.responsible_for import groups_for
from organizers.messages.message_texts import MessageTextsForm, typed_texts

State = Registration.State
MOST_CHOSEN = 2000


def group_words() -> list[tuple[str, str]]:
    """The groups that can receive a message."""
    return [
        (State.CONFIRMED.value, _("confirmed attendees")),
        (State.WAITLISTED.value, _("people on the waitlist")),
        (State.APPLIED.value, _("people in the lottery")),
        ("speakers", pgettext("group", "speakers")),
        ("volunteers", pgettext("group", "volunteers")),
    ]


class MessageForm(MessageTextsForm):
    """Texts in the event's language, and in the other one if an organizer writes it.

    `slots` are those of `event`; times are on its clock. `grants` are the writer's rights: they say which groups are offered.
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
    # Only people who have not answered what the whole event asks.
    unanswered = forms.BooleanField(required=False, widget=forms.HiddenInput)
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
    stands = forms.BooleanField(
        label=gettext_lazy("Then also to each person who joins these groups later"),
        required=False,
        help_text=gettext_lazy("Once each, within two minutes. So someone who moves up from the waitlist gets it too."),
    )
    stands_until = WallField(label=gettext_lazy("Until"), required=False)

    def __init__(
        self, *args: Any, event: Event, slots: list[Slot], grants: Collection[Permission], **options: Any
    ) -> None:
        super().__init__(*args, event=event, **options)
        offered = groups_for(grants)
        groups = self.fields["groups"]
        assert isinstance(groups, forms.MultipleChoiceField)
        groups.choices = [(name, label) for name, label in group_words() if name in offered]
        if Permission.MANAGE_ATTENDEES not in grants:
            # These pick among attendees.
            for name in ("slots", "arrived", "unanswered", "chosen"):
                del self.fields[name]
        self.all_slots = slots
        self.initial.setdefault("stands_until", wall_at(event.starts_at, event.time_zone))
        # People who were ticked in the list need no group.
        by_hand = "chosen" in self.fields and (self.data.get("chosen") or self.initial.get("chosen"))
        groups.required = not by_hand
        field = self.fields.get("slots")
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(slot.public_id, slot.name) for slot in slots]

    def clean_chosen(self) -> tuple[int, ...]:
        """The primary keys. Anything that is not a number is left out."""
        typed = str(self.cleaned_data["chosen"]).split(",")[:MOST_CHOSEN]
        return tuple(int(one) for one in typed if one.isascii() and one.isdigit() and len(one) < 10)

    def clean(self) -> dict[str, Any]:
        """Reports what is missing, each beside its field."""
        cleaned = super().clean()
        if not cleaned.get("chosen") and not cleaned.get("groups") and "groups" not in self.errors:
            # This also covers a list of ticks (`chosen`) that contains no number.
            self.add_error("groups", _("Choose the recipients."))
        if cleaned.get("when") == "later" and not cleaned.get("send_at") and "send_at" not in self.errors:
            self.add_error("send_at", _("Choose a date and time."))
        if cleaned.get("stands") and not cleaned.get("stands_until") and "stands_until" not in self.errors:
            self.add_error("stands_until", _("Choose a date and time."))
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
            unanswered=bool(cleaned.get("unanswered")),
            checked_in={"yes": True, "no": False}.get(cleaned.get("arrived", "")),
        )

    def instant(self) -> datetime | None:
        """The time at which the message leaves (UTC); None means now."""
        return (
            instant_typed(self, "send_at", self.event.time_zone) if self.cleaned_data.get("when") == "later" else None
        )

    def stop(self) -> datetime | None:
        """The time until which it stands (UTC); None where it goes out once. People who were picked by hand are who they are."""
        stands = self.cleaned_data.get("stands") and not self.cleaned_data.get("chosen")
        return instant_typed(self, "stands_until", self.event.time_zone) if stands else None


def typed(message: Message) -> dict[str, Any]:
    """A message as the form shows it. One that is scheduled or a draft is replaced."""
    audience = Audience.of(message.audience)
    later = message.state == Message.State.SCHEDULED
    extra = [name for name in ("speakers", "volunteers") if getattr(audience, name)]
    return {
        "groups": [*audience.states, *extra],
        "slots": list(audience.slots),
        "arrived": {True: "yes", False: "no", None: ""}[audience.checked_in],
        "unanswered": "on" if audience.unanswered else "",
        "chosen": ",".join(map(str, audience.chosen)),
        "replaces": message.pk if later or message.state == Message.State.DRAFT else None,
        "when": "later" if later else "now",
        "send_at": wall_at(message.send_at, message.event.time_zone) if later else None,
        "stands": message.stands_until is not None,
        **({"stands_until": wall_at(message.stands_until, message.event.time_zone)} if message.stands_until else {}),
        **typed_texts(message.texts),
    }
