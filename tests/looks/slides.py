"""Slides before and after publication, and the archive. For `make looks`."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from meetups.demo.sample.slides import one_page
from meetups.events.models import Event
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.speakers.actions.slides.add_slides import add_slides
from meetups.speakers.actions.slides.answer_publication import answer_publication
from meetups.speakers.actions.talks.set_themes import set_themes
from meetups.speakers.models import Readiness, Talk
from tests.looks.scene import person, published

LONG = "来期の予算を決める前に全員で一度だけ読んでおきたい、検索評価の実務にまつわる12の落とし穴とその避け方"


def slides_and_archive() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page: one event has public slides, the other has slides that are not public yet."""
    now = timezone.now()
    since = now - timedelta(days=20)
    slot = SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 30)
    waiting = published("ML勉強会 #12 検索の評価", hours=-30, since=since, slot=slot)
    talks = [
        Talk.objects.create(
            event=waiting,
            speaker=person(who),
            title=title,
            abstract="**検索**の良し悪しを、運用しながらどう測るか。",
            state=Talk.State.CONFIRMED,
            position=position,
            proposed_at=since,
            accepted_at=since,
            confirmed_at=since,
        )
        for position, (who, title) in enumerate(
            (("emi", LONG), ("ben", "検索ログの読み方"), ("dan", "まだの話")), start=1
        )
    ]
    file = SimpleUploadedFile(f"{LONG}.pdf", one_page("ML #12"))
    add_slides(talk=talks[0], url="https://slides.example.com/emi/search", file=file, at=now, by=person("emi"))
    answer_publication(talk=talks[0], answer=Readiness.Publication.YES, at=now, by=person("emi"))
    set_themes(talk=talks[0], words="検索、評価、Learning to Rank、運用、埋め込み", at=now, by=person("emi"))
    add_slides(talk=talks[1], url="https://slides.example.com/ben/log", at=now, by=person("ben"))
    past = Event.objects.get(title__contains="#13")
    ben, emi = Talk.objects.on_programme().filter(event=past)
    return [
        ("slides-none-yet", "dan", f"/talks/{talks[2].pk}/slides/"),
        ("slides-unanswered", "ben", f"/talks/{talks[1].pk}/slides/"),
        ("slides-agreed", "emi", f"/talks/{talks[0].pk}/slides/"),
        ("slides-public", "emi", f"/talks/{emi.pk}/slides/"),
        ("slides-desk", "aiko", f"/desk/events/{waiting.public_id}/slides/"),
        ("slides-desk-public", "aiko", f"/desk/events/{past.public_id}/slides/"),
        ("slides-talk", "", f"/events/{past.public_id}/talks/{emi.pk}/"),
        ("slides-talk-link", "", f"/events/{past.public_id}/talks/{ben.pk}/"),
        ("slides-talk-before", "emi", f"/events/{waiting.public_id}/talks/{talks[0].pk}/"),
        ("slides-archive", "", "/c/ml-study/talks/"),
        ("slides-archive-theme", "", "/c/ml-study/talks/?theme=埋め込み&slides=1"),
        ("slides-archive-nothing", "", "/c/ml-study/talks/?q=無い"),
    ]
