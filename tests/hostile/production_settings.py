"""The settings of production, with static files in a folder of the tests (STATIC_FOLDER)."""

import os
from pathlib import Path

from meetups.settings import *  # noqa: F403 - all of them
from meetups.settings import STORAGES

STATIC_ROOT = Path(os.environ["STATIC_FOLDER"])
# Compressing takes long.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
