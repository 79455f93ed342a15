"""A standing message while it stands: other words for those to come, another stop time, and its end."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from meetups.communities.permissions import Permission
from meetups.core.zones import instant_at, wall_at
from meetups.events.models import Event
from meetups.lifecycle.actions.messages.change_standing_message import change_standing_message
from meetups.lifecycle.actions.messages.stop_message import stop_message
from meetups.lifecycle.messages.standing import words_version
from meetups.lifecycle.messages.variables import variables
from meetups.lifecycle.models import Message
from meetups.lifecycle.refusals import NoLongerStanding
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.edits import Edit
from organizers.desk.fields import WallField
from organizers.desk.frame import event_page
from organizers.desk.responsible_for import messages_for
from organizers.messages.audience_words import people
from organizers.messages.message_texts import MessageTextsForm, typed_texts


class StandingMessageForm(MessageTextsForm):
    """The words for those to come, and the stop time on the event's clock. The groups stay what they are."""

    stands_until = WallField(label=gettext_lazy("Goes to newcomers until"))

    @property
    def until(self) -> datetime:
        """The stop time as an instant; the form must be valid."""
        return instant_at(self.cleaned_data["stands_until"], self.event.time_zone)


@require_http_methods(["GET", "POST"])
@for_event(Permission.WRITE_MESSAGES)
def words(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """GET shows the words; POST changes them for those to come."""
    found = get_object_or_404(messages_for(event, request.grants).select_related("event"), pk=pk)
    if request.method == "GET" and found.state != Message.State.STANDING:
        messages.error(request, str(NoLongerStanding()))
        return redirect("desk_message", event.public_id, pk)
    form = StandingMessageForm(
        request.POST if request.method == "POST" else None, event=event, initial=_typed(found, event)
    )
    edit = Edit(request, form, words_version(found))
    if edit.succeeds(
        lambda: change_standing_message(
            message=found,
            texts=form.texts(),
            stands_until=form.until,
            seen=request.POST.get("seen"),
            at=request.at,
            by=request.user,
        )
    ):
        messages.success(request, _("Saved. Those to come get these words."))
        return redirect("desk_message", event.public_id, pk)
    if edit.is_overtaken:
        found.refresh_from_db()
        edit.compare(_typed(found, event), words_version(found))
    context = event_page(
        request,
        event,
        current="desk_deliveries",
        message=found,
        form=form,
        edit=edit,
        had=people(found.recipients or 0),
        variables=variables(),
    )
    return render(request, "desk/messages/standing_words.html", context, status=edit.status)


@require_POST
@for_event(Permission.WRITE_MESSAGES)
def stop(request: DeskRequest, event: Event, pk: int) -> HttpResponse:
    """No one else gets it."""
    found = get_object_or_404(messages_for(event, request.grants).select_related("event"), pk=pk)
    stop_message(message=found, at=request.at, by=request.user)
    messages.success(request, _("Stopped. No one else gets it."))
    return redirect("desk_message", event.public_id, pk)


def _typed(message: Message, event: Event) -> dict[str, Any]:
    until = message.stands_until
    return {
        **typed_texts(message.texts),
        "stands_until": wall_at(until, event.time_zone) if until else None,
    }
