"""The face of a community: hue, letter and pattern from slug and name, and whether they can be read."""

import math
import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from meetups.communities.identity import INKS, SCALES_BY_SLUG, Hue, Pattern, letter_of, one_letter
from meetups.communities.models import Community
from meetups.communities.patterns import svg

CSS = Path("meetups/static/css")
type Colour = tuple[float, float, float]

FACES = [
    ("ml-study", "ML勉強会", "seiheki", "uroko", 1, "M"),
    ("yoru-dokusho", "夜の読書会", "fuji", "shippo", 1.4, "夜"),
    ("hiroshima-py", "広島Python", "kuri", "asanoha", 1, "広"),
    ("sre-lounge", "SREラウンジ", "yamabuki", "seigaiha", 1.4, "S"),
    ("ux-osaka", "UX大阪", "asagi", "yagasuri", 1.4, "U"),
    ("tategaki", "縦書き研究会", "ayame", "kikko", 0.75, "縦"),
    ("web-kyoto", "Web京都", "kikyo", "ichimatsu", 0.75, "W"),
    ("type-talk", "書体ナイト", "tsuyukusa", "mameshibori", 1.4, "書"),
    ("ml-study-group", "ML Study Group", "botan", "seigaiha", 1.4, "M"),
    ("niwa-data", "庭とデータ", "moegi", "uroko", 1.4, "庭"),
]


@pytest.mark.parametrize(("slug", "name", "hue", "pattern", "scale", "letter"), FACES)
def test_a_community_has_its_face_from_slug_and_name(
    slug: str, name: str, hue: str, pattern: str, scale: float, letter: str
) -> None:
    community = Community(slug=slug, name=name)
    assert (community.hue, community.pattern, community.pattern_scale) == (hue, pattern, scale)
    assert community.letter == letter


def test_what_organizers_chose_comes_first() -> None:
    chosen = Community(
        slug="ml-study", name="ML勉強会", chosen_hue=Hue.KURI, chosen_letter="学", chosen_pattern=Pattern.KIKKO
    )
    assert (chosen.hue, chosen.letter, chosen.pattern) == ("kuri", "学", "kikko")


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("もくもく会", "も"),
        ("勉強会", "勉"),
        ("Ｐｙ部", "P"),
        ("The Theme Night", "T"),
        ("Rust横浜", "R"),
        ("！？☆", "会"),
        ("🎉 祭", "祭"),
        ("ß-lab", "ß"),
        ("3月の会", "3"),
    ],
)
def test_the_letter_says_which_community_and_not_that_it_is_one(name: str, letter: str) -> None:
    assert letter_of(name) == letter


@pytest.mark.parametrize(
    ("typed", "letter"), [("学", "学"), ("ｐ", "P"), (" q ", "Q"), ("7", "7"), ("", ""), ("ж", "Ж")]
)
def test_a_chosen_letter_stands_as_it_is_cut(typed: str, letter: str) -> None:
    assert one_letter(typed) == letter


@pytest.mark.parametrize(
    ("typed", "why"), [("ML", "longer"), ("🎉", "cut"), ("!", "cut"), ("学\u0301", "cut"), ("㈱", "cut")]
)
def test_what_is_no_single_letter_is_refused_with_the_reason(typed: str, why: str) -> None:
    with translation.override("en"), pytest.raises(ValidationError) as refusal:
        one_letter(typed)
    assert why in str(refusal.value)


@pytest.mark.parametrize("pattern", Pattern.values)
def test_a_pattern_weighs_a_kilobyte_at_most_and_asks_for_nothing(pattern: str) -> None:
    for scale in SCALES_BY_SLUG:
        drawn = svg(pattern, scale)
        assert len(drawn.encode()) <= 1024
        assert not re.search(r"style=|href|<script|http|NaN|e-", drawn)


# Contrast, as in WCAG 2


def declared(name: str, block: str, sheet: str) -> tuple[Colour, Colour]:
    """The two oklch colours of `light-dark()`, from the rule `block` of a stylesheet."""
    rule = re.search(re.escape(block) + r" \{(.*?)\n *\}", sheet, re.DOTALL)
    assert rule, block
    value = re.search(rf"{name}: light-dark\(\s*oklch\(([\d. ]+)\),\s*oklch\(([\d. ]+)\)", rule[1])
    assert value, name
    light, dark = (tuple(map(float, each.split())) for each in value.groups())
    return light, dark  # type: ignore[return-value]  # three numbers each


def lab(colour: Colour) -> Colour:
    light, chroma, angle = colour
    return light, chroma * math.cos(math.radians(angle)), chroma * math.sin(math.radians(angle))


def linear(colour: Colour) -> list[float]:
    """The light of red, green and blue, 0 to 1."""
    light, a, b = lab(colour)
    l, m, s = (  # noqa: E741 - their names in every text about them
        (light + 0.3963377774 * a + 0.2158037573 * b) ** 3,
        (light - 0.1055613458 * a - 0.0638541728 * b) ** 3,
        (light - 0.0894841775 * a - 1.2914855480 * b) ** 3,
    )
    mixed = (
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    )
    return [min(1.0, max(0.0, value)) for value in mixed]


def in_hex(colour: Colour) -> str:
    steps = (12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in linear(colour))
    return "#" + "".join(f"{round(step * 255):02x}" for step in steps)


def contrast(one: Colour, other: Colour) -> float:
    lighter, darker = sorted(
        (
            sum(share * value for share, value in zip((0.2126, 0.7152, 0.0722), linear(each), strict=True))
            for each in (one, other)
        ),
        reverse=True,
    )
    return (lighter + 0.05) / (darker + 0.05)


TOKENS = (CSS / "parts/site/tokens.css").read_text()
HUES = (CSS / "parts/face/hues.css").read_text()


def token(name: str, theme: int) -> Colour:
    return declared(name, "  :root", TOKENS)[theme]


def papers(hue: str, theme: int) -> tuple[Colour, Colour]:
    """The wash and the ground of a hue, as the stylesheet makes them of its angle and strength."""
    rule = re.search(rf'data-hue="{hue}"\] {{.*?--h: ([\d.]+);\s+--c: ([\d.]+);', HUES, re.DOTALL)
    assert rule
    angle, strength = float(rule[1]), float(rule[2])
    found = []
    for name in ("wash", "ground"):
        pair = re.findall(r"oklch\(([\d.]+) calc\(([\d.]+) \* var\(--c\)\)", HUES[HUES.index(f"--hue-{name}") :])[theme]
        found.append((float(pair[0]), float(pair[1]) * strength, angle))
    return found[0], found[1]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("hue", Hue.values)
def test_every_hue_can_be_read_in_both_themes(hue: str, theme: int) -> None:
    fill = declared("--hue", f'[data-hue="{hue}"]', HUES)[theme]
    letter = declared("--on-hue", f'[data-hue="{hue}"]', HUES)[theme]
    wash, ground = papers(hue, theme)
    assert contrast(letter, fill) >= 4.5
    assert contrast(token("--ink", theme), ground) >= 7
    assert contrast(token("--ink-2", theme), wash) >= 4.5
    for word in ("--shu", "--ai", "--matsu", "--kincha"):
        assert contrast(token(word, theme), wash) >= 4.5, word
    # Golden yellow on light paper is told by the letter in it, not by its edge.
    assert contrast(fill, token("--paper", theme)) >= (1.7 if (hue, theme) == ("yamabuki", 0) else 3)
    # Nobody may take a community's colour for "act now".
    assert math.dist(lab(fill), lab(token("--shu", theme))) >= 0.12
    # Mails and pictures have the same colours.
    assert INKS[hue][2 * theme : 2 * theme + 2] == (in_hex(fill), in_hex(letter))


def test_a_pale_letter_on_a_pale_fill_would_be_seen() -> None:
    assert contrast((0.74, 0.12, 352), (0.985, 0.006, 352)) < 4.5


def test_a_resting_golden_seal_has_a_letter_one_can_read() -> None:
    rule = HUES[HUES.index('"yamabuki"') :]
    assert "--hue-text: light-dark(oklch(0.5 0.1 75)" in rule.split("}")[0]
    assert token("--kincha", 0) == (0.5, 0.1, 75)
    assert contrast((0.5, 0.1, 75), token("--paper", 0)) >= 4.5
