"""What production installs is enough: its processes load without the packages that only the demo and the tests have."""

import json
import re
import subprocess
import sys

from meetups.demo.stack import CHECKOUT
from tests.support.servers import bare_environment

# Loads, in a new Python, all that the web server, the workers, the clock and the commands load. The modules of packages that are not
# in requirements.lock cannot be found there.
LOADING = """
import importlib, json, pkgutil, re, sys
from importlib.metadata import packages_distributions

given = json.loads(sys.argv[1])
homes = {name: {re.sub(r"[-_.]+", "-", one).lower() for one in many} for name, many in packages_distributions().items()}

class Hidden:
    def find_spec(name, path=None, target=None):
        home = homes.get(name.partition(".")[0], set())
        if home and not home & set(given["locked"]):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hidden)
import django
django.setup()
import meetups, organizers
from meetups.celery import app
app.loader.import_default_modules()
for room in (meetups, organizers):
    for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
        if not module.name.startswith("meetups.demo"):
            importlib.import_module(module.name)
for name in given["first used"]:
    importlib.import_module(name)
"""
FIRST_USED = [
    *("gunicorn.app.wsgiapp", "gunicorn.workers.sync"),
    *("kombu.transport.redis", "celery.apps.worker", "celery.concurrency.prefork", "celery.apps.beat"),
    "storages.backends.s3",
]


def load(*more: str) -> subprocess.CompletedProcess[str]:
    """Loads the product as in production, and `more` modules."""
    locked = re.findall(r"^([\w.-]+)==", (CHECKOUT / "requirements.lock").read_text(), re.MULTILINE)
    given = json.dumps({"locked": locked, "first used": [*FIRST_USED, *more]})
    environment = bare_environment(ENVIRONMENT="test", DJANGO_SETTINGS_MODULE="meetups.settings")
    loading = [sys.executable, "-c", LOADING, given]
    return subprocess.run(loading, env=environment, cwd=CHECKOUT, capture_output=True, text=True)


def test_production_has_each_package_that_it_loads() -> None:
    loaded = load()
    assert loaded.returncode == 0, loaded.stderr


def test_a_package_that_only_the_tests_have_is_noticed() -> None:
    """The control."""
    assert "No module named 'yaml'" in load("yaml").stderr
