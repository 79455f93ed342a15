"""What happened at an event, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetups.core.texts.names import set_apart, with_names
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.registrations.models import Registration
from meetups.volunteers.models import Handover, Shift, Signup

# Each sentence names the person who acted, or the person concerned. Every verb of the history has words.
WORDS = {
    "plan_event": gettext_lazy("%(who)s created the event"),
    "back_to_draft": gettext_lazy("%(who)s took the event back to a draft"),
    "delete_draft": gettext_lazy("%(who)s deleted a draft"),
    "copy_event": gettext_lazy("%(who)s created the event as a copy of “%(source)s”"),
    "publish_event": gettext_lazy("%(who)s published the event"),
    "save_draft": gettext_lazy("%(who)s wrote the draft"),
    "change_event": gettext_lazy("%(who)s changed the event"),
    "cancel_event": gettext_lazy("%(who)s canceled the event"),
    "register": gettext_lazy("%(whom)s registered"),
    "change_slot": gettext_lazy("%(whom)s changed to another slot"),
    "move_to_slot": gettext_lazy("%(who)s moved %(whom)s to another slot"),
    "see_address": gettext_lazy("%(who)s looked up the email address of %(whom)s"),
    "take_list": gettext_lazy("%(who)s exported the list of attendees"),
    "take_entrance_list": gettext_lazy("%(who)s exported the entrance list"),
    "place_by_hand": gettext_lazy("%(who)s added %(whom)s to the list"),
    "walk_in": gettext_lazy("%(who)s checked %(whom)s in as a walk-in"),
    "accept_place": gettext_lazy("%(whom)s accepted an invitation"),
    "promote": gettext_lazy("%(whom)s moved up from the waitlist"),
    "freeze": gettext_lazy("Lottery entries closed"),
    "draw": gettext_lazy("The lottery was drawn"),
    "sign_up": gettext_lazy("%(whom)s signed up for the shift “%(shift)s”"),
    "step_down": gettext_lazy("%(whom)s canceled their shift “%(shift)s”"),
    "ask_for_shift": gettext_lazy("%(whom)s requested the shift “%(shift)s”"),
    "accept_signup": gettext_lazy("%(who)s approved %(whom)s for “%(shift)s”"),
    "decline_signup": gettext_lazy("%(who)s declined %(whom)s for “%(shift)s”"),
    "take_over_shift": gettext_lazy("%(whom)s took over the shift “%(shift)s” from %(giver)s"),
    "object_to_absence": gettext_lazy("%(who)s disputed the missed shift “%(shift)s”"),
    "seek_help": gettext_lazy("Volunteers were sought for “%(shift)s”, which was short of people"),
    "plan_shift": gettext_lazy("%(who)s added the shift “%(shift)s”"),
    "change_shift": gettext_lazy("%(who)s changed the shift “%(shift)s”"),
    "cancel_shift": gettext_lazy("%(who)s canceled the shift “%(shift)s”"),
    "propose_talk": gettext_lazy("%(who)s proposed a talk"),
    "accept_talk": gettext_lazy("%(who)s accepted a talk"),
    "reject_talk": gettext_lazy("%(who)s declined a talk"),
    "take_back_talk": gettext_lazy("%(who)s withdrew the acceptance of a talk"),
    "reopen_talk": gettext_lazy("%(who)s reopened a declined talk"),
    "remind_speaker": gettext_lazy("%(who)s reminded a speaker to confirm"),
    "set_talk_deadline": gettext_lazy("%(who)s set a deadline for a speaker to confirm"),
    "enter_talk": gettext_lazy("%(who)s added a talk by hand"),
    "edit_talk": gettext_lazy("%(who)s edited a talk that was added by hand"),
    "offer_talk": gettext_lazy("%(who)s sent a speaker the link to take over a talk that was added by hand"),
    "withdraw_talk_offer": gettext_lazy("%(who)s withdrew the link to take over a talk"),
    "decline_talk_offer": gettext_lazy("A speaker declined to take over a talk"),
    "take_talk_offer": gettext_lazy("%(who)s used the link to take over a talk"),
    "take_over_talk": gettext_lazy("%(who)s took over a talk that organizers had added by hand"),
    "remove_talk": gettext_lazy("%(who)s deleted a talk that was added by hand"),
    "write_reply": gettext_lazy("%(who)s changed the note to a speaker"),
    "revise_talk": gettext_lazy("%(who)s changed a proposal"),
    "stage_decision": gettext_lazy("%(who)s decided on a proposal; no one has been notified yet"),
    "call_for_speakers": gettext_lazy("%(who)s opened or changed the call for speakers"),
    "close_call": gettext_lazy("%(who)s closed the call for speakers"),
    "invite_speaker": gettext_lazy("%(who)s invited someone to speak"),
    "accept_speaker_invitation": gettext_lazy("%(who)s accepted a speaker invitation"),
    "decline_speaker_invitation": gettext_lazy("A speaker invitation was declined"),
    "withdraw_speaker_invitation": gettext_lazy("%(who)s canceled a speaker invitation"),
    "confirm_talk": gettext_lazy("%(who)s confirmed a talk"),
    "withdraw_talk": gettext_lazy("A talk was withdrawn"),
    "arrange_programme": gettext_lazy("%(who)s changed the order of the program"),
    "add_break": gettext_lazy("%(who)s added an item to the program"),
    "change_break": gettext_lazy("%(who)s changed an item of the program"),
    "remove_break": gettext_lazy("%(who)s removed an item from the program"),
    "change_talk_line": gettext_lazy("%(who)s changed the length or notes of a talk"),
    "join_as_co_speaker": gettext_lazy("%(who)s joined a talk as co-speaker"),
    "release_co_speaker": gettext_lazy("A talk has one fewer co-speaker"),
    "set_rehearsal": gettext_lazy("%(who)s set the rehearsal"),
    "remove_rehearsal": gettext_lazy("%(who)s canceled the rehearsal"),
    "add_slides": gettext_lazy("%(who)s added slides to a talk"),
    "publish_slides": gettext_lazy("%(who)s published the slides"),
    "unpublish_slides": gettext_lazy("%(who)s unpublished the slides of a talk"),
    "republish_slides": gettext_lazy("%(who)s published the slides of a talk again"),
    "ask_for_slides": gettext_lazy("%(who)s asked speakers for their slides"),
    "add_slot": gettext_lazy("%(who)s added a slot"),
    "delete_slot": gettext_lazy("%(who)s deleted a slot that no one was in"),
    "change_capacity": gettext_lazy("%(who)s changed the number of seats"),
    "change_slot_settings": gettext_lazy("%(who)s changed the name or deadlines of a slot"),
    "change_admission": gettext_lazy("%(who)s changed how a slot is given out"),
    "move_seats": gettext_lazy("%(who)s moved seats to another slot"),
    "ask_question": gettext_lazy("%(who)s added a question to a slot"),
    "change_question": gettext_lazy("%(who)s changed a question of a slot"),
    "ask_everyone": gettext_lazy("%(who)s asked everyone at the event a question"),
    "change_event_question": gettext_lazy("%(who)s changed a question to everyone at the event"),
    "retire_event_question": gettext_lazy("%(who)s removed a question to everyone at the event"),
    "retire_question": gettext_lazy("%(who)s removed a question from a slot"),
    "import_participants": gettext_lazy("%(who)s imported attendees from a file"),
    "place_slot": gettext_lazy("%(who)s changed the order of the slots"),
    "place_question": gettext_lazy("%(who)s changed the order of the questions"),
    "receive_seats": gettext_lazy("A slot received seats from another one"),
    "release": gettext_lazy("%(whom)s didn’t reply, so the seat was released"),
    "hand_over": gettext_lazy("%(whom)s is offering their seat to the waitlist"),
    "keep_seat": gettext_lazy("%(whom)s decided to keep their seat"),
    "offer_seat": gettext_lazy("A seat was offered to the next person on the waitlist"),
    "end_offer": gettext_lazy("A seat offer ended"),
    "take_over": gettext_lazy("%(whom)s accepted an offered seat"),
    "reconfirm": gettext_lazy("%(who)s is still coming"),
    "change_answers": gettext_lazy("%(who)s changed their answers to questions"),
    "check_in": gettext_lazy("%(who)s checked someone in"),
    "undo_check_in": gettext_lazy("%(who)s undid a check-in"),
    "hold_place": gettext_lazy("A seat was reserved for someone"),
    "end_held_place": gettext_lazy("A reserved seat is free again"),
    "invite_partner": gettext_lazy("%(who)s is looking for someone to enter the lottery with"),
    "end_pair_invitation": gettext_lazy("A link to enter the lottery as a pair expired"),
    "part": gettext_lazy("A pair in the lottery split up"),
    "record_no_show": gettext_lazy("%(who)s recorded a no-show"),
    "excuse_no_show": gettext_lazy("%(who)s excused a no-show"),
    "object_to_no_show": gettext_lazy("%(who)s disputed a no-show"),
    "nominate": gettext_lazy("%(who)s changed the nominees in the lottery"),
    "enter_value": gettext_lazy("%(who)s entered the value for the draw"),
    "fetch_randomness": gettext_lazy("The random value for the draw is known"),
    "plan": gettext_lazy("%(who)s scheduled an attendance check"),
    "drop": gettext_lazy("%(who)s canceled the attendance check"),
    "ask": gettext_lazy("The attendance check was sent"),
    "remind": gettext_lazy("The attendance check reminder was sent"),
    "skip": gettext_lazy("The attendance check didn’t take place"),
    "settle": gettext_lazy("The attendance check is complete"),
    "assign_shift": gettext_lazy("%(who)s assigned %(whom)s to the shift “%(shift)s”"),
    "lose_shift": gettext_lazy("%(whom)s lost the shift “%(shift)s” because it was canceled"),
    "withdraw_request": gettext_lazy("%(whom)s withdrew their request for the shift “%(shift)s”"),
    "pass_on_shift": gettext_lazy("%(whom)s found a replacement for the shift “%(shift)s”"),
    "hand_over_shift": gettext_lazy("%(who)s asked someone to take over “%(shift)s”"),
    "accept_handover": gettext_lazy("%(who)s agreed to take over “%(shift)s”"),
    "decline_handover": gettext_lazy("Someone declined to take over “%(shift)s”"),
    "withdraw_handover": gettext_lazy("%(who)s decided to keep “%(shift)s”"),
    "mark_signup": gettext_lazy("%(who)s recorded whether %(whom)s did “%(shift)s”"),
    "move_shift": gettext_lazy("%(who)s changed the time or place of “%(shift)s”"),
    "add_chore": gettext_lazy("%(who)s added an item to the teardown list"),
    "change_chore": gettext_lazy("%(who)s changed an item of the teardown list"),
    "remove_chore": gettext_lazy("%(who)s removed an item from the teardown list"),
    "move_chore": gettext_lazy("%(who)s changed the order of the teardown list"),
    "copy_chores": gettext_lazy("%(who)s copied a teardown list"),
    "write_usual_chores": gettext_lazy("%(who)s added the usual items to the teardown list"),
    "tick_chore": gettext_lazy("%(who)s ticked an item of the teardown list"),
    "add_picture": gettext_lazy("%(who)s added a picture to the text"),
    "remove_picture": gettext_lazy("%(who)s removed a picture from the text"),
    "set_cover": gettext_lazy("%(who)s changed the cover"),
    "remove_cover": gettext_lazy("%(who)s removed the cover"),
    "add_room_photo": gettext_lazy("%(who)s added a photo of the room"),
    "caption_room_photo": gettext_lazy("%(who)s described a photo of the room"),
    "remove_room_photo": gettext_lazy("%(who)s removed a photo of the room"),
    "add_todo": gettext_lazy("%(who)s added a thing to do"),
    "change_todo": gettext_lazy("%(who)s changed a thing to do"),
    "remove_todo": gettext_lazy("%(who)s removed a thing to do"),
    "write_usual_todos": gettext_lazy("%(who)s added the usual things to do"),
    "finish_todo": gettext_lazy("%(who)s marked a thing to do as done"),
    "reopen_todo": gettext_lazy("%(who)s marked a thing to do as not done"),
    "begin_talk": gettext_lazy("%(who)s is speaking by invitation"),
    "prepare_talk": gettext_lazy("%(who)s prepared a talk"),
    "ask_co_speaker": gettext_lazy("%(who)s invited a co-speaker"),
    "introduce_co_speaker": gettext_lazy("%(who)s wrote about a co-speaker"),
    "decline_as_co_speaker": gettext_lazy("A co-speaker invitation was declined"),
    "report_connection": gettext_lazy("%(who)s is connected"),
    "tick_presence": gettext_lazy("%(who)s noted who is connected"),
    "answer_publication": gettext_lazy("%(who)s answered whether the slides may be published"),
    "remove_slides": gettext_lazy("%(who)s removed slides from a talk"),
    "set_themes": gettext_lazy("%(who)s chose the tags of a talk"),
    "close_gap": gettext_lazy("The program closed a gap"),
    "write_message": gettext_lazy("%(who)s wrote a message to people at the event"),
    "send_message": gettext_lazy("A message to people at the event was sent"),
    "take_back_message": gettext_lazy("%(who)s took a message back before it was sent"),
    "change_message": gettext_lazy("%(who)s changed a standing message for those to come"),
    "stop_message": gettext_lazy("%(who)s stopped a standing message"),
    "end_message": gettext_lazy("A standing message reached its end"),
    "restore_message": gettext_lazy("%(who)s brought back a scheduled message with its event"),
    "take_back_cancellation": gettext_lazy("%(who)s undid the cancellation of the event"),
    "take_back_change": gettext_lazy("%(who)s undid a change of the event"),
    "take_back_shift": gettext_lazy("%(who)s undid the cancellation of the shift “%(shift)s”"),
    "end_shift_now": gettext_lazy("%(who)s made the cancellation of the shift “%(shift)s” final"),
    "tell_now": gettext_lazy("%(who)s sent the waiting email right away"),
    "withdraw_message": gettext_lazy("%(who)s canceled a message before it was sent"),
    "send_mail_again": gettext_lazy("%(who)s resent an email to someone"),
    "make_helper_link": gettext_lazy("%(who)s made a link for check-in helpers"),
    "revoke_helper_link": gettext_lazy("%(who)s revoked the link for check-in helpers"),
    "join_as_helper": gettext_lazy("%(who)s joined as a check-in helper"),
    "end_event_role": gettext_lazy("%(who)s ended someone’s role at this event"),
    "give_event_role": gettext_lazy("%(who)s gave someone an organizer’s rights at this event"),
    "hand_over_duties": gettext_lazy("%(who)s can’t make it and passed on what was theirs"),
    "hand_over_lead": gettext_lazy("%(who)s passed on the lead of “%(shift)s”"),
    "take_back_duties": gettext_lazy("%(who)s undid passing on duties"),
    "name_deputy": gettext_lazy("%(who)s named a deputy"),
    "name_successor": gettext_lazy("%(who)s named a successor, who becomes the owner when there’s none left"),
    "unname_successor": gettext_lazy("%(who)s decided that there is no successor"),
    "decline_succession": gettext_lazy("%(who)s declined to be the successor"),
    "hand_over_community": gettext_lazy("%(who)s, the only owner, left; the successor became the owner"),
    "take_over_community": gettext_lazy(
        "%(who)s, the successor, became an owner because none had been here for 60 days"
    ),
    "found_community": gettext_lazy("%(who)s created the community"),
    "describe_community": gettext_lazy("%(who)s rewrote the community’s description"),
    "set_contact_address": gettext_lazy("%(who)s changed the address for replies"),
    "ask_organizers": gettext_lazy("%(who)s wrote to the organizers"),
    "answer_inquiry": gettext_lazy("%(who)s answered a question"),
    "rest_community": gettext_lazy("%(who)s let the community rest"),
    "wake_community": gettext_lazy("%(who)s woke the community"),
    "set_conduct": gettext_lazy("%(who)s changed the code of conduct"),
    "invite_member": gettext_lazy("%(who)s invited someone to the organizing team"),
    "accept_invitation": gettext_lazy("%(who)s joined the organizing team"),
    "withdraw_invitation": gettext_lazy("%(who)s canceled an invitation to the organizing team"),
    "change_role": gettext_lazy("%(who)s changed a role on the organizing team"),
    "remove_member": gettext_lazy("%(who)s removed someone from the organizing team"),
    "propose_to_community": gettext_lazy("%(who)s proposed a talk to the community"),
    "revise_proposal": gettext_lazy("%(who)s changed a talk proposed to the community"),
    "take_proposal": gettext_lazy("%(who)s added a talk proposed to the community to an event"),
    "decline_proposal": gettext_lazy("%(who)s declined a talk proposed to the community"),
    "withdraw_proposal": gettext_lazy("%(who)s withdrew a talk proposed to the community"),
    "cancel": gettext_lazy("%(whom)s canceled"),
    "lose_seat": gettext_lazy("%(whom)s no longer has the seat of a shift or talk that ended"),
}
# These actions also write a line about the talk, shift or draw itself. The line about the seat would repeat it.
SAID_ELSEWHERE = (
    "draw",
    "sign_up",
    "step_down",
    "confirm_talk",
    "take_over_talk",
    "withdraw_talk",
    "take_back_talk",
    "join_as_co_speaker",
    "release_co_speaker",
    "ask",
    "remind",
)
# Entries that are very frequent, or that repeat a part of another line, would fill a short list.
QUIET = (
    *("check_in", "undo_check_in", "reconfirm", "record_no_show", "tick_chore", "move_chore", "tick_presence"),
    *("hold_place", "end_held_place", "end_offer", "invite_partner", "end_pair_invitation", "part", "change_answers"),
    *("give_event_role", "hand_over_lead"),
    *(
        "save_draft",
        "fetch_randomness",
        "skip",
        "lose_shift",
        "begin_talk",
        "take_talk_offer",
        "close_gap",
        "receive_seats",
    ),
    # When a hand-over succeeds, the line about the new volunteer says everything.
    *("accept_handover", "pass_on_shift"),
)


@dataclass(frozen=True)
class Happening:
    """One line of the history: a sentence and its instant (UTC)."""

    at: datetime
    sentence: SafeString


@dataclass
class Names:
    """The names of people and shifts in the lines.

    `people` and `shifts` are found by the subject of the entry, `givers` of shifts by subject and instant. `source` is the title of the
    event that this one was copied from.
    """

    people: dict[str, object]
    shifts: dict[str, Shift]
    givers: dict[tuple[str, datetime], object]
    source: str = ""


def all_of(event: Event) -> QuerySet[HistoryEntry]:
    """All entries of an event that have words, each thing that happened once."""
    twice = Q(subject__startswith="registration:") & Q(verb__in=SAID_ELSEWHERE)
    return HistoryEntry.objects.filter(thread=event.thread, verb__in=WORDS).exclude(twice).select_related("actor")


def told(event: Event, entries: Iterable[HistoryEntry]) -> list[Happening]:
    """These entries of one event in words. One query for each kind of thing among them."""
    entries = list(entries)
    names = _names(event, entries)
    return [Happening(entry.at, _sentence(entry, names)) for entry in entries]


def _names(event: Event, entries: list[HistoryEntry]) -> Names:
    registrations = Registration.objects.filter(event=event, pk__in=_numbers(entries, "registration"))
    names = Names(
        {one.subject: one.attendee or one.guest_name for one in registrations.select_related("attendee")}, {}, {}
    )
    signups = Signup.objects.filter(
        shift__event=event, pk__in=[*_numbers(entries, "signup"), *_numbers(entries, "mark")]
    )
    for signup in signups.select_related("volunteer", "shift"):
        for subject in (signup.subject, f"mark:{signup.pk}"):
            names.people[subject] = signup.volunteer
            names.shifts[subject] = signup.shift
    for shift in Shift.objects.filter(event=event, pk__in=_numbers(entries, "shift")):
        names.shifts[f"shift:{shift.pk}"] = shift
    handovers = Handover.objects.filter(signup__shift__event=event).select_related("signup__shift", "signup__volunteer")
    for handover in handovers.filter(pk__in=_numbers(entries, "handover")):
        names.shifts[handover.subject] = handover.signup.shift
    if event.copied_from_id and any(entry.verb == "copy_event" for entry in entries):
        names.source = Event.objects.values_list("title", flat=True).get(pk=event.copied_from_id)
    taken = {entry.at: entry.subject for entry in entries if entry.verb == "take_over_shift"}
    for handover in handovers.filter(state=Handover.State.ACCEPTED, ended_at__in=taken):
        at = handover.ended_at
        if at and names.shifts.get(taken[at]) == handover.signup.shift:
            names.givers[taken[at], at] = handover.signup.volunteer
    return names


def _numbers(entries: list[HistoryEntry], kind: str) -> list[str]:
    """The ids of the objects of one kind that `entries` are about."""
    return [entry.subject.partition(":")[2] for entry in entries if entry.subject.startswith(f"{kind}:")]


def _sentence(entry: HistoryEntry, names: Names) -> SafeString:
    someone = _("Someone")
    person = names.people.get(entry.subject)
    who = set_apart(entry.actor) or someone
    whom = set_apart(person) or who
    if entry.verb == "cancel":
        if entry.actor is None or entry.actor == person:
            return with_names(_("%(whom)s canceled"), whom=whom)
        return with_names(_("%(who)s canceled the registration of %(whom)s"), who=who, whom=whom)
    shift = names.shifts.get(entry.subject)
    words = str(WORDS[entry.verb])
    if entry.verb == "step_down" and shift and shift.starts_at <= entry.at:
        words = _("%(whom)s left “%(shift)s” early")
    giver = set_apart(names.givers.get((entry.subject, entry.at))) or someone
    return with_names(words, who=who, whom=whom, shift=shift or "–", giver=giver, source=names.source or "–")
