"""Slides are added to a talk: a link, a PDF, or both."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.core.files.pdf import check_pdf, pdf_name
from meetups.speakers.models import Talk
from meetups.speakers.slide_files import forget, store
from meetups.speakers.slide_states import note, settle_slides, talk_to_prepare


class NoSlides(DomainError):
    message = _("Choose a PDF, or paste a link.")


def add_slides(*, talk: Talk, url: str = "", file: "UploadedFile[bytes] | None" = None, at: datetime, by: User) -> Talk:
    """Replaces the link or the file with the given one. A value that is not given stays. It works before and after the event.

    Public slides are replaced and stay public. If the event's slides are already published, new slides are public at once, with
    the speaker's yes (RULES 93). Raises NoSlides, UnfitPdf, EventClosed, TalkHasMovedOn.
    """
    if not url and file is None:
        raise NoSlides
    if file is not None:
        check_pdf(file)
    # Before the lock: a large file takes a while.
    stored = store(talk, file) if file is not None else ""
    try:
        with transaction.atomic(durable=True):
            talk = talk_to_prepare(talk)
            if url == talk.slides_url and not stored:
                return talk
            if url:
                talk.slides_url = url
            if stored and file is not None:
                forget(talk.slides_file.name)
                talk.slides_file.name = stored
                talk.slides_name = pdf_name(file.name or "", talk.title)
            talk.save(update_fields=["slides_url", "slides_file", "slides_name"])
            settle_slides(talk, at=at)
            note(talk, "add_slides", at=at, by=by, link=bool(url), file=bool(stored))
            return talk
    except BaseException:
        forget(stored, at_once=True)
        raise
