"""Somebody has shown that an address is hers. Steps: what calls them has opened the transaction."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from meetups.accounts.models import User


def forget_unproved_password(email: str) -> None:
    """Whoever is about to prove an address by a code gets in alone.

    A password that was typed at sign-up before anybody proved the address may be a stranger's who waits for its owner.
    """
    user = User.objects.filter(email=email.lower()).first()
    if user and not EmailAddress.objects.filter(user=user, verified=True).exists():
        user.set_unusable_password()
        user.save(update_fields=["password"])


def prove_address(email: str, *, name: str, language: str) -> User:
    """The account of whoever typed the code that went to `email`; a new one where there is none.

    An account whose address nobody had proved is hers from now on, under the name that she gives, without the password that was typed
    before. The name of somebody known stays as it is.
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
            # The same address was proved elsewhere a moment ago.
            user = User.objects.get(email=email)
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        forget_unproved_password(email)
        user.refresh_from_db()
        user.name, user.language = name, language
        user.save(update_fields=["name", "language"])
    EmailAddress.objects.filter(user=user, primary=True).exclude(email=email).update(primary=False)
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user
