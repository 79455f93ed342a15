"""The choice of mails that a person gets."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.notifications.actions.choose import choose
from meetups.notifications.actions.try_address_again import try_address_again
from meetups.notifications.models import OF_COMMUNITIES, WANTED_UNASKED, WORDING, Preference, Topic
from meetups.notifications.suppressions import suppression_of
from meetups.pages.sheets.follow_words import WORDINGS, current_words
from meetups.pages.site.access import SignedIn
from meetups.registrations.models import Registration

# The text beside each box, but for announcements: people agree to those words (`follow_words`).
NOTES = {
    Topic.REMINDERS: gettext_lazy(
        "Usually three days before, the evening before and on the day, for events where you’re confirmed"
    ),
    Topic.AFTERWARDS: gettext_lazy("One email when slides are published for an event you had a part in"),
}


@dataclass(frozen=True)
class TopicChoice:
    """One box: the field's name and whether it is ticked. If the person ever chose: when, and with which wording."""

    topic: Topic
    field: str
    wanted: bool
    chosen_at: datetime | None
    wording: int

    @property
    def note(self) -> str:
        """What the box means."""
        return str(NOTES.get(self.topic) or current_words())

    @property
    def agreed_at(self) -> datetime | None:
        """Since when the person wants these mails, if they are sent only on request; else None."""
        return self.chosen_at if self.wanted and not WANTED_UNASKED[self.topic] else None

    @property
    def words_then(self) -> str:
        """The words to which the person agreed."""
        return str(WORDINGS[self.wording])


@dataclass(frozen=True)
class Source:
    """A community with its boxes."""

    community: Community
    choices: list[TopicChoice]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: SignedIn) -> HttpResponse:
    """GET shows a box for each topic and each community of the person; POST saves them."""
    sources = _sources(request.user)
    if request.method == "POST":
        choices = {
            (choice.topic, source.community.thread): choice.field in request.POST
            for source in sources
            for choice in source.choices
            if (choice.field in request.POST) != choice.wanted
        }
        choose(person_id=request.user.pk, choices=choices, at=request.at)
        messages.success(request, _("Your choice is saved."))
        return redirect("preferences")
    stopped = suppression_of(request.user.email).first()
    return render(request, "pages/me/preferences.html", {"sources": sources, "stopped": stopped})


@require_POST
@login_required
def address(request: SignedIn) -> HttpResponse:
    """Resumes mails to the person's address."""
    if try_address_again(person=request.user):
        messages.success(request, _("We’ve resumed emails to your address."))
    return redirect("preferences")


def _sources(person: User) -> list[Source]:
    """The communities in which the person has a role, was ever registered, or chose something. Two queries."""
    chosen = {(one.topic, one.thread): one for one in Preference.objects.filter(person=person)}
    here = Registration.objects.filter(event__community=OuterRef("pk"), attendee=person)
    roles = Membership.objects.filter(community=OuterRef("pk"), person=person)
    slugs = {thread.removeprefix("community:") for topic, thread in chosen if topic in OF_COMMUNITIES}
    communities = Community.objects.filter(Q(Exists(here)) | Q(Exists(roles)) | Q(slug__in=slugs)).order_by("name")
    return [Source(one, [_choice(topic, one, chosen) for topic in OF_COMMUNITIES]) for one in communities]


def _choice(topic: Topic, community: Community, chosen: dict[tuple[str, str], Preference]) -> TopicChoice:
    mine = chosen.get((topic, community.thread))
    return TopicChoice(
        topic,
        field=f"{topic}:{community.slug}",
        wanted=mine.wanted if mine else WANTED_UNASKED[topic],
        chosen_at=mine.chosen_at if mine else None,
        wording=mine.wording if mine else WORDING,
    )
