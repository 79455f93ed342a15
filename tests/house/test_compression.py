"""Pages are compressed by the proxy, as its sample says, and what makes that safe holds (decisions/proxies-compress-pages.md)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.support import cast
from tests.support.compressing import COMPRESSED

OPERATING = Path(__file__).resolve().parents[2] / "meetups/OPERATING.md"


def test_the_sample_of_a_proxy_compresses_what_our_measures_compress() -> None:
    [sample] = re.findall(r"```nginx\n(.*?)```", OPERATING.read_text(), re.DOTALL)
    said = dict(re.findall(r"^\s+(gzip\w*) (.+);$", sample, re.MULTILINE))
    assert said["gzip"] == "on"
    assert int(said["gzip_min_length"]) >= 256
    # nginx compresses text/html by itself.
    kinds = ["text/html", *said["gzip_types"].split()]
    assert all(kind.startswith(COMPRESSED) for kind in kinds)
    assert {one for one in COMPRESSED if any(kind.startswith(one) for kind in kinds)} == set(COMPRESSED)


@pytest.mark.django_db
def test_no_other_site_can_ask_for_pages_with_ones_session() -> None:
    client = cast.signed_in("dan")
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    answer = client.get("/me/")
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_token_of_a_form_is_masked_anew_in_each_answer() -> None:
    client = cast.signed_in("dan")
    tokens = [
        re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/me/").content.decode()) for _ in "ab"
    ]
    assert all(tokens)
    assert not set(tokens[0]) & set(tokens[1])
