"""Steps after someone has proved that an address is theirs. The caller has opened the transaction."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from meetups.accounts.models import User
from meetups.core.sql_statements import Statement

# Advisory locks are pairs of numbers.
PROOF_LOCK = 5352
TAKE_LOCK = Statement(f"SELECT pg_advisory_xact_lock({PROOF_LOCK}, hashtext(%(email)s::text))")


def unproved_account(email: str) -> User | None:
    """The account that waits for the proof of `email`. None if there is none, or if its owner has proved an address."""
    person = User.objects.filter(email=email.lower(), is_staff=False).first()
    is_proved = person is None or EmailAddress.objects.filter(user=person, verified=True).exists()
    return None if is_proved else person


def one_proof_at_a_time(email: str) -> None:
    """Until COMMIT no one else proves `email`. Who waited sees to whom it belongs by then."""
    TAKE_LOCK.one(email=email.lower())


def is_proved_by_others(email: str, person: User) -> bool:
    return bool(EmailAddress.objects.filter(email=email.lower(), verified=True).exclude(user=person).exists())


def release_address(email: str, *, to: User) -> None:
    """Ends the account of another person who asked for `email` and never proved it, because `to` proves it now."""
    squatter = unproved_account(email)
    if squatter and squatter.pk != to.pk:
        squatter.delete()


def prove_address(email: str, *, name: str, language: str) -> User:
    """The account of the person who typed the code that went to `email`. Makes a new one if there is none.

    An account whose address was not proved before now belongs to this person and gets the given name. A proved account keeps its
    name, if it has one.
    """
    email = email.lower()
    one_proof_at_a_time(email)
    known = EmailAddress.objects.filter(email=email, verified=True).first()
    if known:
        owner = User.objects.get(pk=known.user_id)
        if name and not owner.name:
            owner.name = name
            owner.save(update_fields=["name"])
        return owner
    user = User.objects.filter(email=email).first()
    if user is None:
        try:
            with transaction.atomic():
                user = User.objects.create_user(email, name, language=language)
        except IntegrityError:
            # Another request proved the same address a moment ago.
            user = User.objects.get(email=email)
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        user.set_unusable_password()
        user.name, user.language = name, language
        user.save(update_fields=["password", "name", "language"])
    EmailAddress.objects.filter(user=user, primary=True).exclude(email=email).update(primary=False)
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user
