"""Makers of files that cost a reader the most, each as large as its page takes, and of honest ones of the same size."""

import io
import random
import struct
import zlib

from PIL import Image

MIB = 1024 * 1024
# A little is left for what stands around.
PDF, PICTURE, TABLE = 30 * MIB - 4096, 15 * MIB - 4096, 3_000_000


def filled(begin: bytes, unit: bytes, size: int, end: bytes = b"") -> bytes:
    """`unit` again and again between `begin` and `end`, `size` octets in all."""
    return begin + unit * ((size - len(begin) - len(end)) // len(unit)) + end


def packed_pdf(inside: bytes) -> bytes:
    packed = b"9 0 obj\n<</Type/ObjStm/N 1/First 4>>stream\n" + zlib.compress(inside, 9)
    return b"%PDF-1.7\n" + packed + b"\nendstream endobj\n"


def attack_pdf(name: str) -> bytes:
    """A PDF that is made to take long, by what it is full of."""
    units = {
        "slashes": b"/",
        "names that nearly run something": b"/S/JavaScrip",
        "actions without a name": b"/S/",
        "actions and blanks": b"/S ",
        "letters as numbers": b"/#53/#4a#61",
        "number signs": b"#53",
        "encryption that is none": b"/Encrypt 1 ",
        "packed parts that are empty": b"/ObjStm stream\n",
        "actions beside a script everywhere": b"/S/" * 150_000 + b"/JavaScript /ObjStm ",
        "blanks beside a script everywhere": b"/S  " * 100_000 + b"/JavaScript /ObjStm ",
        "objects": b"1 0 obj<<>>endobj ",
        "pages": b"1 0 obj<</Type/Page/Parent 1 0 R>>endobj ",
        "entries of its table": b"0000000000 65535 f \n",
        "brackets": b"<<",
    }
    if name in units:
        return filled(b"%PDF-1.7\n/JavaScript /Launch /ObjStm #53 ", units[name], PDF)
    inside = {
        "packed slashes": b"/",
        "packed actions": b"/S/",
        "packed letters as numbers": b"/#53/#4a#61",
        "packed nothing": b"\0",
    }[name]
    return packed_pdf(filled(b"/JavaScript #53 ", inside, 256 * MIB))


ATTACK_PDFS = (
    *("slashes", "names that nearly run something", "actions without a name", "actions and blanks"),
    *(
        "letters as numbers",
        "number signs",
        "encryption that is none",
        "packed parts that are empty",
        "objects",
        "pages",
    ),
    *("entries of its table", "brackets", "actions beside a script everywhere", "blanks beside a script everywhere"),
    *("packed slashes", "packed actions", "packed letters as numbers", "packed nothing"),
)


def honest_pdf(pages: int, picture_octets: int) -> bytes:
    """Slides as programs write them: packed objects, a packed drawing a page, and a picture on each."""
    chance = random.Random(1)
    written = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
    for page in range(pages):
        drawing = zlib.compress(b"q 1 0 0 1 72 720 cm BT /F1 24 Tf (Page %d) Tj ET Q\n" % page * 40)
        objects = zlib.compress(
            b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 5 0 R>>>>/MediaBox[0 0 960 540]>>" * 8
        )
        for head, body in (
            (b"<</Length %d/Filter/FlateDecode>>" % len(drawing), drawing),
            (b"<</Type/ObjStm/N 8/First 40/Length %d/Filter/FlateDecode>>" % len(objects), objects),
            (b"<</Subtype/Image/Length %d/Filter/DCTDecode>>" % picture_octets, chance.randbytes(picture_octets)),
        ):
            written.append(b"%d 0 obj%sstream\n%s\nendstream endobj\n" % (page + 10, head, body))
    return b"".join([*written, b"startxref\n0\n%%EOF"])


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, kind: int, *, depth: int = 8, before: bytes = b"", after: bytes = b"") -> bytes:
    """A PNG of one colour. `kind`: 0 grey, 2 colours, 3 palette, 4 grey with alpha, 6 colours with alpha."""
    octets = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind] * width * depth // 8
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\4" + bytes(octets)) for _ in range(height)) + packer.flush()
    palette = chunk(b"PLTE", bytes(768)) + chunk(b"tRNS", bytes(256)) if kind == 3 else b""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + before + palette + chunk(b"IDAT", rows) + after + chunk(b"IEND", b"")


def saved(paper: Image.Image, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    paper.save(written, kind, **options)
    return written.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """A picture that nothing makes small."""
    return Image.frombytes("RGB", (width, height), random.Random(2).randbytes(3 * width * height))


def exif_bomb(size: int) -> bytes:
    """An Exif directory whose every entry is the whole of it."""
    entries = min((size - 8) // 12 - 1, 65_000)
    body = b"".join(
        struct.pack(">HHII", 0x8000 + number % 30_000 if number else 0x0112, 7, size - 16, 8)
        for number in range(entries)
    )
    return (b"MM\0*\0\0\0\x08" + struct.pack(">H", entries) + body).ljust(size, b"\0")


def jpeg_part(marker: int, body: bytes) -> bytes:
    return struct.pack(">HH", marker, len(body) + 2) + body


def many_passes(width: int, height: int) -> bytes:
    """A progressive JPEG whose last pass comes again and again."""
    written = saved(Image.new("RGB", (width, height), "navy"), "JPEG", progressive=True)
    last = written[written.rindex(b"\xff\xda") : -2]
    return written[:-2] + last * 200 + b"\xff\xd9"


def attack_picture(name: str) -> bytes:
    """A picture that is made to take long, or much memory."""
    small = saved(Image.new("RGB", (1300, 420), "navy"), "JPEG")
    exif = jpeg_part(0xFFE1, b"Exif\0\0" + exif_bomb(65_000))
    private = chunk(b"prVt", b"")
    side = {"PNG": 5000, "WEBP": 3535}
    makers = {
        "30,000 × 30,000 PNG": lambda: png(30_000, 30_000, 0, depth=1),
        "PNG": lambda: png(side["PNG"], side["PNG"], 2),
        "PNG with alpha": lambda: png(side["PNG"], side["PNG"], 6),
        "PNG of 16 bits": lambda: png(side["PNG"], side["PNG"], 6, depth=16),
        "PNG of grey and alpha": lambda: png(side["PNG"], side["PNG"], 4),
        "PNG with a palette": lambda: png(side["PNG"], side["PNG"], 3),
        "PNG of many parts": lambda: filled(png(1300, 420, 2)[:33], private, PICTURE, png(1300, 420, 2)[33:]),
        "PNG of many parts at its end": lambda: filled(png(1300, 420, 2)[:-12], private, PICTURE, chunk(b"IEND", b"")),
        "PNG with packed texts": lambda: png(
            1300, 420, 2, before=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(MIB), 9)) * 63
        ),
        "PNG whose Exif is all of it": lambda: png(1300, 420, 2, before=chunk(b"eXIf", exif_bomb(780_000))),
        "PNG of a thousand frames": lambda: saved(
            Image.new("RGB", (1300, 420)),
            "PNG",
            save_all=True,
            append_images=[Image.new("RGB", (1300, 420), (n, n, n)) for n in range(1, 200)] * 5,
        ),
        "WebP": lambda: saved(Image.new("RGB", (side["WEBP"],) * 2), "WEBP"),
        "WebP with alpha": lambda: saved(Image.new("RGBA", (side["WEBP"],) * 2, (1, 2, 3, 99)), "WEBP", lossless=True),
        "WebP of thousands of frames": lambda: saved(
            Image.new("RGB", (1300, 420)),
            "WEBP",
            save_all=True,
            append_images=[Image.new("RGB", (1300, 420), (n, n, n)) for n in range(1, 250)] * 8,
        ),
        "WebP of large frames": lambda: saved(
            Image.new("RGB", (side["WEBP"],) * 2),
            "WEBP",
            save_all=True,
            append_images=[Image.new("RGB", (side["WEBP"],) * 2, "red")] * 2,
        ),
        "JPEG": lambda: saved(Image.new("RGB", (7745, 7745), "navy"), "JPEG"),
        "tall JPEG": lambda: saved(Image.new("RGB", (2550, 23_500), "navy"), "JPEG"),
        "JPEG of four colours": lambda: saved(Image.new("CMYK", (6390, 9300)), "JPEG"),
        "progressive JPEG of many passes": lambda: many_passes(3500, 3500),
        "progressive JPEG of 12 million pixels": lambda: saved(
            Image.new("RGB", (3535, 3535), "navy"), "JPEG", progressive=True, subsampling=0
        ),
        "PNG of 20 million pixels": lambda: png(6016, 3384, 2),
        "PNG of 20 million pixels with alpha": lambda: png(6016, 3384, 6),
        "PNG of 10 million pixels of 16 bits": lambda: png(4030, 2530, 6, depth=16),
        "tall PNG with alpha": lambda: png(2559, 8000, 6),
        "WebP of 6 million pixels": lambda: saved(Image.new("RGB", (3000, 2000)), "WEBP"),
        "WebP of 6 million pixels with alpha": lambda: saved(Image.new("RGBA", (3000, 2000), (1, 2, 3, 99)), "WEBP"),
        "progressive JPEG": lambda: saved(
            Image.new("RGB", (5000, 5000), "navy"), "JPEG", progressive=True, subsampling=0
        ),
        "JPEG of many parts": lambda: filled(b"\xff\xd8", b"\xff\xe5\0\2", PICTURE, small[2:]),
        "JPEG after padding": lambda: filled(b"\xff\xd8", b"\xff", PICTURE, small[2:]),
        "JPEG after junk": lambda: filled(b"\xff\xd8\xff\xe5\0\2", b"a", PICTURE, small[2:]),
        "JPEG whose Exif is all of it": lambda: b"\xff\xd8" + exif + small[2:],
        "JPEG with Exif in many parts": lambda: filled(
            b"\xff\xd8", jpeg_part(0xFFE1, b"Exif\0\0a"), PICTURE // 20, small[2:]
        ),
        "JPEG of noise": lambda: saved(noise(2600, 2600), "JPEG", quality=80),
        "PNG of noise": lambda: saved(noise(2240, 2240), "PNG"),
        "small PNG of noise": lambda: saved(noise(1280, 1280), "PNG"),
    }
    return makers[name]() if name else repr(list(makers)).encode()


ATTACK_PICTURES: tuple[str, ...] = tuple(__import__("ast").literal_eval(attack_picture("").decode()))
