"""What events forget of an erased person (RULES 211). The caller has opened the transaction."""

from meetups.accounts.erasure import Erased
from meetups.events.event_roles import EventRole


def erase_from_events(erased: Erased) -> None:
    """Ends what the person may do at single events. A link that they made goes on: others of the team revoke it."""
    if erased.person:
        number, _by_model = EventRole.objects.filter(person=erased.person).delete()
        erased.count("roles at events ended", number)
