"""Why a mail did not arrive, in words that help at the door; what the server said stands beside it."""

import re

from django.utils.translation import gettext as _

# RFC 3463: class, subject and detail. The first number is the plain code of RFC 5321.
CODES = re.compile(r"^(?P<plain>[245]\d\d)?[ -]*(?:(?P<class>[245])\.(?P<rest>\d{1,3}\.\d{1,3}))?\b")


def in_plain_words(error: str) -> str:
    """One sentence for what a mail server answered, such as `550 5.1.1 User unknown`, or for why no mail could be made or handed over."""
    found = CODES.match(error)
    plain, enhanced = (found["plain"] or "", found["rest"] or "") if found else ("", "")
    subject = enhanced.partition(".")[0]
    if enhanced == "2.2" or plain == "552":
        return _("The mailbox is full.")
    if enhanced == "2.1":
        return _("The mailbox is closed.")
    if enhanced in {"1.2", "4.4"}:
        return _("What stands after the @ is no place for mail: probably a slip in the address.")
    if subject == "1":
        return _("There is no such address.")
    if subject == "7":
        return _("The mail server took it for unwanted mail, or does not trust ours.")
    if not enhanced and plain in {"550", "551", "553"}:
        return _("The mail server does not take mail for this address.")
    if plain.startswith("4") or subject in {"3", "4"}:
        return _("The mail server did not take it for three days.")
    if plain:
        return _("The mail server refused this mail.")
    return _("It could not be handed over: whoever runs this site finds the reason in its log.")
