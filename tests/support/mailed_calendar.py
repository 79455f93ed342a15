"""What mails leave in a person's calendar, and an event where Emi may have each part that comes with an entry."""

from datetime import datetime, timedelta
from typing import Any

import icalendar
from django.core import mail
from django.utils import timezone

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.set_rehearsal import set_rehearsal
from meetups.notifications.actions.deliver import deliver
from meetups.registrations.models import Registration, Slot
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.actions.co_speakers.join_as_co_speaker import join_as_co_speaker
from meetups.speakers.models import CoSpeaker, Talk
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.shift_plan import ShiftPlan
from tests.support import cast

HOUR = timedelta(hours=1)
REHEARSAL = cast.STARTS_AT - timedelta(days=1)
MC = ShiftPlan(Shift.Phase.EVENT, Shift.Role.MC, "司会", cast.STARTS_AT, cast.ENDS_AT, 1, 2, "")


class Calendar:
    """What a mail program puts into a person's calendar: of each entry the file with the highest SEQUENCE counts."""

    def __init__(self, who: str) -> None:
        self.who = who
        self.entries: dict[str, tuple[int, str]] = {}

    def read(self, at: datetime) -> None:
        mail.outbox.clear()
        deliver(at=at)
        for one in mail.outbox:
            if one.to == [f"{self.who}@example.org"]:
                parts: Any = one.message().walk()
                for part in parts:
                    if part.get_content_type() == "text/calendar" and part.get_filename():
                        self.take_over(icalendar.Calendar.from_ical(part.get_payload(decode=True)))

    def take_over(self, file: Any) -> None:
        for entry in file.walk("VEVENT"):
            uid, sequence, method = str(entry["uid"]), int(entry["sequence"]), str(file["method"])
            # A mail program doesn't take an entry out for the number with which it came.
            if uid not in self.entries or sequence > self.entries[uid][0] or method == "REQUEST":
                self.entries[uid] = (sequence, method)

    @property
    def standing(self) -> set[str]:
        return {uid for uid, (_sequence, method) in self.entries.items() if method == "REQUEST"}


def kinds(uids: set[str]) -> set[str]:
    """What these entries are of: the event, a shift, a talk, the rehearsal."""
    return {[*uid.partition("@")[0].split("-"), "event"][1] for uid in uids}


class World:
    """An event with one seat for everyone, a shift as MC that gives a seat, a call for talks, and a rehearsal.

    `has` says what Emi has there: a `seat` (else Dan has it), the shift as `mc`, a `talk`, an `accepted` one, that of Finn together
    with him (`co`), a role on the `team`.
    """

    def __init__(self, has: str) -> None:
        parts = has.split()
        # When the mail has left: what can be undone waits for ten minutes.
        self.read_at = cast.NOW + 3 * HOUR
        slots = [cast.first_come_plan(1), cast.lottery_plan(), cast.duty_plan(), cast.invited_plan()]
        self.event = cast.event(slots=slots, shifts=[MC])
        self.emi, self.aiko = cast.person("emi"), cast.person("aiko")
        self.general = cast.slot_of(self.event, Slot.Admission.FIRST_COME)
        cast.registered("emi" if "seat" in parts else "dan", self.event, slot=self.general)
        cast.member("ben", Role.ORGANIZER)
        if "team" in parts:
            cast.member("emi", Role.ORGANIZER)
        if "mc" in parts:
            cast.volunteering("emi", self.event)
        if "talk" in parts:
            cast.talk("emi", self.event)
        if "accepted" in parts:
            cast.talk("emi", self.event, state=Talk.State.ACCEPTED)
        if "co" in parts:
            ask_co_speaker(
                talk=cast.talk("finn", self.event), address="emi@example.org", at=cast.NOW, by=cast.person("finn")
            )
            join_as_co_speaker(co_speaker=CoSpeaker.objects.get(), at=cast.NOW, by=self.emi)
        set_rehearsal(
            event=Event.objects.get(pk=self.event.pk), starts_at=REHEARSAL, ends_at=REHEARSAL + HOUR, join_url="",
            at=cast.NOW, by=self.aiko,
        )  # fmt: skip

    @property
    def at(self) -> datetime:
        return timezone.now()

    @property
    def seat(self) -> Registration:
        return Registration.objects.active().get(event=self.event, attendee=self.emi)

    @property
    def signup(self) -> Signup:
        return Signup.objects.active().select_related("shift__event").get(volunteer=self.emi)

    @property
    def talk(self) -> Talk:
        return Talk.objects.select_related("event").get(event=self.event)
