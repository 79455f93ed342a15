"""`kill -9` of the sender loses nothing. Each kill costs at most one extra copy, which is recognisable as the same message."""

import random
from pathlib import Path

from tests.faults.figures import FULL, Figures
from tests.mail_faults.scene import await_mails, copies, five_minutes_pass, kill, sender, sending, states

MAILS, KILLS = (1000, 40) if FULL else (60, 3)


def test_nothing_is_lost_and_a_kill_costs_one_copy_at_most(tmp_path: Path, figures: Figures) -> None:
    chance, killed = random.Random(5347), 0
    with sending(tmp_path, people=MAILS) as (site, sink):
        for _kill in range(KILLS):
            process = sender(site)
            # The kill is at any point, also between a mail and the note that it left.
            wanted = len(sink.messages) + chance.randint(1, 2 * MAILS // KILLS - 2)
            await_mails(sink, wanted, process)
            killed += process.running
            kill(process)
            five_minutes_pass(site)
        site.manage("deliver")
        found, stored = copies(sink), states(site)
    lost = MAILS - len(found)
    extra = sum(len(ids) - 1 for ids in found.values())
    figures.add(f"{MAILS:,} mails, sender killed: lost", f"{lost}, with {killed} kills")
    figures.add("… extra copies", f"{extra} (promised: at most one a kill)")
    figures.add("… copies with another Message-ID", str(sum(len(set(ids)) > 1 for ids in found.values())))
    assert lost == 0
    assert stored == {"sent": MAILS}
    assert killed >= KILLS // 2
    assert extra <= killed
    assert all(len(set(ids)) == 1 for ids in found.values())
