"""What happened at an event lately, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.registrations.models import Registration

# Told with the name of who did it, or of whom it happened to.
WORDS = {
    "plan_event": gettext_lazy("%(who)s planned the event"),
    "publish_event": gettext_lazy("%(who)s published the event"),
    "change_event": gettext_lazy("%(who)s changed the event"),
    "cancel_event": gettext_lazy("%(who)s cancelled the event"),
    "register": gettext_lazy("%(whom)s registered"),
    "change_slot": gettext_lazy("%(whom)s changed to another slot"),
    "promote": gettext_lazy("%(whom)s moved up from the queue"),
    "freeze": gettext_lazy("Entries for the lottery closed"),
    "draw": gettext_lazy("The lottery was drawn"),
    "sign_up": gettext_lazy("%(who)s took a shift"),
    "step_down": gettext_lazy("A volunteer stepped down from a shift"),
    "plan_shift": gettext_lazy("%(who)s planned a shift"),
    "change_shift": gettext_lazy("%(who)s changed a shift"),
    "cancel_shift": gettext_lazy("%(who)s cancelled a shift"),
    "propose_talk": gettext_lazy("%(who)s proposed a talk"),
    "accept_talk": gettext_lazy("%(who)s accepted a talk"),
    "reject_talk": gettext_lazy("%(who)s declined a talk"),
    "confirm_talk": gettext_lazy("%(who)s confirmed a talk"),
    "withdraw_talk": gettext_lazy("A talk was withdrawn"),
    "set_rehearsal": gettext_lazy("%(who)s set the rehearsal"),
    "add_slot": gettext_lazy("%(who)s added a slot"),
    "change_capacity": gettext_lazy("%(who)s changed the number of seats"),
}
# These write a line for the thing itself as well; the one about the seat would say it twice.
SAID_ELSEWHERE = ("draw", "sign_up", "step_down", "confirm_talk", "withdraw_talk")


@dataclass(frozen=True)
class Happening:
    """One line of the history: a sentence and its instant (UTC)."""

    at: datetime
    sentence: str


def recent(event: Event, *, number: int = 8) -> list[Happening]:
    """The latest happenings, latest first. Two queries."""
    entries = list(
        HistoryEntry.objects.filter(thread=event.thread, verb__in=[*WORDS, "cancel"])
        .exclude(Q(subject__startswith="registration:") & Q(verb__in=SAID_ELSEWHERE))
        .select_related("actor")
        .order_by("-pk")[:number]
    )
    numbers = [entry.subject.partition(":")[2] for entry in entries if entry.subject.startswith("registration:")]
    registrations = Registration.objects.filter(event=event, pk__in=numbers).select_related("attendee")
    people = {registration.subject: registration.attendee for registration in registrations}
    return [Happening(entry.at, _sentence(entry, people.get(entry.subject))) for entry in entries]


def _sentence(entry: HistoryEntry, person: object) -> str:
    someone = _("Someone")
    who, whom = str(entry.actor or someone), str(person or entry.actor or someone)
    if entry.verb == "cancel":
        if entry.actor is None or entry.actor == person:
            return _("%(whom)s cancelled") % {"whom": whom}
        return _("%(who)s cancelled the registration of %(whom)s") % {"who": who, "whom": whom}
    return str(WORDS[entry.verb]) % {"who": who, "whom": whom}
