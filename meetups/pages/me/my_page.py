"""My page: everything in which a person has a part."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, roles_with
from meetups.pages.me.my_talks import MyTalk
from meetups.pages.me.shift_work import done_by
from meetups.pages.registration.my_no_show import no_shows_among
from meetups.pages.sheets.doors import doors_of
from meetups.pages.sheets.my_part import latest_of, parts_ahead
from meetups.pages.shifts.teardown import teardowns_today
from meetups.pages.site.access import SignedIn
from meetups.registrations.models import Registration
from meetups.speakers.models import Proposal

State = Registration.State
# The page shows this many events of the past, and looks through this many for no-shows.
PAST, LOOKED_AT = 20, 60


@require_safe
@login_required
def my_page(request: SignedIn) -> HttpResponse:
    """The next event large, then pending draws, queues, seats, shifts, talks and the past. The number of queries is always the same."""
    ahead = parts_ahead(request.user, at=request.at)
    alive = [my for my in ahead if my.event.is_published]
    # After an event, its teardown shift may still lie ahead. Such an event is not the next one.
    coming = [my for my in alive if not my.event.is_over(request.at)]
    rest = coming[1:]
    first = coming[0] if coming else None
    talks = MyTalk.all_of(alive)
    done, work = done_by(request.user, at=request.at)
    past = list(latest_of(request.user, at=request.at, limit=LOOKED_AT))
    context = {
        "doors": doors_of(request.user, at=request.at),
        "teardowns": teardowns_today(request.user, at=request.at),
        # Talks to confirm stand at the top. A talk of the next event is left out, because that event shows it as its action.
        "to_confirm": [
            one
            for one in talks
            if one.waits_for_her
            and not one.event.is_over(request.at)
            and (first is None or one.talk != first.to_confirm)
        ],
        "next": first,
        "draws": [my for my in rest if my.registration and my.registration.state == State.APPLIED],
        "queues": [my for my in rest if my.registration and my.registration.state == State.WAITLISTED],
        "seats": [my for my in rest if my.is_confirmed],
        "duties": [duty for my in alive for duty in my.duties],
        "talks": talks,
        "proposals": Proposal.objects.waiting().filter(speaker=request.user).select_related("community"),
        "cancelled": [my for my in ahead if my.event.is_cancelled],
        "no_shows": no_shows_among(past, at=request.at),
        "done": done,
        "work": work,
        "past": past[:PAST],
        "plans": roles_with(Permission.PLAN_EVENTS),
        "communities": Membership.objects.filter(person=request.user, role__in=roles_with(Permission.SEE_DESK))
        .select_related("community")
        .order_by("community__name"),
    }
    return render(request, "pages/me/my_page.html", context)
