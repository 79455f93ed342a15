"""The image without an engine: `make image` runs the steps of `.docker/Dockerfile` one by one in a bare root file system of Debian's
packages, then its web server and its workers as the user that it names, with nothing writable but what docker-compose.yml gives, and
holds a meetup with a lottery on it, in a browser. Debian's Python stands in for that of the base image. It needs root and mmdebstrap.
"""

import json
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import django
import yaml

from meetups.core.translations import compile_catalogues
from meetups.demo.processes import Process, free_port, start, stop
from meetups.demo.servers import PostgreSQL
from meetups.demo.stack import CHECKOUT
from tests.conftest import Site, chromium
from tests.support.spread import PgBouncer

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# The mounts of a container, in a mount namespace of its own that ends with the command. $1 is the root.
BUILD = 'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev"'
RUN = (
    f'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && {BUILD} && mount -t tmpfs tmpfs "$1/tmp"'
    ' && chmod 1777 "$1/tmp" && mount --bind "$2" "$1/uploads"'
)


def steps(text: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile with their arguments. Lines that go on are joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    parts = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [(word, rest.strip()) for word, _space, rest in parts]


@dataclass
class Image:
    """A root file system, and what the Dockerfile says about running it."""

    root: Path
    folder: str = "/"
    user: str = "root"
    command: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(
        default_factory=lambda: {
            "PATH": "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin",
            "HOME": "/root",
        }
    )

    def build(self, text: str) -> None:
        """Runs each step and prints it."""
        for word, rest in steps(text):
            print(f"{word} {rest[:100]}", flush=True)
            match word:
                case "FROM":
                    self._begin()
                case "RUN":
                    self._inside(["sh", "-c", rest])
                case "COPY":
                    *sources, target = rest.split()
                    for source in sources:
                        self._copy(source, target)
                case "WORKDIR":
                    self.folder = rest
                    (self.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
                case "ENV":
                    self.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
                case "USER":
                    self.user = rest
                case "CMD":
                    self.command = json.loads(rest)
                case "EXPOSE":
                    pass
                case _:
                    raise ValueError(f"The rehearsal does not know {word}.")

    def _begin(self) -> None:
        # What the slim image of Python has as well.
        packages = "python3,python3-venv,ca-certificates,passwd"
        subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=apt", f"--include={packages}", "trixie", str(self.root)], check=True
        )
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        if CERTIFICATES.exists():
            # Behind a company's proxy, packages come with a certificate that only this machine trusts.
            shutil.copy(CERTIFICATES, self.root / CERTIFICATES.relative_to("/"))
            self.environment |= {"PIP_CERT": str(CERTIFICATES)}
        self._inside(["python3", "-m", "venv", "/usr/local"])

    def _copy(self, source: str, target: str) -> None:
        there = self.root / self.folder.lstrip("/") / target
        if (CHECKOUT / source).is_dir():
            # As .dockerignore says.
            shutil.copytree(CHECKOUT / source, there, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        else:
            shutil.copy(CHECKOUT / source, there)

    def _inside(self, command: list[str]) -> None:
        script = f'{BUILD} && cd "$1" && shift && exec "$@"'
        whole = ["unshare", "--mount", "sh", "-c", script, "sh", str(self.root), *self._chroot("root", {}, command)]
        subprocess.run(whole, check=True)

    def _chroot(self, user: str, more: Mapping[str, str], command: list[str]) -> list[str]:
        environment = [f"{name}={value}" for name, value in {**self.environment, **more}.items()]
        number = self.number_of(user)
        there = ["env", "-i", *environment, "sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", self.folder, *command]
        return ["chroot", f"--userspec={number}:{number}", "--groups=", str(self.root), *there]

    def number_of(self, user: str) -> str:
        """The number of a user inside."""
        if user == "root":
            return "0"
        [found] = [line for line in (self.root / "etc/passwd").read_text().splitlines() if line.startswith(f"{user}:")]
        return found.split(":")[2]

    def start(self, name: str, command: list[str], settings: Mapping[str, str], uploads: Path, log: Path) -> Process:
        """Runs a command as a container would: as the named user, on a root that no one can write to."""
        script = f'{RUN} && shift 2 && exec "$@"'
        whole = ["unshare", "--mount", "sh", "-c", script, "sh", str(self.root), str(uploads)]
        return start(name, [*whole, *self._chroot(self.user, settings, command)], log=log)


def rehearse(folder: Path) -> None:
    """Builds and runs the image, and holds a meetup on it."""
    image = Image(folder / "root")
    image.build((CHECKOUT / ".docker/Dockerfile").read_text())
    uploads = folder / "uploads"
    uploads.mkdir()
    os.chown(uploads, int(image.number_of(image.user)), -1)
    server = PostgreSQL(folder / "postgres", logs=folder / "logs", throw_away=True)
    pooler = PgBouncer(server)
    servers = [server.start()]
    site = Site(folder / "site", free_port(), given={"DATABASE_URL": server.url})
    try:
        servers.append(pooler.start())
        site.start_servers()
        site.prepare(sample=False)
        inside = site.settings | {
            "ENVIRONMENT": "production",
            "SECOND_FACTOR_KEYS": secrets.token_urlsafe(48),
            "DATABASE_URL": pooler.url,
            "UPLOADS_DIR": "/uploads",
            "SECURE_SSL_REDIRECT": "false",
            # The story knows no second factor, and no network from which a random value would come.
            "DESK_SECOND_FACTOR": "false",
            "LOTTERY_SOURCE": "secret",
        }
        web = [part.replace("0.0.0.0:8000", f"127.0.0.1:{site.port}") for part in image.command]
        services = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
        given = {name: services[name]["command"] for name in ("worker", "sender")}
        for name, command in {"web": web, **given}.items():
            site.processes.append(image.start(name, command, inside, uploads, site.logs / f"{name}.log"))
        site.await_web(patience=60)
        look(site)
        main_job(site)
        for process in site.processes:
            assert process.running, process.last_words()
        uid = int(image.number_of(image.user))
        written = [path for path in (folder / "root/app").rglob("*") if path.stat().st_uid == uid]
        assert written == []
    finally:
        site.stop()
        stop(reversed(servers))
        server.remove()


def look(site: Site) -> None:
    """The first page, with its stylesheet under the name that the build has given it."""
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with straight.open(f"{site.base_url}/", timeout=20) as answer:
        page = answer.read().decode()
    found = re.search(r'href="(/static/[^"]+\.css)"', page)
    assert found, page[:300]
    with straight.open(f"{site.base_url}{found[1]}", timeout=20) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def main_job(site: Site) -> None:
    """The story of `tests/journeys/test_journey.py` in Japanese: people sign up, a lottery is drawn, shifts are taken."""
    os.environ |= site.environment
    django.setup()
    compile_catalogues()
    # They read settings.
    from tests.journeys.journey import Manage  # noqa: PLC0415 - needs django.setup()
    from tests.journeys.test_journey import test_an_on_site_meetup_with_a_lottery  # noqa: PLC0415 - needs django.setup()
    from tests.journeys.town import Town  # noqa: PLC0415 - needs django.setup()

    def town(language: str) -> Town:
        made = Town(site, browser, language, Manage(site))
        made.sign_up()
        made.found()
        return made

    with chromium() as browser:
        test_an_on_site_meetup_with_a_lottery(town, "ja")


if __name__ == "__main__":
    if os.geteuid() or not shutil.which("mmdebstrap"):
        sys.exit("The steps of the image need root and the package mmdebstrap.")
    place = Path(tempfile.mkdtemp(prefix="meetups-image-", dir="/var/tmp"))
    place.chmod(0o755)
    try:
        rehearse(place)
        print("The steps of the image's own file work, and a meetup with a lottery was held on it.")
    finally:
        shutil.rmtree(place, ignore_errors=True)
