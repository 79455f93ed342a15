"""Slides are removed from a talk."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.speakers.models import Talk
from meetups.speakers.slide_files import forget
from meetups.speakers.slide_states import note, settle_slides


def remove_slides(*, talk: Talk, link: bool = False, file: bool = False, at: datetime, by: User) -> Talk:
    """Removes the link, the file, or both. It works in every state of talk and event: the slides belong to the speaker.

    A talk with neither link nor file has no public slides. A second call changes nothing.
    """
    with transaction.atomic(durable=True):
        talk = (
            Talk.objects.select_for_update(of=("self",), no_key=True).select_related("event__community").get(pk=talk.pk)
        )
        link, file = link and bool(talk.slides_url), file and bool(talk.slides_file)
        if not link and not file:
            return talk
        if link:
            talk.slides_url = ""
        if file:
            forget(talk.slides_file.name)
            talk.slides_file.name = ""
            talk.slides_name = ""
        if not talk.has_slides:
            # In one statement: no one may ever see a talk whose slides are public but missing.
            talk.slides_published_at = None
        talk.save(update_fields=["slides_url", "slides_file", "slides_name", "slides_published_at"])
        settle_slides(talk, at=at)
        note(talk, "remove_slides", at=at, by=by, link=link, file=file)
        return talk
