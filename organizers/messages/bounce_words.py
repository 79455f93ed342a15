"""The reason why a mail did not arrive, in words that help at the door. The page shows the server's answer beside it."""

import re

from django.utils.translation import gettext as _

# RFC 3463: class, subject and detail. The first number is the plain code of RFC 5321.
CODES = re.compile(r"^(?P<plain>[245]\d\d)?[ -]*(?:(?P<class>[245])\.(?P<rest>\d{1,3}\.\d{1,3}))?\b")


def in_plain_words(error: str) -> str:
    """One sentence for a mail server's answer, such as `550 5.1.1 User unknown`.

    It also covers a mail that could not be made or handed over.
    """
    found = CODES.match(error)
    plain, enhanced = (found["plain"] or "", found["rest"] or "") if found else ("", "")
    subject = enhanced.partition(".")[0]
    if enhanced == "2.2" or plain == "552":
        return _("The mailbox is full.")
    if enhanced == "2.1":
        return _("The mailbox is closed.")
    if enhanced in {"1.2", "4.4"}:
        return _("The part after the @ can’t receive email. The address may be mistyped.")
    if subject == "1":
        return _("This email address doesn’t exist.")
    if subject == "7":
        return _("The recipient’s server marked it as spam, or doesn’t trust ours.")
    if not enhanced and plain in {"550", "551", "553"}:
        return _("The recipient’s server doesn’t accept email for this address.")
    if plain.startswith("4") or subject in {"3", "4"}:
        return _("The recipient’s server didn’t accept it for three days.")
    if plain:
        return _("The recipient’s server rejected this email.")
    return _("We couldn’t send it. The administrator of this site can find the reason in the log.")
