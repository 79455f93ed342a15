"""The inbox of a community: what people ask its organizers, and the address to which answers to their mails go."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetups.accounts.forms import AddressField
from meetups.communities.actions.set_contact_address import contact_version, set_contact_address
from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.lifecycle.actions.answer_inquiry import answer_inquiry
from meetups.lifecycle.models import Inquiry
from organizers.community.communities import community_page
from organizers.desk.access import DeskRequest, for_community
from organizers.desk.edits import Edit, SentForm

A_PAGE = 50


class AnswerForm(forms.Form):
    """The answer."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("It goes out by email, in the name of the organizers."),
    )


class ContactAddressForm(forms.Form):
    """Where answers go."""

    contact_address = AddressField(
        autocomplete="off",
        label=gettext_lazy("Address for replies"),
        required=False,
        help_text=gettext_lazy(
            "Replies to your messages and answers go there, so their readers see it. If it’s blank, no reply reaches you."
        ),
    )


def for_me(request: DeskRequest, community: Community) -> QuerySet[Inquiry]:
    """What this organizer may read: reports are for owners."""
    found = Inquiry.objects.filter(community=community).select_related("person", "event", "answered_by")
    return found if Permission.MANAGE_MEMBERS in request.grants else found.exclude(topic=Inquiry.Topic.REPORT)


@require_http_methods(["GET", "POST"])
@for_community(Permission.MANAGE_ATTENDEES)
def inbox(request: DeskRequest, community: Community) -> HttpResponse:
    """GET lists what is open, then what was answered (`?page=`); POST keeps the address for replies. Reports are for owners."""
    form = ContactAddressForm(
        request.POST if request.method == "POST" else None, initial={"contact_address": community.contact_address}
    )
    edit = Edit(request, form, contact_version(community))
    if edit.succeeds(
        lambda: set_contact_address(
            community=community,
            address=form.cleaned_data["contact_address"],
            seen=request.POST.get("seen"),
            at=request.at,
            by=request.user,
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("desk_inbox", community.slug)
    if edit.is_overtaken:
        community.refresh_from_db()
        edit.compare({"contact_address": community.contact_address}, contact_version(community))
    mine = for_me(request, community)
    answered = mine.filter(state=Inquiry.State.ANSWERED).order_by("-answered_at", "-pk")
    context = {
        **community_page(request, community, current="desk_inbox"),
        "open": mine.filter(state=Inquiry.State.OPEN).order_by("asked_at", "pk"),
        "page": Paginator(answered, A_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "edit": edit,
    }
    return render(request, "desk/community/inbox.html", context, status=edit.status)


@require_http_methods(["GET", "POST"])
@for_community(Permission.MANAGE_ATTENDEES)
def inquiry(request: DeskRequest, community: Community, pk: int) -> HttpResponse:
    """GET shows one inquiry; POST answers it by mail."""
    asked = get_object_or_404(for_me(request, community), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    sent = SentForm(form)
    if sent.succeeds(
        lambda: answer_inquiry(inquiry=asked, answer=form.cleaned_data["answer"], at=request.at, by=request.user)
    ):
        messages.success(request, _("Your answer is on its way."))
        return redirect("desk_inbox", community.slug)
    if form.errors:
        # Another organizer may have answered meanwhile.
        asked.refresh_from_db()
    context = {**community_page(request, community, current="desk_inbox"), "inquiry": asked, "form": form}
    return render(request, "desk/community/inquiry.html", context, status=sent.status)
