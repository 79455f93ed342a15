"""Scenes that the sample lacks: a drawn lottery, a lottery for pairs with questions, shifts that need a yes or are over.

For `make looks`.
"""

from datetime import timedelta

from django.utils import timezone

from meetups.events.models import Event
from meetups.registrations.actions.lottery.draw_lottery import draw_lottery
from meetups.registrations.actions.lottery.fetch_randomness import fetch_randomness
from meetups.registrations.actions.lottery.freeze_lottery import freeze_lottery
from meetups.registrations.actions.pairs.invite_partner import invite_partner
from meetups.registrations.actions.questions.ask_question import ask_question
from meetups.registrations.actions.registration.register import register
from meetups.registrations.admission import LotteryDates
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.registrations.questions.question_steps import QuestionPlan
from meetups.registrations.questions.questions import QuestionKind
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.actions.signups.mark_signup import mark_signup
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.shift_plan import ShiftPlan
from tests.looks.scene import person, published


def drawn_and_to_be_drawn() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page about these scenes."""
    return [*_drawn(), *_pairs_and_questions(), *_shifts()]


def _drawn() -> list[tuple[str, str, str]]:
    since = timezone.now().replace(second=0, microsecond=0) - timedelta(days=6)
    dates = LotteryDates(since + timedelta(days=1), since + timedelta(days=2))
    plan = SlotPlan("一般参加枠", Slot.Admission.LOTTERY, 2, dates)
    event = published("ML勉強会 #18 抽選のあと", hours=120, since=since, slot=plan)
    slot = event.slots.get()
    for name in ("ben", "dan", "emi", "finn", "chie"):
        register(slot=slot, attendee=person(name), at=since)
    lottery = freeze_lottery(lottery=Lottery.objects.get(slot=slot), at=dates.closes_at)
    lottery = fetch_randomness(lottery=lottery, at=dates.draws_at)
    draw_lottery(lottery=lottery, at=dates.draws_at)
    names = {one.person.email.partition("@")[0]: one.state for one in Registration.objects.filter(slot=slot)}
    loser = next(name for name in ("dan", "emi", "finn", "chie") if names[name] == Registration.State.WAITLISTED)
    # It gives a seat where the draw is over.
    plan_shift(event=event, plan=_teardown(event), guarantees_seat=True, at=since, by=person("aiko"))
    page = f"/events/{event.public_id}"
    return [
        ("drawn-event", "", f"{page}/"),
        ("drawn-proof", "", f"{page}/draws/{slot.public_id}/"),
        ("drawn-proof-mine", loser, f"{page}/draws/{slot.public_id}/"),
        ("drawn-my-registration", loser, f"{page}/registration/"),
        ("drawn-desk", "aiko", f"/desk/events/{event.public_id}/draw/"),
    ]


def _pairs_and_questions() -> list[tuple[str, str, str]]:
    now = timezone.now()
    dates = LotteryDates(now + timedelta(days=3), (now + timedelta(days=4)).replace(second=0, microsecond=0))
    plan = SlotPlan("一般参加枠", Slot.Admission.LOTTERY, 20, dates, first_come_seats=1, takes_pairs=True)
    event = published("ML勉強会 #19 二人で来る会", hours=240, since=now - timedelta(days=1), slot=plan)
    slot = event.slots.get()
    asked = [
        QuestionPlan(QuestionKind.TEXT, "聞きたいことはありますか", help="登壇者に伝えます。"),
        QuestionPlan(QuestionKind.CHOICE, "機械学習の経験", required=True, choices=("これから", "1年未満", "1年以上")),
        QuestionPlan(QuestionKind.MULTIPLE, "参加する時間", choices=("発表", "懇親会")),
        QuestionPlan(QuestionKind.CONSENT, "会場の写真に写ることに同意します", required=True),
    ]
    questions = [ask_question(slot=slot, plan=one, at=now, by=person("aiko")) for one in asked]
    answers = {questions[1].id: "これから", questions[2].id: ["発表"], questions[3].id: True}
    for name in ("chie", "dan"):
        mine = register(slot=slot, attendee=person(name), at=now, answers=answers)
    invitation = invite_partner(registration=mine, at=now, by=person("dan"))
    page, desk = f"/events/{event.public_id}", f"/desk/events/{event.public_id}/slots/{slot.public_id}"
    return [
        ("pair-event", "", f"{page}/"),
        ("pair-register-with-questions", "finn", f"{page}/registration/"),
        ("pair-first-time-with-questions", "", f"{page}/registration/"),
        ("pair-my-registration", "dan", f"{page}/registration/"),
        ("pair-answers", "dan", f"{page}/registration/answers/"),
        ("pair-asked-without-account", "", f"/pairs/{invitation.token}/"),
        ("pair-asked", "finn", f"/pairs/{invitation.token}/"),
        ("pair-desk-questions", "aiko", f"{desk}/questions/"),
        ("pair-desk-question", "aiko", f"{desk}/questions/{questions[1].id}/"),
        ("pair-desk-attendees", "aiko", f"/desk/events/{event.public_id}/attendees/"),
    ]


def _shifts() -> list[tuple[str, str, str]]:
    now = timezone.now()
    slot = SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 20)
    since = now - timedelta(days=6)
    over = published("ML勉強会 #11 終わった会", hours=-5, since=since, slot=slot)
    done = plan_shift(event=over, plan=_teardown(over), guarantees_seat=True, at=since, by=person("aiko"))
    signups = [sign_up(shift=done, volunteer=person(name), at=since) for name in ("dan", "emi", "finn")]
    mark_signup(signup=signups[0], mark=Signup.Mark.DONE, at=now, by=person("aiko"))
    mark_signup(signup=signups[2], mark=Signup.Mark.ABSENT, at=now, by=person("aiko"))
    # Later than all that the sample has, so that Emi is free at any hour of the day.
    ahead = published("ML勉強会 #20 手伝う会", hours=24 * 75, since=since, slot=slot)
    chosen = plan_shift(
        event=ahead, plan=_teardown(ahead, needs_approval=True), guarantees_seat=True, at=since, by=person("aiko")
    )
    sign_up(shift=chosen, volunteer=person("emi"), at=now)
    return [
        ("shift-marks", "aiko", f"/desk/events/{over.public_id}/shifts/{done.pk}/"),
        ("shift-requests", "aiko", f"/desk/events/{ahead.public_id}/shifts/{chosen.pk}/"),
        ("shift-asks-for-a-yes", "dan", f"/events/{ahead.public_id}/shifts/{chosen.pk}/signup/"),
        ("shift-asked", "emi", f"/events/{ahead.public_id}/shifts/{chosen.pk}/signup/"),
        ("shift-my-page", "finn", "/me/"),
    ]


def _teardown(event: Event, *, needs_approval: bool = False) -> ShiftPlan:
    return ShiftPlan(
        Shift.Phase.TEARDOWN,
        Shift.Role.TEARDOWN,
        "撤収",
        event.ends_at,
        event.ends_at + timedelta(hours=1),
        2,
        4,
        "机と椅子を元の形に戻し、ゴミを分別します。",
        needs_approval=needs_approval,
    )
