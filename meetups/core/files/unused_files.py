"""Uploaded files that nothing refers to. This module knows no model by name: it asks all of them."""

import posixpath
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db import models

# A file is written before the row that refers to it is committed.
SETTLED = timedelta(days=1)
# An empty database beside a full folder may mean that a backup is being restored.
RESTORED = timedelta(days=7)


def file_fields() -> list["models.FileField"]:
    """Every file field of every model whose files are stored with the uploads."""
    return [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FileField) and field.storage == default_storage and field.model is model
    ]


def referred_to() -> set[str]:
    """The names of all files that a row refers to. One query per field."""
    return {
        name
        for field in file_fields()
        for name in field.model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True).distinct()
        if name
    }


def files_below(storage: Storage, folder: str = "") -> Iterator[str]:
    """The names of all files below `folder`. None if the folder does not exist."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (posixpath.join(folder, name) for name in files)
    for inner in folders:
        yield from files_below(storage, posixpath.join(folder, inner))


def unused_files(at: datetime) -> list[str]:
    """The names of files that nothing refers to, and that are old enough to delete safely (RULES 79)."""
    there = list(files_below(default_storage))
    # Read after the folder: a file that comes in between is too young to be deleted.
    wanted = referred_to()
    before = at - (SETTLED if wanted else RESTORED)
    return [name for name in there if name not in wanted and _is_older(name, before)]


def _is_older(name: str, before: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < before
    except Exception:
        # Each kind of storage has its own error for a file that another clock has already deleted.
        if default_storage.exists(name):
            raise
        return False
