"""What every page of the dashboard reads first: its community or event, with the roles of the person there. Planned once.

The ORM takes four times as long to build this query as PostgreSQL takes to answer it.
"""

from collections.abc import Iterable
from datetime import datetime

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.communities.permissions import GRANTS, Permission, Role
from meetups.core.sql_statements import Columns, Statement
from meetups.events.event_roles import AFTERWARDS
from meetups.events.models import Event
from meetups.events.open_event import EVENT_COLUMNS, EVENT_TABLES, EVENT_WIDTH, event_from

_COMMUNITY = Columns(Community, "community")
_ROLE = """
    (SELECT role FROM communities_membership membership
        WHERE membership.community_id = community.id AND membership.person_id = %(person)s)
"""
_COMMUNITY_AT = Statement(
    f"SELECT {_COMMUNITY.sql}, {_ROLE} FROM communities_community community WHERE community.slug = %(slug)s"
)
# The roles at the event are those of `EventRole.objects.current`.
_EVENT_AT = Statement(f"""
    SELECT {EVENT_COLUMNS}, {_ROLE},
        ARRAY(SELECT role FROM events_eventrole here
            WHERE here.event_id = event.id AND here.person_id = %(person)s AND here.ended_at IS NULL
                AND event.state = 'published' AND event.ends_at > %(since)s)
    FROM {EVENT_TABLES} WHERE event.public_id = %(public_id)s
""")


def community_at(slug: str, person: User) -> tuple[Community, frozenset[Permission]] | None:
    """The community at this address, and what `person` may do there. One query."""
    row = _COMMUNITY_AT.one(slug=slug, person=person.pk)
    if row is None:
        return None
    return _COMMUNITY.read(row[:-1]), _granted(filter(None, row[-1:]))


def event_at(public_id: str, person: User, at: datetime) -> tuple[Event, frozenset[Permission]] | None:
    """The event at this address with its community, and what `person` may do there. One query."""
    row = _EVENT_AT.one(public_id=public_id, person=person.pk, since=at - AFTERWARDS)
    if row is None:
        return None
    in_team, here = row[EVENT_WIDTH:]
    return event_from(row), _granted([*filter(None, [in_team]), *here])


def _granted(roles: Iterable[str]) -> frozenset[Permission]:
    return frozenset[Permission]().union(*(GRANTS[Role(role)] for role in roles))
