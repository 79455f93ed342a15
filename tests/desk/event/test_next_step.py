"""What now, and whose turn it is: a table of phases, formats and states, read from the overview of the event."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.ask_organizers import ask_organizers
from meetups.lifecycle.models import Inquiry
from meetups.registrations.models import Lottery, Registration
from meetups.runbook.models import Todo
from meetups.speakers.models import Break, Readiness, SpeakerInvitation, Talk
from meetups.volunteers.models import Signup
from organizers.event.dashboard_facts import overviews
from tests.support import cast
from tests.support.scenes import teardown_scene

pytestmark = pytest.mark.django_db

ON_SITE, ONLINE, HYBRID = Event.Format.ON_SITE, Event.Format.ONLINE, Event.Format.HYBRID
FAR, NEAR = cast.STARTS_AT - timedelta(days=52), cast.STARTS_AT - timedelta(days=9)
MORNING, BEFORE, RUNNING = (cast.STARTS_AT - timedelta(hours=2), cast.STARTS_AT - timedelta(minutes=40), cast.STARTS_AT)
CLOSING, CLEARING = cast.ENDS_AT - timedelta(minutes=20), cast.ENDS_AT + timedelta(minutes=20)
AFTER, LONG_AFTER = cast.ENDS_AT + timedelta(days=2), cast.ENDS_AT + timedelta(days=181)


def nothing(_event: Event) -> None: ...


def talk(event: Event) -> None:
    cast.talk("emi", event, at=event.created_at)


def proposal(event: Event) -> None:
    cast.talk("emi", event, state=Talk.State.PROPOSED, at=event.created_at)


def accepted(event: Event) -> None:
    cast.talk("emi", event, state=Talk.State.ACCEPTED, at=event.created_at)


def invited(event: Event) -> None:
    SpeakerInvitation.objects.create(event=event, name="Hana", language="ja", made_at=event.created_at)


def lines(event: Event) -> None:
    Break.objects.create(event=event, title="自由作業", position=1)


def people(event: Event) -> None:
    talk(event)
    for guest in cast.people(2):
        cast.registered(guest, event, slot=event.slots.in_order()[0], at=event.created_at)


def volunteers(event: Event) -> None:
    people(event)
    cast.volunteering("dan", event, at=event.created_at)


def chores(event: Event) -> None:
    people(event)
    teardown_scene.line(event)


def question(event: Event) -> None:
    talk(event)
    who, topic = cast.person("dan"), Inquiry.Topic.QUESTION
    ask_organizers(community=event.community, event=event, topic=topic, text="?", at=event.created_at, by=who)


def came(event: Event) -> None:
    """One of two came; the volunteer's shift and the slides are open."""
    volunteers(event)
    Registration.objects.filter(event=event, attendee__email="guest1@example.org").update(checked_in_at=event.starts_at)
    Registration.objects.filter(event=event, attendee__email__in=["dan@example.org", "emi@example.org"]).update(
        checked_in_at=event.starts_at
    )


def recorded(event: Event) -> None:
    came(event)
    Registration.objects.filter(event=event, checked_in_at=None).update(absent_at=AFTER)


def marked(event: Event) -> None:
    recorded(event)
    Signup.objects.update(mark=Signup.Mark.DONE, marked_at=AFTER)


def slides_out_first(event: Event) -> None:
    came(event)
    Event.objects.filter(pk=event.pk).update(slides_published_at=AFTER)


def done(event: Event) -> None:
    marked(event)
    Event.objects.filter(pk=event.pk).update(slides_published_at=AFTER)


def refused_slides(event: Event) -> None:
    marked(event)
    Readiness.objects.update_or_create(
        talk=event.talks.get(),
        defaults={"publication": Readiness.Publication.NO, "publication_answered_at": AFTER},
    )


def things_to_do(*days: int, of: str = "aiko") -> Callable[[Event], None]:
    """One for each of `days`, on an event with people that lacks nothing else."""

    def state(event: Event) -> None:
        people(event)
        event.shifts.update(minimum=0)
        for number, day in enumerate(days, start=1):
            owner = cast.person(of).memberships.get(community=event.community) if of else None
            Todo.objects.create(event=event, title=f"手順{number}", days=day, owner=owner)

    return state


late_thing = things_to_do(-53)
thing_of_today = things_to_do(-52)
thing_of_next_week = things_to_do(-46)
thing_of_next_month = things_to_do(-10)
no_ones_thing = things_to_do(-53, of="")


def bens_thing(event: Event) -> None:
    cast.member("ben", Role.ORGANIZER)
    things_to_do(-53, of="ben")(event)


thing_of_the_day = things_to_do(0)
old_thing = things_to_do(-3)


def thing_afterwards(event: Event) -> None:
    done(event)
    things = event.community.memberships.get(person=cast.person("aiko"))
    Todo.objects.create(event=event, title="手順1", days=1, owner=things)


def old_thing_afterwards(event: Event) -> None:
    thing_afterwards(event)
    Todo.objects.update(days=-1)


type State = Callable[[Event], None]

TABLE: list[tuple[datetime, Event.Format, State, str]] = [
    # Far ahead: who speaks comes before what happens by itself.
    (FAR, ON_SITE, nothing, "Find speakers"),
    (FAR, ONLINE, nothing, "Find speakers"),
    (FAR, HYBRID, nothing, "Find speakers"),
    (FAR, ON_SITE, invited, "“撤収” needs 2 more people"),
    (FAR, ON_SITE, lines, "“撤収” needs 2 more people"),
    (FAR, ONLINE, invited, "The draw runs on Tue, Dec 1, 12:00 PM"),
    (FAR, ONLINE, lines, "The draw runs on Tue, Dec 1, 12:00 PM"),
    (FAR, ON_SITE, proposal, "Review 1 proposal"),
    (FAR, ONLINE, question, "Answer 1 question"),
    (FAR, ONLINE, accepted, "The draw runs on Tue, Dec 1, 12:00 PM"),
    (FAR, ONLINE, talk, "The draw runs on Tue, Dec 1, 12:00 PM"),
    (NEAR, ON_SITE, nothing, "Find speakers"),
    (NEAR, HYBRID, people, "“撤収” needs 2 more people"),
    # Things to do: mine and no one's, from a week before their day.
    (FAR, ON_SITE, late_thing, "手順1"),
    (FAR, ONLINE, late_thing, "手順1"),
    (FAR, HYBRID, late_thing, "手順1"),
    (FAR, ON_SITE, thing_of_today, "手順1"),
    (FAR, ON_SITE, thing_of_next_week, "手順1"),
    (FAR, ON_SITE, no_ones_thing, "手順1"),
    (FAR, ON_SITE, bens_thing, "The draw runs on Tue, Dec 1, 12:00 PM"),
    (FAR, ONLINE, thing_of_next_month, "The draw runs on Tue, Dec 1, 12:00 PM"),
    (MORNING, ON_SITE, thing_of_the_day, "Welcome people at the door"),
    (RUNNING, ONLINE, thing_of_the_day, "手順1"),
    # The day.
    (MORNING, ON_SITE, nothing, "No one has registered"),
    (MORNING, HYBRID, nothing, "No one has registered"),
    (MORNING, ON_SITE, people, "Welcome people at the door"),
    (MORNING, ONLINE, nothing, "No one has registered"),
    (BEFORE, ONLINE, people, "Check that the speakers are connected"),
    (BEFORE, HYBRID, people, "Check that the speakers are connected"),
    (BEFORE, ON_SITE, people, "Welcome people at the door"),
    (RUNNING, ON_SITE, people, "Welcome people at the door"),
    (RUNNING, ON_SITE, nothing, "It’s on now"),
    (RUNNING, ONLINE, people, "It’s on now"),
    (CLOSING, ON_SITE, chores, "Teardown: 1 item left"),
    (CLOSING, ONLINE, chores, "It’s on now"),
    (CLEARING, HYBRID, chores, "Teardown: 1 item left"),
    # Afterwards: no-shows, marks, slides, and then nothing.
    (AFTER, ON_SITE, came, "Record 1 no-show"),
    (AFTER, HYBRID, came, "Record 1 no-show"),
    (AFTER, ON_SITE, slides_out_first, "Record 1 no-show"),
    (AFTER, ON_SITE, recorded, "Record whether 1 volunteer did their shift"),
    (AFTER, ON_SITE, marked, "Publish the slides"),
    (AFTER, ONLINE, people, "Publish the slides"),
    (AFTER, ON_SITE, done, "All done. Thank you!"),
    (AFTER, ON_SITE, refused_slides, "All done. Thank you!"),
    (AFTER, ON_SITE, nothing, "All done. Thank you!"),
    (AFTER, ON_SITE, thing_afterwards, "手順1"),
    (AFTER, ON_SITE, old_thing_afterwards, "All done. Thank you!"),
    (LONG_AFTER, ON_SITE, thing_afterwards, "All done. Thank you!"),
    (LONG_AFTER, ON_SITE, came, "All done. Thank you!"),
]


def evening(kind: Event.Format, state: State, at: datetime) -> Event:
    """An event of that format, published two months before. From the day on its lottery is drawn."""
    since = cast.STARTS_AT - timedelta(days=60)
    join_url = "" if kind == ON_SITE else "https://example.com/live"
    on_the_day = at >= MORNING
    slots = [cast.first_come_plan(9) if on_the_day else cast.lottery_plan(at=since)]
    event = cast.event(
        format=kind,
        join_url=join_url,
        slots=[*slots, *([cast.duty_plan()] if kind != ONLINE else [])],
        shifts=[] if kind == ONLINE else None,
        at=since,
    )
    if on_the_day:
        event.shifts.update(minimum=0)
    state(event)
    return event


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.replace("<wbr>", ""))).strip()


def overview_page(event: Event, at: datetime) -> str:
    with time_machine.travel(at, tick=False):
        answer = cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def next_of(html: str) -> str:
    found = re.search(r'<section class="next.*?<h2>(.*?)</h2>', html, re.DOTALL)
    assert found
    return words(found[1])


def rows_of(html: str, heading: str) -> list[str]:
    found = re.search(rf'<section aria-labelledby="{heading}">.*?</section>', html, re.DOTALL)
    return [words(row) for row in re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL)] if found else []


@pytest.mark.in_short(16)
@pytest.mark.parametrize(
    ("at", "kind", "state", "says"),
    TABLE,
    ids=[f"{one[3]}: {one[0]:%m-%d %H:%M} {one[1]} {one[2].__name__}" for one in TABLE],
)
def test_the_next_thing_is_right(at: datetime, kind: Event.Format, state: State, says: str) -> None:
    event = evening(kind, state, at)
    assert next_of(overview_page(event, at)) == says


def test_what_waits_for_me_and_what_waits_for_others_stand_apart() -> None:
    event = evening(ON_SITE, accepted, FAR)
    invited(event)
    proposal(event)
    html = overview_page(event, FAR)
    assert next_of(html) == "Review 1 proposal"
    assert rows_of(html, "my-turn") == ["Dec 3 “撤収” needs 2 more people Find volunteers"]
    assert rows_of(html, "waiting-for") == [
        "絵美 confirm their talk reminded automatically",
        "Hana reply to the invitation to speak",
        "Dec 1 automatic Draw",
    ]


def test_what_is_late_says_since_when() -> None:
    event = evening(ON_SITE, talk, FAR)
    soon = cast.STARTS_AT - timedelta(days=1)
    Lottery.objects.filter(slot__event=event).update(closes_at=cast.CLOSES_AT, draws_at=cast.DRAWS_AT)
    html = overview_page(event, soon)
    assert next_of(html) == "Run the draw"
    assert "Late since Dec 1, 12:00 PM" in words(html)
    [short] = rows_of(html, "my-turn")
    assert "needs 2 more people" in short
    assert 'class="when late"' in html


def test_a_cancelled_event_and_a_draft_ask_for_nothing_else() -> None:
    event = evening(ON_SITE, proposal, FAR)
    Event.objects.filter(pk=event.pk).update(state=Event.State.CANCELLED, cancelled_at=FAR)
    html = overview_page(event, FAR)
    assert (next_of(html), rows_of(html, "my-turn"), rows_of(html, "waiting-for")) == ("This event is canceled", [], [])
    draft = cast.event(publish=False)
    assert next_of(overview_page(draft, cast.NOW)) == "Publish the draft"
    assert next_of(overview_page(draft, cast.STARTS_AT)) == "Choose a new date"


def test_things_to_do_stand_by_owner_the_late_ones_first() -> None:
    event = evening(ON_SITE, things_to_do(-50, -54, -53, -51), FAR)
    cast.member("ben", Role.ORGANIZER)
    ben = event.community.memberships.get(person=cast.person("ben"))
    Todo.objects.filter(title="手順3").update(owner=ben, chased_at=FAR)
    html = overview_page(event, FAR)
    assert next_of(html) == "手順2"
    assert "Late since Oct 12" in words(html)
    assert rows_of(html, "my-turn") == ["Oct 15 手順4 Mark as done", "Oct 16 手順1 Mark as done"]
    assert rows_of(html, "waiting-for") == ["Oct 13 ベン 手順3 reminded", "Dec 1 automatic Draw"]
    with time_machine.travel(FAR, tick=False):
        desk = cast.signed_in("aiko")
        late = Todo.objects.get(title="手順2")
        answer = desk.post(f"/desk/events/{event.public_id}/todos/{late.pk}/mark/")
        assert answer.headers["Location"] == f"/desk/events/{event.public_id}/"
        assert "“手順2” is done." in desk.get(answer.headers["Location"]).content.decode()
        home = desk.get("/desk/").content.decode()
    assert "手順4" in home
    assert "手順3" in home
    assert "手順2" not in home
    assert next_of(overview_page(event, FAR)) == "手順4"


def test_a_draft_has_things_to_do_beside_being_published() -> None:
    draft = cast.event(publish=False)
    owner = draft.community.memberships.get(person=cast.person("aiko"))
    Todo.objects.create(event=draft, title="会場を予約する", days=-14, owner=owner)
    html = overview_page(draft, cast.NOW)
    assert next_of(html) == "Publish the draft"
    assert rows_of(html, "my-turn") == ["Nov 21 会場を予約する Mark as done"]


def test_facts_of_many_events_are_as_many_queries_as_of_one() -> None:
    found = [evening(ON_SITE, came, AFTER)]
    with CaptureQueriesContext(connection) as one:
        overviews(found)
    found += [evening(HYBRID, people, AFTER) for _more in range(4)]
    with CaptureQueriesContext(connection) as five:
        overviews(found)
    assert (len(one), len(five)) == (6, 6)
