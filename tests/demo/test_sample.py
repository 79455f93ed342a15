"""The sample communities: what a newcomer sees in the first minute, and that making them breaks no promise."""

from typing import Any

import pytest
from django.utils import timezone

from meetups.demo.sample.communities import make_sample
from meetups.events.models import USUAL_REMINDER_TIMES, Event
from meetups.lifecycle.invariants import breaches
from meetups.lifecycle.models import Message
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration
from meetups.speakers.models import Break, Call, CoSpeaker, Presence, Proposal, Talk
from meetups.speakers.readiness import cards
from meetups.speakers.slide_states import states_of
from meetups.volunteers.models import Chore, RoomPhoto, Shift, Signup
from meetups.volunteers.teardown_list import can_be_ticked


@pytest.mark.django_db(transaction=True)
def test_the_sample_shows_what_there_is_and_is_made_once(settings: Any, tmp_path: Any) -> None:
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "uploads"}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    now = timezone.now()
    said = make_sample(at=now)
    assert not breaches()
    assert not Notification.objects.waiting().exists(), "the page of mails begins with the visitor's own"
    ahead = Event.objects.get(title__contains="#14")
    shifts = list(Shift.objects.open().filter(event=ahead))
    assert {shift.phase for shift in shifts} == set(Shift.Phase.values)
    assert any(shift.taken < shift.minimum for shift in shifts)
    assert any(shift.place and shift.lead for shift in shifts)
    assert Signup.objects.filter(shift__event=ahead, state=Signup.State.ASKED).count() == 1
    assert Chore.objects.filter(event=ahead).exists()
    assert RoomPhoto.objects.filter(event=ahead).exists()
    assert Call.objects.get(event=ahead).is_open(now)
    proposed = Talk.objects.filter(event=ahead, state=Talk.State.PROPOSED)
    assert sorted(proposed.values_list("staged", flat=True)) == ["", Talk.Decision.ACCEPT]
    assert CoSpeaker.objects.filter(talk__event=ahead, state=CoSpeaker.State.JOINED).exists()
    assert Break.objects.filter(event=ahead).exclude(note="").exists()
    assert Message.objects.get(event=ahead).state == Message.State.SCHEDULED
    assert ahead.reminder_times != USUAL_REMINDER_TIMES

    online = Event.objects.get(title__contains="番外編")
    assert now < online.rehearsal.starts_at < online.starts_at
    talks = Talk.objects.on_programme().filter(event=online).with_speakers()
    assert all(card.open_points for card in cards(online, talks, has_rehearsal=True))
    assert not Presence.objects.filter(event=online).exists()

    just_over = Event.objects.get(title__contains="読書会")
    lines = Chore.objects.filter(event=just_over, sort=Chore.Sort.DO)
    assert can_be_ticked(just_over, now)
    assert lines.filter(done_at__isnull=True).exists()
    assert lines.filter(done_at__lte=now).exists()
    assert Talk.objects.filter(event__title__contains="#13", slides_published_at__lte=now).count() == 2
    to_finish = Event.objects.get(title__contains="LT会")
    waiting = states_of(list(Talk.objects.on_programme().filter(event=to_finish)))
    assert [state.may_be_public and not state.talk.slides_published_at for state in waiting] == [True, True]
    unmarked = Signup.objects.active().filter(shift__event=to_finish, shift__ends_at__lte=now, mark="")
    assert unmarked.count() == 2
    assert Call.objects.filter(event=None).count() == 2
    assert Proposal.objects.waiting().count() == 2

    before = (Event.objects.count(), Registration.objects.count(), Signup.objects.count())
    assert make_sample(at=timezone.now()) == said
    assert (Event.objects.count(), Registration.objects.count(), Signup.objects.count()) == before
