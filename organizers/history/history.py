"""The history of an event: who did what, newest first, by person, by kind of thing, by thing and by day."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core.zones import at_wall
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.registrations.models import Registration
from meetups.volunteers.models import Signup
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.fields import DayField
from organizers.desk.frame import event_page
from organizers.history.history_words import all_of, told
from organizers.history.things import KINDS, OF_A_PERSON, OF_A_SIGNUP, names_of_things, of_kind

PAGE = 50


class HistoryFilter(forms.Form):
    """What is asked in the address. A value that can't be is as if it were not there."""

    who = forms.TypedChoiceField(label=pgettext_lazy("history", "Who"), required=False, coerce=int, empty_value=None)
    what = forms.ChoiceField(label=pgettext_lazy("history", "What"), required=False)
    since = DayField(label=pgettext_lazy("history", "From"), required=False)
    until = DayField(label=pgettext_lazy("history", "Until"), required=False)

    def __init__(self, *args: Any, team: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        who: Any = self.fields["who"]
        who.choices = [("", pgettext_lazy("history", "Everyone")), *team]
        what: Any = self.fields["what"]
        what.choices = [
            ("", pgettext_lazy("history", "Everything")),
            *((key, word) for key, (word, _of) in KINDS.items()),
        ]


@dataclass(frozen=True)
class HistoryLine:
    """A line: when, the sentence, and the thing with its own history, as far as it is still there."""

    pk: int
    at: Any
    sentence: SafeString
    thing: str
    subject: str


@dataclass(frozen=True)
class HistoryPage:
    """Some lines, newest first. `onward` and `back` are the entries from which the pages beside it go on; None at an end."""

    lines: list[HistoryLine]
    onward: int | None
    back: int | None


@require_safe
@for_event(Permission.SEE_ATTENDEES)
def history(request: DeskRequest, event: Event) -> HttpResponse:
    """As many queries for three entries as for a thousand."""
    members = Membership.objects.filter(community=event.community_id).order_by("person__name", "pk")
    form = HistoryFilter(request.GET, team=list(members.values_list("person_id", "person__name")))
    form.is_valid()
    # What isn't valid is missing in the cleaned data.
    asked = form.cleaned_data
    entries = all_of(event)
    if asked.get("who"):
        entries = entries.filter(_about(event, asked["who"]))
    person = _person(request, event)
    if person:
        entries = entries.filter(_about(event, person.attendee_id) if person.attendee_id else Q(subject=person.subject))
    if asked.get("what"):
        entries = entries.filter(of_kind(asked["what"]))
    thing = request.GET.get("thing", "")[:60].replace("\0", "")
    if thing:
        entries = entries.filter(subject=thing)
    entries = _on_days(entries, event, asked.get("since"), asked.get("until"))
    page = _page(entries, event, before=_number(request, "before"), after=_number(request, "after"))
    context = event_page(
        request,
        event,
        current="desk_history",
        form=form,
        page=page,
        person=person,
        thing=thing,
        thing_name=next((line.thing for line in page.lines if line.thing), "") if thing else "",
        is_filtered=bool(thing or person or any(asked.values())),
    )
    return render(request, "desk/history/history.html", context)


def _person(request: DeskRequest, event: Event) -> Registration | None:
    number = _number(request, "person")
    if number is None:
        return None
    return Registration.objects.filter(event=event, pk=number).select_related("attendee").first()


def _number(request: DeskRequest, name: str) -> int | None:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 16 else None


def _about(event: Event, person: int) -> Q:
    """What the person did, and what happened to their registrations and shifts."""
    registrations = Registration.objects.filter(event=event, attendee=person).values_list("pk", flat=True)
    signups = Signup.objects.filter(shift__event=event, volunteer=person).values_list("pk", flat=True)
    subjects = [f"{subject}:{pk}" for pk in registrations for subject in OF_A_PERSON]
    subjects += [f"{subject}:{pk}" for pk in signups for subject in OF_A_SIGNUP]
    return Q(actor=person) | Q(subject__in=subjects)


def _on_days(
    entries: "QuerySet[HistoryEntry]", event: Event, since: date | None, until: date | None
) -> "QuerySet[HistoryEntry]":
    """On the event's own calendar, both days included."""
    if since:
        entries = entries.filter(at__gte=at_wall(since, time(0), event.time_zone))
    if until:
        entries = entries.filter(at__lt=at_wall(until + timedelta(days=1), time(0), event.time_zone))
    return entries


def _page(entries: "QuerySet[HistoryEntry]", event: Event, *, before: int | None, after: int | None) -> HistoryPage:
    """The entries before one, or those after one, without counting them all."""
    if after is not None:
        found = list(entries.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        more_newer, more_older = len(found) > PAGE, True
        found = found[:PAGE][::-1]
    else:
        found = list((entries.filter(pk__lt=before) if before is not None else entries).order_by("-pk")[: PAGE + 1])
        more_newer, more_older = before is not None, len(found) > PAGE
        found = found[:PAGE]
    names = names_of_things(event, found)
    lines = [
        HistoryLine(entry.pk, one.at, one.sentence, names.get(entry.subject, ""), entry.subject)
        for entry, one in zip(found, told(event, found), strict=True)
    ]
    if not found:
        return HistoryPage([], None, None)
    return HistoryPage(lines, found[-1].pk if more_older else None, found[0].pk if more_newer else None)
