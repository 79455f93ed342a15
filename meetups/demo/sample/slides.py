"""The slides of the sample's past events: one link, one PDF, public or waiting for an organizer."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.lifecycle.actions.publish_slides import publish_slides
from meetups.speakers.actions.slides.add_slides import add_slides
from meetups.speakers.actions.slides.answer_publication import answer_publication
from meetups.speakers.actions.talks.set_themes import set_themes
from meetups.speakers.models import Readiness, Talk


def publish_sample_slides(event: Event, talks: dict[str, Talk], *, by: User) -> None:
    """Adds the slides. An organizer publishes them on the day after."""
    give_sample_slides(event, talks)
    publish_slides(event=event, at=event.ends_at + timedelta(hours=15), by=by)


def give_sample_slides(event: Event, talks: dict[str, Talk]) -> None:
    """Adds slides to `talks`, which are by the name of their speaker.

    Ben's are a link, Emi's are a PDF. Both agree to publication.
    """
    for speaker, themes in (("ben", "埋め込み、日本語、学習"), ("emi", "埋め込み、分類、RAG")):
        talk, at = talks[speaker], event.starts_at - timedelta(hours=3)
        if speaker == "ben":
            add_slides(talk=talk, url="https://example.com/slides/ml-13-ben.pdf", at=at, by=talk.speaker)
        else:
            file = SimpleUploadedFile("問い合わせの仕分け.pdf", one_page("ML #13"))
            add_slides(talk=talk, file=file, at=at, by=talk.speaker)
        answer_publication(talk=talk, answer=Readiness.Publication.YES, at=at, by=talk.speaker)
        set_themes(talk=talk, words=themes, at=at, by=talk.speaker)


def one_page(words: str) -> bytes:
    """A PDF with one page that shows `words`, which must be ASCII."""
    text = f"BT /F 72 Tf 60 220 Td ({words}) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 800 450] /Contents 4 0 R"
        " /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{content}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF\n"
    return written + end.encode("ascii")
