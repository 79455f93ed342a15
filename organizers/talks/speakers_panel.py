"""The speakers of an event on its overview: how many talks are ready, and what the others still need.

All of it comes with the one query that reads the talks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.speakers.models import CoSpeaker, Presence, Talk
from meetups.speakers.models.talk import TalkQuerySet
from meetups.speakers.readiness import Seen, card

# So many lines are shown; the others are folded.
SHOWN = 6
COMING = (Talk.State.ACCEPTED, Talk.State.CONFIRMED)


def with_what_is_ready(talks: TalkQuerySet) -> TalkQuerySet:
    """The talks with their co-speakers and with who was seen, as `panel` needs them. No query more."""
    joined = CoSpeaker.objects.active().filter(talk=OuterRef("pk")).order_by("joined_at", "pk")
    seen = Presence.objects.filter(event=OuterRef("event")).order_by("pk")
    return talks.annotate(
        co_speakers_found=ArraySubquery(joined.values(one=JSONObject(pk="person", name="person__name", bio="bio"))),
        seen_found=ArraySubquery(seen.values(one=JSONObject(person="person", occasion="occasion", at="seen_at"))),
    )


@dataclass(frozen=True)
class SpeakerLine:
    """A talk and its speakers; `words` is its state, or what it still needs. `tone` is ok or wait."""

    talk: Talk
    words: str
    tone: str


@dataclass(frozen=True)
class SpeakersPanel:
    """`ready` of `coming` talks have all they need; both are 0 where it doesn't matter any more, or not yet."""

    lines: list[SpeakerLine]
    more: list[SpeakerLine]
    ready: int = 0
    coming: int = 0


def panel(event: Event, talks: Iterable[Talk], *, has_rehearsal: bool, at: datetime) -> SpeakersPanel:
    """The talks that still need something come first. The talks were read `with_what_is_ready`."""
    matters = event.is_published and not event.is_over(at)
    lines, ready, coming = [], 0, 0
    for talk in talks:
        talk.joined = _joined(talk)
        if not matters or talk.state not in COMING:
            said = pgettext("talk", "decided, not sent yet") if talk.staged else str(talk.get_state_display())
            lines.append(SpeakerLine(talk, said, "ok" if talk.state == Talk.State.CONFIRMED else "wait"))
            continue
        needs = card(talk, event, has_rehearsal=has_rehearsal, seen=_seen(talk)).open_points
        coming += 1
        ready += not needs
        lines.append(_line(talk, [point.label for point in needs]))
    lines.sort(key=lambda line: line.tone == "ok")
    return SpeakersPanel(lines[:SHOWN], lines[SHOWN:], ready, coming)


def _line(talk: Talk, needs: list[str]) -> SpeakerLine:
    if talk.state == Talk.State.ACCEPTED:
        return SpeakerLine(talk, _("hasn’t confirmed yet"), "wait")
    if not needs:
        return SpeakerLine(talk, pgettext("talk", "ready"), "ok")
    missing = pgettext("between names", ", ").join(needs)
    return SpeakerLine(talk, _("Still needed: %(points)s") % {"points": missing}, "wait")


def _joined(talk: Talk) -> list[CoSpeaker]:
    return [
        CoSpeaker(talk=talk, person=User(pk=one["pk"], name=one["name"]), bio=one["bio"])
        for one in vars(talk)["co_speakers_found"]
    ]


def _seen(talk: Talk) -> Seen:
    return {
        (one["person"], one["occasion"]): Presence(seen_at=datetime.fromisoformat(one["at"]))
        for one in vars(talk)["seen_found"]
    }
