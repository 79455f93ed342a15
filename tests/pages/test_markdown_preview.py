"""The preview of a text: what a person types, as it will be shown."""

from typing import Any

import pytest
from django.urls import reverse

from tests.support import cast

pytestmark = pytest.mark.django_db
PREVIEW = reverse("markdown_preview")


def test_the_text_is_shown_as_html_up_to_its_longest() -> None:
    aiko = cast.signed_in("aiko")
    answer = aiko.post(PREVIEW, {"description": "**太字**"})
    assert "<strong>太字</strong>" in answer.content.decode()
    assert aiko.post(PREVIEW, {"text": "長" * 50_000}).content.decode().count("長") == 10_000


@pytest.mark.story
def test_who_types_for_a_minute_sees_it_and_who_sends_more_than_anyone_types_waits(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"markdown_preview": "120/m/user"}
    aiko, ben = cast.signed_in("aiko"), cast.signed_in("ben")
    typed = [aiko.post(PREVIEW, {"text": "字" * number}).status_code for number in range(121)]
    assert typed == [200] * 120 + [429]
    assert ben.post(PREVIEW, {"text": "字"}).status_code == 200
