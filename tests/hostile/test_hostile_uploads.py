"""Files made to harm the server: each of these kept a worker busy for half a minute, or filled its memory."""

import io
import zlib
from unittest.mock import Mock

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from meetups.core.files import pdf, uploads
from meetups.core.files.uploads import PictureIsHeavy, picture
from meetups.volunteers.models import RoomPhoto
from tests.support import cast


def test_a_pdf_whose_packed_parts_break_off_is_not_unpacked_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checksum of a part is wrong, so unpacking it gives nothing. This work has to count towards the limit all the same."""
    monkeypatch.setattr(pdf, "UNPACKED_OCTETS", 1024 * 1024)
    broken = zlib.compress(bytes(1024 * 1024 - 1), 9)[:-4] + b"sum?"
    part = b"1 0 obj <</Type/ObjStm>>stream\n" + broken + b"\nendstream\n"
    begun = Mock(wraps=zlib.decompressobj)
    monkeypatch.setattr(zlib, "decompressobj", begun)
    pdf.look_through(b"%PDF-1.7\n" + 40 * part)
    assert 1 <= begun.call_count <= 2


def test_a_script_where_two_pieces_of_a_packed_part_meet_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PIECE_OCTETS", 64)
    inside = b"7 0 <</Title(" + bytes(range(65, 91)) * 2 + b")/S/JavaScript/JS(1)>>" + b" " * 200
    packed = b"9 0 obj\n<</Type/ObjStm/N 1/First 4>>stream\r\n" + zlib.compress(inside) + b"\nendstream endobj\n"
    with pytest.raises(pdf.PdfRunsSomething):
        pdf.check_pdf(SimpleUploadedFile("slides.pdf", b"%PDF-1.7\n" + packed, "application/pdf"))


def drawn(kind: str, mode: str = "RGB", **options: object) -> SimpleUploadedFile:
    """A picture of 12,000 pixels."""
    written = io.BytesIO()
    Image.new(mode, (120, 100), 7).save(written, kind, **options)
    return SimpleUploadedFile("room.jpg", written.getvalue(), "image/jpeg")


def test_only_a_plain_jpeg_may_have_as_many_pixels_as_a_camera_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other pictures are in memory as a whole: half a gigabyte for sixty million pixels."""
    monkeypatch.setattr(uploads, "DRAWN_PIXELS", 10_000)
    monkeypatch.setattr(uploads, "WEBP_PIXELS", 10_000)
    a_pass_a_colour = drawn("JPEG").read().replace(b"\xff\xda\x00\x0c\x03", b"\xff\xda\x00\x08\x01")
    for plain in (drawn("JPEG"), drawn("JPEG", "L"), drawn("JPEG", "CMYK"), drawn("MPO")):
        assert picture(plain)[1:] == (120, 100)
    for heavy in (
        drawn("JPEG", progressive=True),
        drawn("PNG"),
        drawn("WEBP"),
        SimpleUploadedFile("room.jpg", a_pass_a_colour, "image/jpeg"),
    ):
        with pytest.raises(PictureIsHeavy, match="plain JPEG"):
            picture(heavy)


@pytest.mark.django_db
def test_words_that_are_too_long_for_a_photo_are_not_dropped_without_a_word() -> None:
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event()
        aiko = cast.signed_in("aiko")
        sent = {"photos": drawn("JPEG"), "caption": "x" * 121}
        answered = aiko.post(f"/desk/events/{event.public_id}/teardown/photos/", sent, follow=True)
    assert RoomPhoto.objects.get().caption == ""
    assert "Photo description: Ensure this value has at most 120 characters" in answered.content.decode()
