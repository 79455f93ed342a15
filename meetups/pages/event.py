"""An event's page."""

from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, Role, roles_with
from meetups.core import dates
from meetups.core.links import link
from meetups.events.models import Event
from meetups.lifecycle.parts import part_of
from meetups.pages import share
from meetups.pages.access import event_or_404
from meetups.pages.card import can_be_drawn
from meetups.pages.cards import place_of
from meetups.pages.duties import Duty, deal, duties_of
from meetups.pages.mine import Mine, mine, rehearsal_for, steps_of
from meetups.pages.offers import Offer, best, offers_of
from meetups.registrations.models import Registration
from meetups.speakers.models import Talk
from meetups.speakers.programme import ProgrammeItem, programme
from meetups.volunteers.models import Shift

NAMES = 60


@dataclass(frozen=True)
class Action:
    """The one action of the page; `note` says what will happen."""

    label: str
    note: str
    url: str


@dataclass(frozen=True)
class Stub:
    """A slot as the page shows it, with the shifts that give its seats."""

    offer: Offer
    duties: list[Duty] = field(default_factory=list)

    @property
    def more(self) -> str:
        """The small line: for a slot of one shift, how many people that needs."""
        return self.duties[0].need if len(self.duties) == 1 else self.offer.more


@require_safe
def event(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything about one event. At most six queries for somebody who is not signed in, whatever the number of participants."""
    at = timezone.now()
    event = event_or_404(request, public_id)
    offers = offers_of([event], at=at)[event.pk]
    part = part_of(event, request.user) if request.user.is_authenticated else None
    my = mine(event, part, at=at) if part else None
    shifts = Shift.objects.open().filter(event=event).in_order()
    duties = duties_of(event, shifts, mine=[signup.shift_id for signup in part.signups] if part else [], at=at)
    talks = programme(event, Talk.objects.on_programme().filter(event=event).select_related("speaker"))
    members = list(
        Membership.objects.filter(community=event.community).select_related("person").order_by("since", "pk")
    )
    role = next((member.role for member in members if member.person_id == request.user.pk), None)
    sees_desk = role in roles_with(Permission.SEE_DESK)
    context = {
        "event": event,
        "place": place_of(event),
        "community_url": reverse("community", args=[event.community.slug]),
        "my": my,
        "stubs": [_stub(offer, duties) for offer in offers],
        "deal": deal(offers),
        "more_shifts": [duty for duty in duties if duty.shift.slot_id is None],
        "programme": [_line(event, item) for item in talks],
        "takes_proposals": event.is_published and at < event.starts_at,
        "coming": sum(offer.confirmed for offer in offers),
        **(_names(event) if (my or sees_desk) and event.is_published else {}),
        "organizers": [member.person.name for member in members if member.role in {Role.OWNER, Role.ORGANIZER}],
        "past_slides": _past_slides(event),
        "action": None if my and my.registration else _action(event, offers, duties, my, at=at),
        "closed": _closed(event, at=at),
        "steps": my.steps if my else _steps(event, offers, at=at),
        "is_over": event.is_over(at),
        "sees_desk": sees_desk,
        "rehearsal": rehearsal_for(event, part),
        "share": share.links(event),
        "description": share.summary(event),
        "preview_text": share.preview_text(event),
        "structured_data": share.structured_data(event, offers, [item.talk.speaker.name for item in talks]),
        "url": link("event", event.public_id),
        "card_url": link("event_card", event.public_id) if can_be_drawn(event) and not _is_draft(event) else "",
    }
    return render(request, "pages/event.html", context)


def _is_draft(event: Event) -> bool:
    return bool(event.state == Event.State.DRAFT)


def _stub(offer: Offer, duties: list[Duty]) -> Stub:
    return Stub(offer, [duty for duty in duties if duty.shift.slot_id == offer.slot.pk])


def _line(event: Event, item: ProgrammeItem) -> dict[str, str]:
    return {
        "when": dates.clock(item.starts_at, event.time_zone, get_language() or "en"),
        "title": item.talk.title,
        "who": item.talk.speaker.name,
        "abstract": item.talk.abstract,
        "slides_url": item.talk.slides_url,
    }


def _names(event: Event) -> dict[str, object]:
    """Those who have a seat, for others who have a part."""
    seats = Registration.objects.confirmed().filter(event=event).order_by("confirmed_at", "pk")
    names = list(seats.values_list("attendee__name", flat=True)[: NAMES + 1])
    return {"names": names[:NAMES], "more_people": _("and more") if len(names) > NAMES else ""}


def _past_slides(event: Event) -> int:
    """How many slides of earlier events of the community there are."""
    return (
        Talk.objects.on_programme()
        .filter(
            event__community=event.community, event__ends_at__lt=event.starts_at, event__state=Event.State.PUBLISHED
        )
        .exclude(slides_url="")
        .exclude(event=event)
        .exclude(event__visibility=Event.Visibility.MEMBERS)
        .count()
    )


def _steps(event: Event, offers: list[Offer], *, at: datetime) -> list[object]:
    offer = best(offers)
    return list(steps_of(event, offer.slot, None, at=at)) if offer else []


def _action(event: Event, offers: list[Offer], duties: list[Duty], my: Mine | None, *, at: datetime) -> Action | None:
    """What the page asks of a reader without a place; None where there is nothing to do."""
    if my and my.to_confirm:
        return Action(
            _("Confirm your talk"), my.to_confirm.title, reverse("talk_confirmation", args=[my.to_confirm.pk])
        )
    offer = best(offers)
    if offer:
        url = f"{reverse('registration', args=[event.public_id])}?slot={offer.slot.public_id}"
        return Action(offer.label, offer.note, url)
    duty = next((duty for duty in duties if duty.is_open and duty.shift.slot_id), None)
    if duty:
        return Action(duty.label, _("Your seat is certain"), reverse("signup", args=[event.public_id, duty.shift.pk]))
    return None


def _closed(event: Event, *, at: datetime) -> str:
    """Why there is nothing to do; for pages without an action."""
    if event.is_cancelled:
        return _("This event was cancelled.")
    if event.is_over(at):
        return _("This event is over.")
    if _is_draft(event):
        return _("This event is not public yet.")
    return _("Registration has closed.")
