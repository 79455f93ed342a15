"""Names, as they are searched and sorted: hiragana and katakana, full width and half width, capitals are all one."""

import unicodedata

import jaconv


def folded(name: str) -> str:
    """The form in which two spellings of a name are equal. Spaces do not count."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(str(jaconv.kata2hira(plain)).split())
