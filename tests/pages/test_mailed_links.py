"""Whoever reads the database can't open the links that were mailed to people (RULES 173)."""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, reverse

from meetups.communities.actions.invite_member import invite_member
from meetups.communities.models import Invitation
from meetups.communities.permissions import Role
from meetups.core import ids
from meetups.core.links import link, mailed_token
from meetups.notifications.actions.deliver import deliver
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.models import CoSpeaker
from meetups.volunteers.actions.handovers.hand_over_shift import hand_over_shift
from meetups.volunteers.models import Handover
from tests.support import cast
from tests.support.letters import text_of
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db
PAGES = {Invitation: "invitation", CoSpeaker: "co_speaker", Handover: "handover"}


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def asked() -> list[Model]:
    """Finn is asked to join the team, to speak with Emi, and to take over a shift."""
    event = cast.event(slots=[cast.first_come_plan(5), cast.invited_plan()], shifts=[cast.teardown_plan()])
    talk = cast.talk("emi", event)
    signup = cast.volunteering("emi", event)
    who, at, emi = cast.person("finn").email, cast.NOW, cast.person("emi")
    aiko = cast.person("aiko")
    return [
        invite_member(community=event.community, email=who, role=Role.ORGANIZER, at=at, by=aiko),
        ask_co_speaker(talk=talk, address=who, at=at, by=emi),
        hand_over_shift(signup=signup, address=who, at=at, by=emi),
    ]


def rows(model: type[Model]) -> str:
    """All that the database knows of them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(row::text, ' ') FROM {model._meta.db_table} row")
        return str(cursor.fetchone()[0])


def kept_of(about: Model) -> str:
    return str(type(about)._default_manager.values_list("token", flat=True).get(pk=about.pk))


def opens(model: type[Model], token: str) -> bool:
    return Client().get(reverse(PAGES[model], args=[token])).status_code == 200


def test_the_link_in_the_mail_opens_and_stands_in_no_row(asked: list[Model], mail_sink: MailSink) -> None:
    deliver(at=cast.NOW)
    letters = "".join(text_of(mail) for mail in mail_sink.to(cast.person("finn").email))
    for about in asked:
        token = mailed_token(about)
        assert link(PAGES[type(about)], token) in letters
        assert opens(type(about), token)
        assert token not in rows(type(about))
        assert kept_of(about) in rows(type(about)), "The control: the dump shows the column."


def test_what_stands_in_a_row_opens_nothing(asked: list[Model]) -> None:
    for about in asked:
        kept = kept_of(about)
        with pytest.raises(NoReverseMatch):
            link(PAGES[type(about)], kept)
        for said in (kept, kept.replace("/", "%2F"), kept[1:]):
            assert Client().get(f"/{PAGES[type(about)].replace('_', '-')}s/{said}/").status_code == 404


def test_a_link_is_for_its_own_kind_and_row(asked: list[Model]) -> None:
    for about in asked:
        others = [mailed_token(other) for other in asked if other is not about]
        assert [opens(type(about), token) for token in others] == [False, False]


def test_links_that_the_version_before_has_mailed_still_open(asked: list[Model]) -> None:
    for about in asked:
        old = ids.token()
        type(about)._default_manager.filter(pk=about.pk).update(token=old)
        assert opens(type(about), old)
