"""Slides are taken away from a talk."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.speakers.models import Talk
from meetups.speakers.slide_files import forget
from meetups.speakers.slide_states import note, settle_slides


def remove_slides(*, talk: Talk, link: bool = False, file: bool = False, at: datetime, by: User) -> Talk:
    """Removes the link, the file, or both, whatever has become of talk and event: they are hers. Without either the slides are not public
    any more. A second time changes nothing.
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
            # In one statement: public slides that are not there must never be seen.
            talk.slides_published_at = None
        talk.save(update_fields=["slides_url", "slides_file", "slides_name", "slides_published_at"])
        settle_slides(talk, at=at)
        note(talk, "remove_slides", at=at, by=by, link=link, file=file)
        return talk
