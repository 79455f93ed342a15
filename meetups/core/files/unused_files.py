"""Which of the files that people brought nothing refers to any more. Knows no model: it asks all of them."""

import posixpath
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db import models

# A file is written before the row that refers to it is committed.
SETTLED = timedelta(days=1)
# An empty database beside a full folder looks like a backup that is being brought back.
RESTORED = timedelta(days=7)


def file_fields() -> list["models.FileField"]:
    """Every field of every model whose files lie with the uploads."""
    return [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FileField) and field.storage == default_storage and field.model is model
    ]


def referred_to() -> set[str]:
    """The names of all files that a row refers to, one query a field."""
    return {
        name
        for field in file_fields()
        for name in field.model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True).distinct()
        if name
    }


def stored(storage: Storage, folder: str = "") -> Iterator[str]:
    """The names of all files below `folder`; none where there is no such folder yet."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (posixpath.join(folder, name) for name in files)
    for inner in folders:
        yield from stored(storage, posixpath.join(folder, inner))


def forgotten(at: datetime) -> list[str]:
    """The names of files that nothing refers to and that are old enough to be sure of it (RULES 79)."""
    there = list(stored(default_storage))
    # Asked after the folder was read: what came in between is young in any case.
    wanted = referred_to()
    before = at - (SETTLED if wanted else RESTORED)
    return [name for name in there if name not in wanted and _is_older(name, before)]


def _is_older(name: str, before: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < before
    except FileNotFoundError:
        # Another clock was faster.
        return False
