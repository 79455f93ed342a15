"""Many people, each with one due message: `python -m tests.mail_faults.crowd --people 1000 --kind reminder_day`."""

import argparse
import os
from datetime import timedelta

KINDS = ("seat_confirmed", "reminder_day", "reminder_eve")


def make(people: int, kind: str) -> None:
    """Moves the sample event to tomorrow. `people` have a seat there, each with one due message of `kind`."""
    from django.utils import timezone  # noqa: PLC0415 - needs django.setup()

    from meetups.accounts.models import User  # noqa: PLC0415
    from meetups.demo.mail_scenes.scene import Scene  # noqa: PLC0415
    from meetups.events.models import Event  # noqa: PLC0415
    from meetups.notifications.notify import notification, notify_all  # noqa: PLC0415
    from meetups.registrations.models import Registration  # noqa: PLC0415

    at = timezone.now() - timedelta(minutes=1)
    scene = Scene("ja")
    Event.objects.update(starts_at=at + timedelta(hours=20), ends_at=at + timedelta(hours=22))
    crowd = User.objects.bulk_create(
        User(
            email=f"person-{number}@example.org",
            name=f"参加者 {number}",
            language=("ja", "en")[number % 2],
            password="!",
        )
        for number in range(people)
    )
    seats = Registration.objects.bulk_create(
        Registration(
            event=scene.event,
            slot=scene.general,
            attendee=person,
            person_key=person.person_key,
            state=Registration.State.CONFIRMED,
            registered_at=at - timedelta(days=9),
            confirmed_at=at - timedelta(days=9),
            above_capacity=True,
        )
        for person in crowd
    )
    notify_all(
        notification(
            kind=kind,
            recipient_id=person.pk,
            thread=scene.event.thread,
            subject=seat.subject if kind == "seat_confirmed" else f"event:{scene.event.pk}",
            cause=scene.event.schedule_version,
            at=at,
        )
        for person, seat in zip(crowd, seats, strict=True)
    )


if __name__ == "__main__":
    import django

    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--kind", choices=KINDS, default="seat_confirmed")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meetups.settings")
    django.setup()
    make(arguments.people, arguments.kind)
