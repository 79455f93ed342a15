"""The page that enters the public value for a lottery's draw."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.communities.permissions import Permission
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.actions.lottery.enter_value import enter_value
from meetups.registrations.lottery.randomness import LONGEST_VALUE, as_entered, awaits_entry
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page
from organizers.slots.draw import lottery_or_404


class ValueForm(forms.Form):
    """The typed value; `as_entered` gives it its standard form."""

    value = forms.CharField(label=gettext_lazy("Value"), max_length=LONGEST_VALUE, strip=False)


@require_http_methods(["GET", "POST"])
@for_event(Permission.RUN_DRAW)
def value(request: DeskRequest, event: Event, slot: str) -> HttpResponse:
    """GET asks for the value. A POST shows it in its standard form, which is final. A POST with `sure` enters it."""
    lottery = lottery_or_404(event, slot)
    form = ValueForm(request.POST or None)
    refusal: DomainError | None = None
    written, status = "", 200
    if request.method == "POST":
        if form.is_valid():
            try:
                written = as_entered(form.cleaned_data["value"])
                if request.POST.get("sure"):
                    enter_value(lottery=lottery, text=written, at=request.at, by=request.user)
                    messages.success(
                        request, _("Saved. The draw runs automatically within a minute, and we’ll email everyone.")
                    )
                    return redirect("desk_draw", event.public_id)
            except DomainError as error:
                refusal, written = error, ""
                status = error.status
        else:
            status = 422
    context = event_page(
        request,
        event,
        current="desk_draw",
        lottery=lottery,
        may_enter=awaits_entry(lottery, request.at) and event.is_published,
        form=form,
        written=written,
        refusal=refusal,
    )
    return render(request, "desk/slots/draw_value.html", context, status=status)
