"""Checks a draw of meetup-lottery/1:  python3 lottery_check.py MANIFEST-FILE VALUE [ENTRY_ID]"""

import hashlib
import hmac
import sys
from pathlib import Path

text, value, wanted = Path(sys.argv[1]).read_bytes(), sys.argv[2], sys.argv[3:]
digest = hashlib.sha256(text).hexdigest()
seed = hashlib.sha256(f"meetup-lottery/1|{digest}|{value}".encode()).digest()
lines = text.decode("ascii").split("\n")
left, nominated = int(lines[3].split()[1]), int(lines[4].split()[1])
entries = [line.split() for line in lines[5:-1]]


def score(entry: list[str]) -> tuple[str, str]:
    chances = range(1, int(entry[2]) + 1)
    return min(hmac.digest(seed, f"{entry[0]}/{j}".encode(), "sha256").hex() for j in chances), entry[0]


print(digest)
for rank, (entry_id, size, _weight) in enumerate(entries[:nominated] + sorted(entries[nominated:], key=score), 1):
    seat = int(size) <= left
    left -= int(size) * seat
    if not wanted or entry_id in wanted:
        print(rank, entry_id, "seat" if seat else "queue")
