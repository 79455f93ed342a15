"""The event at an address, if everyone may see it. Nearly every page about an event asks for it first."""

from collections.abc import Sequence
from typing import Any

from meetups.communities.models import Community
from meetups.core.sql_statements import Columns, Statement
from meetups.events.models import Event

_EVENT = Columns(Event, "event")
_COMMUNITY = Columns(Community, "community")

# For statements that read other tables as well. EVENT_IS_OPEN says the same as `visible_to` for a visitor who is not signed in.
EVENT_COLUMNS = f"{_EVENT.sql}, {_COMMUNITY.sql}"
EVENT_WIDTH = len(_EVENT) + len(_COMMUNITY)
EVENT_TABLES = "events_event event JOIN communities_community community ON community.id = event.community_id"
EVENT_IS_OPEN = (
    "event.public_id = %(public_id)s AND event.state <> 'draft' AND event.visibility IN ('public', 'unlisted')"
)

_OPEN = Statement(f"SELECT {EVENT_COLUMNS} FROM {EVENT_TABLES} WHERE {EVENT_IS_OPEN}")
_BY_PK = Statement(f"SELECT {EVENT_COLUMNS} FROM {EVENT_TABLES} WHERE event.id = %(pk)s")


def open_event(public_id: str) -> Event | None:
    """The event with its community. None if there is no such event that everyone may see."""
    row = _OPEN.one(public_id=public_id)
    return event_from(row) if row else None


def event_by_pk(pk: int) -> Event:
    """The event with its community, without a check of who may see it. Raises Event.DoesNotExist."""
    row = _BY_PK.one(pk=pk)
    if row is None:
        raise Event.DoesNotExist
    return event_from(row)


def event_from(row: Sequence[Any]) -> Event:
    """The event with its community, read from the first `EVENT_WIDTH` columns of a row."""
    event = _EVENT.read(row[: len(_EVENT)])
    event.community = _COMMUNITY.read(row[len(_EVENT) : EVENT_WIDTH])
    return event
