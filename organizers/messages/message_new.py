"""The pages that write a message to people of an event: the form with its live number, the preview, and the sending."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core import dates
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.events.undo import mail_leaves_at
from meetups.lifecycle.actions.messages.try_message import try_message
from meetups.lifecycle.actions.messages.write_message import write_message
from meetups.lifecycle.audience import reach_of
from meetups.lifecycle.emails.message import message_content
from meetups.lifecycle.messages.message_steps import expect_stop, expect_time
from meetups.lifecycle.messages.variables import used_in, values_for, variables
from meetups.lifecycle.models import Message
from meetups.registrations.models import Registration, Slot
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.desk.responsible_for import groups_for, messages_for
from organizers.messages.audience_words import counted, people
from organizers.messages.message_form import MessageForm, typed
from organizers.messages.reply_reminder import reply_reminder


@require_http_methods(["GET", "POST"])
@for_event(Permission.WRITE_MESSAGES)
def new(request: DeskRequest, event: Event) -> HttpResponse:
    """`intent` is the button: `preview` shows the number and the mails, `trial` sends them to oneself, `send` sends or schedules,
    `back` shows the form again.

    Without `intent`, the form asks how many people the message would reach. `?copy=` begins with a message of this event;
    a scheduled message or a draft is then replaced. `?state=`, `?slot=` and `?arrived=` are the filters of the list of attendees.
    """
    slots = list(event.slots.in_order())
    if request.method != "POST":
        form = MessageForm(event=event, slots=slots, grants=request.grants, initial=_initial(request, event, slots))
        return form_page(request, event, form)
    form = MessageForm(request.POST, event=event, slots=slots, grants=request.grants)
    valid = form.is_valid()
    intent = request.POST.get("intent", "")
    if not intent and request.htmx:
        return render(
            request, "desk/messages/message_new.html#live", {"reach": counted(reach_of(form.audience(), event))}
        )
    if not valid:
        return form_page(request, event, form, status=422)
    if intent not in {"preview", "send", "trial"}:
        return form_page(request, event, form)
    if intent == "trial":
        try_message(event=event, texts=form.texts(), at=request.at, by=request.user)
        messages.success(request, _("A test is on its way to you, and to no one else."))
    if intent in {"preview", "trial"}:
        return _preview(request, event, form)
    try:
        message = write_message(
            event=event,
            texts=form.texts(),
            audience=form.audience(),
            send_at=form.instant(),
            at=request.at,
            by=request.user,
            replaces=messages_for(event, request.grants).filter(pk=form.cleaned_data["replaces"]).first(),
            stands_until=form.stop(),
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return form_page(request, event, form, status=refusal.status)
    if message.state == Message.State.SCHEDULED and form.instant() is None:
        # The bar at the bottom says so, for as long as it can be taken back.
        pass
    elif message.state == Message.State.SCHEDULED:
        when = dates.moment(message.send_at, event.time_zone, get_language() or "en")
        messages.success(request, _("Scheduled for %(when)s. You can cancel it until then.") % {"when": when})
    else:
        messages.success(request, _("Message sent to %(people)s.") % {"people": people(message.recipients or 0)})
    return redirect("desk_deliveries", event.public_id)


def form_page(request: DeskRequest, event: Event, form: MessageForm, *, status: int = 200) -> HttpResponse:
    """The form. A new form shows at once how many people its initial choice reaches."""
    if not form.is_bound:
        typed_now = {**form.initial, "when": "now"}
        asked = MessageForm(typed_now, event=event, slots=form.all_slots, grants=request.grants)
        asked.is_valid()
        audience = asked.audience()
    else:
        audience = form.audience()
    context = event_page(
        request,
        event,
        current="desk_deliveries",
        form=form,
        reach=counted(reach_of(audience, event)),
        by_hand=bool(audience.chosen),
        unanswered=audience.unanswered,
        variables=variables(),
        several_slots="slots" in form.fields and len(form.all_slots) > 1,
        arrivals="arrived" in form.fields
        and (
            audience.checked_in is not None
            or Registration.objects.filter(event=event, checked_in_at__isnull=False).exists()
        ),
    )
    return render(request, "desk/messages/message_new.html", context, status=status)


def _initial(request: DeskRequest, event: Event, slots: list[Slot]) -> dict[str, Any]:
    copied = request.GET.get("copy", "")
    if copied.isascii() and copied.isdigit() and len(copied) < 10:
        message = messages_for(event, request.grants).select_related("event").filter(pk=copied).first()
        if message:
            return typed(message)
    if Permission.MANAGE_ATTENDEES not in request.grants:
        return {"groups": groups_for(request.grants)}
    if request.GET.get("unanswered"):
        return reply_reminder(event)
    state = request.GET.get("state", "")
    known = {Registration.State.CONFIRMED, Registration.State.WAITLISTED, Registration.State.APPLIED}
    return {
        "groups": [state if state in known else Registration.State.CONFIRMED.value],
        "slots": [slot.public_id for slot in slots if str(slot.pk) == request.GET.get("slot")],
        "arrived": request.GET.get("arrived", "") if request.GET.get("arrived") in {"yes", "no"} else "",
    }


def _preview(request: DeskRequest, event: Event, form: MessageForm) -> HttpResponse:
    """The mail as each reader will get it, the number of readers, and the time. A time at which it could not leave is refused."""
    at, send_at = request.at, form.instant()
    try:
        if send_at:
            expect_time(send_at, at=at)
    except DomainError as refusal:
        form.add_error("send_at", str(refusal))
        return form_page(request, event, form, status=refusal.status)
    leaves_at, stop = send_at or mail_leaves_at(event.starts_at, at=at), form.stop()
    try:
        if stop:
            expect_stop(stop, leaves_at)
    except DomainError as refusal:
        form.add_error("stands_until", str(refusal))
        return form_page(request, event, form, status=refusal.status)
    texts, mails, own = form.texts(), [], []
    used = used_in(part for text in texts.values() for part in text.values())
    for language in texts:
        with translation.override(language):
            mails.append({"language": language, "content": message_content(event, texts, reader=request.user.name)})
            values = values_for(event, request.user.name)
            own.append({"language": language, "values": [(name, values[name]) for name in used]})
    context = event_page(
        request,
        event,
        current="desk_deliveries",
        form=form,
        mails=mails,
        own=own if used else [],
        reach=counted(reach_of(form.audience(), event)),
        send_at=send_at,
        stop=stop,
        waits=not send_at and leaves_at > at,
        replaces=form.cleaned_data["replaces"],
    )
    return render(request, "desk/messages/message_preview.html", context)
