"""A message of every kind, from one meetup with all roles."""

from datetime import datetime, timedelta

from meetups.accounts.models import User
from meetups.communities.models import Invitation
from meetups.communities.permissions import Role
from meetups.demo.mail_scenes.assigned_shifts import assigned_shift_mails
from meetups.demo.mail_scenes.attendees import help_sought, invited_and_missed, pair_kinds, place_code, shift_marks
from meetups.demo.mail_scenes.co_speakers import co_speakers, left_open
from meetups.demo.mail_scenes.messages import message_trial, organizer_message
from meetups.demo.mail_scenes.programme import by_hand, talk_moved, talk_renamed
from meetups.demo.mail_scenes.runbook import things_late
from meetups.demo.mail_scenes.scene import END, PUBLISHED, START, Scene
from meetups.demo.mail_scenes.slides import slides_kinds
from meetups.demo.mail_scenes.speakers import speakers_found
from meetups.demo.mail_scenes.team import successions
from meetups.demo.mail_scenes.volunteers import after_it, handovers
from meetups.events.models import Event
from meetups.lifecycle.models import Inquiry
from meetups.notifications.models import Notification, Preference, Topic
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import (
    Hold,
    Lottery,
    Offer,
    Reconfirmation,
    Registration,
)
from meetups.speakers.models import Talk
from meetups.volunteers.models import Shift, Signup

State = Registration.State


def every_kind(language: str, at: datetime) -> list[Notification]:
    """Makes data in which each kind of message holds, and puts one message of each kind into the outbox.

    Reminders have their usual times.
    """
    scene = Scene(language)
    event, subject = scene.event, f"event:{scene.event.pk}"
    people = [User.objects.create_user(f"guest{n}@example.org", f"Guest {n}", language=language) for n in range(6)]
    applied = scene.registration(people[0], State.APPLIED)
    seat = scene.registration(people[1], asked_at=at)
    waiting = scene.registration(people[2], State.WAITLISTED, place=41, drawn_rank=101)
    cancelled = scene.registration(people[3], State.CANCELLED, cancelled_at=at)
    giver = scene.registration(people[5], hands_over_at=at)
    Reconfirmation.objects.create(
        slot=scene.general,
        state=Reconfirmation.State.ASKED,
        ask_at=at,
        answer_by=START - timedelta(hours=48),
        releases_silent=True,
    )
    offered, lapsed = (
        Offer.objects.create(
            giver=giver, taker=waiting, state=state, made_at=at, answer_by=at + timedelta(hours=6), ended_at=ended_at
        )
        for state, ended_at in ((Offer.State.OPEN, None), (Offer.State.LAPSED, at))
    )
    Lottery.objects.filter(pk=scene.lottery.pk).update(
        state=Lottery.State.FROZEN,
        frozen_at=at,
        seats=60,
        manifest="\n".join(
            ["meetup-lottery/1", f"event {event.public_id}", "slot x", "seats 60", "nominated 0", "a 1 1", "b 1 1", ""]
        ),
        manifest_sha256="4f57b0a2329e611893407accce3d385382649afbd844270490ead55124c6a5f8",
    )
    setup = scene.signup(people[4], scene.setup)
    teardown = scene.signup(scene.emi, scene.shift)
    held = Registration.objects.get(attendee=scene.emi)
    gone = Signup.objects.create(
        shift=scene.shift,
        volunteer=people[2],
        state=Signup.State.STEPPED_DOWN,
        signed_up_at=PUBLISHED,
        ended_at=at,
        late=True,
    )
    off = Shift.objects.create(
        event=event,
        slot=scene.duty,
        phase=Shift.Phase.SETUP,
        role=Shift.Role.SETUP,
        title=scene.setup.title,
        starts_at=START - timedelta(hours=4),
        ends_at=START - timedelta(hours=3),
        step_down_until=START - timedelta(days=1),
        cancelled_at=at,
        cancel_reason="会場が開くのが30分遅くなりました。"
        if scene.language == "ja"
        else "The venue opens half an hour later.",
    )
    called_off = Signup.objects.create(
        shift=off, volunteer=people[2], state=Signup.State.STEPPED_DOWN, signed_up_at=PUBLISHED, ended_at=at
    )
    proposed, accepted, rejected, withdrawn, confirmed = (
        scene.talk(scene.finn, state)
        for state in (
            Talk.State.PROPOSED,
            Talk.State.ACCEPTED,
            Talk.State.REJECTED,
            Talk.State.WITHDRAWN,
            Talk.State.CONFIRMED,
        )
    )
    speaker = scene.registration(scene.finn, slot=scene.invited)
    Hold.objects.create(
        registration=speaker, kind=Hold.Kind.INVITATION, slot=scene.invited, subject=confirmed.subject, since=PUBLISHED
    )
    fell = scene.entry(waiting.subject, State.WAITLISTED, at=at)
    again = scene.entry(applied.subject, State.APPLIED, at=at)
    moved = scene.entry(
        subject,
        Event.State.PUBLISHED,
        at=at,
        changed={
            "starts_at": [(START - timedelta(days=7)).isoformat(), START.isoformat()],
            "venue_name": ["渋谷ホール", event.venue_name],
        },
    )
    set_then = scene.entry(
        f"rehearsal:{scene.rehearsal.pk}",
        "",
        at=at,
        before=[(START - timedelta(days=2)).isoformat(), (START - timedelta(days=2) + timedelta(hours=1)).isoformat()],
    )
    tell = scene.tell
    follower = User.objects.create_user("follower@example.org", "Finn", language=language)
    Preference.objects.create(
        person=follower,
        topic=Topic.ANNOUNCEMENTS,
        thread=scene.community.thread,
        wanted=True,
        chosen_at=PUBLISHED - timedelta(days=1),
    )
    Preference.objects.create(
        person=follower, topic=Topic.OPENING, thread=event.thread, wanted=True, chosen_at=PUBLISHED
    )
    asks = Inquiry.objects.create(
        community=scene.community,
        event=event,
        topic=Inquiry.Topic.QUESTION,
        person=follower,
        text="駐輪場はありますか。",
        asked_at=at,
    )
    told = Inquiry.objects.create(
        community=scene.community, event=event, topic=Inquiry.Topic.QUESTION, person=follower, text="駐輪場はありますか。", asked_at=at,
        state=Inquiry.State.ANSWERED, answer="地下に駐輪場があります。", answered_by=scene.aiko, answered_at=at,
    )  # fmt: skip
    rows = [
        tell("inquiry_received", scene.aiko, asks.subject, at=at),
        tell("inquiry_answered", follower, told.subject, at=at),
        tell("entry_received", people[0], applied.subject, at=at),
        tell("manifest_frozen", people[0], applied.subject, at=at),
        tell("draw_moved", people[0], applied.subject, at=at),
        tell("seat_confirmed", people[1], seat.subject, at=at),
        tell("promoted", people[1], seat.subject, at=at),
        tell("drawn_in", people[1], seat.subject, at=at),
        tell("seat_waitlisted", people[2], waiting.subject, at=at),
        tell("drawn_out", people[2], waiting.subject, at=at),
        tell("left", people[3], cancelled.subject, at=at),
        tell("removed", people[3], cancelled.subject, at=at),
        tell("reconfirmation_asked", people[1], seat.subject, at=at),
        tell("reconfirmation_reminder", people[1], seat.subject, at=at),
        tell("released", people[3], cancelled.subject, at=at),
        tell("handing_over", people[5], giver.subject, at=at),
        tell("seat_kept", people[1], seat.subject, at=at),
        tell("handed_over", people[3], cancelled.subject, at=at),
        tell("seat_offered", people[2], offered.subject, at=at),
        tell("offer_ended", people[2], lapsed.subject, at=at),
        tell("duty_taken", scene.emi, held.subject, at=at),
        tell("stepped_down", people[2], waiting.subject, cause=fell.pk, at=at),
        tell("seat_fell_back", people[2], waiting.subject, cause=fell.pk, at=at),
        tell("shift_taken", people[4], setup.subject, at=at),
        tell("shift_left", people[2], gone.subject, at=at),
        tell("shift_off_calendar", people[2], gone.subject, at=at),
        tell("stepped_down_late", scene.ben, gone.subject, at=at),
        tell("shift_cancelled", people[2], waiting.subject, cause=fell.pk, at=at),
        tell("shift_called_off", people[2], called_off.subject, at=at),
        *shift_marks(scene, at=at),
        *help_sought(scene, waiting, at=at),
        tell("talk_proposed", scene.ben, proposed.subject, at=at),
        tell("talk_received", scene.finn, proposed.subject, at=at),
        tell("talk_accepted", scene.finn, accepted.subject, at=at),
        tell("talk_unconfirmed", scene.finn, accepted.subject, at=at),
        tell("talk_rejected", scene.finn, rejected.subject, at=at),
        tell("talk_taken_back", scene.finn, rejected.subject, at=at),
        tell("talk_reopened", scene.finn, proposed.subject, at=at),
        tell("talk_withdrawn", scene.ben, withdrawn.subject, at=at),
        *by_hand(scene, confirmed, at=at),
        tell("talk_off_programme", scene.finn, withdrawn.subject, at=at),
        tell("talk_confirmed", scene.ben, confirmed.subject, at=at),
        *speakers_found(scene, at=at),
        tell("talk_seat", scene.finn, speaker.subject, at=at),
        tell("talk_ended", people[0], applied.subject, cause=again.pk, at=at),
        tell("event_changed", scene.emi, subject, cause=moved.pk, at=at),
        tell("reminder_days", people[1], subject, cause="1-3", at=at, due_at=START - timedelta(days=3, hours=2)),
        tell("reminder_eve", people[1], subject, at=at, due_at=START - timedelta(hours=20)),
        tell("reminder_day", people[1], subject, at=at, due_at=START - timedelta(hours=5)),
        tell("shift_day", scene.emi, subject, at=at, due_at=START - timedelta(hours=5)),
        tell("rehearsal_day", scene.finn, subject, at=at, due_at=START - timedelta(hours=29)),
        tell("rehearsal_soon", scene.ben, subject, at=at, due_at=START - timedelta(hours=18, minutes=30)),
        tell("rehearsal_set", scene.finn, subject, cause=set_then.pk, at=at),
        tell("rehearsal_joined", scene.finn, subject, at=at),
        tell("rehearsal_left", people[3], subject, at=at),
        tell("connection_check", scene.finn, subject, at=at, due_at=START - timedelta(minutes=30)),
        tell("event_announced", follower, subject, at=at),
        tell("registration_opened", follower, subject, at=at),
    ]
    assert teardown.pk
    # Only who once heard of the rehearsal is told that they may stay away.
    known = tell("rehearsal_set", people[3], subject, at=at)
    Notification.objects.filter(pk=known.pk).update(state=Notification.State.SENT)
    rows += [*talk_moved(scene, confirmed, at=at), talk_renamed(scene, confirmed, at=at)]
    rows += pair_kinds(scene, applied, at=at)
    rows.append(place_code(scene, at=at))
    rows += [organizer_message(scene, people[1], at=at), message_trial(scene, at=at)]
    rows.append(things_late(scene, at))
    rows += successions(scene, at)
    rows += assigned_shift_mails(scene, at=at)
    rows += handovers(scene, waiting, fell, at=at)
    rows += after_it(scene, at=at)
    rows += slides_kinds(scene, at=at)
    rows += co_speakers(scene, applied, cause=again.pk, at=at)
    rows += left_open(scene, at=at)
    rows += invited_and_missed(scene, scene.chie, at)
    cancelled_event = Event.objects.create(
        community=scene.community,
        title="ML勉強会 #13" if language == "ja" else "ML Study Group #13",
        state=Event.State.CANCELLED,
        starts_at=START,
        ends_at=END,
        created_at=at,
        published_at=at,
        schedule_since=at,
        cancelled_at=at,
    )
    rows.append(tell("event_cancelled", people[1], f"event:{cancelled_event.pk}", at=at))
    invitation = Invitation.objects.create(
        community=scene.community,
        email="new@example.org",
        role=Role.RECEPTION,
        language=language,
        invited_by=scene.aiko,
        created_at=at,
        expires_at=at + timedelta(days=14),
    )
    row = notification(
        kind="invitation",
        address="new@example.org",
        language=language,
        thread=scene.community.thread,
        subject=f"invitation:{invitation.pk}",
        cause=1,
        at=at,
    )
    notify_all([row])
    rows.append(Notification.objects.get(key=row.key))
    return rows
