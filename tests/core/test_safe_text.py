"""Names: what changes how others read a line is refused, and what people are called is not."""

import pytest
from django.core.exceptions import ValidationError

from meetups.core.texts.safe_text import validate_visible, without_invisible


@pytest.mark.parametrize(
    "name",
    [
        "山田　太郎",
        "葛\U000e0100城市",
        "O’Brien-Łukasz",
        "محمد علی\u200cزاده",
        "נועה לוי",
        "เมษา",
        "क्\u200dष",
        "👩\u200d💻 もくもく会",
        "👩🏽\u200d❤\ufe0f\u200d👩🏻",
        "第❤\ufe0f回",
        "José",  # composed and not
        "Jose\u0301",
        "1️⃣",
    ],
)
def test_names_of_people_and_events_pass(name: str) -> None:
    validate_visible(name)


@pytest.mark.parametrize(
    "name",
    [
        "愛\u202e子",
        "\u202dBen",
        "Ben\u2066x\u2069",
        "Ben\u200f",
        "愛\u200b子",
        "愛\u200d子",
        "Be\u200cn",
        "\u200dBen",
        "Ben\u200d",
        "Be\u00adn",
        "\ufeffBen",
        "Be\u2060n",
        "愛\u3164子",
        "Ben\u2800",
        "B\u034fen",
        "Ben\u2028Chie",
        "Ben\u2029Chie",
        "Ben\nChie",
        "Ben\u0085Chie",
        "\U000e0041Ben",
        "\u3164\u3164",
        "\u3000 ",
        "👩\u200dx",
    ],
)
def test_what_nobody_sees_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        validate_visible(name)


def test_a_name_from_a_file_loses_what_nobody_sees() -> None:
    assert without_invisible("\ufeff山田\u200b太郎👩\u200d💻") == "山田太郎👩\u200d💻"
