"""The declared weights of a lottery, and the no-shows that they may count (RULES 15). Reads only; writes nothing."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from meetups.events.models import Event
from meetups.registrations.models import Lottery, Registration

# A no-show counts for this long, in the community where it happened.
WINDOW = timedelta(days=180)

NO_SHOW, ORDINARY, FAVOURED = 1, 2, 3


def counted_no_shows(event: Event, person_keys: Iterable[str], *, at: datetime) -> set[str]:
    """The `person_keys` that have a no-show in this community that counts at `at`: in the window, recorded and not excused."""
    absent = Registration.objects.filter(
        event__community_id=event.community_id,
        event__ends_at__gt=at - WINDOW,
        event__ends_at__lte=at,
        person_key__in=list(person_keys),
        absent_at__isnull=False,
        excused_at__isnull=True,
    )
    return set(absent.values_list("person_key", flat=True))


def weights(lottery: Lottery, event: Event, person_keys: Iterable[str], *, at: datetime) -> dict[str, int]:
    """The weight of each person in `lottery`: 1 for all where nothing is declared. A no-show outweighs a favour."""
    keys = list(person_keys)
    if not lottery.declares_weights:
        return dict.fromkeys(keys, 1)
    favoured = _favoured(lottery, event, keys)
    absent = counted_no_shows(event, keys, at=at) if lottery.lighter_for_no_shows else set()
    return {key: NO_SHOW if key in absent else FAVOURED if key in favoured else ORDINARY for key in keys}


def _favoured(lottery: Lottery, event: Event, keys: list[str]) -> set[str]:
    earlier = Registration.objects.filter(
        event__community_id=event.community_id, event__starts_at__lt=event.starts_at, person_key__in=keys
    ).exclude(event=event)
    if lottery.favours == Lottery.Favours.FIRST_TIME:
        came = earlier.confirmed().filter(event__state=Event.State.PUBLISHED)
        return set(keys) - set(came.values_list("person_key", flat=True))
    if lottery.favours == Lottery.Favours.LOST_LAST_TIME:
        last = (
            Lottery.objects.filter(
                state=Lottery.State.DRAWN,
                slot__event__community_id=event.community_id,
                slot__event__starts_at__lt=event.starts_at,
            )
            .exclude(slot__event=event)
            .order_by("-slot__event__starts_at", "-pk")
            .first()
        )
        if last is None:
            return set()
        lost = earlier.filter(slot=last.slot_id, drawn_rank__isnull=False, confirmed_at__isnull=True)
        return set(lost.values_list("person_key", flat=True))
    return set()
