"""docker-compose.yml: fixed versions, known settings, a health check in each service, the PostgreSQL version of the tests."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import yaml

from meetups.celery import RECURRING, app
from meetups.demo.processes import stop
from meetups.demo.servers import PostgreSQL, postgres_major

CHECKOUT = Path(__file__).resolve().parents[2]
OWN = {"migrate", "web", "worker", "sender", "clock"}
ROLE = CHECKOUT / ".docker/postgres/role.sh"
# Gunicorn and boto3 themselves read these variables.
READ_ELSEWHERE = {"WEB_CONCURRENCY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services of the file, with anchors merged."""
    document = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
    return dict(document["services"])


def test_it_has_every_part_of_the_product(services: dict[str, Any]) -> None:
    assert set(services) == OWN | {"postgres", "pgbouncer", "redis", "mailpit"}


def test_images_have_fixed_versions(services: dict[str, Any]) -> None:
    base = re.search(r"^FROM (\S+)$", (CHECKOUT / ".docker/Dockerfile").read_text(), re.MULTILINE)
    assert base
    for image in [base[1], *(service["image"] for service in services.values())]:
        name, _, tag = image.partition(":")
        # PostgreSQL's own versions have two numbers.
        fixed = r"\d+\.\d+-" if name == "postgres" else r"v?\d+\.\d+\.\d+"
        assert re.match(fixed, tag), f"{image} has no fixed version"


def test_our_parts_are_one_image(services: dict[str, Any]) -> None:
    assert len({services[name]["image"] for name in OWN}) == 1


def test_postgresql_is_the_one_that_the_tests_run_on(services: dict[str, Any]) -> None:
    assert services["postgres"]["image"].startswith(f"postgres:{postgres_major()}.")
    assert "--locale=C.utf8" in services["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]


def test_everything_that_keeps_running_has_a_health_check(services: dict[str, Any]) -> None:
    running = {name for name, service in services.items() if service["restart"] != "no"}
    assert running == set(services) - {"migrate"}
    assert all(services[name]["healthcheck"]["test"] for name in running)


def test_every_setting_is_one_that_the_product_reads(services: dict[str, Any]) -> None:
    source = (CHECKOUT / "meetups/settings.py").read_text()
    known = set(re.findall(r"""(?:env\.\w+|required)\(\s*"([A-Z_]+)""", source)) | READ_ELSEWHERE
    for name in OWN:
        assert set(services[name]["environment"]) <= known


def queues_of(services: dict[str, Any]) -> dict[str, str]:
    """The queue of each worker."""
    commands = {name: service.get("command", []) for name, service in services.items() if name in OWN}
    return {name: line[line.index("--queues") + 1] for name, line in commands.items() if "--queues" in line}


def test_each_job_has_a_worker_and_mails_have_their_own(services: dict[str, Any]) -> None:
    queues = queues_of(services)
    wanted = {app.amqp.router.route({}, name)["queue"].name for name, _seconds in RECURRING}
    assert set(queues.values()) == wanted == {"mail", "clock"}
    mails = app.amqp.router.route({}, "notifications.deliver")["queue"].name
    assert [name for name, queue in queues.items() if queue == mails] == ["sender"]


@pytest.mark.parametrize(
    "secret", ["SITE_URL", "SECRET_KEY", "SECOND_FACTOR_KEYS", "POSTGRES_PASSWORD", "REDIS_PASSWORD"]
)
def test_it_refuses_to_start_without_its_secrets(secret: str) -> None:
    assert re.search(rf"\$\{{{secret}:\?.+\}}", (CHECKOUT / "docker-compose.yml").read_text())


def test_it_runs_as_somebody_without_rights(services: dict[str, Any]) -> None:
    assert re.search(r"^USER (?!root)\w+$", (CHECKOUT / ".docker/Dockerfile").read_text(), re.MULTILINE)
    assert all(service["cap_drop"] == ["ALL"] for service in services.values())
    assert all("no-new-privileges:true" in service["security_opt"] for service in services.values())
    # What the images of others need to become somebody without rights; ours need nothing.
    allowed = {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}
    for name, service in services.items():
        assert set(service.get("cap_add", [])) <= (set() if name in OWN else allowed), name


def test_none_of_them_takes_the_memory_of_the_others(services: dict[str, Any]) -> None:
    assert all(re.fullmatch(r"\d+[mg]", service["mem_limit"]) for service in services.values())
    assert all("size=" in one for name in OWN for one in services[name]["tmpfs"])


def test_the_product_is_no_superuser_of_its_database(services: dict[str, Any]) -> None:
    database = urlsplit(services["web"]["environment"]["DATABASE_URL"])
    assert database.netloc.startswith("meetups:")
    assert services["postgres"]["environment"]["POSTGRES_USER"] != "meetups"
    assert ROLE.read_text().count("NOSUPERUSER") == 1
    assert any(volume.endswith(":/docker-entrypoint-initdb.d/role.sh:ro") for volume in services["postgres"]["volumes"])


@pytest.mark.story
def test_a_role_without_rights_makes_the_tables(tmp_path: Path) -> None:
    """What role.sh does, on a new server: then the product's migrations run as that role."""
    server = PostgreSQL(tmp_path / "postgres", logs=tmp_path / "logs", throw_away=True)
    process = server.start()
    try:
        [statements] = re.findall(r"<<'SQL'\n(.*?)\nSQL", ROLE.read_text(), re.DOTALL)
        with psycopg.connect(server.url_of("postgres"), autocommit=True) as superuser:
            for statement in statements.replace(":'password'", "'secret'").split(";"):
                if statement.strip():
                    superuser.execute(statement)
        url = server.url.replace("postgres@", "meetups@")
        with psycopg.connect(url) as product:
            assert product.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
        environment = os.environ | {"ENVIRONMENT": "test", "DATABASE_URL": url}
        command = [sys.executable, "-W", "ignore", "manage.py", "migrate", "--no-input", "--verbosity", "0"]
        migrated = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
        assert migrated.returncode == 0, migrated.stderr
    finally:
        stop([process])
        server.remove()


def test_redis_asks_for_its_password(services: dict[str, Any]) -> None:
    command = services["redis"]["command"]
    # Also where REDIS_URL leads elsewhere and nothing else asks for the password.
    assert command[command.index("--requirepass") + 1].startswith("${REDIS_PASSWORD:?")
    assert ":${REDIS_PASSWORD:?" in services["web"]["environment"]["REDIS_URL"]


def in_yaml(text: str) -> list[Any]:
    """The samples of YAML in a document, also those in a list."""
    return [yaml.safe_load(textwrap.dedent(one)) for one in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]


def test_several_machines_are_run_as_operating_says(services: dict[str, Any]) -> None:
    said = (CHECKOUT / "meetups/OPERATING.md").read_text()
    [there] = re.findall(r"docker compose up -d --no-deps ([\w ]+)`", said)
    # Where the pages and the clock's work are, mails have to leave as well.
    assert set(there.split()) == {"web", *queues_of(services)}
    [opened] = [one["services"] for one in in_yaml(said) if "services" in one]
    assert opened.keys() == {"postgres", "redis"}
    assert all(set(one) == {"ports"} for one in opened.values())
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "UPLOADS_URL"} <= services["web"]["environment"].keys()
    for address in re.findall(r"`([A-Z]+_ADDRESS)=[\d.]+`", said):
        assert f"${{{address}:-127.0.0.1}}:" in (CHECKOUT / "docker-compose.yml").read_text()


def test_several_web_containers_find_a_port_each(services: dict[str, Any]) -> None:
    said = (CHECKOUT / "meetups/OPERATING.md").read_text()
    [(first, last, number)] = re.findall(r"PORT=(\d+)-(\d+) docker compose up -d --scale web=(\d)", said)
    assert int(last) - int(first) + 1 == int(number)
    [port] = services["web"]["ports"]
    assert port.partition("}:")[2] == "${PORT:-8000}:8000", (
        "the variable is all of the host's port, so it may be a range"
    )
    assert "container_name" not in services["web"]


def test_the_log_of_postgresql_quotes_no_rows(services: dict[str, Any]) -> None:
    assert {"log_error_verbosity=terse", "log_min_error_statement=panic"} <= set(services["postgres"]["command"])


def test_migrations_go_past_the_pooler(services: dict[str, Any]) -> None:
    assert "DATABASE_HOST" in services["web"]["environment"]["DATABASE_URL"]
    assert services["migrate"]["environment"]["DATABASE_URL"] == services["web"]["environment"]["DIRECT_DATABASE_URL"]


def test_redis_keeps_what_it_is_given(services: dict[str, Any]) -> None:
    command = services["redis"]["command"]
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert command[command.index("--appendonly") + 1] == "yes"
