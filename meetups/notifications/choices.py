"""The step that keeps a person's choice of topics. The caller has opened the transaction."""

from collections.abc import Mapping
from datetime import datetime

from meetups.notifications.models import WORDING, Preference, Topic


def keep_choices(person_id: int, choices: Mapping[tuple[Topic, str], bool], *, at: datetime) -> None:
    """Keeps the choice for each topic and community thread, with the date and the wording of the question.

    A choice that does not change keeps its date.
    """
    mine = Preference.objects.filter(person=person_id)
    for (topic, thread), wanted in choices.items():
        mine.filter(topic=topic, thread=thread).exclude(wanted=wanted).update(
            wanted=wanted, chosen_at=at, wording=WORDING
        )
    Preference.objects.bulk_create(
        [
            Preference(person_id=person_id, topic=topic, thread=thread, wanted=wanted, chosen_at=at)
            for (topic, thread), wanted in choices.items()
        ],
        ignore_conflicts=True,
    )
