"""The words by which events are searched.

Japanese has no spaces, so a text without Latin letters is cut into pairs of characters that overlap: 機械学習 is 機械, 械学 and 学習.
A word of two characters is then one entry of the index, and each character is another. Widths, capitals, and hiragana and katakana make no difference, nor does a
long vowel at the end of a word (サーバー, サーバ).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from jaconv import kata2hira

# Latin words and numbers, with the signs of C++ and C#; or anything else that is written in letters.
_RUNS = re.compile(r"[a-z0-9]+[+#]*|[^\W\x00-\x7f]+")
_LONG_VOWEL_AT_THE_END = re.compile(r"ー+(?![ぁ-ゖ])")
LONGEST_WORD = 40
# A tag, and a prefecture: no word of a text looks like these.
_TAG, _PLACE = "#", "@"


def fold_for_search(text: str) -> str:
    """The text as it is compared."""
    return _LONG_VOWEL_AT_THE_END.sub("", kata2hira(unicodedata.normalize("NFKC", text).casefold()))


def words_in(text: str) -> set[str]:
    """What the index holds of a text: Latin words; other characters, and pairs of them."""
    return {word for run in _runs(text) for word in (*_parts(run), *("" if run.isascii() else run))}


def tag_word(tag: str) -> str:
    """What the index holds of a tag. Tags are compared as a community compares its own: RULES 96."""
    return _TAG + " ".join(unicodedata.normalize("NFKC", tag).casefold().split())


def place_word(prefecture: str) -> str:
    """What the index holds of the code of a prefecture."""
    return _PLACE + prefecture


def query(text: str, *exactly: str) -> str:
    """A `tsquery` for texts with every word of `text` and all the words in `exactly`; empty where there is nothing to look for.

    A Latin word of two letters or more finds longer ones that begin so.
    """
    words = dict.fromkeys(word for run in _runs(text) for word in _parts(run))
    begun = [_quoted(word) + (":*" if word.isascii() and len(word) > 1 else "") for word in words]
    return " & ".join([*begun, *map(_quoted, exactly)])


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _runs(text: str) -> Iterator[str]:
    """The stretches of Latin letters and digits, and those of other letters."""
    return (run[0] for run in _RUNS.finditer(fold_for_search(text)))


def _parts(run: str) -> Iterable[str]:
    """A Latin word as it is; of another run its pairs, or its only character."""
    if run.isascii():
        return [run[:LONGEST_WORD]]
    return [run[number : number + 2] for number in range(max(len(run) - 1, 1))]
