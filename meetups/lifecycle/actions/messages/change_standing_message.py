"""An organizer changes the words of a standing message for those to come, or its stop time."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.core.versions import refuse_what_has_changed
from meetups.events.models import Event
from meetups.lifecycle.messages.message_steps import expect_stop, record_step
from meetups.lifecycle.messages.standing import keep_earlier_words, words_version
from meetups.lifecycle.models import Message
from meetups.lifecycle.refusals import NoLongerStanding


def change_standing_message(
    *,
    message: Message,
    texts: dict[str, dict[str, str]],
    stands_until: datetime,
    seen: str | None = None,
    at: datetime,
    by: User,
) -> None:
    """Who has it already gets nothing new. The same values again change nothing.

    `seen` is the version that the form was filled from. Raises NoLongerStanding, ChangedMeanwhile, StopsBeforeItLeaves, TooFarAhead.
    """
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(no_key=True).get(pk=message.event_id)
        message = event.messages.select_for_update().get(pk=message.pk)
        if message.state != Message.State.STANDING:
            raise NoLongerStanding
        if (texts, stands_until) == (message.texts, message.stands_until):
            return
        refuse_what_has_changed(seen, words_version(message))
        expect_stop(stands_until, at)
        if texts != message.texts:
            keep_earlier_words(message, event, at=at)
        message.texts, message.stands_until = texts, stands_until
        message.save(update_fields=["texts", "stands_until", "earlier"])
        record_step(message, event, "change_message", message.state, at=at, by=by)
