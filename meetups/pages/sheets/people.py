"""People as pages show them."""

import unicodedata


def initial(name: str) -> str:
    """The letter in the circle of a person without a photo: the first of the name, as a capital."""
    return next((letter.upper() for letter in unicodedata.normalize("NFKC", name) if letter.isalnum()), "")[:1]
