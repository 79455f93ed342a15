"""The patterns: a tile, and the shapes on it. The same shapes make SVG for pages and pixels for pictures."""

import math
from dataclasses import dataclass
from functools import lru_cache

from meetups.communities.identity import Pattern

type Point = tuple[float, float]


@dataclass(frozen=True)
class Outline:
    """Straight lines from point to point; with `filled`, the area inside them."""

    points: tuple[Point, ...]
    filled: bool = False

    @property
    def path(self) -> str:
        return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in self.points) + ("z" if self.filled else "")


@dataclass(frozen=True)
class Arc:
    """A part of a circle, clockwise; angles are degrees from three o’clock."""

    x: float
    y: float
    radius: float
    start: float
    end: float

    @property
    def path(self) -> str:
        first, last = (
            f"{_short(math.cos(math.radians(angle)) * self.radius + self.x)} "
            f"{_short(math.sin(math.radians(angle)) * self.radius + self.y)}"
            for angle in (self.start, self.end)
        )
        return f"M{first}A{_short(self.radius)} {_short(self.radius)} 0 0 1 {last}"


@dataclass(frozen=True)
class Circle:
    """A whole circle; with `filled`, a dot."""

    x: float
    y: float
    radius: float
    filled: bool = False

    @property
    def path(self) -> str:
        r, across = _short(self.radius), _short(2 * self.radius)
        return f"M{_short(self.x - self.radius)} {_short(self.y)}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0 -{across} 0"


type Shape = Outline | Arc | Circle


@dataclass(frozen=True)
class Tile:
    """One repeat of a pattern. All its shapes are filled, or none is."""

    width: float
    height: float
    shapes: tuple[Shape, ...]

    @property
    def is_filled(self) -> bool:
        first = self.shapes[0]
        return not isinstance(first, Arc) and first.filled


@lru_cache(maxsize=64)
def svg(pattern: str, scale: float, *, place: str = "p") -> str:
    """The pattern for a page: it fills its box, takes its colour from the text, and is hidden from readers.

    Once a page and `place`, for its id.
    """
    tile, name = TILES[pattern], f"{place}-{pattern}-{scale:g}"
    paint = 'fill="currentColor" opacity=".6"' if tile.is_filled else 'fill="none" stroke="currentColor"'
    path = "".join(dict.fromkeys(shape.path for shape in tile.shapes))
    size = f' patternTransform="scale({scale:g})"' if scale != 1 else ""
    return (
        f'<svg class="paper-pattern" aria-hidden="true" width="100%" height="100%"><pattern id="{name}" '
        f'width="{_short(tile.width)}" height="{_short(tile.height)}" patternUnits="userSpaceOnUse"{size}>'
        f'<path d="{path}" {paint}/></pattern><rect width="100%" height="100%" fill="url(#{name})"/></svg>'
    )


def _short(value: float) -> str:
    return f"{round(value, 1) + 0:g}"


def _seigaiha() -> Tile:
    """Waves: of each circle only what the next row leaves visible."""
    shapes = []
    for x, y in ((24, 24), (0, 12), (48, 12), (0, 36), (48, 36)):
        for radius in (24, 16, 8):
            along = (radius**2 - 576 + 720) / (2 * math.sqrt(720))
            across = math.sqrt(radius**2 - along**2)
            end = math.degrees(
                math.atan2(along * 0.4472 - across * 0.8944, along * 0.8944 + across * 0.4472),
            )
            shapes.append(Arc(x, y, radius, -180 - end, end))
    return Tile(48, 24, tuple(shapes))


def _asanoha() -> Tile:
    """Triangles, and the centre of each joined to its corners."""
    side = 36
    height = side * math.sqrt(3) / 2
    shapes = []
    for row in (0, 1):
        for column in (-1, 0, 1):
            x, y = (column + row / 2) * side, row * height
            for a, b, c in (
                ((x, y + height), (x + side, y + height), (x + side / 2, y)),
                ((x + side / 2, y), (x + side * 1.5, y), (x + side, y + height)),
            ):
                centre = ((a[0] + b[0] + c[0]) / 3, (a[1] + b[1] + c[1]) / 3)
                shapes += [Outline((a, b, c, a, centre, b)), Outline((centre, c))]
    return Tile(side, 2 * height, tuple(shapes))


def _ichimatsu() -> Tile:
    a = 14
    squares = (((0, 0), (a, 0), (a, a), (0, a)), ((a, a), (2 * a, a), (2 * a, 2 * a), (a, 2 * a)))
    return Tile(2 * a, 2 * a, tuple(Outline(square, filled=True) for square in squares))


def _shippo() -> Tile:
    r = 18
    centres = ((r, r), (0, 0), (2 * r, 0), (0, 2 * r), (2 * r, 2 * r))
    return Tile(2 * r, 2 * r, tuple(Circle(x, y, r) for x, y in centres))


def _uroko() -> Tile:
    side, height = 24, 20
    triangles = (
        ((0, height), (side, height), (side / 2, 0)),
        ((-side / 2, 2 * height), (side / 2, 2 * height), (0, height)),
        ((side / 2, 2 * height), (side * 1.5, 2 * height), (side, height)),
    )
    return Tile(side, 2 * height, tuple(Outline(triangle, filled=True) for triangle in triangles))


def _kikko() -> Tile:
    side = 18
    width = side * math.sqrt(3)

    def hexagon(x: float, y: float, radius: float) -> Outline:
        corners = [math.radians(60 * corner) for corner in (0, 1, 2, 3, 4, 5, 0)]
        return Outline(tuple((x + radius * math.sin(turn), y - radius * math.cos(turn)) for turn in corners))

    centres = ((width / 2, side), (0, 2.5 * side), (width, 2.5 * side), (0, -0.5 * side), (width, -0.5 * side))
    return Tile(width, 3 * side, tuple(hexagon(x, y, radius) for x, y in centres for radius in (side, side * 0.55)))


def _yagasuri() -> Tile:
    feather = ((0, 0), (10, 9), (20, 0), (20, 22), (10, 31), (0, 22))
    places = ((0, 0), (0, 44), (0, -44), (20, 22), (20, -22))
    shapes = (Outline(tuple((x + dx, y + dy) for x, y in feather), filled=True) for dx, dy in places)
    return Tile(40, 44, tuple(shapes))


def _mameshibori() -> Tile:
    return Tile(22, 22, tuple(Circle(at, at, 4, filled=True) for at in (5.5, 16.5)))


TILES: dict[str, Tile] = {
    Pattern.SEIGAIHA: _seigaiha(),
    Pattern.ASANOHA: _asanoha(),
    Pattern.ICHIMATSU: _ichimatsu(),
    Pattern.SHIPPO: _shippo(),
    Pattern.UROKO: _uroko(),
    Pattern.KIKKO: _kikko(),
    Pattern.YAGASURI: _yagasuri(),
    Pattern.MAMESHIBORI: _mameshibori(),
}
