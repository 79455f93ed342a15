"""Sends the due messages of the outbox."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from meetups.core.each import each, name_of
from meetups.notifications import outbox
from meetups.notifications.batch import Prepared, address_of, prepare
from meetups.notifications.compose import Composed, compose
from meetups.notifications.models import Notification
from meetups.notifications.outbox import Batch, Haste
from meetups.notifications.restored_backup import MailMark
from meetups.notifications.smtp import EXCHANGE_SECONDS, SmtpAnswer, SmtpConnection, SmtpOutcome, shorten
from meetups.notifications.suppressions import suppress

logger = logging.getLogger(__name__)

State = Notification.State
# A short run ends after this time, or after a batch.
SHORT_SECONDS = 20.0
# How often a sender looks, between two mails, for what goes before them.
LOOK_SECONDS = 1.0


@dataclass
class Delivered:
    """The result of one run.

    `mails` is the number of mails that left, `sent` the number of messages in them. The other messages were void, bounced because
    of their address, failed for good, or wait for another attempt. `held` are messages of a restored backup that wait for an
    operator. `raised` names the messages that raised an error here. `more` says that a short run left something for the next.
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
    more: bool = False
    raised: list[str] = field(default_factory=list)


def deliver(*, at: datetime | None = None, is_short: bool = False) -> Delivered:
    """Sends everything that is due, until no message is left that can leave now. A short run sends one batch, for 20 s at most.

    Each mail reads the clock: an expired message does not leave, and what is recorded is the time of the server's answer. With
    `at` it is that time from beginning to end.

    Any number of senders may run at once. If a sender dies, the lease of its rows runs out, and they are sent again with the same
    Message-ID. If the mail server is away, the run ends, and the next run tries again.
    """
    now: Callable[[], datetime] = (lambda: at) if at else timezone.now
    done = Delivered(on_hold=settings.MAIL_ON_HOLD)
    with MailMark() as mark, SmtpConnection() as post:
        restored = mark.held_before(now())
        held_before = now() + timedelta(days=1) if done.on_hold else restored
        done.held = Notification.objects.held(held_before).count() if held_before else 0
        run = _Run(post, done, now, held_before, time.monotonic() + SHORT_SECONDS if is_short else None)
        while not done.server_away and (batch := outbox.claim(now(), held_before=held_before)):
            # Before and after, so that a copy made at any moment of the batch is behind.
            mark.rise()
            run.send(batch)
            mark.rise()
            if is_short:
                done.more = not done.server_away and (done.more or not batch.is_last)
                break
    return done


@dataclass
class _Run:
    """One run of a sender. `until` (monotonic seconds) is its end, if it has one."""

    post: SmtpConnection
    done: Delivered
    now: Callable[[], datetime]
    held_before: datetime | None
    until: float | None
    looked: float = field(default_factory=time.monotonic)

    @property
    def is_over(self) -> bool:
        return self.done.server_away or (self.until is not None and time.monotonic() >= self.until)

    def send(self, batch: Batch) -> None:
        """Sends the mails of a batch, after those that go before them. What is left at the end of the run is put back."""
        prepared, first, known = Prepared(since=-1), 0, 0
        for number, group in enumerate(batch.groups):
            rest = batch.groups[number:]
            self._let_pass(batch.haste)
            if self.is_over:
                self.done.more = True
                for waiting in rest:
                    outbox.put_back(batch.token, waiting)
                return
            # The lease has to last longer than what is said to the mail server now.
            if not batch.lasts(EXCHANGE_SECONDS) and not outbox.renew(batch, [row for one in rest for row in one]):
                logger.warning("Another sender took over part of a batch.")
                return
            if number >= known or not prepared.is_fresh:
                # Where the server is slow, no more than may leave before it has to be read again.
                ahead = 2 * (number - first) or len(rest)
                prepared = prepare([row for waiting in rest[:ahead] for row in waiting])
                first, known = number, number + ahead
            self._send_group(batch, group, prepared)

    def _let_pass(self, haste: Haste) -> None:
        """Sends what goes before messages of this haste and has fallen due since the run looked last."""
        if haste == Haste.AWAITED or time.monotonic() < self.looked + LOOK_SECONDS:
            return
        self.looked = time.monotonic()
        while not self.is_over and (batch := outbox.claim(self.now(), held_before=self.held_before, before=haste)):
            self.send(batch)

    def _send_group(self, batch: Batch, group: Sequence[Notification], prepared: Prepared) -> None:
        """Whatever the error is, the mails behind this one still leave. Parts that cannot leave together are sent one by one."""
        run = each(group[:1], lambda _first: self._send_mail(batch, group, prepared))
        if run.failed and len(group) > 1:
            for row in group:
                if outbox.renew(batch, [row]):
                    self._send_group(batch, [row], prepared)
        elif run.failed:
            self.done.raised += run.failed
            self._try_later(batch, group, reason=run.failed[0])

    def _send_mail(self, batch: Batch, group: Sequence[Notification], prepared: Prepared) -> None:
        """Sends one mail with the messages in `group`, which have one recipient."""
        address = address_of(group[0]).lower()
        if address in prepared.bounced and not group[0].awaited:
            self.done.bounced += self._settle(batch, group, State.BOUNCED, error=prepared.bounced[address])
            return
        composed = compose(group, self.now(), prepared)
        self._set_aside(batch, composed)
        if composed.mail is None:
            return
        answer = self.post.send(composed.mail)
        self._hear(batch, composed, answer)
        if answer.outcome is SmtpOutcome.BOUNCED:
            suppress(address, composed.parts, reason=answer.reason, at=self.now())
            prepared.bounced[address] = answer.reason
        self.done.server_away = answer.stop

    def _set_aside(self, batch: Batch, composed: Composed) -> None:
        """Settles untrue messages as void. A message that cannot be written is tried again, and given up after some attempts."""
        self.done.void += self._settle(batch, composed.void, State.VOID)
        for notification, error in composed.broken:
            # The error may quote user input, so the log has only its kind.
            logger.error(
                "Notification %s (%s) cannot be written: %s", notification.pk, notification.kind, type(error).__name__
            )
            self.done.raised.append(f"{name_of(notification)} ({type(error).__name__})")
            self._try_later(batch, [notification], reason=shorten(f"{type(error).__name__}: {error}"))

    def _hear(self, batch: Batch, composed: Composed, answer: SmtpAnswer) -> None:
        """Records what the server has answered, with the time of its answer."""
        parts, done = composed.parts, self.done
        if answer.outcome is SmtpOutcome.SENT:
            assert composed.mail is not None
            done.mails += 1
            done.sent += self._settle(batch, parts, State.SENT, message_id=composed.mail.extra_headers["Message-ID"])
            return
        logger.warning("Notifications %s did not leave: %s", [part.pk for part in parts], answer.reason)
        if answer.outcome is SmtpOutcome.AWAY:
            # An outage is not the fault of a mail: when the server is back, all of them leave at once.
            outbox.put_back(batch.token, parts)
        elif answer.outcome is SmtpOutcome.BOUNCED:
            done.bounced += self._settle(batch, parts, State.BOUNCED, error=answer.reason)
        elif answer.outcome is SmtpOutcome.REFUSED:
            done.failed += self._settle(batch, parts, State.FAILED, error=answer.reason)
        else:
            self._postpone(batch, parts, [outbox.is_tired(part, self.now()) for part in parts], reason=answer.reason)

    def _try_later(self, batch: Batch, rows: Sequence[Notification], *, reason: str) -> None:
        """Tries messages that raised an error again later, and gives them up after some attempts.

        Messages that are already settled stay so.
        """
        self._postpone(batch, rows, [row.attempts + 1 >= outbox.BROKEN_ATTEMPTS for row in rows], reason=reason)

    def _postpone(self, batch: Batch, rows: Sequence[Notification], tired: Sequence[bool], *, reason: str) -> None:
        """Plans another attempt, except for the tired ones, which are given up."""
        over = [row for row, is_tired in zip(rows, tired, strict=True) if is_tired]
        later = [row for row, is_tired in zip(rows, tired, strict=True) if not is_tired]
        self.done.failed += self._settle(batch, over, State.FAILED, error=reason)
        outbox.back_off(batch.token, later, at=self.now(), error=reason)
        self.done.postponed += len(later)

    def _settle(
        self, batch: Batch, rows: Sequence[Notification], state: State, *, message_id: str = "", error: str = ""
    ) -> int:
        return outbox.settle(batch.token, rows, state, at=self.now(), message_id=message_id, error=error)
