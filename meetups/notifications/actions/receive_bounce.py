"""A mail that had left comes back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from meetups.notifications.batch import address_of
from meetups.notifications.email_registry import tell_result
from meetups.notifications.models import Notification
from meetups.notifications.reports import Report, ReportedOutcome
from meetups.notifications.smtp import NO_SUCH_ADDRESS, is_bounce, shorten
from meetups.notifications.suppressions import suppress

State = Notification.State
# The answer of the last server: its code and its words.
ANSWER = re.compile(r"(\d{3})[ -](.*)")


class Became(StrEnum):
    """The result of a report. The value is a sentence for the log."""

    UNKNOWN = "No mail with that Message-ID was sent from here. Nothing was changed."
    ANOTHER_ADDRESS = "The mail that it names went to another address. Nothing was changed."
    NOT_FAILED = "The mail did not fail: it is late, or it arrived. Nothing was changed."
    KNOWN = "That the mail did not arrive was known. Nothing was changed."
    BOUNCED = "No mail reaches the address, so no more is sent there until its owner asks to try again."
    FAILED = "The mail did not arrive. Others are still sent to the address."


@dataclass(frozen=True)
class Received:
    """The result of a report. `notifications` are the primary keys of the messages in that mail. `reason` holds no address."""

    became: Became
    notifications: tuple[int, ...] = ()
    reason: str = ""


def receive_bounce(*, report: Report, at: datetime) -> Received:
    """Records that a mail did not arrive.

    If the address is the reason, this has the same effect as an immediate refusal by the server.

    Anyone can write a report. So it counts only for one of our Message-IDs, which only the recipient of that mail can know. It
    also counts only for the address that the mail went to. So no one can stop mail to another person.
    """
    with transaction.atomic():
        sent = Notification.objects.filter(message_id=report.message_id).select_related("recipient").order_by("pk")
        rows = list(sent.select_for_update(of=("self",)))
        if not rows:
            return Received(Became.UNKNOWN)
        address = address_of(rows[0]).lower()
        mine = [outcome for outcome in report.outcomes if outcome.addresses & _spellings(address)]
        if not mine:
            return Received(Became.ANOTHER_ADDRESS)
        failed = next((outcome for outcome in mine if outcome.action == "failed" and outcome.status[:1] in "45"), None)
        if failed is None or not failed.status:
            return Received(Became.NOT_FAILED)
        reason = shorten(failed.said or failed.status)
        rows = [row for row in rows if row.state == State.SENT]
        if not rows:
            return Received(Became.KNOWN)
        is_gone = _speaks_of_the_address(failed)
        _mark(rows, State.BOUNCED if is_gone else State.FAILED, reason=reason, at=at)
        if is_gone:
            suppress(address, rows, reason=reason, at=at)
    return Received(Became.BOUNCED if is_gone else Became.FAILED, tuple(row.pk for row in rows), reason)


def _spellings(address: str) -> set[str]:
    """The address, and the same address with its domain in ASCII form (RFC 5890)."""
    local, _at, domain = address.rpartition("@")
    try:
        return {address, f"{local}@{domain.encode('idna').decode()}"}
    except UnicodeError:
        return {address}


def _speaks_of_the_address(failed: ReportedOutcome) -> bool:
    """The same rule as for an immediate answer. If the status says nothing (5.0.0), the server's words decide."""
    if failed.status != "5.0.0":
        return bool(NO_SUCH_ADDRESS.match(failed.status))
    answer = ANSWER.match(failed.said)
    return answer is not None and is_bounce(int(answer[1]), answer[2])


def _mark(rows: Sequence[Notification], state: State, *, reason: str, at: datetime) -> None:
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(state=state, settled_at=at, error=reason)
    tell_result(rows, state, at)
