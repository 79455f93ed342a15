"""The newest of what happened at an event: what one person did to many things at once is one line."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from meetups.core.texts.names import set_apart, with_names
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from organizers.history.history_words import QUIET, WORDS, Happening, all_of, told

LINES = 8
# So many entries are looked through for that many lines.
LOOKED_AT = 100
AT_ONCE = timedelta(minutes=10)
# Of many things. Where no person is named, the clock did it, or everyone for themselves.
MANY = {
    "plan_shift": ngettext_lazy("%(who)s added %(count)d shift", "%(who)s added %(count)d shifts", "count"),
    "change_shift": ngettext_lazy("%(who)s changed %(count)d shift", "%(who)s changed %(count)d shifts", "count"),
    "move_shift": ngettext_lazy(
        "%(who)s changed the time or place of %(count)d shift",
        "%(who)s changed the time or place of %(count)d shifts",
        "count",
    ),
    "cancel_shift": ngettext_lazy("%(who)s canceled %(count)d shift", "%(who)s canceled %(count)d shifts", "count"),
    "assign_shift": ngettext_lazy(
        "%(who)s filled %(count)d place in shifts", "%(who)s filled %(count)d places in shifts", "count"
    ),
    "accept_signup": ngettext_lazy(
        "%(who)s approved %(count)d request for shifts", "%(who)s approved %(count)d requests for shifts", "count"
    ),
    "decline_signup": ngettext_lazy(
        "%(who)s declined %(count)d request for shifts", "%(who)s declined %(count)d requests for shifts", "count"
    ),
    "mark_signup": ngettext_lazy(
        "%(who)s recorded of %(count)d volunteer whether they did their shift",
        "%(who)s recorded of %(count)d volunteers whether they did their shift",
        "count",
    ),
    "add_slot": ngettext_lazy("%(who)s added %(count)d slot", "%(who)s added %(count)d slots", "count"),
    "add_todo": ngettext_lazy("%(who)s added %(count)d thing to do", "%(who)s added %(count)d things to do", "count"),
    "finish_todo": ngettext_lazy(
        "%(who)s marked %(count)d thing to do as done", "%(who)s marked %(count)d things to do as done", "count"
    ),
    "add_chore": ngettext_lazy(
        "%(who)s added %(count)d item to the teardown list",
        "%(who)s added %(count)d items to the teardown list",
        "count",
    ),
    "add_room_photo": ngettext_lazy(
        "%(who)s added %(count)d photo of the room", "%(who)s added %(count)d photos of the room", "count"
    ),
    "add_break": ngettext_lazy(
        "%(who)s added %(count)d item to the program", "%(who)s added %(count)d items to the program", "count"
    ),
    "enter_talk": ngettext_lazy(
        "%(who)s added %(count)d talk by hand", "%(who)s added %(count)d talks by hand", "count"
    ),
    "stage_decision": ngettext_lazy(
        "%(who)s decided on %(count)d proposal; no one has been notified yet",
        "%(who)s decided on %(count)d proposals; no one has been notified yet",
        "count",
    ),
    "accept_talk": ngettext_lazy("%(who)s accepted %(count)d talk", "%(who)s accepted %(count)d talks", "count"),
    "reject_talk": ngettext_lazy("%(who)s declined %(count)d talk", "%(who)s declined %(count)d talks", "count"),
    "invite_speaker": ngettext_lazy(
        "%(who)s invited %(count)d person to speak", "%(who)s invited %(count)d people to speak", "count"
    ),
    "place_by_hand": ngettext_lazy(
        "%(who)s added %(count)d person to the list", "%(who)s added %(count)d people to the list", "count"
    ),
    "move_to_slot": ngettext_lazy(
        "%(who)s moved %(count)d person to another slot", "%(who)s moved %(count)d people to another slot", "count"
    ),
    "promote": ngettext_lazy(
        "%(count)d person moved up from the waitlist", "%(count)d people moved up from the waitlist", "count"
    ),
}


@dataclass
class _Group:
    """Entries that are one line. `newest` speaks for it; `oldest` is the instant of the last that joined it."""

    newest: HistoryEntry
    oldest: datetime
    things: set[str]
    times: int = 1


def recent(event: Event) -> list[Happening]:
    """The latest happenings, latest first. As many queries for one entry as for a hundred."""
    entries = all_of(event).exclude(verb__in=QUIET).order_by("-pk")[:LOOKED_AT]
    groups = _together(entries)[:LINES]
    said = told(event, [group.newest for group in groups])
    return [Happening(one.at, _sentence(group, one.sentence)) for group, one in zip(groups, said, strict=True)]


def _together(entries: "QuerySet[HistoryEntry]") -> list[_Group]:
    """Newest first. Steps of one kind by one person within ten minutes become one line."""
    groups: list[_Group] = []
    open_: dict[tuple[str, int | None], _Group] = {}
    for entry in entries:
        key = (entry.verb, entry.actor_id if "%(who)s" in _words(entry.verb) else None)
        group = open_.get(key)
        # Without words for many it is the line right before, so that what was done in turn stays in its order.
        is_near = entry.verb in MANY or groups[-1:] == [group]
        if group and is_near and group.oldest - entry.at <= AT_ONCE and _says_the_same(entry):
            group.oldest = entry.at
            group.things.add(entry.subject)
            group.times += 1
        else:
            open_[key] = _Group(entry, entry.at, {entry.subject})
            groups.append(open_[key])
    return groups


def _words(verb: str) -> str:
    return str(WORDS[verb])


def _says_the_same(entry: HistoryEntry) -> bool:
    """Whether a line of many can stand for it: there are words for many, or its own name no one and nothing that differs."""
    words = _words(entry.verb)
    if entry.actor_id is None and "%(who)s" in words:
        return False
    return entry.verb in MANY or not any(name in words for name in ("%(whom)s", "%(shift)s", "%(giver)s"))


def _sentence(group: _Group, own: SafeString) -> SafeString:
    """Of several things their number, of the same thing several times just what was done."""
    entry, count = group.newest, len(group.things)
    if group.times == 1 or (entry.verb in MANY and count == 1):
        return own
    if entry.verb in MANY:
        words = MANY[entry.verb] % {"who": "%(who)s", "count": count}
        return with_names(words, who=set_apart(entry.actor) or _("Someone"))
    return with_names(_("%(what)s (%(times)s times)"), what=own, times=group.times)
