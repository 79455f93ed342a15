"""Three implementations without common code agree: the product, the script to download, and the page's script in a browser."""

import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Route

from meetups.registrations.lottery.ranking import Entry, draw, manifest, read_manifest
from tests.registrations.test_ranking import GOLDEN, GOLDEN_VALUE, name

HOUSE = Path(__file__).resolve().parents[2] / "meetups"
SCRIPT = HOUSE / "registrations/check/lottery_check.py"
MODULE = HOUSE / "static/js/lottery-check.js"
VALUES = ["日経平均 38,500.12", "07 11 19 23 31 42", "value with  spaces", "é"]

# A manifest and its value, with the result: hash, and (rank, entry_id, seat).
Case = tuple[str, str]
Outcome = tuple[str, list[tuple[int, str, bool]]]


def cases() -> list[Case]:
    """1,000 manifests with pairs, weights, people put first, too few and too many seats; some are empty."""
    dice = random.Random(2026)
    found = [(GOLDEN.text(), GOLDEN_VALUE)]
    while len(found) < 1000:
        everyone = [
            Entry(name(dice), dice.choice([1, 1, 2]), dice.choice([1, 1, 2, 3])) for _ in range(dice.randrange(25))
        ]
        nominated = dice.choice([0, 0, 1, 3])
        drawn_from = manifest(
            event=name(dice)[:8],
            slot=name(dice)[:8],
            seats=dice.randrange(30),
            nominated=everyone[:nominated],
            others=everyone[nominated:],
        )
        found.append((drawn_from.text(), dice.choice([dice.randbytes(32).hex(), *VALUES])))
    return found


CASES = cases()


def of_the_product(case: Case) -> Outcome:
    places = [(place.rank, place.entry.entry_id, place.seat) for place in draw(read_manifest(case[0]), case[1])]
    return hashlib.sha256(case[0].encode()).hexdigest(), places


@pytest.fixture(scope="module")
def ours() -> list[Outcome]:
    return [of_the_product(case) for case in CASES]


# Runs the script once for each case, like a command line, and separates the outputs.
MANY_RUNS = """
import contextlib, io, json, runpy, sys
script, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
values, printed = json.load(open(folder + "/values.json")), []
for number in range(count):
    sys.argv = [script, f"{folder}/{number}.txt", values[number]]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        runpy.run_path(script, run_name="__main__")
    printed.append(out.getvalue())
print(json.dumps(printed))
"""


def read_print(printed: str) -> Outcome:
    digest, *lines = printed.splitlines()
    parts = [line.split() for line in lines]
    return digest, [(int(rank), entry_id, {"seat": True, "queue": False}[came]) for rank, entry_id, came in parts]


@pytest.mark.story
def test_the_script_to_download_agrees_on_a_thousand_manifests(ours: list[Outcome], tmp_path: Path) -> None:
    for number, (text, _value) in enumerate(CASES):
        (tmp_path / f"{number}.txt").write_bytes(text.encode("ascii"))
    (tmp_path / "values.json").write_text(json.dumps([value for _text, value in CASES]))
    command = [sys.executable, "-I", "-c", MANY_RUNS, str(SCRIPT), str(tmp_path), str(len(CASES))]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert [read_print(printed) for printed in json.loads(run.stdout)] == ours


def test_the_script_runs_from_a_command_line_and_finds_one_entry(tmp_path: Path) -> None:
    (tmp_path / "manifest.txt").write_bytes(GOLDEN.text().encode())
    command = [sys.executable, "-I", str(SCRIPT), "manifest.txt", GOLDEN_VALUE]
    whole = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert read_print(whole) == of_the_product((GOLDEN.text(), GOLDEN_VALUE))
    mine = [*command, "c66wh77kh2bsqofjzowcrgdwqq"]
    found = subprocess.run(mine, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert found == f"{hashlib.sha256(GOLDEN.text().encode()).hexdigest()}\n5 c66wh77kh2bsqofjzowcrgdwqq seat\n"


def test_the_script_is_short_enough_to_be_read_and_stands_alone() -> None:
    lines = [line for line in SCRIPT.read_text().splitlines() if line.strip()]
    imported = [line for line in lines if line.startswith(("import ", "from "))]
    assert len(lines) - len(imported) <= 16
    assert {line.split()[1] for line in imported} == {"hashlib", "hmac", "pathlib", "sys"}


def served(route: Route) -> None:
    """An empty page of this site with only the module, under the site's policy."""
    policy = "; ".join(f"{name} {' '.join(map(str, sources))}" for name, sources in settings.SECURE_CSP.items())
    headers = {"Content-Security-Policy": policy}
    if route.request.url.endswith(".js"):
        route.fulfill(body=MODULE.read_bytes(), content_type="text/javascript", headers=headers)
    else:
        route.fulfill(
            body='<!doctype html><script type="module" src="/lottery-check.js"></script>',
            content_type="text/html",
            headers=headers,
        )


def in_the_browser(browser: Browser, given: list[Case]) -> list[Outcome]:
    context = browser.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.route("**/*", served)
    page.goto("http://localhost/")
    came: list[dict[str, Any]] = page.evaluate(
        """async (cases) => {
          const { check } = await import("/lottery-check.js");
          const found = [];
          for (const [manifest, value] of cases) found.push(await check(manifest, value));
          return found;
        }""",
        [list(case) for case in given],
    )
    context.close()
    assert faults == []
    return [
        (one["sha256"], [(place["rank"], place["entryId"], place["seat"]) for place in one["places"]]) for one in came
    ]


def test_the_page_itself_agrees_on_a_thousand_manifests_in_a_browser(ours: list[Outcome], browser: Browser) -> None:
    assert in_the_browser(browser, CASES) == ours


def test_the_page_itself_draws_ten_thousand_entries(browser: Browser) -> None:
    dice = random.Random(10)
    crowd = manifest(event="e", slot="s", seats=600, others=[Entry(name(dice)) for _ in range(10_000)])
    case = crowd.text(), GOLDEN_VALUE
    assert in_the_browser(browser, [case]) == [of_the_product(case)]
