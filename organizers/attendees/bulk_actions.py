"""Actions on several people of the list at once."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.lifecycle.actions.remove_attendees import remove_attendees
from meetups.registrations.actions.arrivals.check_in_many import check_in_many
from meetups.registrations.models import Hold, Registration
from organizers.attendees.roster import roster
from organizers.attendees.roster_filters import filters_of
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.desk.refusals import refusals_shown
from organizers.messages.message_form import MessageForm
from organizers.messages.message_new import form_page

State = Registration.State
# The question shows so many names; it counts the others.
NAMED = 20


@require_POST
@for_event(Permission.MANAGE_ATTENDEES)
def selected(request: DeskRequest, event: Event) -> HttpResponse:
    """Checks people in, begins a message to them, or cancels after one question.

    `pk` holds the ticked registrations; `all` means everyone who matches the filters in `query`.
    """
    asked = QueryDict(request.POST.get("query", "")[:600].removeprefix("?"))
    back = reverse("desk_attendees", args=[event.public_id]) + (f"?{asked.urlencode()}" if asked else "")
    chosen = _chosen(request, event, asked)
    if not chosen:
        messages.error(request, _("Select the people first."))
        return redirect(back)
    if request.POST.get("do") == "check_in":
        return _check_in(request, event, chosen, back)
    if request.POST.get("do") == "write":
        slots = list(event.slots.in_order())
        pks = ",".join(str(one.pk) for one in chosen)
        return form_page(
            request, event, MessageForm(event=event, slots=slots, grants=request.grants, initial={"chosen": pks})
        )
    if request.POST.get("do") != "cancel" or event.is_over(request.at):
        messages.error(request, _("This can’t be done for the people you selected. Nothing was changed."))
        return redirect(back)
    if not request.POST.get("sure"):
        context = event_page(
            request,
            event,
            current="desk_attendees",
            chosen=chosen[:NAMED],
            more=max(len(chosen) - NAMED, 0),
            number=len(chosen),
            pks=",".join(str(one.pk) for one in chosen),
            query=asked.urlencode(),
            consequence=" ".join(consequence(event, chosen, request.at)),
            back=back,
        )
        return render(request, "desk/attendees/selected_cancellation.html", context)
    with refusals_shown(request):
        ended = remove_attendees(event=event, registrations=[one.pk for one in chosen], at=request.at, by=request.user)
        done = ngettext("%(count)s registration is canceled.", "%(count)s registrations are canceled.", ended)
        messages.success(request, done % {"count": ended})
    return redirect(back)


def _check_in(request: DeskRequest, event: Event, chosen: Iterable[Registration], back: str) -> HttpResponse:
    with refusals_shown(request):
        new = check_in_many(event=event, registrations=[one.pk for one in chosen], at=request.at, by=request.user)
        done = ngettext("%(count)s person is checked in.", "%(count)s people are checked in.", new) % {"count": new}
        messages.success(request, done)
    return redirect(back)


def _chosen(request: DeskRequest, event: Event, asked: QueryDict) -> list[Registration]:
    """The active registrations that are meant. Numbers of another event are ignored."""
    everyone = [one for one in roster(event) if one.is_active]
    if request.POST.get("all"):
        return filters_of(asked, list(event.slots.in_order())).found(everyone)
    ticked = {*request.POST.getlist("pk"), *request.POST.get("pks", "").split(",")}
    return [one for one in everyone if str(one.pk) in ticked]


def consequence(event: Event, chosen: list[Registration], at: datetime) -> list[str]:
    """What the cancellation of all of them means, in numbers. Three queries."""
    told = sum(one.attendee_id is not None for one in chosen)
    sentences = [ngettext("We’ll email %(count)s person.", "We’ll email %(count)s people.", told) % {"count": told}]
    held = Hold.objects.active().filter(registration__in=chosen).count()
    if held:
        ends = ngettext(
            "%(count)s shift or talk is canceled too.", "%(count)s shifts and talks are canceled too.", held
        )
        sentences.append(ends % {"count": held})
    pks = {one.pk for one in chosen}
    freed = Counter(one.slot_id for one in chosen if one.state == State.CONFIRMED and not one.above_capacity)
    slots = {slot.pk: slot for slot in event.slots.select_related("lottery")}
    waiting = Registration.objects.filter(event=event, state=State.WAITLISTED).exclude(pk__in=pks)
    queues = Counter(waiting.values_list("slot", flat=True))
    moving = sum(
        min(seats, queues[pk])
        for pk, seats in freed.items()
        if slots[pk].promotion_is_open(at) and not slots[pk].awaits_draw
    )
    if moving:
        up = ngettext("%(count)s person on the waitlist moves up.", "%(count)s people on the waitlist move up.", moving)
        sentences.append(up % {"count": moving})
    elif any(queues[pk] and not slots[pk].promotion_is_open(at) for pk in freed):
        sentences.append(_("No one moves up: the deadline for moving up has passed."))
    return sentences
