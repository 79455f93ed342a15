"""Fixtures that many modules share."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests.support import cast


@pytest.fixture
def at_now() -> Iterator[None]:
    """The clock stands at `cast.NOW`. A module whose tests all need it names it once, in `pytestmark`."""
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def desk() -> Client:
    """Aiko's browser, in English."""
    return cast.signed_in("aiko")
