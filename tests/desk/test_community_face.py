"""Organizers choose how their community is recognised."""

import re
from typing import Any

import pytest
from django.test import Client

from meetups.communities.models import Community
from tests.support import cast

pytestmark = pytest.mark.django_db

TYPED = {"name": "ML勉強会", "description": "", "language": "ja", "time_zone": "Asia/Tokyo"}


@pytest.fixture
def aiko() -> Client:
    Community.objects.filter(pk=cast.community().pk).update(name="ML勉強会")
    return cast.signed_in("aiko", language="en")


def profile_page(community: Community) -> str:
    return f"/desk/c/{community.slug}/profile/"


def save(client: Client, **typed: str) -> Any:
    return client.post(profile_page(cast.community()), {**TYPED, **typed})


def test_what_is_chosen_is_on_the_page_and_nothing_else_is_stored(aiko: Client) -> None:
    assert save(aiko, chosen_hue="kuri", chosen_letter="学", motto="失敗談も歓迎します。").status_code == 302
    community = Community.objects.get()
    assert (community.chosen_hue, community.chosen_letter, community.chosen_pattern) == ("kuri", "学", "")
    page = aiko.get(profile_page(community)).content.decode()
    head = page[page.index("face-preview") : page.index("</div>\n</div>", page.index("face-preview"))]
    assert 'data-hue="kuri"' in head
    assert ">学</span>" in head
    assert "失敗談も" in re.sub("<.*?>", "", head)


def test_back_to_automatic_the_slug_decides_again(aiko: Client) -> None:
    before = Community.objects.get()
    save(aiko, chosen_hue="kuri", chosen_letter="学", chosen_pattern="kikko")
    save(aiko)
    after = Community.objects.get()
    assert (after.hue, after.letter, after.pattern) == (before.hue, before.letter, before.pattern)


@pytest.mark.parametrize(
    ("typed", "says"),
    [("学習", "is longer"), ("🎉", "can’t be cut"), ("！", "can’t be cut"), ("mauve", "is longer")],
)
def test_a_letter_that_is_none_is_refused_and_says_why(aiko: Client, typed: str, says: str) -> None:
    answer = save(aiko, chosen_letter=typed)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Community.objects.get().chosen_letter == ""


def test_a_colour_of_ones_own_is_refused(aiko: Client) -> None:
    assert save(aiko, chosen_hue="#ff0000").status_code == 422
    assert save(aiko, chosen_pattern='"><script>').status_code == 422
    assert Community.objects.get().chosen_hue == ""


def test_the_preview_shows_what_is_chosen_before_it_is_saved(aiko: Client) -> None:
    community = cast.community()
    fragment = aiko.get(
        profile_page(community) + "face/", {**TYPED, "chosen_hue": "fuji", "chosen_letter": "夜", "chosen_pattern": "x"}
    )
    html = fragment.content.decode()
    assert 'data-hue="fuji"' in html
    assert ">夜</span>" in html
    # What can’t be chosen stays as it is.
    assert f"p-{community.pattern}-" in html
    assert Community.objects.get().chosen_hue == ""


def test_every_choice_is_named_and_can_be_seen(aiko: Client) -> None:
    page = aiko.get(profile_page(cast.community())).content.decode()
    for name in ("Peony", "Golden yellow", "Tortoiseshell", "Automatic ("):
        assert name in page
    assert page.count('class="swatch"') == 11 + 9
    ids = re.findall(r'<pattern id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
