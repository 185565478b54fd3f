"""`manage.py demo`, run as people run it: a process that serves until it is told to stop."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen
from uuid import uuid4

import psycopg
import pytest
from django.contrib.auth.models import User

from config import worker
from config.demo.access import renew
from config.demo.definitions import SOURCE
from config.demo.records import LINKS, OFFICES, PROVIDERS
from config.demo.secrets import Access, kept
from config.demo.seeding import seed
from config.demo.serving import Address
from config.postgres import local_database_url
from config.postgres.interruptions import bound_to_us
from ingestion.models import Resource
from profiles.access import Role
from profiles.keys import holder_of
from profiles.models import ApiKey, Source
from relationships.models import Relationship
from tests.factories import make_key
from tests.ports import free_port
from tests.waiting import SECONDS, soon

PROJECT = Path(__file__).parents[2]
SERVER = os.environ.get("DATABASE_URL") or local_database_url()


@dataclass(frozen=True)
class Installation:
    """A database and a file of secrets of one's own."""

    database: str
    secrets: Path

    def _launch(self, port: int) -> subprocess.Popen[str]:
        environment = os.environ | {"DATABASE_URL": self.database, "PORT": str(port)}
        environment.pop("SECRET_KEY", None)
        return subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--secrets", self.secrets],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=bound_to_us(signal.SIGTERM),
        )

    @contextmanager
    def running(self) -> Iterator[Demo]:
        with self.launched(free_port()) as process:
            yield Demo(process, read_lines(process))

    @contextmanager
    def launched(self, port: int) -> Iterator[subprocess.Popen[str]]:
        with self._launch(port) as process:
            try:
                yield process
            finally:
                process.terminate()
                finish(process)


@dataclass(frozen=True)
class Demo:
    process: subprocess.Popen[str]
    lines: list[str]

    @property
    def port(self) -> int:
        port = urlsplit(self.told("API")).port
        assert port is not None
        return port

    @property
    def ways_in(self) -> list[str]:
        """What it says besides its address, which differs from run to run."""
        return [re.sub(r"http://\S+", "", line) for line in self.lines]

    def told(self, what: str) -> str:
        (line,) = (line for line in self.lines if line.startswith(f"{what}: "))
        return line.removeprefix(f"{what}: ")

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        status, text = answer.status, answer.read().decode()
        connection.close()
        return status, text


def finish(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Let it end by itself; by force if it does not, which is a failure."""
    try:
        return process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f"The demo has not ended: {process.communicate()}") from None


def read_lines(process: subprocess.Popen[str]) -> list[str]:
    """All that it says before it only serves; the curl line is the last one."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith("curl "):
            return lines
    _, errors = finish(process)
    raise AssertionError(f"The demo has ended: {lines} {errors}")


def servers_on(port: int) -> list[str]:
    """Command lines of processes that serve this port."""
    running = subprocess.check_output(["ps", "-ww", "-eo", "args"], text=True)
    return [line for line in running.splitlines() if f"--port {port} " in line]


def workers_of(installation: Installation) -> int:
    """How many connections workers have to its database."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND application_name = %s"
    name = urlsplit(installation.database).path.removeprefix("/")
    with psycopg.connect(SERVER) as connection:
        row = connection.execute(asked, [name, worker.APPLICATION]).fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def new_installation(folder: Path) -> Iterator[Installation]:
    name = f"demo_{uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        database = urlsplit(SERVER)._replace(path=f"/{name}").geturl()
        yield Installation(database, folder / "demo.json")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with new_installation(tmp_path_factory.mktemp("demo")) as made:
        yield made


@pytest.fixture(scope="module")
def demo(installation: Installation) -> Iterator[Demo]:
    with installation.running() as running:
        yield running


def test_it_says_how_to_get_in(demo: Demo) -> None:
    root = f"http://127.0.0.1:{demo.port}"
    assert demo.told("API") == root
    assert demo.told("Docs") == f"{root}/docs"
    assert re.fullmatch(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}", demo.told("API key"))
    admin = rf"{root}/admin/ \(user admin, password \S{{16,}}\)"
    assert re.fullmatch(admin, demo.told("Admin"))


def test_it_is_ready_when_it_says_so(demo: Demo) -> None:
    assert demo.get("/readyz")[0] == 200
    assert demo.get("/docs")[0] == 200


def test_the_curl_line_works(demo: Demo) -> None:
    header, address = re.fullmatch(r"curl -H '(.*)' (\S+)", demo.lines[-1]).groups()  # type: ignore[union-attr]
    name, _, value = header.partition(": ")
    status, text = demo.get(urlsplit(address).path, **{name: value})
    assert status == 200
    assert json.loads(text)["data"][0]["type"] == "provider"


def test_who_waits_for_changes_is_led_to_a_listener(demo: Demo) -> None:
    key = {"X-API-Key": demo.told("API key")}
    connection = HTTPConnection("127.0.0.1", demo.port, timeout=20)
    connection.request("GET", f"/sources/{SOURCE}/v1/changes?cursor=now&wait=1", headers=key)
    answer = connection.getresponse()
    connection.close()
    assert answer.status == 307
    with urlopen(answer.headers["Location"], timeout=20) as followed:
        assert json.load(followed)["data"] == []


def test_the_password_opens_the_admin(demo: Demo) -> None:
    name, password = re.findall(r"user (\S+), password (\S+)\)", demo.told("Admin"))[0]
    connection = HTTPConnection("127.0.0.1", demo.port, timeout=SECONDS)
    connection.request("GET", "/admin/login/")
    page = connection.getresponse()
    page.read()
    token = SimpleCookie(page.headers["Set-Cookie"])["csrftoken"].value
    form = {"username": name, "password": password, "csrfmiddlewaretoken": token}
    headers = {
        "Cookie": f"csrftoken={token}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", "/admin/login/?next=/admin/", urlencode(form), headers)
    answer = connection.getresponse()
    connection.close()
    assert (answer.status, answer.headers["Location"]) == (302, "/admin/")


def test_the_admin_has_its_style_sheet(demo: Demo) -> None:
    assert demo.get("/static/admin/css/base.css")[0] == 200


def test_a_busy_port_is_told_and_nothing_is_left_running(
    demo: Demo, installation: Installation
) -> None:
    before = servers_on(demo.port)
    with installation.launched(demo.port) as second:
        output, errors = finish(second)
    assert (second.returncode, output) == (1, "")
    assert f"port {demo.port}: " in errors
    assert "PORT=8001 make demo" in errors
    assert servers_on(demo.port) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_worker_runs_beside_it_and_no_longer(tmp_path: Path, number: signal.Signals) -> None:
    with new_installation(tmp_path) as made:
        with made.running() as demo:
            assert soon(lambda: workers_of(made) > 0)
            demo.process.send_signal(number)
            finish(demo.process)
        assert soon(lambda: workers_of(made) == 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_and_the_next_run_says_the_same(
    demo: Demo, installation: Installation, number: signal.Signals
) -> None:
    with installation.running() as again:
        assert again.ways_in == demo.ways_in[-len(again.ways_in) :]
        assert servers_on(again.port)
        again.process.send_signal(number)
        finish(again.process)
        assert again.process.returncode == 0
        assert not servers_on(again.port)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can bind a child so")
def test_a_killed_demo_leaves_no_server(demo: Demo, installation: Installation) -> None:
    with installation.running() as again:
        again.process.kill()
        assert soon(lambda: not servers_on(again.port))


def test_a_signal_during_the_start_leaves_nothing(installation: Installation) -> None:
    port = free_port()
    with installation.launched(port) as process:
        assert soon(lambda: bool(servers_on(port)))
        process.send_signal(signal.SIGINT)
        finish(process)
    assert process.returncode == 130
    assert not servers_on(port)


def test_the_secrets_are_readable_by_their_owner_only(
    demo: Demo, installation: Installation
) -> None:
    assert stat.S_IMODE(installation.secrets.stat().st_mode) == 0o600
    assert demo.told("API key") in installation.secrets.read_text()


@pytest.mark.django_db
def test_the_records_are_written_once() -> None:
    assert seed()
    assert Resource.objects.filter(profile__key="provider").count() == PROVIDERS
    assert Resource.objects.filter(profile__key="office").count() == OFFICES
    assert Relationship.objects.count() == LINKS
    Relationship.objects.all().delete()
    assert not seed()
    assert not Relationship.objects.exists()


@pytest.mark.django_db
def test_ways_in_that_open_the_door_are_kept() -> None:
    access = Access()
    renew(access)
    first = Access(access.api_key, access.user, access.password)
    renew(access)
    assert access == first


@pytest.mark.django_db
def test_a_key_that_opens_nothing_any_more_is_made_anew() -> None:
    access = Access()
    renew(access)
    revoked = access.api_key
    ApiKey.objects.update(revoked=True)
    renew(access)
    holder = holder_of(access.api_key)
    assert access.api_key != revoked
    assert holder is not None
    assert holder.role is Role.ADMIN


@pytest.mark.django_db
def test_a_key_that_opens_less_is_not_enough() -> None:
    for key in (make_key("writer"), make_key("admin", sources=[Source.objects.create(key="x")])):
        access = Access(api_key=key)
        renew(access)
        assert access.api_key != key


@pytest.mark.django_db
def test_the_password_of_somebody_else_is_left_alone() -> None:
    somebody = User.objects.create_superuser("admin", password="their own")
    access = Access()
    renew(access)
    somebody.refresh_from_db()
    assert somebody.check_password("their own")
    assert access.user == "admin2"


def test_each_database_has_its_own_secrets(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    for number in (1, 2):
        with kept(path) as secrets:
            secrets.access(f"database {number}").api_key = str(number)
    with kept(path) as secrets:
        assert [secrets.access(f"database {number}").api_key for number in (1, 2)] == ["1", "2"]


def test_the_key_that_signs_sessions_stays_the_same(tmp_path: Path) -> None:
    keys = set()
    for _ in range(2):
        with kept(tmp_path / "demo.json") as secrets:
            keys.add(secrets.secret_key)
    assert len(keys) == 1
    assert len(keys.pop()) > 50


def test_secrets_survive_a_failure(tmp_path: Path) -> None:
    def make_and_fail() -> None:
        with kept(tmp_path / "demo.json") as secrets:
            secrets.access("database").api_key = "made"
            raise SystemExit

    with pytest.raises(SystemExit):
        make_and_fail()
    with kept(tmp_path / "demo.json") as secrets:
        assert secrets.access("database").api_key == "made"


def test_a_broken_file_of_secrets_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    path.write_text('{"secretKey": ')
    with kept(path) as secrets:
        assert secrets.databases == {}


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("registrar.example", "http://registrar.example:80"),
    ],
)
def test_the_address_is_one_that_a_browser_reaches(host: str, url: str) -> None:
    assert Address(host, 80).url == url


def start_wsgi(**settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=PROJECT,
        env=environment | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_server_with_a_database_of_its_own_needs_a_secret_key() -> None:
    database = "postgresql://registrar@db.example/registrar"
    refused = start_wsgi(DATABASE_URL=database)
    assert refused.returncode == 1
    assert "SECRET_KEY" in refused.stderr
    assert start_wsgi(DATABASE_URL=database, SECRET_KEY="x" * 50).returncode == 0
    assert start_wsgi(DATABASE_URL=database, DEBUG="1").returncode == 0
    assert start_wsgi().returncode == 0
