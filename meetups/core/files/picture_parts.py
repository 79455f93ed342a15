"""The parts of an uploaded picture that show something. A reader of pictures gets these and nothing else.

A picture may be accompanied by texts, profiles, thumbnails and further pictures, as many as its file holds. Reading a million
tiny ones takes a worker half a minute, so files are cut before Pillow opens them. Places and devices are among what is cut off.
"""

import re
import struct
from collections.abc import Iterator

# A file has at most some hundreds of parts in front of the pixels, and a PNG one for every 4 to 8 KB of pixels.
MOST_PARTS = 10_000
# Programs that write progressive pictures make ten or eleven passes; each costs as much as the whole picture.
MOST_PASSES = 16
# What a JPEG needs besides its frame and tables: how its colours are stored. JFIF is short, further thumbnails stand behind it.
JFIF, EXIF, ADOBE, COMMENT = 0xE0, 0xE1, 0xEE, 0xFE
FRAMES_AND_TABLES, PASS = range(0xC0, 0xFE), 0xDA
WITHOUT_BODY = {0x00, 0x01, *range(0xD0, 0xDA)}
MARKER = re.compile(rb"[^\xff]*\xff+")
PNG, PNG_PARTS = b"\x89PNG\r\n\x1a\n", (b"IHDR", b"PLTE", b"tRNS", b"IDAT")
WEBP_PARTS = (b"VP8X", b"ALPH", b"VP8 ", b"VP8L")
ORIENTATION = 0x0112


class TooManyParts(ValueError):
    """No program writes pictures like this one."""


def shown_parts(content: bytes) -> tuple[bytes, int]:
    """A file with only the parts that show something, and the orientation that its Exif names: 1 to 8.

    A file of another kind, or a damaged one, comes back as far as it was understood: whoever reads it says what is wrong.
    Raises TooManyParts.
    """
    if content.startswith(b"\xff\xd8\xff"):
        return _joined(_jpeg_parts(content), b"\xff\xd8")
    if content.startswith(PNG):
        return _joined(_png_parts(content), PNG)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        made, turned = _joined(_webp_parts(content), b"WEBP")
        return b"RIFF" + struct.pack("<I", len(made)) + made, turned
    return content, 1


def _joined(parts: Iterator[tuple[bytes, bytes]], begin: bytes) -> tuple[bytes, int]:
    """The parts to keep, one after the other. Each comes with the Exif that was found in its place, or without."""
    kept, turned = [begin], 1
    for number, (part, exif) in enumerate(parts):
        if number >= MOST_PARTS:
            raise TooManyParts
        if exif and turned == 1:
            turned = _orientation(exif.removeprefix(b"Exif\0\0"))
        kept.append(part)
    return b"".join(kept), turned


def _jpeg_parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Up to the first pass its frame and tables, then everything up to its end: there each 0xFF of the pixels has a 0 behind it."""
    at = 2
    while (found := MARKER.match(content, at)) and found.end() + 3 <= len(content):
        at = found.end()
        marker, size = content[at], int.from_bytes(content[at + 1 : at + 3])
        if marker in WITHOUT_BODY:
            at += 1
            yield b"", b""
            continue
        body = content[at + 1 : at + 1 + size]
        if marker == PASS:
            end = content.find(b"\xff\xd9", at)
            rest = content[at - 1 :] if end < 0 else content[at - 1 : end + 2]
            if rest.count(b"\xff\xda") > MOST_PASSES:
                raise TooManyParts
            yield rest, b""
            return
        if marker == JFIF and body[2:7] == b"JFIF\0":
            yield b"\xff\xe0\0\x10" + body[2:14].ljust(12, b"\0") + b"\0\0", b""
        elif marker == ADOBE or (marker in FRAMES_AND_TABLES and not JFIF <= marker <= COMMENT):
            yield b"\xff%c" % marker + body, b""
        else:
            yield b"", body[2:] if marker == EXIF and body[2:8] == b"Exif\0\0" else b""
        at += 1 + size


def _png_parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG)
    while at + 12 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4])
        name = content[at + 4 : at + 8]
        if name in {*PNG_PARTS, b"IEND"}:
            yield content[at:end], b""
        else:
            yield b"", content[at + 8 : end - 4] if name == b"eXIf" else b""
        if name == b"IEND":
            return
        at = end


def _webp_parts(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Of a moving picture the first one: it is as large as all of it, or stands in a place of it."""
    at = 12
    while at + 8 <= len(content):
        end = at + 8 + (size := int.from_bytes(content[at + 4 : at + 8], "little")) + size % 2
        name = content[at : at + 4]
        if name == b"VP8X" and size >= 1:
            # Its first octet names the parts: only alpha and movement are still there.
            yield content[at : at + 8] + bytes([content[at + 8] & 0x12]) + content[at + 9 : end], b""
        elif name in {*WEBP_PARTS, b"ANIM", b"ANMF"}:
            yield content[at:end], b""
            if name == b"ANMF":
                return
        else:
            yield b"", content[at + 8 : end] if name == b"EXIF" else b""
        at = end


def _orientation(exif: bytes) -> int:
    """How the picture is turned, by the first directory of its Exif. Nothing else of it is read."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    try:
        if order:
            (start,) = struct.unpack_from(f"{order}I", exif, 4)
            (count,) = struct.unpack_from(f"{order}H", exif, start)
            for number in range(min(count, MOST_PARTS)):
                tag, kind, _many, value = struct.unpack_from(f"{order}HHIH", exif, start + 2 + 12 * number)
                if (tag, kind) == (ORIENTATION, 3):
                    return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1
