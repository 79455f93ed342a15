"""The head of every mail about an event or a community: its seal and hue, its name, and its organizers."""

from collections import defaultdict
from collections.abc import Collection

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from meetups.communities.identity import INKS
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Role
from meetups.core.texts.email_layout import Masthead, When
from meetups.events.models import Event
from meetups.notifications.masthead import finds_mastheads


@finds_mastheads
def mastheads(threads: Collection[str]) -> dict[str, Masthead]:
    """The mastheads of threads about events and communities. Three queries at most."""
    events = {
        event.thread: event
        for event in Event.objects.filter(public_id__in=_names(threads, "event")).select_related("community")
    }
    slugs = _names(threads, "community")
    communities = {one.thread: one for one in Community.objects.filter(slug__in=slugs)} if slugs else {}
    every = {**communities, **{thread: event.community for thread, event in events.items()}}
    organizers = _organizers({community.pk for community in every.values()})
    return {
        thread: _masthead(community, organizers[community.pk], events.get(thread))
        for thread, community in every.items()
    }


def _names(threads: Collection[str], kind: str) -> list[str]:
    return [thread.removeprefix(f"{kind}:") for thread in threads if thread.startswith(f"{kind}:")]


def _organizers(communities: set[int]) -> dict[int, list[str]]:
    names: defaultdict[int, list[str]] = defaultdict(list)
    team = Membership.objects.filter(community__in=communities, role__in=[Role.OWNER, Role.ORGANIZER])
    for community, name in team.order_by("since", "pk").values_list("community_id", "person__name"):
        names[community].append(name)
    return names


def _masthead(community: Community, organizers: list[str], event: Event | None) -> Masthead:
    light, on_light, dark, on_dark = INKS[community.hue]
    return Masthead(
        name=community.name,
        letter=community.letter,
        organizers=tuple(organizers),
        light=light,
        on_light=on_light,
        dark=dark,
        on_dark=on_dark,
        about=_title_then(event) if event else "",
        when=When(event.starts_at, event.time_zone) if event else None,
        place=_place_then(event) if event else "",
    )


def _title(event: Event) -> str:
    return event.words.title


def _place(event: Event) -> str:
    return event.venue.name if event.has_place else _("Online")


# A masthead is made once for the readers of both languages: these words are found when it is written.
_title_then = lazy(_title, str)
_place_then = lazy(_place, str)
