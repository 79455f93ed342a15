"""Who is erased, and what the account itself loses (RULES 3, 211). The caller has opened the transaction."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models
from django.db.models import Q

from meetups.accounts.models import CalendarFeed, Session, User, person_key

# In place of a name, for readers of both languages. A title becomes a dash.
ERASED_NAME = "退会済み (deleted)"
ERASED_TEXT = "–"
# No mail can leave for it (RFC 2606), and no one can prove it.
NOWHERE = "erased.invalid"


@dataclass(frozen=True)
class Erased:
    """The person who is erased at `at`: the account, if there is one, and the mailboxes (RULES 16) by which others wrote them down.

    `done` counts what was changed, in words for operators.
    """

    person: User | None
    mailboxes: tuple[str, ...]
    at: datetime
    done: Counter[str] = field(default_factory=Counter)

    def at_mailbox(self, column: str) -> Q:
        """Rows whose `column` is an address of one of the mailboxes, with whatever stands after `+`."""
        found = Q(pk__in=[])
        for mailbox in self.mailboxes:
            local, _at, domain = mailbox.partition("@")
            found |= Q(**{f"{column}__iexact": mailbox})
            found |= Q(**{f"{column}__istartswith": f"{local}+", f"{column}__iendswith": f"@{domain}"})
        return found

    def rows_of_person(self, account: str, address: str) -> Q:
        """Rows of the account, and rows of no account that stand at one of the mailboxes. Another account keeps its own (RULES 44)."""
        of_address = self.at_mailbox(address) & (Q(**{account: None}) | Q(**{f"{account}__email__endswith": NOWHERE}))
        return Q(**{account: self.person}) | of_address if self.person else of_address

    def count(self, what: str, number: int) -> None:
        if number:
            self.done[what] += number


def erased_address(number: int, of: str = "") -> str:
    """The address that stands in place of the one that was erased; each row has its own."""
    return f"{of}{number}@{NOWHERE}"


def who_is_erased(address: str, at: datetime) -> Erased:
    """The person with that address, and every mailbox of theirs."""
    address = address.strip().lower()
    person = User.objects.filter(email__iexact=address).first()
    if person is None:
        proved = EmailAddress.objects.filter(email__iexact=address, verified=True).select_related("user").first()
        person = proved.user if proved else None
    addresses = {address}
    if person:
        addresses |= {person.email, *EmailAddress.objects.filter(user=person).values_list("email", flat=True)}
    return Erased(person, tuple(sorted({person_key(one) for one in addresses})), at)


def other_accounts(erased: Erased) -> list[User]:
    """Other accounts of the same mailboxes. They are accounts of their own, and stay."""
    others = User.objects.filter(erased.at_mailbox("email"), is_active=True)
    return [other for other in others.order_by("pk") if other != erased.person]


def erase_account(erased: Erased) -> None:
    """Takes name, address, password, factors and sessions. The row stays, so that what counted still counts."""
    person = erased.person
    if person is None:
        return
    for what, rows in {
        "calendar addresses deleted": CalendarFeed.objects.filter(person=person),
        "sessions ended": Session.objects.filter(person=person),
        "email addresses deleted": EmailAddress.objects.filter(user=person),
        "second factors deleted": Authenticator.objects.filter(user=person),
    }.items():
        number, _by_model = rows.delete()
        erased.count(what, number)
    person.groups.clear()
    person.user_permissions.clear()
    person.name, person.email = ERASED_NAME, erased_address(person.pk)
    person.set_unusable_password()
    person.last_login, person.erased_at = None, person.erased_at or erased.at
    person.is_active = person.is_staff = person.is_superuser = False
    person.hides_name = True
    person.save()
    erased.count("account erased", 1)


def forget_who_did_it(erased: Erased) -> None:
    """Empties every column that says who did something and may be empty: the actor of a step, who invited, who ticked."""
    if erased.person is None:
        return
    for model in apps.get_models():
        for column in model._meta.local_fields:
            if (
                isinstance(column, models.ForeignKey)
                and column.related_model is User
                and column.remote_field
                and column.remote_field.on_delete is models.SET_NULL
            ):
                number = model._base_manager.filter(**{column.name: erased.person}).update(**{column.name: None})
                erased.count("marks of who did it emptied", number)
