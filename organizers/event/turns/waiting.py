"""What an event waits for without its organizers: replies, slides, and what happens by itself."""

from datetime import datetime, timedelta

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from meetups.core.texts.names import set_apart_each
from meetups.lifecycle.models import Message
from meetups.speakers.models import Talk
from organizers.event.dashboard_facts import Overview, awaits_slides
from organizers.event.timeline import subject_of
from organizers.event.turns.standing import AwaitedThing, address
from organizers.event.turns.todos import todos_of_others

# Slides are waited for from a week before the start.
SLIDES_FROM = timedelta(days=7)


def waiting(view: Overview, at: datetime) -> list[AwaitedThing]:
    """The soonest first; what has no date stands before them. Of a draft others know nothing, apart from its organizers."""
    if view.event.is_cancelled:
        return []
    found = todos_of_others(view, at)
    if view.event.is_published:
        found += [*_people(view, at), *_by_itself(view, at)]
    return sorted(found, key=lambda one: (one.due is not None, one.due or at))


def _people(view: Overview, at: datetime) -> list[AwaitedThing]:
    event = view.event
    found = []
    silent = view.talks_in(Talk.State.ACCEPTED)
    if silent and not event.is_over(at):
        names, url = set_apart_each(dict.fromkeys(talk.speaker for talk in silent)), address(view, "desk_talks")
        found.append(AwaitedThing(names, _("confirm their talk"), note=_("reminded automatically"), url=url))
    if view.invited and not event.is_over(at):
        url = address(view, "desk_speaker_invitations")
        found.append(AwaitedThing(set_apart_each(view.invited), _("reply to the invitation to speak"), url=url))
    missing = [talk.speaker for talk in awaits_slides(view) if not talk.has_slides]
    if missing and event.starts_at - SLIDES_FROM <= at and not event.slides_published_at:
        names = set_apart_each(dict.fromkeys(missing))
        found.append(AwaitedThing(names, pgettext("waiting", "slides"), url=address(view, "desk_slides")))
    return found


def _by_itself(view: Overview, at: datetime) -> list[AwaitedThing]:
    found = [
        AwaitedThing("", pgettext("step", "Draw"), lottery.draws_at, url=address(view, "desk_draw"))
        for lottery in view.lotteries
        if not lottery.is_drawn and lottery.draws_at > at
    ]
    language = get_language() or "en"
    for message in view.messages:
        if message.state == Message.State.SCHEDULED:
            title = _("Message: %(subject)s") % {"subject": subject_of(message, language, view.event)}
            found.append(AwaitedThing("", title, message.send_at, url=address(view, "desk_message", message.pk)))
    if view.rehearsal and view.rehearsal.starts_at > at:
        found.append(AwaitedThing("", _("Rehearsal"), view.rehearsal.starts_at, url=address(view, "desk_rehearsal")))
    return found
