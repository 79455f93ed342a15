"""The part of an event's page that many readers share."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.communities.models import Membership
from meetups.communities.permissions import Role
from meetups.core import dates
from meetups.core.links import link
from meetups.core.texts.markdown import TextPicture
from meetups.events.models import Event
from meetups.lifecycle.participants import Participant
from meetups.pages.events.share_image import can_be_drawn
from meetups.pages.sheets import share
from meetups.pages.sheets.call_for_speakers import CALL, call_from, takes_proposals
from meetups.pages.sheets.deal import deal_for
from meetups.pages.sheets.duties import Duty, duties_of
from meetups.pages.sheets.my_steps import Step, steps_of
from meetups.pages.sheets.people import initial
from meetups.pages.sheets.slot_choices import SlotChoice, best, offers_of
from meetups.pages.site.one_second_cache import cached
from meetups.pages.site.text_pictures import PICTURES, pictures_from
from meetups.registrations.models import Registration, Slot
from meetups.speakers.models import Break, Call, Talk
from meetups.speakers.programme.items import ProgrammeItem, programme
from meetups.speakers.programme.timetable import BREAKS, breaks_from, talks_with_names
from meetups.volunteers.models import Shift

NAMES = 60
# A slot with many shifts shows one of them large, and this many others in a line each. All of them have a page.
LINES = 4
# The speakers of this many talks stand under the title; the program has them all.
VOICES = 4


@dataclass(frozen=True)
class Common:
    """The data of the event that is the same for every reader. `past_slides` counts the slides of earlier events."""

    offers: list[SlotChoice]
    shifts: list[Shift]
    programme: list[ProgrammeItem]
    members: list[Membership]
    past_slides: int
    call: Call | None
    pictures: tuple[TextPicture, ...]

    @property
    def slots(self) -> list[Slot]:
        return [offer.slot for offer in self.offers]


@dataclass(frozen=True)
class Action:
    """The one action of the page; `note` says what will happen. One that goes before a waitlist leaves it to its slot."""

    label: str
    note: str
    url: str
    before_waitlist: bool = False


@dataclass(frozen=True)
class SheetReader:
    """Everything about its reader on which the sheet depends. For a reader who `is_coming` all of it is folded; on the day (`is_today`)
    the way in stands above it.
    """

    shifts: frozenset[int]
    has_part: bool
    has_seat: bool
    is_coming: bool
    is_today: bool
    sees_names: bool
    action: Action | None


@dataclass(frozen=True)
class Stub:
    """A slot as the page shows it, with the shifts that give its seats. `deal` is what its `first` shift gives; empty unless open."""

    offer: SlotChoice
    duties: list[Duty] = field(default_factory=list)
    deal: str = ""

    @property
    def first(self) -> Duty | None:
        """The shift that stands out: a teardown shift that is open or the reader's own, else the first such shift."""
        teardown = Shift.Phase.TEARDOWN
        return min(self.duties, key=lambda one: (not _concerns(one), one.shift.phase != teardown), default=None)

    @property
    def others(self) -> list[Duty]:
        """A few other shifts that are open, or that the reader has."""
        return _lines(duty for duty in self.duties if duty is not self.first)

    @property
    def more(self) -> str:
        """The first words inside. For a slot with one shift they say how many people that shift needs."""
        return self.duties[0].need if len(self.duties) == 1 else self.offer.more


def _concerns(duty: Duty) -> bool:
    return duty.is_open or duty.is_mine


def _lines(duties: Iterable[Duty]) -> list[Duty]:
    return list(filter(_concerns, duties))[:LINES]


def version_of(event: Event) -> Hashable:
    """Every field of the event, so that an edit shows at once."""
    return tuple(getattr(event, each.attname) for each in Event._meta.concrete_fields)


def common_of(event: Event, part: Participant | None, *, at: datetime) -> Common:
    """Makes five queries, any size; none if a reader with the same state opened the page in the same second.

    The state is part of the key, so a reader sees at once what they have just done.
    """
    key = ("common", version_of(event), standing_of(part), event.opens_later(at))
    return cached(key, lambda: _read(event, at))


def standing_of(part: Participant | None) -> Hashable:
    if part is None:
        return None
    talks = tuple((talk.pk, talk.state) for talk in part.talks)
    shifts = tuple(signup.shift_id for signup in part.signups)
    return (part.registration and (part.registration.slot_id, part.registration.state), talks, shifts)


def _read(event: Event, at: datetime) -> Common:
    past_slides, breaks, pictures, call = _read_with_event(event)
    members = Membership.objects.filter(community_id=event.community.pk).select_related("person")
    return Common(
        offers=[offer for offer in offers_of([event], at=at)[event.pk] if _is_offered(offer)],
        shifts=list(Shift.objects.open().filter(event=event).in_order()),
        programme=programme(event, talks_with_names(event), breaks),
        members=list(members.order_by("since", "pk")),
        past_slides=past_slides,
        call=call,
        pictures=pictures,
    )


def _read_with_event(event: Event) -> tuple[int, list[Break], tuple[TextPicture, ...], Call | None]:
    """The number of slides of earlier events, the breaks between the talks, the pictures of the text, and the call for speakers. One query."""
    # Readers of all kinds share the number, so it counts what everyone finds.
    found = Event.objects.listed_for(AnonymousUser()).published().filter(ends_at__lt=event.starts_at)
    past = Talk.objects.on_programme().filter(event__community=event.community, event__in=found).slides_out()
    number = past.order_by().values("event__community").annotate(number=Count("pk")).values("number")
    columns = Event.objects.values_list(Coalesce(Subquery(number), 0), BREAKS, PICTURES, *CALL)
    slides, breaks, pictures, *call = columns.get(pk=event.pk)
    return slides, breaks_from(breaks), pictures_from(event, pictures), call_from(event, call)


def head_of(event: Event, common: Common) -> SafeString:
    """Metadata for search engines and link previews. It does not depend on the reader."""
    card_url = link("event_card", event.public_id) if can_be_drawn(event) and not _is_draft(event) else ""
    if card_url and event.words.language != event.language:
        card_url += f"?lang={event.words.language}"
    context = {
        "event": event,
        "SITE_NAME": settings.SITE_NAME,
        "preview_text": share.preview_text(event),
        "url": link("event", event.public_id),
        "card_url": card_url,
        "structured_data": share.structured_data(event, common.offers, common.programme, card_url=card_url),
    }
    return render_to_string("pages/events/event_head.html", context)


def sheet_of(event: Event, common: Common, reader: SheetReader, *, at: datetime) -> SafeString:
    """Slots, programme, description, people, facts: everything below the head of the page."""
    duties = duties_of(event, common.shifts, mine=reader.shifts, at=at)
    more_shifts = _lines(duty for duty in duties if duty.shift.slot_id is None)
    # Without check-ins, only the confirmed seats are known.
    came = Registration.objects.filter(event=event, checked_in_at__isnull=False).count() if event.is_over(at) else 0
    coming = came or sum(offer.confirmed for offer in common.offers)
    organizers = [member.person.name for member in common.members if member.role in {Role.OWNER, Role.ORGANIZER}]
    context = {
        "event": event,
        "reader": reader,
        "is_over": event.is_over(at),
        "community_url": reverse("community", args=[event.community.slug]),
        "voices": [_voice(item.talk) for item in common.programme if item.talk][:VOICES],
        "talks": sum(item.talk is not None for item in common.programme),
        "stubs": [_stub(offer, duties, common.offers) for offer in common.offers],
        "lotteries": [offer for offer in common.offers if offer.lottery],
        "more_shifts": more_shifts,
        "shifts_in_all": len(duties),
        "has_several_shifts": len(duties) > 1,
        "programme": [_line(event, item) for item in common.programme],
        "takes_proposals": takes_proposals(event, common.call, at),
        "call": common.call,
        "came": came,
        "coming": coming,
        "applied": sum(offer.applied for offer in common.offers),
        "waiting": sum(offer.waiting for offer in common.offers),
        **(_names(event, coming=coming, came=came) if reader.sees_names else {}),
        "organizers": [{"name": name, "initial": initial(name)} for name in organizers],
        "pictures": common.pictures,
        "past_slides": common.past_slides,
        "closed": _closed(event, at=at),
        "steps": [] if reader.has_part else _steps(event, common.offers, at=at),
        "share": share.links(event),
        "url": link("event", event.public_id),
    }
    return render_to_string("pages/events/event_sheet.html", context)


def _is_draft(event: Event) -> bool:
    return bool(event.state == Event.State.DRAFT)


def _is_offered(offer: SlotChoice) -> bool:
    """False where every shift that gave seats was cancelled."""
    return bool(offer.slot.capacity) or offer.slot.admission != Slot.Admission.DUTY


def _stub(offer: SlotChoice, duties: list[Duty], offers: list[SlotChoice]) -> Stub:
    stub = Stub(offer, [duty for duty in duties if duty.shift.slot_id == offer.slot.pk])
    first = stub.first
    is_offered = first and (first.is_open or first.opens_later)
    return replace(stub, deal=deal_for(first, offers) if first and is_offered else "")


def _voice(talk: Talk) -> dict[str, Any]:
    """A talk as its speakers stand under the title."""
    return {"title": talk.title, "who": talk.speakers, "initial": initial(talk.speaker_names)}


def _line(event: Event, item: ProgrammeItem) -> dict[str, Any]:
    line: dict[str, Any] = {
        "when": dates.clock(item.starts_at, event.time_zone, get_language() or "en"),
        "title": item.line.title,
    }
    if item.talk:
        more = {
            "who": item.talk.speakers,
            "abstract": item.talk.abstract,
            "url": reverse("talk", args=[event.public_id, item.talk.pk]),
            "has_slides": item.talk.slides_published_at is not None and not event.is_cancelled,
        }
        return {**line, **more}
    return {**line, "pause": True}


def _names(event: Event, *, coming: int, came: int) -> dict[str, Any]:
    """The names of people with a seat or, if there were check-ins, of people who came. For readers who may see names.

    Guests and people who hide their names are only counted (RULES 157).
    """
    found = Registration.objects.filter(event=event, attendee__hides_name=False)
    seats = (found.filter(checked_in_at__isnull=False) if came else found.confirmed()).order_by("confirmed_at", "pk")
    names = list(seats.values_list("attendee__name", flat=True)[:NAMES])
    others = max(coming - len(names), 0)
    return {
        "names": names,
        "more_people": _("and %(count)s more") % {"count": others} if others else "",
    }


def _steps(event: Event, offers: list[SlotChoice], *, at: datetime) -> list[Step]:
    offer = best(offers)
    return steps_of(event, offer.slot, None, at=at) if offer else []


def _closed(event: Event, *, at: datetime) -> str:
    """The reason why there is nothing to do, for pages without an action."""
    if event.is_over(at):
        return _("This event is over.")
    if _is_draft(event):
        return _("This event isn’t public yet.")
    if event.opens_later(at):
        # The count-down says it.
        return ""
    return _("Registration is closed.")
