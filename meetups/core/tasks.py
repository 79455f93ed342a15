"""The clock's work on the ground."""

import logging
from datetime import datetime

from celery import shared_task
from django.core.files.storage import default_storage
from django.utils import timezone

from meetups.core.files.unused_files import forgotten

logger = logging.getLogger(__name__)


@shared_task(name="core.clear_uploads")
def clear_uploads(at: datetime | None = None) -> str:
    """Deletes files that nothing refers to any more (RULES 79). Says how many; one that cannot be deleted does not hold up the others."""
    cleared = 0
    for name in forgotten(at or timezone.now()):
        try:
            default_storage.delete(name)
        except OSError as error:
            logger.warning("File %s could not be deleted: %s", name, error)
        else:
            cleared += 1
    return f"{cleared} files cleared that nothing refers to"
