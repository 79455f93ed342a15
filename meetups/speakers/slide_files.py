"""The files of slides where they are kept."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from meetups.core.files.uploads import upload_name
from meetups.speakers.models import Talk

STORAGE = Talk._meta.get_field("slides_file").storage


def store(talk: Talk, file: "UploadedFile[bytes]") -> str:
    """Keeps the file under a name that nobody can guess, and returns that name."""
    name: str = STORAGE.save(upload_name(talk, "slides.pdf"), file)
    return name


def forget(name: str | None, *, at_once: bool = False) -> None:
    """Deletes a file once the change that does without it is committed, or `at_once`; an empty name is nothing to delete."""
    if not name:
        return
    if at_once:
        STORAGE.delete(name)
    else:
        # Robust: what cannot be deleted must not undo the change.
        transaction.on_commit(lambda: STORAGE.delete(name), robust=True)
