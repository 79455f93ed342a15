"""The clock's tasks for the core."""

from datetime import datetime

from django.core.files.storage import default_storage

from meetups.core.each import clock_job, each
from meetups.core.files.unused_files import unused_files


@clock_job("core.clear_uploads")
def clear_uploads(at: datetime) -> str:
    """Deletes files that nothing refers to (RULES 79). Says how many."""
    run = each(unused_files(at), default_storage.delete)
    return run.report(f"{run.done} files cleared that nothing refers to")
