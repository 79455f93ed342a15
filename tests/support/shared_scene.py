"""A scene that is made once for all tests of a module. Each test is rolled back to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import TestCase


@contextmanager
def shared_scene(blocker: Any) -> Iterator[None]:
    """What is stored within stands until the module has ended. For fixtures with `scope="module"`, which are given
    `django_db_setup` and `django_db_blocker`. Tests that commit can have no such scene.

    Objects in memory are the same for all tests of the module: who changes one reads it again from the database.
    """
    with blocker.unblock():
        # As Django does it around the tests of one class.
        atomics = TestCase._enter_atomics()  # type: ignore[attr-defined]  # private to Django
        try:
            yield
        finally:
            TestCase._rollback_atomics(atomics)  # type: ignore[attr-defined]  # private to Django
