"""Places that wait until an address is proved by a code (RULES 27). Reads only; writes nothing."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from meetups.events.models import Event
from meetups.registrations.models import HeldPlace, Slot

# How long a place waits for its code.
WAIT = timedelta(minutes=30)
# At most one seat in ten of a slot is kept for addresses that are not proved, but always at least one.
SHARE = 10
# A place ends after this many wrong codes.
TRIES = 5
# Unused codes are counted for this time, and organizers read of them from one in so many of the limit on.
A_DAY = timedelta(days=1)
MANY = 2
# A right code that is sent again within this time, as by a second click, gets the first answer.
AGAIN = timedelta(minutes=1)

SALT = "meetups.registrations.unverified_places"


def mark_of(browser: str) -> str:
    """The hash that we store of the secret in a browser's cookie."""
    return hashlib.sha256(browser.encode()).hexdigest() if browser else ""


def code_of(place: HeldPlace) -> str:
    """Six digits, derived from the place and the site's secret, so that the code need not be stored."""
    made_from = f"{place.event_id} {place.person_key} {place.browser_sha256} {place.since.isoformat()}"
    return f"{int(salted_hmac(SALT, made_from, algorithm='sha256').hexdigest(), 16) % 1_000_000:06}"


def hash_of(code: str, secret: str | None = None) -> str:
    """The hash that we store of a code. Without the site's secret no one can guess the code from it."""
    return salted_hmac(f"{SALT}.hash", code, secret=secret, algorithm="sha256").hexdigest()


def is_right(place: HeldPlace, code: str) -> bool:
    """Whether `code` was mailed for this place, with the secret of the site, or with one before it."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(hash_of(code, secret), place.code_sha256) for secret in secrets)


def most_kept(slot: Slot) -> int:
    """The largest number of seats of `slot` that can be kept at one time for addresses that are not proved."""
    return max(slot.capacity // SHARE, 1)


def unused_codes(event: Event, *, at: datetime) -> int:
    """The codes that were mailed for `event` within 24 hours and were not typed (RULES 210)."""
    asked = HeldPlace.objects.filter(event=event, kind=HeldPlace.Kind.UNVERIFIED, since__gt=at - A_DAY)
    return int(asked.exclude(state=HeldPlace.State.TAKEN).count())


def many_unused_codes(event: Event, *, at: datetime) -> dict[str, int] | None:
    """Their number and the limit, for organizers. None while they are fewer than half of it."""
    most: int = settings.UNUSED_CODES_A_DAY
    unused = unused_codes(event, at=at)
    return {"unused": unused, "most": most} if unused * MANY >= most else None


def place_of(event: Event, browser: str) -> HeldPlace | None:
    """The place at `event` that waits for its code in this browser, with its slot."""
    mark = mark_of(browser)
    if not mark:
        return None
    places = HeldPlace.objects.held().filter(event=event, kind=HeldPlace.Kind.UNVERIFIED, browser_sha256=mark)
    return places.select_related("slot__lottery").first()


def just_taken(event: Event, browser: str, *, at: datetime) -> HeldPlace | None:
    """The place that was taken in this browser a moment ago, with its registration and account."""
    places = HeldPlace.objects.filter(
        event=event,
        kind=HeldPlace.Kind.UNVERIFIED,
        state=HeldPlace.State.TAKEN,
        browser_sha256=mark_of(browser),
        ended_at__gt=at - AGAIN,
        registration__attendee__isnull=False,
    )
    return places.select_related("registration__attendee").order_by("-pk").first() if browser else None
