"""The announced terms of a lottery, as facts."""

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.models import Event
from meetups.registrations.lottery.lottery_words import chances_words, source_words
from meetups.registrations.models import Lottery, Slot


def facts_of(lottery: Lottery | None, slot: Slot, event: Event) -> list[dict[str, str]]:
    """Facts for the template part `facts`; empty if there is no draw."""
    if lottery is None:
        return []
    language, zone = get_language() or "en", event.time_zone
    source = source_words(lottery)
    first_come, drawn = slot.first_come_seats, slot.capacity - slot.first_come_seats
    return [
        {"label": _("Entries close"), "value": dates.moment(lottery.closes_at, zone, language)},
        {"label": pgettext("step", "Draw"), "value": dates.moment(lottery.draws_at, zone, language)},
        {
            "label": _("First-come seats"),
            "value": seats(first_come) if first_come else "",
            "more": _("drawn: %(seats)s") % {"seats": seats(drawn)},
        },
        {"label": _("Random value"), "value": source.name, "more": source.why},
        {"label": _("Chances"), "value": chances_words(lottery) or _("The same for everyone.")},
        {"label": _("Pairs"), "value": _("You can enter as a pair.") if slot.takes_pairs else ""},
    ]


def seats(number: int) -> str:
    """A number of seats as a phrase."""
    return ngettext("%(count)s seat", "%(count)s seats", number) % {"count": number}
