"""The clock's tasks for organizers' messages, for the search, and for people who are erased."""

from datetime import datetime, timedelta

from meetups.accounts.models import User
from meetups.core.each import clock_job, each, report
from meetups.events.models import Event
from meetups.lifecycle.actions.end_search import end_search
from meetups.lifecycle.actions.erase_person import erase_person
from meetups.lifecycle.actions.index_event import index_event
from meetups.lifecycle.actions.messages.send_message import send_message
from meetups.lifecycle.actions.messages.stop_message import stop_message
from meetups.lifecycle.actions.messages.tell_newcomers import tell_newcomers
from meetups.lifecycle.models import Message, SearchDue

# A run takes a few seconds at most. The rest comes with the next one.
MOST_INDEXED = 1_000
# No request takes longer, so what it still wrote of an erased person is there by then.
LATE_WRITES = timedelta(minutes=2)
FINISHED = timedelta(hours=6)


@clock_job("lifecycle.send_messages")
def send_due_messages(at: datetime) -> str:
    """Sends the scheduled messages that are due, and says to how many people."""
    run = each(Message.objects.due(at).order_by("send_at", "pk"), lambda message: send_message(message=message, at=at))
    return run.report(
        f"{run.done} messages of organizers sent to {sum(run.results)} people"
        if run.done
        else "No message of organizers was due"
    )


@clock_job("lifecycle.tell_newcomers")
def tell_all_newcomers(at: datetime) -> str:
    """Sends the standing messages to those who have joined their groups, and ends those whose stop time has come."""
    ended = each(
        Message.objects.stood(at).order_by("stands_until", "pk"), lambda message: stop_message(message=message, at=at)
    )
    run = each(
        Message.objects.standing(at).order_by("stands_until", "pk"),
        lambda message: tell_newcomers(message=message, at=at),
    )
    people = sum(run.results)
    said = f"Standing messages sent to {people} newcomers" if people else "No one has joined a group"
    return report(said, [*ended.failed, *run.failed])


@clock_job("lifecycle.index_events")
def index_events(at: datetime) -> str:
    """Makes events findable by the words that they have now, and takes those that are over out of the index of what is ahead."""
    due = SearchDue.objects.order_by("pk").values_list("event", flat=True)[:MOST_INDEXED]
    run = each(Event.objects.only("pk").in_bulk(due).values(), lambda event: index_event(event=event.pk, at=at))
    end_search(at=at)
    return run.report(f"{sum(run.results)} events indexed" if run.done else "The search knows everything")


@clock_job("lifecycle.finish_erasures")
def finish_erasures(at: datetime) -> str:
    """Erases once more: a request that had begun before may have written a registration just after (RULES 211). Says for whom."""
    lately = User.objects.filter(erased_at__gt=at - FINISHED, erased_at__lte=at - LATE_WRITES).order_by("pk")
    run = each(lately, lambda person: erase_person(address=person.email, at=at))
    return run.report(f"{run.done} erasures looked at once more")
