"""Sends the due messages of the outbox."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings

from meetups.core.each import each, name_of
from meetups.notifications import outbox
from meetups.notifications.batch import Prepared, address_of, prepare
from meetups.notifications.compose import Composed, compose
from meetups.notifications.email_registry import is_awaited
from meetups.notifications.models import Notification
from meetups.notifications.restored_backup import MailMark
from meetups.notifications.smtp import SmtpAnswer, SmtpConnection, SmtpOutcome, shortened
from meetups.notifications.suppressions import suppress

logger = logging.getLogger(__name__)

State = Notification.State
# A batch that takes longer than this (a slow server) renews its lease along the way.
RENEW_SECONDS = 60.0


@dataclass
class Delivered:
    """The result of one run.

    `mails` is the number of mails that left, `sent` the number of messages in them. The other messages were void, bounced because
    of their address, failed for good, or wait for another attempt. `held` are messages of a restored backup that wait for an
    operator. `raised` names the messages that raised an error here.
    """

    mails: int = 0
    sent: int = 0
    void: int = 0
    bounced: int = 0
    failed: int = 0
    postponed: int = 0
    held: int = 0
    on_hold: bool = False
    server_away: bool = False
    raised: list[str] = field(default_factory=list)


def deliver(*, at: datetime) -> Delivered:
    """Sends everything that is due at `at`, until no message is left that can leave now.

    Any number of senders may run at once. If a sender dies, the lease of its rows runs out, and they are sent again with the same
    Message-ID. If the mail server is away, the run ends, and the next run tries again.
    """
    done = Delivered(on_hold=settings.MAIL_ON_HOLD)
    with MailMark() as mark, SmtpConnection() as post:
        restored = mark.held_before(at)
        held_before = at + timedelta(days=1) if done.on_hold else restored
        done.held = Notification.objects.held(held_before).count() if held_before else 0
        while not done.server_away:
            token, groups = outbox.claim(at, held_before=held_before)
            if not groups:
                break
            # Before and after, so that a copy made at any moment of the batch is behind.
            mark.rise()
            _send_batch(post, token, groups, done, at)
            mark.rise()
    return done


def _send_batch(
    post: SmtpConnection, token: UUID, groups: Sequence[Sequence[Notification]], done: Delivered, at: datetime
) -> None:
    renewed = time.monotonic()
    prepared = prepare([row for group in groups for row in group])
    for number, group in enumerate(groups):
        rest = groups[number:]
        if time.monotonic() - renewed > RENEW_SECONDS:
            renewed = time.monotonic()
            if not all(outbox.renew(token, waiting) for waiting in rest):
                logger.warning("Another sender took over part of a batch.")
                return
        if not prepared.is_fresh:
            prepared = prepare([row for waiting in rest for row in waiting])
        run = each(group[:1], partial(_send_mail, post, token, group, prepared, done, at))
        if run.failed:
            # Whatever the error was, the mails behind this one still leave. This one waits before its next attempt.
            done.raised += run.failed
            _try_later(token, group, done, at, reason=run.failed[0])
        if done.server_away:
            for waiting in rest[1:]:
                outbox.put_back(token, waiting)
            return


def _send_mail(
    post: SmtpConnection,
    token: UUID,
    group: Sequence[Notification],
    prepared: Prepared,
    done: Delivered,
    at: datetime,
    first: Notification,
) -> None:
    """Sends one mail with the messages in `group` to the recipient of `first`."""
    address = address_of(first).lower()
    if address in prepared.bounced and not is_awaited(first):
        done.bounced += outbox.settle(token, group, State.BOUNCED, at=at, error=prepared.bounced[address])
        return
    composed = compose(group, at, prepared)
    _set_aside(token, composed, done, at)
    if composed.mail is None:
        return
    answer = post.send(composed.mail)
    _settle(token, composed, answer, done, at)
    if answer.outcome is SmtpOutcome.BOUNCED:
        suppress(address, reason=answer.reason, at=at)
        prepared.bounced[address] = answer.reason
    done.server_away = answer.stop


def _set_aside(token: UUID, composed: Composed, done: Delivered, at: datetime) -> None:
    """Settles untrue messages as void. A message that cannot be written is tried again, and given up after some attempts."""
    done.void += outbox.settle(token, composed.void, State.VOID, at=at)
    for notification, error in composed.broken:
        # The error may quote user input, so the log has only its kind.
        logger.error(
            "Notification %s (%s) cannot be written: %s", notification.pk, notification.kind, type(error).__name__
        )
        done.raised.append(f"{name_of(notification)} ({type(error).__name__})")
        _try_later(token, [notification], done, at, reason=shortened(f"{type(error).__name__}: {error}"))


def _try_later(token: UUID, rows: Sequence[Notification], done: Delivered, at: datetime, *, reason: str) -> None:
    """Tries messages that raised an error again later, and gives them up after some attempts.

    Messages that are already settled stay so.
    """
    tired = [row for row in rows if row.attempts + 1 >= outbox.BROKEN_ATTEMPTS]
    done.failed += outbox.settle(token, tired, State.FAILED, at=at, error=reason)
    later = [row for row in rows if row not in tired]
    outbox.back_off(token, later, at=at, error=reason)
    done.postponed += len(later)


def _settle(token: UUID, composed: Composed, answer: SmtpAnswer, done: Delivered, at: datetime) -> None:
    parts = composed.parts
    if answer.outcome is SmtpOutcome.SENT:
        assert composed.mail is not None
        message_id = composed.mail.extra_headers["Message-ID"]
        done.mails += 1
        done.sent += outbox.settle(token, parts, State.SENT, at=at, message_id=message_id)
        return
    logger.warning("Notifications %s did not leave: %s", [part.pk for part in parts], answer.reason)
    if answer.outcome is SmtpOutcome.AWAY:
        # An outage is not the fault of a mail: when the server is back, all of them leave at once.
        outbox.put_back(token, parts)
        return
    if answer.outcome is SmtpOutcome.BOUNCED:
        done.bounced += outbox.settle(token, parts, State.BOUNCED, at=at, error=answer.reason)
        return
    if answer.outcome is SmtpOutcome.REFUSED:
        done.failed += outbox.settle(token, parts, State.FAILED, at=at, error=answer.reason)
        return
    tired = [part for part in parts if at - part.due_at > outbox.GIVE_UP_AFTER]
    done.failed += outbox.settle(token, tired, State.FAILED, at=at, error=answer.reason)
    outbox.back_off(token, [part for part in parts if part not in tired], at=at, error=answer.reason)
    done.postponed += len(parts) - len(tired)
