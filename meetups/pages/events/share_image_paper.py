"""The left side of the picture that a link preview shows: patterned paper, and the seal of the community on it."""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from meetups.communities.identity import INKS, Pattern
from meetups.communities.models import Community
from meetups.communities.patterns import TILES, Circle, Outline, Shape

WIDTH, HEIGHT = 300, 630
# Drawn at twice the size and reduced, the lines are smooth.
FINE = 2
ENLARGED = 2.4
LINES, AREAS = 0.34, 0.22
PAPER, INK = "#fbfaf6", "#2b221c"
# Where the hue itself is a letter on paper, golden yellow is too pale.
LETTERS = {"yamabuki": "#7f5700"}
SEAL, SEAL_LEFT, SEAL_TOP = 156, 72, 418


@dataclass(frozen=True)
class Face:
    """What a community is recognised by. Without a community it is the site, in ink."""

    letter: str = ""
    hue: str = ""
    pattern: str = Pattern.SEIGAIHA.value
    scale: float = 1.4

    @property
    def fill(self) -> str:
        return INKS[self.hue][0] if self.hue else INK

    @property
    def on_fill(self) -> str:
        return INKS[self.hue][1] if self.hue else PAPER


def face_of(community: Community) -> Face:
    return Face(community.letter, community.hue, community.pattern, community.pattern_scale)


@lru_cache(maxsize=64)
def paper(face: Face) -> Image.Image:
    """The patterned paper, without anything on it."""
    size = (WIDTH * FINE, HEIGHT * FINE)
    image = Image.new("RGB", size, face.fill)
    pen, tile, scale = ImageDraw.Draw(image), TILES[face.pattern], face.scale * ENLARGED * FINE
    ink = Image.blend(
        Image.new("RGB", (1, 1), face.fill), Image.new("RGB", (1, 1), face.on_fill), AREAS if tile.is_filled else LINES
    ).getpixel((0, 0))
    colour = ink if isinstance(ink, tuple) else (0, 0, 0)
    y = 0.0
    while y < size[1]:
        x = 0.0
        while x < size[0]:
            for shape in tile.shapes:
                _draw(pen, shape, x, y, scale, colour)
            x += tile.width * scale
        y += tile.height * scale
    return image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _draw(pen: ImageDraw.ImageDraw, shape: Shape, x: float, y: float, scale: float, colour: tuple[int, ...]) -> None:
    width = max(1, round(scale))
    if isinstance(shape, Outline):
        points = [(x + px * scale, y + py * scale) for px, py in shape.points]
        if shape.filled:
            pen.polygon(points, fill=colour)
        else:
            pen.line(points, fill=colour, width=width, joint="curve")
        return
    left, top = x + (shape.x - shape.radius) * scale, y + (shape.y - shape.radius) * scale
    box = (left, top, left + 2 * shape.radius * scale, top + 2 * shape.radius * scale)
    if isinstance(shape, Circle):
        if shape.filled:
            pen.ellipse(box, fill=colour)
        else:
            pen.ellipse(box, outline=colour, width=width)
    else:
        pen.arc(box, shape.start, shape.end, fill=colour, width=width)


def seal(image: Image.Image, face: Face, font: ImageFont.FreeTypeFont) -> None:
    """The seal at the lower left: the letter in the hue, on paper, with a rule."""
    side = SEAL * FINE
    stamp = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(stamp)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), side * 0.26, fill=PAPER)
    inset = side * 0.065
    rule = Image.blend(Image.new("RGB", (1, 1), PAPER), Image.new("RGB", (1, 1), face.fill), 0.45).getpixel((0, 0))
    pen.rounded_rectangle((inset, inset, side - inset, side - inset), side * 0.2, outline=rule, width=3 * FINE)
    pen.text((side / 2, side / 2), face.letter, font=font, fill=LETTERS.get(face.hue, face.fill), anchor="mm")
    small = stamp.resize((SEAL, SEAL), Image.Resampling.LANCZOS)
    image.paste(small, (SEAL_LEFT, SEAL_TOP), small)
