"""The roles of the tables, and the letters of their answers.

One letter for each role, in the order of ROLES:

    o  page shown (2xx)                  L  sent to sign-in, and back afterwards
    r  done, and redirected (3xx)        n  not found: the role may not know whether it exists
    b  content refused (4xx)             m  no role may use this method here
    f  forbidden
"""

ROLES = [
    *("anonymous", "member of nothing", "attendee", "waitlisted", "speaker", "volunteer"),
    *("reception", "organizer", "owner", "another owner", "operator"),
]

# Roles that stand below another one, and the addresses that they open like a third.
DOOR = {"desk_walk_in", "desk_check_in", "desk_arrival", "desk_undo_check_in"}
TALKS = {
    *("desk_slides", "desk_slides_publication", "desk_slides_request", "desk_talk_slides", "desk_talk_themes"),
    *("desk_connections", "desk_presence", "desk_readiness", "desk_co_speakers", "desk_co_speaker_end", "desk_talks"),
    *("desk_decisions", "desk_talk_decision", "desk_speaker_invitations", "desk_speaker_invitation_withdrawal"),
    *("desk_programme", "desk_programme_order", "desk_programme_breaks", "desk_break", "desk_break_removal"),
    *(
        "desk_talk",
        "desk_talk_new",
        "desk_talk_words",
        "desk_talk_offer",
        "desk_talk_removal",
        "desk_talk_note",
        "desk_talk_reminder",
    ),
    *("desk_talk_end", "desk_talk_reopening", "desk_talks_selected"),
    *("desk_talk_line", "desk_standing_call", "desk_proposals", "desk_proposal_answer", "desk_call"),
}
SHIFTS = {
    *("desk_shifts", "desk_usual_shifts", "desk_shift", "desk_shift_volunteers", "desk_shift_offers"),
    *("desk_shift_cancellation", "desk_signup_answer", "desk_signup_mark", "desk_teardown", "desk_teardown_usual"),
    *("desk_teardown_copy", "desk_chore", "desk_chore_place", "desk_chore_removal", "desk_room_photos"),
    *("desk_room_photo", "desk_room_photo_removal"),
}
# Whom they may write to there is a question of tests/desk/test_staff_messages.py.
MESSAGES = {"desk_deliveries", "desk_message_new"}
LIKE = {
    "helper": ("member of nothing", "reception", DOOR),
    "program": ("reception", "organizer", TALKS | MESSAGES),
    "volunteers": ("reception", "organizer", SHIFTS | MESSAGES),
}


def expected(name: str, row: tuple[str, str]) -> tuple[str, str]:
    """The row with the letters of these roles behind it."""
    got, posted = row
    for below, above, opened in LIKE.values():
        column = ROLES.index(above if name in opened else below)
        got, posted = got + row[0][column], posted + row[1][column]
    return got, posted


def everyone(place: int, answers: list[tuple[str, str]]) -> set[int]:
    """All roles ask for the row at this place, as positions in it."""
    return set(range(len(answers)))


def a_few(place: int, answers: list[tuple[str, str]]) -> set[int]:
    """For each answer in the row one role that gets it, another one from row to row, and the role before the first that gets it."""
    asking = set()
    for answer in dict.fromkeys(answers):
        same = [position for position, one in enumerate(answers) if one == answer]
        asking |= {same[place % len(same)], max(same[0] - 1, 0)}
    return asking


def the_others(place: int, answers: list[tuple[str, str]]) -> set[int]:
    """All that are not among the few."""
    return everyone(place, answers) - a_few(place, answers)
