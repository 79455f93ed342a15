"""Uploads: a picture is re-encoded, nothing else gets in, and files without a reference are deleted (RULES 79)."""

import io
import os
import struct
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageCms

from meetups.core.files.unused_files import file_fields
from meetups.core.files.uploads import NotAPicture, PictureTooLarge, picture
from meetups.core.tasks import clear_uploads
from meetups.volunteers.actions.teardown.copy_chores import copy_chores
from meetups.volunteers.actions.teardown.remove_room_photo import remove_room_photo
from meetups.volunteers.models import RoomPhoto
from tests.support import cast
from tests.support.scenes.teardown_scene import jpeg, photo, room

ORIENTATION, MAKE, GPS, MAKER_NOTE = 0x0112, 0x010F, 0x8825, 0x927C


def read(content: bytes, name: str = "IMG_1.jpg") -> tuple[Image.Image, bytes, int, int]:
    """The picture that is kept of an upload, its bytes, width and height."""
    made, width, height = picture(SimpleUploadedFile(name, content, "image/jpeg"))
    kept = made.read()
    return Image.open(io.BytesIO(kept)), kept, width, height


class TestAPictureIsMadeAnew:
    def test_place_time_and_device_are_gone_and_it_stands_upright(self) -> None:
        exif = Image.Exif()
        exif[ORIENTATION], exif[MAKE] = 6, "Camera-Works"
        exif.get_ifd(GPS)[1], exif.get_ifd(GPS)[2] = "N", (35.0, 39.0, 36.0)
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        given = jpeg(room(400, 300), exif=exif, icc_profile=profile, comment=b"at home", xmp=b"<x:xmpmeta/>")
        with Image.open(io.BytesIO(given)) as before:
            assert before.getexif().get_ifd(GPS)
        shown, kept, width, height = read(given)
        assert (shown.format, shown.size, (width, height)) == ("JPEG", (300, 400), (300, 400))
        assert dict(shown.getexif()) == {}
        assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        for secret in (b"Exif", b"Camera-Works", b"at home", b"xmpmeta", b"ICC_PROFILE"):
            assert secret in given
            assert secret not in kept

    def test_what_hides_behind_the_picture_is_gone(self) -> None:
        _shown, kept, *_size = read(jpeg(room(40, 30)) + b"<script>alert(1)</script>PK\x03\x04")
        assert b"script" not in kept

    def test_a_large_one_becomes_smaller_and_a_small_one_stays(self) -> None:
        assert read(jpeg(room(4000, 3000)))[2:] == (1600, 1200)
        assert read(jpeg(room(30, 40)))[2:] == (30, 40)

    @pytest.mark.parametrize("mode", ["L", "CMYK", "YCbCr"])
    def test_every_kind_of_jpeg(self, mode: str) -> None:
        shown, *_rest = read(jpeg(room(80, 60).convert(mode)))
        assert shown.mode == "RGB"
        red, green, blue = shown.getpixel((40, 2))  # type: ignore[misc]
        assert all(180 < value < 235 for value in (red, green, blue))

    def test_of_several_pictures_in_one_file_the_first(self) -> None:
        written = io.BytesIO()
        room(80, 60).save(written, "MPO", save_all=True, append_images=[Image.new("RGB", (80, 60))])
        shown, *_rest = read(written.getvalue())
        assert (shown.format, getattr(shown, "n_frames", 1)) == ("JPEG", 1)
        assert shown.getpixel((40, 2)) != (0, 0, 0)

    @pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "I;16"), ("WEBP", "RGBA")])
    def test_what_is_no_jpeg_becomes_one_and_what_was_clear_is_white(self, kind: str, mode: str) -> None:
        given = Image.new("L" if mode == "I;16" else "RGBA", (20, 20), 255 if mode == "I;16" else (0, 0, 0, 0))
        written = io.BytesIO()
        given.convert(mode).save(written, kind)
        shown, *_rest = read(written.getvalue(), "a.png")
        assert shown.format == "JPEG"
        if mode == "RGBA":
            assert shown.getpixel((5, 5)) == (255, 255, 255)


def png(width: int, height: int) -> bytes:
    """A PNG that declares this many pixels, all black, in a few hundred octets per million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(bytes(1 + width // 8)) for _ in range(min(height, 4000))) + rows.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


class TestWhatIsNoPictureIsRefused:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"hello",
            b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
            b"<!doctype html><script>alert(1)</script>",
            b"\xff\xd8\xff\xe0" + b"<script>alert(1)</script>" * 20,
            b"GIF89a" + bytes(40),
            b"%PDF-1.7\n",
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
            b"\x89PNG\r\n\x1a\n" + bytes(60),
            b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(30),
        ],
    )
    def test_whatever_it_is_called(self, content: bytes) -> None:
        with pytest.raises(NotAPicture):
            picture(SimpleUploadedFile("room.jpg", content, "image/jpeg"))

    def test_a_bomb_is_refused_before_it_is_unpacked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unpacked(*_args: Any, **_options: Any) -> None:
            raise AssertionError("unpacked")

        bombs = [png(6000, 6000), png(12_000, 12_000), png(60_000, 60_000)]
        assert all(len(bomb) < 200_000 for bomb in bombs)
        monkeypatch.setattr(Image.Image, "thumbnail", unpacked)
        for bomb in bombs:
            with pytest.raises(PictureTooLarge):
                picture(SimpleUploadedFile("room.png", bomb, "image/png"))
        # The control: a picture that is no bomb is unpacked. The patch makes it fail.
        with pytest.raises(NotAPicture):
            picture(SimpleUploadedFile("room.png", png(60, 60), "image/png"))

    def test_a_file_of_twenty_megabytes_is_not_even_opened(self) -> None:
        content = jpeg(room(40, 30)) + bytes(20 * 1024 * 1024)
        with pytest.raises(PictureTooLarge):
            picture(SimpleUploadedFile("room.jpg", content, "image/jpeg"))

    def test_half_a_file_or_a_damaged_one_is_said_to_be_no_picture(self) -> None:
        whole = jpeg(room(200, 150), exif=_exif())
        for place in range(0, len(whole), 37):
            for damaged in (whole[:place], whole[:place] + b"\xff\x00\x7f" + whole[place + 3 :]):
                try:
                    made, *_size = picture(SimpleUploadedFile("room.jpg", damaged, "image/jpeg"))
                except NotAPicture:
                    continue
                assert made.read(2) == b"\xff\xd8"


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = 3, "Camera-Works"
    exif.get_ifd(GPS)[1] = "N"
    return exif


@pytest.mark.django_db(transaction=True)
class TestWhatNothingRefersTo:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path, settings: Any) -> None:
        """A folder for this test only."""
        default = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "uploads"}}
        settings.STORAGES = {**settings.STORAGES, "default": default}

    def aged(self, file: str | RoomPhoto, **age: int) -> str:
        """The name of a file whose time stamp says that it was written this long ago."""
        name = file if isinstance(file, str) else str(file.image.name)
        written = (timezone.now() - timedelta(**age)).timestamp()
        os.utime(default_storage.path(name), (written, written))
        return name

    def orphan(self, **age: int) -> str:
        return self.aged(default_storage.save("roomphoto/left.jpg", ContentFile(b"x")), **age)

    def test_goes_after_a_day_and_what_somebody_refers_to_stays(self) -> None:
        kept = self.aged(photo(cast.event()), days=400)
        old, young = self.orphan(hours=25), self.orphan(hours=23)
        assert clear_uploads() == "1 files cleared that nothing refers to"
        assert [default_storage.exists(name) for name in (kept, old, young)] == [True, False, True]

    def test_what_a_rolled_back_upload_left_behind_goes(self) -> None:
        kept = photo(cast.event())
        lost = RoomPhoto(event=kept.event, width=1, height=1, added_at=cast.NOW)
        with transaction.atomic():
            lost.image.save("a.jpg", ContentFile(b"x"))
            transaction.set_rollback(True)
        assert RoomPhoto.objects.get() == kept
        name = self.aged(lost, days=2)
        clear_uploads()
        assert not default_storage.exists(name)
        assert kept.image.storage.exists(str(kept.image.name))

    def test_a_photo_that_two_events_show_stays_until_neither_does(self) -> None:
        aiko = cast.person("aiko")
        first, second = cast.event(), cast.event(title="次の会", starts_at=cast.STARTS_AT + timedelta(days=30), ends_at=cast.ENDS_AT + timedelta(days=30))  # fmt: skip
        photo(second, "別の写真")
        shown = photo(first)
        copy_chores(event=second, source=first, at=cast.NOW, by=aiko)
        name = self.aged(shown, days=2)
        remove_room_photo(photo=shown, at=cast.NOW, by=aiko)
        clear_uploads()
        assert default_storage.exists(name)
        remove_room_photo(photo=RoomPhoto.objects.get(image=name), at=cast.NOW, by=aiko)
        clear_uploads()
        assert not default_storage.exists(name)

    def test_an_empty_database_beside_a_full_folder_has_a_week(self) -> None:
        names = [self.orphan(days=6), self.orphan(days=8)]
        clear_uploads()
        assert [default_storage.exists(name) for name in names] == [True, False]

    def test_an_empty_folder_is_no_trouble(self) -> None:
        assert clear_uploads() == "0 files cleared that nothing refers to"

    def test_every_file_field_is_asked(self) -> None:
        names = {f"{field.model.__name__}.{field.name}" for field in file_fields()}
        assert {"Event.cover", "EventPicture.image", "RoomPhoto.image", "Talk.slides_file"} <= names
