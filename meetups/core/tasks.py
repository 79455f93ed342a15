"""The clock's tasks for the core."""

from datetime import datetime

from celery import shared_task
from django.core.files.storage import default_storage
from django.utils import timezone

from meetups.core.each import each
from meetups.core.files.unused_files import unused_files


@shared_task(name="core.clear_uploads")
def clear_uploads(at: datetime | None = None) -> str:
    """Deletes files that nothing refers to (RULES 79). Says how many."""
    run = each(unused_files(at or timezone.now()), default_storage.delete)
    return run.report(f"{run.done} files cleared that nothing refers to")
