"""A person is erased from everything (RULES 3, 211)."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from meetups.accounts.erasure import Erased, erase_account, forget_who_did_it, who_is_erased
from meetups.accounts.models import User
from meetups.communities.erasure import erase_from_communities, lock_communities, owned_alone
from meetups.core.errors import DomainError
from meetups.events.erasure import erase_from_events
from meetups.events.models import Event
from meetups.lifecycle.models import Inquiry
from meetups.notifications.erasure import erase_messages, keep_suppressions
from meetups.registrations.erasure import blank_registrations, leave_seats
from meetups.registrations.models import HeldPlace, Registration
from meetups.registrations.pen.seats import Seats, seats_of_each
from meetups.registrations.refusals import SeatsBusy
from meetups.speakers.erasure import blank_talks, leave_proposals, leave_talks
from meetups.speakers.models import CoSpeaker, Talk
from meetups.volunteers.erasure import blank_shifts, leave_shifts
from meetups.volunteers.models import Handover, Signup


class OwnsAlone(DomainError):
    message = _(
        "No one else owns %(communities)s. Name a successor there first, or make another person of the team an owner. Then "
        "delete the account."
    )


def erase_person(*, address: str, at: datetime, for_real: bool = True) -> Counter[str]:
    """Erases the person at `address`: an account, or what others wrote down of a person without one.

    What is ahead ends as by a cancellation, and others move up. Then names, addresses, answers, texts and uploads are blanked in
    every table, in the same transaction: all of it or nothing. Keys, verbs and states of the history stay, as do the entries of
    lotteries. Returns what was changed, in words for operators; without `for_real` all is undone at the end. Doing it again
    changes nothing. Raises OwnsAlone, SeatsBusy.
    """
    erased = who_is_erased(address, at)
    _refuse_who_owns_alone(erased)
    ahead = events_ahead(erased)
    with seats_of_each(ahead, at=at) as every:
        lock_communities(erased)
        if erased.person:
            User.objects.select_for_update().get(pk=erased.person.pk)
        _refuse_who_owns_alone(erased)
        if {event.pk for event in events_ahead(erased)} - {event.pk for event in ahead}:
            # They came to another event a moment ago.
            raise SeatsBusy
        for seats in every:
            _leave(seats, erased)
            erased.count(f"event ahead left: {seats.event.title} ({seats.event.public_id})", 1)
        leave_proposals(erased)
        _erase_inquiries(erased)
        blank_talks(erased)
        blank_shifts(erased)
        blank_registrations(erased)
        erase_from_events(erased)
        erase_from_communities(erased)
        erase_messages(erased)
        keep_suppressions(erased)
        forget_who_did_it(erased)
        erase_account(erased)
        if not for_real:
            transaction.set_rollback(True)
    return erased.done


def _refuse_who_owns_alone(erased: Erased) -> None:
    alone = [community.name for community, successor in owned_alone(erased) if successor is None]
    if alone:
        raise OwnsAlone(communities=pgettext("list", ", ").join(alone))


def events_ahead(erased: Erased) -> list[Event]:
    """The events that are not over and at which the person has, or may get, something."""
    of_event = OuterRef("pk")
    parts = [
        Registration.objects.active().filter(erased.rows_of_person("attendee", "person_key"), event=of_event),
        HeldPlace.objects.held().filter(erased.at_mailbox("email"), event=of_event),
        CoSpeaker.objects.asked_or_joined().filter(erased.rows_of_person("person", "address"), talk__event=of_event),
        Handover.objects.filter(erased.at_mailbox("address"), state=Handover.State.OPEN, signup__shift__event=of_event),
    ]
    if erased.person:
        parts += [
            Talk.objects.alive().filter(speaker=erased.person, event=of_event),
            Signup.objects.filter(
                volunteer=erased.person, state__in=[Signup.State.ASKED, Signup.State.SIGNED_UP], shift__event=of_event
            ),
        ]
    has_a_part = Q()
    for part in parts:
        has_a_part |= Q(Exists(part))
    ahead = Event.objects.filter(has_a_part, ends_at__gt=erased.at).exclude(state=Event.State.CANCELLED)
    return list(ahead.order_by("pk"))


def _leave(seats: Seats, erased: Erased) -> None:
    leave_talks(seats, erased)
    leave_shifts(seats, erased)
    leave_seats(seats, erased)


def _erase_inquiries(erased: Erased) -> None:
    """What they asked and no one has answered is deleted: no answer could reach them. The others lose their words."""
    if erased.person is None:
        return
    theirs = Inquiry.objects.filter(person=erased.person)
    number, _by_model = theirs.filter(state=Inquiry.State.OPEN).delete()
    erased.count("open inquiries deleted", number)
    erased.count("inquiries blanked", theirs.update(text="–", answer="–"))
