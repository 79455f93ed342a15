"""Markdown as readable plain text, for the text part of a mail.

Libraries that make text from HTML take 3 to 11 ms for thirty lines, and their result is worse. html2text and markdownify leave
Markdown's marks. inscriptis drops quotes and begins each list at 1.
"""

import re
from html import unescape

from meetups.core.texts.markdown import HEADINGS, Piece, pieces

HREF = re.compile(r' href="([^"]*)"')
START = re.compile(r' start="(\d+)"')


def as_text(text: str) -> str:
    """The words of `text` without its marks. A link is followed by its address. Lists keep their bullets and numbers.

    One blank line separates paragraphs. Text that looks like HTML stays as typed.
    """
    writer = _Writer()
    for piece in pieces(text):
        writer.take(piece)
    return "".join(writer.parts)


class _Writer:
    """Collects blocks.

    `words` is the text of the block that is being read. `lists` has the next number of each open list, None for bullets.
    `marker` is the start of the next block.
    """

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.words: list[str] = []
        self.lists: list[int | None] = []
        self.links: list[tuple[str, int]] = []
        self.marker = ""
        self.quotes = 0
        self.is_tight = False
        self.is_code = False
        self.cells: list[str] | None = None

    def take(self, piece: Piece) -> None:
        """Handles the next tag or words."""
        match piece.tag, piece.closes:
            case "", _:
                self.words.append(piece.words if self.is_code else piece.words.strip("\n"))
            case "img", _:
                self.words.append(piece.words)
            case "br", _:
                self.words.append("\n")
            case "hr", _:
                self.write("----------")
            case "a", False:
                href = HREF.search(piece.attributes)
                self.links.append((unescape(href[1]) if href else "", len(self.words)))
            case "a", True:
                address, since = self.links.pop()
                if "".join(self.words[since:]) not in {address, address.removeprefix("mailto:")}:
                    self.words.append(f" ({address})" if address else "")
            case (("ul" | "ol"), False):
                self.end_item()
                start = START.search(piece.attributes)
                self.lists.append(None if piece.tag == "ul" else int(start[1]) if start else 1)
                self.is_tight = len(self.lists) > 1
            case (("ul" | "ol"), True):
                self.lists.pop()
                self.is_tight = bool(self.lists)
            case "li", False:
                number = self.lists[-1]
                self.marker = "- " if number is None else f"{number}. "
                self.lists[-1] = None if number is None else number + 1
            case "li", True:
                self.end_item()
            case "blockquote", closes:
                self.end_item()
                self.quotes += -1 if closes else 1
            case "pre", False:
                self.end_item()
                self.is_code = True
            case "pre", True:
                self.end_block()
                self.is_code = False
            case "tr", False:
                self.cells = []
            case "tr", True:
                self.write(" | ".join(self.cells or []))
                self.cells, self.is_tight = None, True
            case "table", True:
                self.is_tight = False
            case (("td" | "th"), True) if self.cells is not None:
                self.cells.append("".join(self.words))
                self.words = []
            case tag, True if tag == "p" or tag in HEADINGS:
                self.end_block()

    def end_block(self) -> None:
        """Writes the words of the block that ends here."""
        words = "".join(self.words)
        self.words = []
        if words.strip():
            self.write(words.rstrip() if self.is_code else words.strip())

    def end_item(self) -> None:
        """Writes the words of a tight list's item: the next block stands close to them."""
        if "".join(self.words).strip():
            self.end_block()
            self.is_tight = True
        self.words = []

    def write(self, words: str) -> None:
        """Adds one block, with the marker of its list."""
        indent = "  " * max(len(self.lists) - 1, 0)
        hanging = indent + ("  " if self.lists else "")
        quote = "> " * self.quotes
        first = f"{quote}{indent}{self.marker}" if self.marker else f"{quote}{hanging}"
        if self.parts:
            self.parts.append("\n" if self.is_tight else "\n\n")
        self.parts.append(first + f"\n{quote}{hanging}".join(words.split("\n")))
        self.marker, self.is_tight = "", False
