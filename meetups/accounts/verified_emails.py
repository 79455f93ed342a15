"""Steps after someone has proved that an address is theirs. The caller has opened the transaction."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from meetups.accounts.models import User


def forget_unproved_password(email: str) -> None:
    """Removes an unproved password, so that only the person who proves the address gets in.

    If the address was never proved, a stranger may have typed the password at sign-up and wait for the owner to prove it.
    """
    user = User.objects.filter(email=email.lower()).first()
    if user and not EmailAddress.objects.filter(user=user, verified=True).exists():
        user.set_unusable_password()
        user.save(update_fields=["password"])


def prove_address(email: str, *, name: str, language: str) -> User:
    """The account of the person who typed the code that went to `email`. Makes a new one if there is none.

    An account whose address was not proved before now belongs to this person. It gets the given name and loses the password typed
    before. A proved account keeps its name.
    """
    email = email.lower()
    known = EmailAddress.objects.filter(email=email, verified=True).first()
    if known:
        return User.objects.get(pk=known.user_id)
    user = User.objects.filter(email=email).first()
    if user is None:
        try:
            with transaction.atomic():
                user = User.objects.create_user(email, name, language=language)
        except IntegrityError:
            # Another request proved the same address a moment ago.
            user = User.objects.get(email=email)
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        forget_unproved_password(email)
        user.refresh_from_db()
        user.name, user.language = name, language
        user.save(update_fields=["name", "language"])
    EmailAddress.objects.filter(user=user, primary=True).exclude(email=email).update(primary=False)
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user
