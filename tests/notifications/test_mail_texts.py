"""Every kind of mail, in both languages, as text and as HTML."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from meetups.accounts.letters import LETTERS
from meetups.communities.models import Membership
from meetups.core.texts.email_layout import Content, letter
from meetups.demo.mail_scenes.every_kind import every_kind
from meetups.demo.mail_scenes.every_mail import AT, SECURITY_CONTEXT
from meetups.demo.mail_scenes.scene import START
from meetups.events.models import Event
from meetups.notifications.compose import compose
from meetups.notifications.email_registry import KINDS
from meetups.notifications.models import Notification
from meetups.pages.emails import AccountLetter

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
CALENDAR_KINDS = {
    "seat_confirmed",
    "promoted",
    "drawn_in",
    "duty_taken",
    "talk_seat",
    "event_changed",
    "event_cancelled",
    "reminder_eve",
    "rehearsal_set",
    "rehearsal_removed",
    "co_speaker_seat",
    "shift_cancelled",
    "shift_called_off",
    "duty_assigned",
    "shift_assigned",
    "shift_moved",
}


def html_of(mail: EmailMultiAlternatives) -> str:
    return str(mail.alternatives[0][0])


def content_of(row: Notification, language: str) -> Content:
    kind = KINDS[row.kind]
    about = kind.about(row)
    with translation.override(language):
        return kind.compose(about, row, AT)


def keep(name: str, mail: EmailMultiAlternatives) -> None:
    """If MAIL_LOOKS names a folder, mails are kept there to be viewed."""
    if folder := os.environ.get("MAIL_LOOKS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / f"{name}.html").write_text(html_of(mail))
        (Path(folder) / f"{name}.txt").write_text(f"Subject: {mail.subject}\n\n{mail.body}")


@pytest.mark.story
@pytest.mark.django_db
def test_who_has_left_the_team_gets_no_mail_that_leads_to_the_desk() -> None:
    rows = [row for row in every_kind("en", AT) if "/desk/" in str(content_of(row, "en").action)]
    assert {"talk_proposed", "speaker_declined", "shift_short", "absence_objected", "no_show_objected"} <= {
        row.kind for row in rows
    }
    Membership.objects.all().delete()
    found = [(row, KINDS[row.kind].about(row)) for row in rows]
    assert not [row.kind for row, about in found if about and KINDS[row.kind].still_holds(about, row, AT)]


@pytest.mark.in_short(1)
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_kind_can_be_read(language: str) -> None:
    rows = every_kind(language, AT)
    assert {row.kind for row in rows} == set(KINDS) - {AccountLetter.name}, (
        "each kind has a message here, and LETTERS are below"
    )
    for row in rows:
        composed = compose([row], AT)
        assert composed.parts == [row], (row.kind, composed)
        mail = composed.mail
        assert mail is not None
        keep(f"{row.kind}-{language}", mail)
        text, html = str(mail.body), html_of(mail)
        content = content_of(row, language)
        for words in (content.lead, *(label for label, _value in content.facts), *content.paragraphs):
            assert words in text
        assert content.action is not None
        assert content.action[1] in text
        assert f'lang="{language}"' in html
        assert "{%" not in html
        assert "%(" not in text
        assert "&#x27;" not in text
        assert "http://testserver/" in text
        assert "\n\n\n" not in text
        if row.kind in CALENDAR_KINDS:
            assert content.calendars, row.kind
        for calendar in content.calendars:
            assert icalendar.Calendar.from_ical(calendar).walk("VEVENT")


@pytest.mark.story
@pytest.mark.django_db
def test_nothing_is_left_in_english() -> None:
    """Each sentence and label differs between the languages, and the Japanese ones contain Japanese."""
    for row in every_kind("ja", AT):
        ja, en = content_of(row, "ja"), content_of(row, "en")
        for mine, other in zip(_words(ja), _words(en), strict=True):
            assert mine != other, (row.kind, mine)
            assert JAPANESE.search(mine), (row.kind, mine)


def _words(content: Content) -> list[str]:
    """Our own texts: sentences and labels. The names of shifts are data."""
    labels = [label for label, _value in content.facts if label not in {"撤収", "設営"}]
    buttons = [label for label, _url in (*([content.action] if content.action else []), *content.links)]
    return [content.title, content.lead, *labels, *content.paragraphs, *content.small_print, *buttons]


@pytest.mark.parametrize("prefix", sorted(LETTERS))
def test_security_mails_in_both_languages(prefix: str) -> None:
    contents = {}
    for language in ("ja", "en"):
        with translation.override(language):
            contents[language] = LETTERS[prefix](SECURITY_CONTEXT)
            mail = letter([contents[language]], to="dan@example.org")
            keep(f"{prefix.rpartition('/')[2]}-{language}", mail)
            assert contents[language].lead in str(mail.body)
            if "code" in prefix and "recovery" not in prefix:
                assert "123456" in str(mail.body)
                assert "123456" in html_of(mail)
    for mine, other in zip(_words(contents["ja"]), _words(contents["en"]), strict=True):
        assert mine != other, (prefix, mine)
        assert JAPANESE.search(mine), (prefix, mine)


@pytest.mark.parametrize(("zone", "when"), [("Asia/Tokyo", "12:30 AM JST"), ("Europe/Berlin", "4:30 PM CET")])
def test_a_security_mail_gives_the_time_on_the_clock_of_the_site(settings: Any, zone: str, when: str) -> None:
    settings.SITE_TIME_ZONE = zone
    at = datetime(2026, 11, 29, 15, 30, tzinfo=UTC)
    with translation.override("en"):
        content = LETTERS["account/email/password_changed"]({"timestamp": at})
    [(_label, told)] = content.facts
    assert told.endswith(when)


@pytest.mark.story
@pytest.mark.django_db
def test_times_carry_their_zone() -> None:
    for row in every_kind("en", AT):
        content = content_of(row, "en")
        for label, value in content.facts:
            if re.search(r"\d (AM|PM)", value):
                assert "JST" in value, (row.kind, label, value)


@pytest.mark.django_db
def test_what_people_type_cannot_break_a_mail() -> None:
    rows = {row.kind: row for row in every_kind("en", AT)}
    event = Event.objects.get(pk=rows["reminder_day"].subject_id)
    event.title = "<script>alert(1)</script>\r\nBcc: everyone@example.org"
    event.save()
    composed = compose([rows["reminder_day"]], START - timedelta(hours=5))
    assert composed.mail is not None
    message = composed.mail.message()
    assert "Bcc" not in message
    assert "<script>" not in html_of(composed.mail)


@pytest.mark.django_db
def test_a_cancelled_event_says_so_in_the_calendar() -> None:
    rows = {row.kind: row for row in every_kind("ja", AT)}
    composed = compose([rows["event_cancelled"]], AT)
    assert composed.mail is not None
    files = [part for part in composed.mail.message().walk() if part.get_content_type() == "text/calendar"]
    # Once for the mail program, once as a file.
    assert [file.get_filename() for file in files] == [None, "event.ics"]
    assert [file.get_param("method") for file in files] == ["CANCEL", "CANCEL"]
    assert "STATUS:CANCELLED" in files[0].get_content()


@pytest.mark.django_db
def test_calendar_files_keep_their_zone_small() -> None:
    """The zone is described only for the years around the event, and the entry has the venue's local time."""
    row = next(row for row in every_kind("en", AT) if row.kind == "seat_confirmed")
    [calendar] = content_of(row, "en").calendars
    assert b"DTSTART;TZID=Asia/Tokyo:20261205T140000" in calendar
    assert b"BEGIN:VTIMEZONE" in calendar
    assert len(calendar) < 1500
