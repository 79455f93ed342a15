"""Makers of files that keep a reader busy, each as large as its page takes."""

import io
import random
import struct
import zlib

from PIL import Image

MIB = 1024 * 1024
# A little is left for what stands around.
PDF, PICTURE = 30 * MIB - 4096, 15 * MIB - 4096


def filled(begin: bytes, unit: bytes, size: int, end: bytes = b"") -> bytes:
    """`unit` again and again between `begin` and `end`, `size` octets in all."""
    return begin + unit * ((size - len(begin) - len(end)) // len(unit)) + end


def packed_pdf(inside: bytes) -> bytes:
    packed = b"9 0 obj\n<</Type/ObjStm/N 1/First 4>>stream\n" + zlib.compress(inside, 9)
    return b"%PDF-1.7\n" + packed + b"\nendstream endobj\n"


def honest_pdf(pages: int, picture_octets: int) -> bytes:
    """Slides as programs write them: packed objects, a packed drawing a page, and a picture on each."""
    chance = random.Random(1)
    written = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
    for page in range(pages):
        drawing = zlib.compress(b"q 1 0 0 1 72 720 cm BT /F1 24 Tf (Page %d) Tj ET Q\n" % page * 40)
        objects = zlib.compress(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 960 540]>>" * 8)
        for head, body in (
            (b"<</Length %d/Filter/FlateDecode>>" % len(drawing), drawing),
            (b"<</Type/ObjStm/N 8/First 40/Length %d/Filter/FlateDecode>>" % len(objects), objects),
            (b"<</Subtype/Image/Length %d/Filter/DCTDecode>>" % picture_octets, chance.randbytes(picture_octets)),
        ):
            written.append(b"%d 0 obj%sstream\n%s\nendstream endobj\n" % (page + 10, head, body))
    return b"".join([*written, b"startxref\n0\n%%EOF"])


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def saved(paper: Image.Image, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    paper.save(written, kind, **options)
    return written.getvalue()


def png_of_many_parts() -> bytes:
    """Pillow reads a million parts that hold nothing."""
    small = saved(Image.new("RGB", (1300, 420)), "PNG")
    return filled(small[:33], chunk(b"prVt", b""), PICTURE, small[33:])


def jpeg_of_many_parts() -> bytes:
    small = saved(Image.new("RGB", (1300, 420), "navy"), "JPEG")
    return filled(b"\xff\xd8", b"\xff\xe5\0\2", PICTURE, small[2:])


def jpeg_of_many_passes() -> bytes:
    """The last pass of a progressive JPEG comes again and again, and each draws the whole picture."""
    written = saved(Image.new("RGB", (3500, 3500), "navy"), "JPEG", progressive=True)
    return written[:-2] + written[written.rindex(b"\xff\xda") : -2] * 2_000 + b"\xff\xd9"


def pdf_of_slashes() -> bytes:
    """Nothing runs in it, and each octet begins like what would."""
    return filled(b"%PDF-1.7\n", b"/S/", PDF)


def pdf_that_unpacks_to_names() -> bytes:
    return packed_pdf(filled(b"", b"/#53/#4a#61", 256 * MIB))
