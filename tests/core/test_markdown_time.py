"""Markdown takes time in proportion to the length of the text, whatever the text is: twice the text, at most 2.5 times the time."""

import ctypes
import gc
from collections.abc import Callable, Iterator
from time import process_time

import pytest

from meetups.core.texts.markdown import _without_end_of_sentence, html_of
from meetups.core.texts.plain_text import as_text

# Below this, what is measured is the clock.
SECONDS = 0.02
RUNS = 5
MOST = 2.5

CONSTRUCTS: dict[str, Callable[[int], str]] = {
    "one definition many times": lambda n: "[a]: b\n" * n,
    "many definitions": lambda n: "".join(f"[a{i:09}]: b\n" for i in range(n)),
    "definitions that do not close": lambda n: "[a]: <b\n" * n,
    "definitions with a title that does not close": lambda n: '[a]: b "c\n' * n,
    "definitions in one paragraph": lambda n: "[a]: b 'c\n\n" * n,
    "a long definition used often": lambda n: f"[x]: {'x' * n}\n" + "[x]" * n,
    "opening brackets": lambda n: "[" * n,
    "closing brackets": lambda n: "]" * n,
    "nested brackets": lambda n: "[" * n + "]" * n,
    "nested brackets beside a definition": lambda n: "[x]: /y\n\n" + "[" * n + "]" * n,
    "links that do not close": lambda n: "[a](" * n,
    "empty links that do not close": lambda n: "[](" * n,
    "link addresses that do not close": lambda n: "[a](<b" * n,
    "link titles that do not close": lambda n: '[a](b "' * n,
    "labels with backslashes": lambda n: "[a\\" * n,
    "links": lambda n: "[a](https://a.example/b) " * n,
    "pictures that do not close": lambda n: "![" * n,
    "nested pictures": lambda n: "![" * n + "a" + "](b)" * n,
    "emphasis that does not close": lambda n: "*a_ " * n,
    "emphasis of two kinds": lambda n: "**a *b " * n,
    "nested emphasis": lambda n: "**a *a " * n + " a* a**" * n,
    "stars before Japanese": lambda n: "*" * n + "あ" * n,
    "strike that does not close": lambda n: "~~a " * n,
    "strike of two kinds": lambda n: "~a ~~b" * n,
    "backticks": lambda n: "`" * n,
    "backticks of many lengths": lambda n: "".join("e" + "`" * i for i in range(int((2 * n) ** 0.5))),
    "quotes in quotes": lambda n: ">" * n + "x",
    "lists in lists": lambda n: "- " * n + "x",
    "lists in lists, by indent": lambda n: "".join(" " * 2 * i + "- x\n" for i in range(int(n**0.5))),
    "quotes and lists": lambda n: "> - " * n + "x",
    "a wide table": lambda n: "|a" * n + "|\n" + "|-" * n + "|\n" + "|x\n" * n,
    "a long table": lambda n: "|a|b|\n|-|-|\n" + "|x|y|\n" * n,
    "a table at the end of a paragraph": lambda n: "a\n" * n + "|-\n",
    "a paragraph of many lines": lambda n: "a\n" * n,
    "a heading under many lines": lambda n: "a\n" * n + "===",
    "headings": lambda n: "# a\n" * n,
    "fences": lambda n: "```\n" * n,
    "number signs": lambda n: "#" * n,
    "spaces": lambda n: "a" + " " * n + "x",
    "tabs": lambda n: "-\t" * n,
    "backslashes": lambda n: "\\" * n,
    "entities": lambda n: "&amp" * n,
    "null characters": lambda n: "\x00" * n,
    "comments": lambda n: "a <!-- " * n,
    "instructions": lambda n: "a <? " * n,
    "tags that do not close": lambda n: "a <a " * n,
    "declarations": lambda n: "a <!A " * n,
    "sections": lambda n: "a <![CDATA[ " * n,
    "blocks like HTML": lambda n: "<div>\n\n" * n,
    "addresses in angle brackets that do not close": lambda n: "<http:" * n,
    "an address before brackets": lambda n: "https://a.example/" + ")" * n,
    "an address before points": lambda n: "https://a.example/" + ".,)!" * n,
    "addresses in brackets": lambda n: "(https://a.example/) " * n,
    "addresses without an end": lambda n: "https://" * n,
    "an address with many parameters": lambda n: "https://a.example/?" + "&a=b" * n,
    "Japanese": lambda n: "持ち物は**名札**です。\n\n" * n,
}


def least(function: Callable[[str], object], text: str, *, enough: float = 0) -> float:
    """Seconds of processor time: the best of five. Not all five are asked where one of them is `enough` already."""
    best = float("inf")
    for _ in range(RUNS):
        best = min(best, _time(function, text))
        if best <= enough:
            break
    return best


def _time(function: Callable[[str], object], text: str) -> float:
    began = process_time()
    function(text)
    return process_time() - began


def grows_little(function: Callable[[str], object], construct: Callable[[int], str], *, tries: int = 3) -> bool:
    """Whether twice the text takes at most `MOST` times as long: the best of five each, of texts that take long enough to be measured.
    A busy machine makes times longer, never shorter, and what is linear passes once in three.
    """
    size = 500
    for _ in range(tries):
        while _time(function, construct(size)) < SECONDS or (once := least(function, construct(size))) < SECONDS:
            size *= 2
        if least(function, construct(2 * size), enough=MOST * once) <= MOST * once:
            return True
    return False


@pytest.fixture(autouse=True, scope="module")
def _memory_stays() -> Iterator[None]:
    """Memory is not given back between two runs: getting it again takes longer than some of the work. Once for all tests here: to
    collect garbage takes longer than most of them."""
    mallopt = ctypes.CDLL(None).mallopt
    for option, value, _ in PARAMETERS:
        mallopt(option, value)
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    for option, _, value in PARAMETERS:
        mallopt(option, value)


# M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of glibc: here, and as they come.
PARAMETERS = [(-1, 1 << 30, 128 * 1024), (-3, 1 << 30, 128 * 1024)]


@pytest.mark.in_short(10)
@pytest.mark.parametrize("name", CONSTRUCTS)
@pytest.mark.parametrize("function", [html_of, as_text])
def test_twice_the_text_takes_about_twice_the_time(function: Callable[[str], object], name: str) -> None:
    assert grows_little(function, CONSTRUCTS[name])


def test_the_end_of_a_sentence_is_found_in_one_walk() -> None:
    assert grows_little(_without_end_of_sentence, CONSTRUCTS["an address before brackets"])


def test_what_is_measured_is_no_short_time_and_the_best_of_five(monkeypatch: pytest.MonkeyPatch) -> None:
    def time(_function: object, text: str) -> float:
        asked.append(len(text))
        # Each size is slow four times: the fifth says what it takes.
        return 1.1e-5 * len(text) * (1 if asked.count(len(text)) % RUNS == 0 else 9)

    asked: list[int] = []
    monkeypatch.setitem(globals(), "_time", time)
    assert grows_little(len, lambda size: "x" * size, tries=1)
    longest, twice = sorted(set(asked))[-2:]
    assert (longest, twice) == (2_000, 4_000)
    assert asked.count(twice) == RUNS


@pytest.mark.story
def test_the_measure_finds_what_is_quadratic() -> None:
    def slow(text: str) -> None:
        while text:
            text = text[:-1]
            text.count(")")

    # A busy machine may make the shorter text slow: once in five it is seen.
    assert any(not grows_little(slow, CONSTRUCTS["an address before brackets"]) for _ in range(5))
