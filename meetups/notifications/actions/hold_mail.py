"""An operator knows that a backup was restored."""

from datetime import datetime

from meetups.notifications import restored_backup
from meetups.notifications.models import Notification


def hold_mail(*, at: datetime) -> int:
    """Holds all messages that were due by `at`, as if the backup had been recognised. Returns their number."""
    held_before = restored_backup.hold(restored_backup.outbox(), at)
    return Notification.objects.held(held_before).count()
