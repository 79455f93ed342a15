"""The table of right refusals: the rules once more, as short as the machine of all actions needs them.

A refusal changes nothing, so the database afterwards shows what the action saw. `is_right` looks for the reason there. An action
is wrong if it refuses for the reason of another action, or for a reason that does not exist.
"""

from datetime import datetime
from typing import Any

from meetups.events.models import Event
from tests.concurrency.right import desk, people
from tests.concurrency.right import event as event_is
from tests.concurrency.right.refused import Reason, Refused

PAIRS: dict[str, Reason] = {
    "SamePerson": people.is_oneself,
    "PairInvitationIsOver": people.pair_is_over,
    "NotInTheLottery": people.lead_is_in_no_lottery,
    "EntriesHaveClosed": people.entries_have_closed,
    "RegistrationClosed": people.slot_of_lead_closed,
}
ASKING: dict[str, Reason] = {
    "EventClosed": event_is.closed,
    "NotForEveryone": desk.not_for_everyone,
    "RegistrationClosed": desk.registration_closed,
}
OFFERS: dict[str, Reason] = {"EventClosed": event_is.closed, "OfferIsOver": people.offer_is_over}
RIGHT: dict[str, dict[str, Reason]] = {
    "register": {**ASKING, "AlreadyRegistered": people.has_place},
    "change_slot": {
        **ASKING,
        "NoLongerRegistered": people.is_gone,
        "SeatIsHeld": people.is_held,
        "WouldWait": people.would_wait,
    },
    "leave_event": {"EventClosed": event_is.over, "NoLongerRegistered": people.has_no_part},
    "accept_offer": OFFERS,
    "decline_offer": OFFERS,
    "keep_seat": {"EventClosed": event_is.closed, "SeatHasGone": people.has_no_seat},
    "reconfirm": {
        "EventClosed": event_is.closed,
        "NoLongerRegistered": people.is_gone,
        "NothingWasAsked": people.nothing_was_asked,
        "SeatIsOnItsWay": people.is_handed_over,
    },
    "invite_partner": {"EventClosed": event_is.closed, "NotInTheLottery": people.cannot_be_two},
    "join_pair": {**PAIRS, "EventClosed": event_is.closed, "HasAPlaceAlready": people.has_place},
    "decline_pair": PAIRS,
    "sign_up": {
        "EventClosed": event_is.closed,
        "ShiftIsOver": people.shift_has_begun,
        "ShiftIsBeingCanceled": people.shift_is_being_canceled,
        "ShiftIsFull": people.shift_is_full,
        "ShiftsOverlap": people.is_busy,
        "AlreadyRegistered": people.other_account_has_place,
    },
    "step_down": {"EventClosed": people.shift_of_signup_is_over},
    "propose_talk": {"EventClosed": people.has_begun, "TooManyProposals": people.proposes_much},
    "stage_decision": {"EventClosed": event_is.closed, "TalkHasMovedOn": people.is_not("proposed")},
    "release_decisions": {"EventClosed": event_is.closed},
    "confirm_talk": {
        "EventClosed": event_is.closed,
        "TalkHasMovedOn": people.is_not("accepted"),
        "AlreadyRegistered": people.other_account_has_place,
    },
    "withdraw_talk": {
        "EventClosed": event_is.over,
        "TalkHasMovedOn": people.is_not("proposed", "accepted", "confirmed"),
    },
    "ask_co_speaker": {
        "EventClosed": event_is.closed,
        "TalkHasMovedOn": people.is_not("accepted", "confirmed"),
        "SpeaksInItAlready": people.speaks_in_it,
        "TooManyCoSpeakers": people.three_co_speakers,
        "AskedEnoughToday": people.asked_enough,
        "TooManyInvitationsToday": people.invited_much,
    },
    "join_as_co_speaker": {"EventClosed": event_is.closed, "AlreadyRegistered": people.other_account_has_place},
    "release_co_speaker": {"EventClosed": event_is.over},
    "fetch_randomness": {"EventClosed": event_is.cancelled, "NotYetToBeDrawn": people.not_to_be_fetched},
    "draw_lottery": {"EventClosed": event_is.cancelled, "NotYetToBeDrawn": people.not_to_be_drawn},
    "nominate": {"EventClosed": event_is.cancelled, "NotAmongTheEntries": people.not_among_the_entries},
    "change_capacity": {"SeatsComeFromShifts": desk.is_duty, "SeatsTaken": desk.smaller_than_taken},
    "move_seats": {
        "EventClosed": event_is.over_or_cancelled,
        "NoSeatsToMove": desk.same_slot,
        "SeatsOfShifts": desk.moves_duty_seats,
        "NotSoManyUnused": desk.not_so_many_unused,
    },
    "add_slot": {
        "EventClosed": event_is.over_or_cancelled,
        "NameIsTaken": desk.name_is_taken,
        "EntriesWouldHaveClosed": desk.entries_would_have_closed,
    },
    "place_slot": {"EventClosed": event_is.over_or_cancelled},
    "change_slot_settings": {
        "EventClosed": event_is.over_or_cancelled,
        "NameIsTaken": desk.name_is_taken,
        "DeadlinesOutOfOrder": desk.deadlines_out_of_order,
        "ClosesTooLate": desk.closes_after_the_end,
        "ClosesBeforeTheDraw": desk.closes_before_the_draw,
        "AnswersComeLater": desk.answers_come_later,
    },
    "change_admission": {
        "EventClosed": event_is.over_or_cancelled,
        "NotForAsking": desk.not_for_everyone,
        "EntriesAreClosed": desk.entries_are_closed,
        "AdmissionIsAnnounced": desk.somebody_has_registered,
        "DatesDoNotFit": desk.dates_do_not_fit,
        "ClosedBeforeEntries": desk.closed_before_entries,
        "NothingLeftToDraw": desk.nothing_left_to_draw,
    },
    "plan_reconfirmation": {
        "EventClosed": event_is.over_or_cancelled,
        "NobodyToReconfirm": desk.not_for_everyone,
        "AlreadyAsked": people.asked_already,
        "AskedInThePast": people.asked_in_the_past,
        "AskedBeforeTheDraw": people.asked_before_the_draw,
        "AnsweredTooLate": people.answered_too_late,
        "TooLittleTimeToAnswer": people.too_little_time,
    },
    "drop_reconfirmation": {"AlreadyAsked": people.asked_already},
    "plan_shift": {"EventClosed": event_is.over_or_cancelled, "ShiftTimeHasPassed": people.planned_in_the_past},
    "change_shift": {
        "EventClosed": people.shift_is_called_off,
        "ShiftIsBeingCanceled": people.shift_is_being_canceled,
        "TimeIsOver": people.shift_is_over,
        "ShiftTimeHasPassed": people.planned_in_the_past,
        "PlacesTaken": people.more_people_than_maximum,
    },
    "cancel_shift": {"EventClosed": people.shift_is_called_off, "ShiftIsOverAlready": people.shift_is_over},
    "change_event": {
        "DateHasPassed": desk.starts_in_the_past,
        "DrawIsAnnounced": desk.moves_before_a_draw,
        "TooSoonForALottery": desk.too_soon_for_a_lottery,
    },
    "take_back_change": {
        "UndoHasEnded": desk.undo_has_ended,
        "ChangedSince": desk.changed_since,
        "DrawnSince": desk.was_drawn_since,
        "EventClosed": event_is.cancelled,
    },
    "take_back_cancellation": {"UndoHasEnded": desk.undo_has_ended},
    "take_back_shift": {"UndoHasEnded": desk.undo_has_ended},
    "take_back_publication": {"UndoHasEnded": desk.undo_has_ended},
    "announce_now": {"UndoHasEnded": desk.undo_has_ended},
    "publish_event": {"DateHasPassed": desk.has_begun, "TooSoonForALottery": desk.is_too_soon_to_publish},
    "tell_now": {"UndoHasEnded": desk.undo_has_ended},
    "end_shift_now": {"UndoHasEnded": desk.undo_has_ended, "EventClosed": event_is.cancelled},
    "cancel_event": {"EventClosed": event_is.over, "NothingToCancel": event_is.draft},
    "check_in": {"NoSeatToCheckIn": people.has_no_seat},
    "undo_check_in": {"SeatWouldFall": people.only_the_check_in_keeps_it},
    "remove_attendees": {"EventClosed": event_is.over},
    "remove_guest": {"EventClosed": event_is.over},
    "record_no_shows": {
        "NotOverYet": people.not_over,
        "TooLongAgo": people.too_long_ago,
        "NobodyWasCheckedIn": people.nobody_was_checked_in,
    },
    "object_to_no_show": {"NothingToObject": people.was_not_absent},
    "walk_in": {
        "DoorIsClosed": desk.door_is_closed,
        "ComesWithAShift": desk.is_duty,
        "SlotIsFull": desk.full,
        "AlreadyRegistered": desk.newcomer_waits_for_a_draw,
    },
    "place_by_hand": {
        "EventClosed": event_is.closed,
        "ComesWithAShift": desk.is_duty,
        "SlotIsFull": desk.full,
        "IsRegisteredAlready": desk.newcomer_has_a_seat,
        "WaitsForTheDraw": desk.newcomer_waits_for_a_draw,
    },
    "invite_attendees": {
        "EventClosed": event_is.closed,
        "ComesWithAShift": desk.is_duty,
        "TooLateToInvite": desk.too_late_to_invite,
        "TooManyInvitationsToday": desk.invited_enough,
        "IsRegisteredAlready": desk.invitee_is_here,
        "IsInvitedAlready": desk.invitee_is_invited,
        "NotEnoughSeats": desk.too_few_seats,
    },
    "accept_place": {
        "EventClosed": event_is.closed,
        "PlaceIsOver": desk.place_is_over,
        "AlreadyRegistered": desk.seat_is_held_elsewhere,
    },
    "decline_place": {
        "EventClosed": event_is.closed,
        "PlaceIsOver": desk.place_is_over,
        "PlaceWasTaken": desk.place_was_taken,
    },
    "withdraw_place": {"PlaceWasTaken": desk.place_was_taken},
    "hold_place": ASKING,
    "claim_place": {
        "NothingWaits": desk.nothing_waits_for_a_code,
        "WrongCode": desk.code_is_wrong,
        "TooManyWrongCodes": desk.code_is_wrong,
    },
    "import_participants": {
        "EventClosed": event_is.closed,
        "ComesWithAShift": desk.file_is_for_a_duty,
        "NotEnoughSeats": desk.too_few_for_the_file,
    },
}


def is_right(action: str, refusal: str, *, at: datetime, event: Event, named: dict[str, Any]) -> bool:
    """Whether `action`, with the arguments `named`, had to refuse at `at` for this reason."""
    reason = RIGHT.get(action, {}).get(refusal)
    return reason is not None and reason(Refused(at, event, named))
