"""What the outbox forgets of an erased person (RULES 105, 211). The caller has opened the transaction."""

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat, Replace

from meetups.accounts.erasure import NOWHERE, Erased
from meetups.notifications.models import Notification, Preference, Suppression
from meetups.notifications.suppressions import hash_of

State = Notification.State
UNSENT = [State.WAITING, State.SENDING]


def erase_messages(erased: Erased) -> None:
    """Drops what was still to be sent, and blanks addresses and errors of the rest. Keys keep kind, subject and cause."""
    to_them = erased.at_mailbox("address")
    if erased.person:
        to_them |= Q(recipient=erased.person)
    rows = Notification.objects.filter(to_them)
    dropped = rows.filter(state__in=UNSENT).update(
        state=State.VOID, settled_at=erased.at, claim=None, lease_until=None, letter=None
    )
    erased.count("mails dropped", dropped)
    rows.exclude(error="").update(error="")
    # An address in a key becomes the number of its row: the key stays unique, and its other parts stay.
    nameless = Concat(Value("erased-"), Cast(F("pk"), CharField()))
    addressed = Notification.objects.filter(erased.at_mailbox("address"))
    without = Replace(F("key"), F("address"), nameless)  # type: ignore[arg-type]  # the stubs know values only
    number = addressed.update(key=without, address="")
    erased.count("addresses of mails blanked", number)
    if erased.person:
        number, _by_model = Preference.objects.filter(person=erased.person).delete()
        erased.count("choices about mails deleted", number)


def keep_suppressions(erased: Erased) -> None:
    """Where no mail may go stays known, as a hash."""
    for row in Suppression.objects.filter(erased.at_mailbox("address")).exclude(address__endswith=NOWHERE):
        row.address = hash_of(row.address)
        if Suppression.objects.filter(address=row.address).exclude(pk=row.pk).exists():
            row.delete()
        else:
            row.save(update_fields=["address"])
        erased.count("stopped addresses hashed", 1)
