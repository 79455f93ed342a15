"""A person asks to try mail to their address again."""

from meetups.accounts.models import User
from meetups.notifications.suppressions import suppression_of


def try_address_again(*, person: User) -> bool:
    """Allows mail to the address of `person` again.

    Messages that bounced before are not sent again. False if the address was not suppressed.
    """
    deleted, _models = suppression_of(person.email).delete()
    return bool(deleted)
