"""Uploads in a bucket: a PDF is uploaded, read, replaced, cleared and backed up as from a folder. moto's server stands in for S3."""

import tarfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from meetups.core.backups.backup import write_backup
from meetups.core.files.unused_files import files_below
from meetups.core.tasks import clear_uploads
from meetups.demo.processes import free_port, stop
from meetups.demo.sample.slides import one_page
from meetups.settings import bucket
from meetups.speakers.models import Talk
from tests.speakers.test_slides import a_file, page, pdf_of, post
from tests.support import cast
from tests.support.spread import BUCKET, start_s3

pytestmark = pytest.mark.django_db(transaction=True)
PDF = one_page("hello")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    process = start_s3(tmp_path_factory.mktemp("s3"), port)
    yield f"s3://{BUCKET}/uploads?endpoint=http://127.0.0.1:{port}&region=us-east-1"
    stop([process])


@pytest.fixture(autouse=True)
def _in_the_bucket(address: str, settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {"default": bucket(address)}


def test_a_pdf_is_uploaded_read_and_replaced(tmp_path: Path) -> None:
    talk = cast.talk("emi", cast.event(slots=[cast.first_come_plan(1), cast.invited_plan()]))
    assert post("emi", page(talk), {"file": a_file(PDF)}).status_code == 302
    first = str(Talk.objects.get().slides_file.name)
    assert list(files_below(default_storage)) == [first]
    answer = cast.signed_in("emi").get(pdf_of(talk))
    assert b"".join(answer) == PDF
    post("emi", page(talk), {"file": a_file(PDF + b"\n")})
    [second] = files_below(default_storage)
    assert second != first
    with (tmp_path / "backup.tar").open("wb") as target:
        done = write_backup(target, at=timezone.now())
    assert (done.files, done.missing) == (1, [])
    with tarfile.open(tmp_path / "backup.tar") as archive:
        held = archive.extractfile(f"uploads/{second}")
        assert held
        assert held.read() == PDF + b"\n"


def test_what_nothing_refers_to_is_cleared() -> None:
    name = default_storage.save("talk/left.pdf", ContentFile(PDF))
    clear_uploads(timezone.now())
    assert default_storage.exists(name), "it is too young"
    clear_uploads(timezone.now() + timedelta(days=8))
    assert not default_storage.exists(name)


@pytest.mark.parametrize("wrong", ["https://bucket", "bucket", "s3://"])
def test_another_address_is_refused_with_the_reason(wrong: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Write s3://bucket"):
        bucket(wrong)
