"""The drawing of the picture that a link preview shows."""

import io
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import budoux
from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from meetups.pages.events.share_image_paper import FINE, SEAL, Face, paper, seal
from meetups.pages.events.share_image_paper import WIDTH as PAPER_WIDTH

WIDTH, HEIGHT, MARGIN = 1200, 630, 80
PAPER, INK, INK_2, SHU, CARD = "#fbfaf6", "#2b221c", "#65594f", "#c43a16", "#ffffff"
# Where words begin beside the leaf, what stays free at the right, and where the line is, from below.
LEFT, RIGHT, LINE = 440, 72, 118
TITLE_SIZES = (62, 56, 48, 42)
LINES = 4

JAPANESE = re.compile(r"[぀-ヿ㐀-鿿ｦ-ﾟ]")
# The usual places of these fonts on Linux distributions and macOS.
USUAL_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-vf-fonts/NotoSansCJK-VF.ttc",
    "/usr/share/fonts/truetype/bizud-gothic/BIZUDPGothic-Bold.ttf",
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/opentype/ipafont-gothic/ipagp.ttf",
    "/System/Library/Fonts/ヒラギノ角ゴシック W6.ttc",
)
PHRASES = budoux.load_default_japanese_parser()


@dataclass(frozen=True)
class CardSheet:
    """The words of one card, and whose it is. Without a `day` it has no leaf."""

    month: str
    day: str
    weekday: str
    community: str
    title: str
    when: str
    place: str
    hook: str = ""
    face: Face = field(default_factory=Face)
    cancelled: bool = False


def can_write(text: str) -> bool:
    """Whether the text can be drawn. Without a font that we found, only Latin letters can."""
    return bool(_font_path()) or not JAPANESE.search(text)


@lru_cache(maxsize=64)
def draw(sheet: CardSheet) -> bytes:
    """The sheet as a PNG of 1200×630."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    image.paste(paper(sheet.face), (0, 0))
    if sheet.face.letter:
        seal(image, sheet.face, _font(int(SEAL * FINE * 0.6), serif=True))
    pen = ImageDraw.Draw(image)
    left = LEFT if sheet.day else PAPER_WIDTH + MARGIN
    width = WIDTH - left - RIGHT
    if sheet.day:
        _leaf(image, sheet)
    top = MARGIN
    if sheet.community:
        pen.text((left, top + 8), _shortened(sheet.community, 30, width), font=_font(30), fill=INK)
        top += 64
    font, lines = _title(sheet.title, width, HEIGHT - LINE - top - (60 if sheet.hook else 0))
    for line in lines:
        pen.text((left, top), line, font=font, fill=INK_2 if sheet.cancelled else INK)
        if sheet.cancelled:
            middle = top + font.size * 0.8
            pen.line((left, middle, left + pen.textlength(line, font=font), middle), fill=SHU, width=5)
        top += int(font.size * 1.34)
    top += 12
    for line in _hook(sheet.hook, width, HEIGHT - LINE - top):
        pen.text((left, top), line, font=_font(30, serif=True), fill=INK_2)
        top += 48
    pen.line((left, HEIGHT - LINE, WIDTH - RIGHT, HEIGHT - LINE), fill=INK, width=3)
    place = _shortened(sheet.place, 28, width // 2 if sheet.when else width)
    room = width - int(_font(28).getlength(place)) - 30
    pen.text((left, HEIGHT - LINE + 26), _shortened(sheet.when, 30, room), font=_font(30), fill=INK)
    pen.text((WIDTH - RIGHT, HEIGHT - LINE + 28), place, font=_font(28), fill=INK_2, anchor="ra")
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _leaf(image: Image.Image, sheet: CardSheet) -> None:
    """The calendar leaf, in ink, over the edge of the paper, with some paper around it."""
    left, top, width, height, around = 170, MARGIN, 216, 256, 8
    blank = Image.new("RGBA", ((width + 2 * around) * FINE, (height + 2 * around) * FINE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(blank)

    def sheet_of(inset: int, tall: int, radius: int, **how: Any) -> None:
        box = (inset, inset, inset + width + 2 * (around - inset) - 1, inset + tall - 1)
        pen.rounded_rectangle([edge * FINE for edge in box], radius * FINE, **how)

    sheet_of(0, height + 2 * around, 30, fill=PAPER)
    sheet_of(around, height, 24, fill=CARD, outline=INK, width=5 * FINE)
    sheet_of(around, 68, 24, fill=INK, corners=(True, True, False, False))
    smooth = blank.resize((width + 2 * around, height + 2 * around), Image.Resampling.LANCZOS)
    image.paste(smooth, (left - around, top - around), smooth)
    pen, middle = ImageDraw.Draw(image), left + width / 2
    pen.text((middle, top + 36), sheet.month, font=_font(34), fill=PAPER, anchor="mm")
    pen.text((middle, top + 140), sheet.day, font=_font(104), fill=INK, anchor="mm")
    pen.text((middle, top + 218), sheet.weekday, font=_font(26), fill=INK_2, anchor="mm")


def _hook(text: str, width: int, height: int) -> list[str]:
    """The lines that there is room for, at most two."""
    font, most = _font(30, serif=True), min(2, height // 48)
    lines = [line for part in text.splitlines() for line in _broken(part, font, width) if line]
    if len(lines) > most > 0:
        lines[most - 1] = _shortened(lines[most - 1] + "…", 30, width)
    return lines[: max(most, 0)]


def _title(title: str, width: int, height: int) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest size at which the title fits, and its lines, broken between phrases."""
    for size in TITLE_SIZES:
        font = _font(size)
        lines = _broken(title, font, width)
        if len(lines) * size * 1.34 <= height and len(lines) <= LINES:
            return font, _balanced(title, font, width, lines)
    return font, [*lines[: LINES - 1], _shortened(lines[LINES - 1] + "…", font.size, width)]


def _balanced(title: str, font: ImageFont.FreeTypeFont, width: int, lines: list[str]) -> list[str]:
    """The same number of lines, none much shorter than the others."""
    for narrower in range(width - 20, width // 2, -20):
        closer = _broken(title, font, narrower)
        if len(closer) > len(lines):
            break
        lines = closer
    return lines


def _broken(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for phrase in _phrases(text):
        if not lines[-1] or font.getlength((lines[-1] + phrase).rstrip()) <= width:
            lines[-1] += phrase
        else:
            lines.append(phrase)
    # A phrase that is longer than a line may break anywhere.
    return [part for line in lines for part in _cut(line.strip(), font, width)]


def _phrases(text: str) -> list[str]:
    phrases: list[str] = []
    for phrase in PHRASES.parse(" ".join(text.split())):
        for word in re.findall(r"\S+\s*", phrase):
            # The model was trained on running text; it must not split numbers and Latin words such as 4/2.
            if phrases and phrases[-1][-1].isascii() and word[0].isascii() and not phrases[-1].endswith(" "):
                phrases[-1] += word
            else:
                phrases.append(word)
    return phrases


def _cut(line: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    parts = [""]
    for letter in line:
        if parts[-1] and font.getlength(parts[-1] + letter) > width:
            parts.append(letter)
        else:
            parts[-1] += letter
    return parts


def _shortened(text: str, size: float, width: int) -> str:
    font = _font(int(size))
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"


@lru_cache(maxsize=32)
def _font(size: int, *, serif: bool = False) -> ImageFont.FreeTypeFont:
    """The font of the product, or with `serif` that of people, where this machine has it."""
    path = (serif and _serif_path()) or _font_path()
    if path:
        return ImageFont.truetype(path, size)
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow comes with FreeType."
    return font


@cache
def _font_path() -> str:
    """The font of SOCIAL_CARD_FONT, else the first font that exists at the usual places; empty where there is none."""
    for path in filter(None, (settings.SOCIAL_CARD_FONT, *USUAL_FONTS, _asked())):
        if Path(path).is_file():
            return str(path)
    return ""


@cache
def _serif_path() -> str:
    """Its sister in the second voice, from the same place."""
    found = (Path(path.replace("Sans", "Serif")) for path in USUAL_FONTS if "NotoSans" in path)
    return next((str(path) for path in found if path.is_file()), "")


def _asked() -> str:
    """The font that fontconfig chooses for Japanese; empty without fontconfig or without such a font."""
    program = shutil.which("fc-match")
    if not program:
        return ""
    answer = subprocess.run(
        [program, "--format=%{file}|%{lang}", "sans:lang=ja:bold"],
        capture_output=True,
        text=True,
        timeout=5,
        check=False,
    ).stdout
    path, _bar, languages = answer.partition("|")
    return path if "ja" in languages.split("|") else ""
