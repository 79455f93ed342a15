"""State is a column: no product code searches the history or the outbox to decide something."""

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = ("meetups", "organizers")
# Reads of the two tables; writing into them is allowed.
ASKS = re.compile(
    r"\b(?:HistoryEntry|Notification)\s*\.\s*(?:objects|_default_manager|_base_manager)\s*\.\s*(?!create\(|bulk_create\()"
)

CAUSE = "a message asks the entry that caused it, by its number: verb and state stay"
WAITING = "a message that has not left asks for its words what its cause changed; nothing is blanked that still waits"
LATER = "only the mail of the last change leaves: verbs and numbers stay"
OUTBOX = "it is the outbox that is asked whether a message is in it: keys and states stay"
PAGE = "a page that shows the history or the log of mails"

ALLOWED = {
    "meetups/lifecycle/actions/send_mail_again.py": OUTBOX,
    "meetups/lifecycle/emails/event.py": WAITING,
    "meetups/pages/registration/draw_proof.py": PAGE,
    "meetups/pages/site/metrics.py": PAGE,
    "meetups/registrations/emails/base.py": CAUSE,
    "meetups/reminders/actions/plan_reminders.py": OUTBOX,
    "meetups/reminders/actions/thank_volunteers.py": OUTBOX,
    "meetups/reminders/news_readers.py": OUTBOX,
    "meetups/speakers/emails/co_speakers.py": CAUSE,
    "meetups/speakers/emails/programme.py": WAITING,
    "meetups/speakers/emails/talks.py": CAUSE,
    "meetups/lifecycle/messages/standing.py": OUTBOX,
    "meetups/lifecycle/emails/absence.py": CAUSE,
    "meetups/lifecycle/emails/rehearsal.py": LATER,
    "meetups/speakers/programme/steps.py": OUTBOX,
    "meetups/volunteers/emails/assignments.py": LATER,
    "meetups/volunteers/emails/handovers.py": CAUSE,
    "meetups/volunteers/emails/shifts.py": CAUSE,
    "organizers/event/creating/back_to_draft.py": PAGE,
    "organizers/event/event_edit.py": PAGE,
    "organizers/history/history_words.py": PAGE,
    "organizers/people/person_facts.py": PAGE,
    "organizers/talks/talk.py": PAGE,
    "organizers/messages/message_log.py": PAGE,
    "organizers/messages/messages.py": PAGE,
}


def asking(root: Path) -> set[str]:
    """The modules that read one of the two tables, without the rooms of both, migrations, and the demo, which is no product."""
    return {
        str(file.relative_to(root))
        for room in ROOMS
        for file in (root / room).rglob("*.py")
        if not {"migrations", "demo"} & set(file.parts)
        and file.relative_to(root).parts[:2] not in {("meetups", "history"), ("meetups", "notifications")}
        and ASKS.search(file.read_text())
    }


def test_nobody_decides_by_history_or_outbox() -> None:
    assert asking(CHECKOUT) == ALLOWED.keys()


@pytest.mark.parametrize(
    "asks",
    ['HistoryEntry.objects.filter(verb="remind").exists()', "Notification.objects.waiting()"],
)
def test_a_module_that_does_is_found(tmp_path: Path, asks: str) -> None:
    for room in ROOMS:
        (tmp_path / room).mkdir()
    (tmp_path / "meetups/planted.py").write_text(f"told = {asks}\n")
    (tmp_path / "meetups/writing.py").write_text(
        "HistoryEntry.objects.create()\nNotification.objects.bulk_create([])\n"
    )
    assert asking(tmp_path) == {"meetups/planted.py"}
