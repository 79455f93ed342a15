"""Somebody says that her address takes mail again."""

from meetups.accounts.models import User
from meetups.notifications.models import Suppression


def try_address_again(*, person: User) -> bool:
    """Mail to the address of `person` is tried again from now on; what bounced before is not sent anew. False where nothing was stopped."""
    deleted, _models = Suppression.objects.filter(address=person.email.lower()).delete()
    return bool(deleted)
