"""A person writes to the organizers of a community."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.history.models import record
from meetups.lifecycle.models import Inquiry
from meetups.notifications.notify import notification, notify_all

# So many a person may send in a day, to all communities together.
MOST_A_DAY = 5
DAY = timedelta(days=1)


class TooManyInquiries(DomainError):
    message = _("You can write to organizers at most %(most)s times in 24 hours. Nothing was sent.")
    status = 429


def ask_organizers(
    *, community: Community, event: Event | None, topic: Inquiry.Topic, text: str, at: datetime, by: User
) -> Inquiry:
    """Puts the inquiry into the inbox and tells those who may read it. The same words again within a day are a second click.

    Raises TooManyInquiries (RULES 160).
    """
    with transaction.atomic(durable=True):
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        lately = Inquiry.objects.filter(person=by, asked_at__gt=at - DAY)
        twin = lately.filter(community=community, event=event, topic=topic, text=text).first()
        if twin:
            return twin
        if lately.count() >= MOST_A_DAY:
            raise TooManyInquiries(most=MOST_A_DAY)
        inquiry = Inquiry.objects.create(
            community=community, event=event, topic=topic, text=text, person=by, asked_at=at
        )
        # History is read by everyone at the dashboard: a report has no line in it.
        if topic != Inquiry.Topic.REPORT:
            record(
                thread=event.thread if event else community.thread, subject=inquiry.subject, verb="ask_organizers",
                at=at, by=by, to_state=inquiry.state,
            )  # fmt: skip
        notify_all(
            notification(
                kind="inquiry_received",
                recipient_id=member.person_id,
                thread=community.thread,
                subject=inquiry.subject,
                cause=1,
                at=at,
            )
            for member in Membership.objects.who_may(inquiry.readers, community.pk).order_by("pk")
            if member.person_id != by.pk
        )
        return inquiry
