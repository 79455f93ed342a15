"""Translation catalogues, compiled without GNU gettext."""

import os
import tempfile
from pathlib import Path

import polib
from django.conf import settings


def compile_catalogues() -> None:
    """Writes `django.mo` beside each `django.po` in LOCALE_PATHS that is newer. Two processes may do it at the same time."""
    for folder in settings.LOCALE_PATHS:
        for source in Path(folder).glob("*/LC_MESSAGES/*.po"):
            target = source.with_suffix(".mo")
            written = source.stat().st_mtime_ns
            if target.exists() and target.stat().st_mtime_ns >= written:
                continue
            descriptor, half_done = tempfile.mkstemp(dir=target.parent, suffix=".mo-part")
            os.close(descriptor)
            polib.pofile(str(source)).save_as_mofile(half_done)
            Path(half_done).chmod(0o644)
            # The same time as the source that was read. If the source changes meanwhile, it is newer and is compiled again.
            os.utime(half_done, ns=(written, written))
            Path(half_done).replace(target)
