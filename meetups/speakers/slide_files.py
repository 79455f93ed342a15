"""The stored files of slides."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from meetups.core.files.uploads import upload_name
from meetups.speakers.models import Talk

STORAGE = Talk._meta.get_field("slides_file").storage


def store(talk: Talk, file: "UploadedFile[bytes]") -> str:
    """Saves the file under a name that no one can guess, and returns that name."""
    name: str = STORAGE.save(upload_name(talk, "slides.pdf"), file)
    return name


def forget(name: str | None, *, at_once: bool = False) -> None:
    """Deletes a file once the change is committed, or `at_once`. An empty name deletes nothing."""
    if not name:
        return
    if at_once:
        STORAGE.delete(name)
    else:
        # Robust: a file that cannot be deleted must not undo the change.
        transaction.on_commit(lambda: STORAGE.delete(name), robust=True)
