"""What happened at an event lately, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.registrations.models import Registration
from meetups.volunteers.models import Signup

# Told with the name of who did it, or of whom it happened to.
WORDS = {
    "plan_event": gettext_lazy("%(who)s planned the event"),
    "publish_event": gettext_lazy("%(who)s published the event"),
    "change_event": gettext_lazy("%(who)s changed the event"),
    "cancel_event": gettext_lazy("%(who)s cancelled the event"),
    "register": gettext_lazy("%(whom)s registered"),
    "change_slot": gettext_lazy("%(whom)s changed to another slot"),
    "place_by_hand": gettext_lazy("%(who)s put %(whom)s on the list"),
    "walk_in": gettext_lazy("%(who)s let %(whom)s in at the door"),
    "accept_place": gettext_lazy("%(whom)s accepted an invitation"),
    "promote": gettext_lazy("%(whom)s moved up from the queue"),
    "freeze": gettext_lazy("Entries for the lottery closed"),
    "draw": gettext_lazy("The lottery was drawn"),
    "sign_up": gettext_lazy("%(whom)s took the shift “%(shift)s”"),
    "step_down": gettext_lazy("%(whom)s stepped down from “%(shift)s”"),
    "ask_for_shift": gettext_lazy("%(whom)s asked for the shift “%(shift)s”"),
    "accept_signup": gettext_lazy("%(who)s accepted %(whom)s for “%(shift)s”"),
    "decline_signup": gettext_lazy("%(who)s declined %(whom)s for “%(shift)s”"),
    "take_over_shift": gettext_lazy("%(whom)s took the shift “%(shift)s” over from somebody"),
    "object_to_absence": gettext_lazy("%(who)s asked you to look at an absence from a shift again"),
    "seek_help": gettext_lazy("Help was sought for a shift that too few people had taken"),
    "plan_shift": gettext_lazy("%(who)s planned a shift"),
    "change_shift": gettext_lazy("%(who)s changed a shift"),
    "cancel_shift": gettext_lazy("%(who)s cancelled a shift"),
    "propose_talk": gettext_lazy("%(who)s proposed a talk"),
    "accept_talk": gettext_lazy("%(who)s accepted a talk"),
    "reject_talk": gettext_lazy("%(who)s declined a talk"),
    "revise_talk": gettext_lazy("%(who)s changed a proposal"),
    "stage_decision": gettext_lazy("%(who)s decided about a proposal; nobody is told yet"),
    "call_for_speakers": gettext_lazy("%(who)s opened or changed the call for speakers"),
    "close_call": gettext_lazy("%(who)s closed the call for speakers"),
    "invite_speaker": gettext_lazy("%(who)s invited somebody to speak"),
    "accept_speaker_invitation": gettext_lazy("%(who)s accepted an invitation to speak"),
    "decline_speaker_invitation": gettext_lazy("An invitation to speak was declined"),
    "withdraw_speaker_invitation": gettext_lazy("%(who)s withdrew an invitation to speak"),
    "confirm_talk": gettext_lazy("%(who)s confirmed a talk"),
    "withdraw_talk": gettext_lazy("A talk was withdrawn"),
    "arrange_programme": gettext_lazy("%(who)s changed the order of the programme"),
    "add_break": gettext_lazy("%(who)s added a line to the programme"),
    "change_break": gettext_lazy("%(who)s changed a line of the programme"),
    "remove_break": gettext_lazy("%(who)s took a line out of the programme"),
    "change_talk_line": gettext_lazy("%(who)s changed length or notes of a talk"),
    "join_as_co_speaker": gettext_lazy("%(who)s joined a talk as co-speaker"),
    "release_co_speaker": gettext_lazy("A talk has one co-speaker less"),
    "set_rehearsal": gettext_lazy("%(who)s set the rehearsal"),
    "remove_rehearsal": gettext_lazy("%(who)s called the rehearsal off"),
    "add_slides": gettext_lazy("%(who)s added slides to a talk"),
    "publish_slides": gettext_lazy("%(who)s published the slides"),
    "unpublish_slides": gettext_lazy("%(who)s took the slides of a talk down"),
    "republish_slides": gettext_lazy("%(who)s published the slides of a talk again"),
    "ask_for_slides": gettext_lazy("%(who)s asked speakers for their slides"),
    "add_slot": gettext_lazy("%(who)s added a slot"),
    "change_capacity": gettext_lazy("%(who)s changed the number of seats"),
    "change_slot_settings": gettext_lazy("%(who)s changed name or deadlines of a slot"),
    "change_admission": gettext_lazy("%(who)s changed how people get into a slot"),
    "move_seats": gettext_lazy("%(who)s moved seats to another slot"),
    "ask_question": gettext_lazy("%(who)s added a question to a slot"),
    "change_question": gettext_lazy("%(who)s changed a question of a slot"),
    "retire_question": gettext_lazy("%(who)s took a question out of a slot"),
}
# These write a line for the thing itself as well; the one about the seat would say it twice.
SAID_ELSEWHERE = (
    "draw",
    "sign_up",
    "step_down",
    "confirm_talk",
    "withdraw_talk",
    "join_as_co_speaker",
    "release_co_speaker",
)


@dataclass(frozen=True)
class Happening:
    """One line of the history: a sentence and its instant (UTC)."""

    at: datetime
    sentence: str


def recent(event: Event, *, number: int = 8) -> list[Happening]:
    """The latest happenings, latest first. Two queries, and one more where a volunteer came or went."""
    entries = list(
        HistoryEntry.objects.filter(thread=event.thread, verb__in=[*WORDS, "cancel"])
        .exclude(Q(subject__startswith="registration:") & Q(verb__in=SAID_ELSEWHERE))
        .select_related("actor")
        .order_by("-pk")[:number]
    )
    registrations = Registration.objects.filter(event=event, pk__in=_numbers(entries, "registration"))
    people: dict[str, object] = {
        one.subject: one.attendee or one.guest_name for one in registrations.select_related("attendee")
    }
    shifts: dict[str, str] = {}
    signups = Signup.objects.filter(shift__event=event, pk__in=_numbers(entries, "signup"))
    for signup in signups.select_related("volunteer", "shift"):
        people[signup.subject] = signup.volunteer
        shifts[signup.subject] = signup.shift.title
    return [
        Happening(entry.at, _sentence(entry, people.get(entry.subject), shifts.get(entry.subject))) for entry in entries
    ]


def _numbers(entries: list[HistoryEntry], kind: str) -> list[str]:
    """The ids of the things of one kind that `entries` are about."""
    return [entry.subject.partition(":")[2] for entry in entries if entry.subject.startswith(f"{kind}:")]


def _sentence(entry: HistoryEntry, person: object, shift: str | None) -> str:
    someone = _("Someone")
    who, whom = str(entry.actor or someone), str(person or entry.actor or someone)
    if entry.verb == "cancel":
        if entry.actor is None or entry.actor == person:
            return _("%(whom)s cancelled") % {"whom": whom}
        return _("%(who)s cancelled the registration of %(whom)s") % {"who": who, "whom": whom}
    return str(WORDS[entry.verb]) % {"who": who, "whom": whom, "shift": shift or "–"}
