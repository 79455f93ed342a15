"""Names for search and sort: hiragana and katakana, full and half width, capital and small letters count as equal."""

import unicodedata

import jaconv


def folded(name: str) -> str:
    """The form in which two spellings of a name are equal. Spaces do not count."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(str(jaconv.kata2hira(plain)).split())
