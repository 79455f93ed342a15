"""Stylesheets in parts: one file per part in the checkout, one file with all of them for visitors."""

import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

IMPORT = re.compile(r'@import "(?P<part>[^"]+)"(?: layer\((?P<layer>\w+)\))?;\n')
COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)
# The folder of the imported parts. Browsers never ask for them directly.
PARTS = "parts"


def join_parts(sheet: Path) -> str:
    """The text of a stylesheet with each `@import "…" layer(…);` replaced by its part: the same rules in the same order.

    Comments are for readers of the checkout. A fifth of what visitors would load, they are left out.
    """
    return COMMENT.sub(
        "", IMPORT.sub(lambda found: _part(sheet.parent / found["part"], found["layer"]), sheet.read_text())
    )


def _part(part: Path, layer: str | None) -> str:
    """The text of a part, in its layer where the import names one. The others say theirs themselves."""
    return f"@layer {layer} {{\n{part.read_text()}}}\n" if layer else part.read_text()


class StylesheetFinder(FileSystemFinder):
    """Django's finder of static files. It gives joined stylesheets to collectstatic, and to WhiteNoise in the demo."""

    def find_location(self, root: str, path: str, prefix: str | None = None) -> str | None:
        found: str | None = super().find_location(root, path, prefix)
        return str(_written(path, Path(found))) if found and _imports(Path(found)) else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        for path, storage in super().list([*(ignore_patterns or ()), PARTS]):
            if _imports(Path(storage.path(path))):
                _written(path, Path(storage.path(path)))
                yield path, FileSystemStorage(location=settings.JOINED_STYLESHEETS_DIR)
            else:
                yield path, storage


def _imports(file: Path) -> bool:
    return file.suffix == ".css" and IMPORT.search(file.read_text()) is not None


def _written(path: str, sheet: Path) -> Path:
    """The path of the joined form of `sheet`.

    It is written only if it has changed, because browsers and collectstatic compare its time.
    """
    target, text = Path(settings.JOINED_STYLESHEETS_DIR, path), join_parts(sheet)
    if not target.exists() or target.read_text() != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Several processes may write it at the same time.
        with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False) as half_done:
            half_done.write(text)
        Path(half_done.name).chmod(0o644)
        Path(half_done.name).replace(target)
    return target
