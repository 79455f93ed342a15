"""The product as on several machines: two web servers behind a proxy, PostgreSQL behind PgBouncer, uploads on a server for S3."""

import asyncio
import itertools
import os
import shutil
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import psycopg
from botocore.exceptions import BotoCoreError

from meetups.demo.processes import Process, free_port, start, stop
from meetups.demo.servers import PostgreSQL
from meetups.demo.stack import CHECKOUT
from tests.conftest import Site, redis_of_its_own
from tests.support.servers import missing
from tests.support.waiting import wait_until

BUCKET = "meetups"


class PgBouncer:
    """Debian's PgBouncer with the settings of `.docker/pgbouncer/pgbouncer.ini`, in front of a server of the tests."""

    def __init__(self, server: PostgreSQL, *, pool: int = 20) -> None:
        self.server, self.pool = server, pool
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/meetups"

    def start(self) -> Process:
        found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if found is None:
            missing("PgBouncer", "Install the package pgbouncer.")
        settings = {
            "listen_addr": "127.0.0.1",
            "listen_port": self.port,
            "unix_socket_dir": "",
            "auth_type": "any",
            "default_pool_size": self.pool,
        }
        file = self.server.home / f"pgbouncer-{self.port}.ini"
        delivered = (CHECKOUT / ".docker/pgbouncer/pgbouncer.ini").read_text()
        own = "".join(f"{name} = {value}\n" for name, value in settings.items())
        file.write_text(f"{delivered}{own}[databases]\n* = host={self.server.data} user=postgres\n")
        log = self.server.log.with_name(f"pgbouncer-{self.port}.log")
        process = start("PgBouncer", [found, file], log=log, account=self.server.account, folder=self.server.home)
        assert wait_until(lambda: self._answers() or not process.running), process.last_words()
        assert process.running, process.last_words()
        return process

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


class Front(threading.Thread):
    """A proxy that gives each connection to the next web server, as a load balancer does. `served` counts them."""

    def __init__(self, port: int, behind: Sequence[int]) -> None:
        super().__init__(daemon=True)
        self.port, self.served = port, Counter[int]()
        self._next = itertools.cycle(behind)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()

    def run(self) -> None:
        self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port))
        self._ready.set()
        self._loop.run_forever()

    def begin(self) -> None:
        self.start()
        self._ready.wait()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.join()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = next(self._next)
        self.served[port] += 1
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pass_on(reader, server_writer), _pass_on(server_reader, writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while octets := await reader.read(65536):
            writer.write(octets)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


@dataclass
class Spread(Site):
    """A site with one web process on each of two ports, behind a proxy on `port`."""

    web_ports: list[int] = field(default_factory=lambda: [free_port(), free_port()])
    front: Front | None = None

    def start_web(self, *, workers: int = 1, application: str = "meetups.wsgi") -> None:
        self.settings["WEB_CONCURRENCY"] = str(workers)
        for port in self.web_ports:
            self._start(f"web-{port}", "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--config",
                        "python:meetups.gunicorn", application)  # fmt: skip
        self.front = Front(self.port, self.web_ports)
        self.front.begin()

    def stop(self) -> None:
        if self.front:
            self.front.end()
        super().stop()


def start_s3(folder: Path, port: int) -> Process:
    """A server that speaks S3, with an empty bucket."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests", "AWS_DEFAULT_REGION": "us-east-1"}
    process = start(
        "S3", [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], log=folder / "s3.log"
    )
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}")

    def has_a_bucket() -> bool:
        try:
            client.create_bucket(Bucket=BUCKET)
        except BotoCoreError:
            return False
        return True

    assert wait_until(lambda: has_a_bucket() or not process.running, 60), process.last_words()
    assert process.running, process.last_words()
    return process


@contextmanager
def spread(folder: Path, *, application: str = "meetups.wsgi") -> Iterator[Spread]:
    """The product, running, with a sender of mails and without the clock."""
    server = PostgreSQL(folder / "postgres", logs=folder / "logs", throw_away=True)
    processes = [server.start()]
    pooler, s3 = PgBouncer(server), free_port()
    with redis_of_its_own() as redis_url:
        site = Spread(folder / "site", free_port(), given={"REDIS_URL": redis_url, "DATABASE_URL": server.url})
        try:
            processes += [pooler.start(), start_s3(folder, s3)]
            site.start_servers()
            # A dump sets things for its session, so the tables are made past the pooler.
            site.prepare(sample=False)
            site.settings |= {
                "DATABASE_URL": pooler.url,
                "DIRECT_DATABASE_URL": server.url,
                "UPLOADS_URL": f"s3://{BUCKET}/uploads?endpoint=http://127.0.0.1:{s3}&region=us-east-1",
            }
            site.start_web(application=application)
            site.start_sender()
            site.await_web()
            yield site
        finally:
            site.stop()
            stop(reversed(processes))
            server.remove()
