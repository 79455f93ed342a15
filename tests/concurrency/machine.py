"""Every action of people, organizers and the clock at one event, in any order, while time moves.

A new action is a new `@rule` in `people`, `newcomers` or `desk`. Choose its object (`self.one_of`, `self.somebody`), and pass it
to `self.do`. After every rule the invariants are checked in the database.
"""

from tests.concurrency.desk import Desk
from tests.concurrency.newcomers import Newcomers
from tests.concurrency.people import People


class Meetup(People, Newcomers, Desk):
    """All rules together."""


# The actions that `self.do` must have taken at least once in a thorough run.
ACTIONS = [
    *("register", "change_slot", "leave_event", "sign_up", "step_down", "nominate"),
    *("propose_talk", "stage_decision", "release_decisions", "confirm_talk", "withdraw_talk"),
    *("ask_co_speaker", "join_as_co_speaker", "release_co_speaker"),
    *("fetch_randomness", "draw_lottery", "change_capacity", "add_slot", "check_in", "undo_check_in"),
    *(
        "change_slot_settings",
        "change_admission",
        "move_seats",
        "place_slot",
        "place_by_hand",
        "walk_in",
        "remove_guest",
    ),
    *("invite_attendees", "accept_place", "decline_place", "withdraw_place", "check_in_many", "record_no_shows"),
    *("hold_place", "claim_place", "import_participants", "remove_attendees"),
    *("excuse_no_show", "object_to_no_show", "accept_offer", "decline_offer", "keep_seat"),
    *("invite_partner", "join_pair", "decline_pair", "withdraw_pair_invitation"),
    *("plan_reconfirmation", "drop_reconfirmation", "reconfirm"),
    *("plan_shift", "change_shift", "cancel_shift", "change_event", "cancel_event"),
    *("take_back_change", "take_back_cancellation", "take_back_shift", "tell_now", "end_shift_now"),
    *("publish_event", "take_back_publication", "announce_now"),
]
