"""How many questions wait in the inbox of a community."""

from meetups.communities.models import Community
from meetups.lifecycle.models import Inquiry


def open_inquiries(community: Community, *, sees_reports: bool) -> int:
    """The questions that no one has answered yet; with reports for those who answer them, the owners (RULES 160). One query."""
    waiting = Inquiry.objects.filter(community=community, state=Inquiry.State.OPEN)
    return (waiting if sees_reports else waiting.exclude(topic=Inquiry.Topic.REPORT)).count()
