"""Proposals, and the programme that results from them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.speakers.models import Call, Talk
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.talks.decisions import Staged
from organizers.talks.reply_form import deadline_fields
from organizers.talks.speaker_invitations import Waiting
from organizers.talks.talk import TalkStanding


@require_safe
@for_event(Permission.DECIDE_TALKS)
def talks(request: DeskRequest, event: Event) -> HttpResponse:
    """Talks that wait for a decision, decisions that are not yet told, talks that wait for their speaker, and the programme."""
    call = Call.objects.filter(event=event).first()
    all_talks = list(event.talks.with_speakers().order_by("position", "pk"))

    def these(state: Talk.State) -> list[Talk]:
        return [talk for talk in all_talks if talk.state == state]

    for talk in all_talks:
        talk.event = event

    context = event_page(
        request,
        event,
        current="desk_talks",
        any_talk=bool(all_talks),
        proposed=[talk for talk in these(Talk.State.PROPOSED) if not talk.staged],
        staged=Staged.among(these(Talk.State.PROPOSED)),
        call=call,
        call_is_open=call is not None and call.is_open(request.at),
        can_decide=event.is_open(request.at),
        is_ahead=not event.is_cancelled and request.at < event.starts_at,
        invitations=[Waiting(one, request.at) for one in event.speaker_invitations.open()],
        accepted=[TalkStanding(talk, request.at) for talk in these(Talk.State.ACCEPTED)],
        confirmed=these(Talk.State.CONFIRMED),
        deadlines=deadline_fields(event, call, request.at),
        rejected=these(Talk.State.REJECTED),
    )
    return render(request, "desk/talks/talks.html", context)
