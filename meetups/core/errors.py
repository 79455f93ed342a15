"""The base class of refusals."""

import unicodedata

from django.utils.functional import Promise

# A text between these two is put in order by itself (UAX 9). They work where no markup does: in messages and in errors of forms.
ISOLATE, END = "\u2068", "\u2069"
RIGHT_TO_LEFT = {"R", "AL", "AN"}


def isolate(text: str) -> str:
    """`text` so that it moves nothing around it, where it has letters that are written from right to left (RULES 176)."""
    turns = any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text)
    return f"{ISOLATE}{text}{END}" if turns else text


class DomainError(Exception):
    """A rule of the domain refuses an action.

    `message` is a sentence for the person who asked, translated when it is read. `facts` fill its placeholders; names and titles
    among them are set apart.
    Entry points (pages, commands) catch this class and nothing else.
    """

    message: str | Promise = ""
    status = 409

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    def __str__(self) -> str:
        if not self.facts:
            return str(self.message)
        return str(self.message) % {
            name: isolate(value) if isinstance(value, str) else value for name, value in self.facts.items()
        }
