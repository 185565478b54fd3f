"""`python -m config.postgres`, run as people run it: a process, in a project folder of its own."""

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import environ
import psycopg
import pytest

from config.postgres import installations
from config.postgres.account import Account, server_account
from config.postgres.duty import BUSY
from config.postgres.errors import PostgresUnavailable
from config.postgres.folders import (
    PORT,
    PROJECT,
    SHORT_FOLDER,
    claim_private_folder,
    database_url,
    persistent_home,
    socket_folder,
    temporary_home,
)
from config.postgres.installations import WHEEL, choose_installation, wheel_folder
from config.postgres.server import LEAVING

LONGEST_SOCKET_PATH = 103  # macOS; Linux has four more
IS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not IS_ROOT, reason="only root can act for another user")
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can bind a child so")

QUERY = """
import os, sys, psycopg
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
    print(connection.execute(sys.argv[1]).fetchone()[0], flush=True)
"""
SERVER_PID = "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"
DATA_FOLDER = "SELECT current_setting('data_directory')"
ASK_AND_STAY = QUERY + "import time; print(os.getpid(), flush=True); time.sleep(60)"


@contextmanager
def project_folder() -> Iterator[Path]:
    """A copy of the package, so that no test meets the data or the server of a running demo."""
    folder = Path(tempfile.mkdtemp(prefix="project-", dir=SHORT_FOLDER)).resolve()
    folder.chmod(0o755)
    shutil.copytree(PROJECT / "config" / "postgres", folder / "config" / "postgres")
    (folder / "config" / "__init__.py").touch()
    yield folder
    shutil.rmtree(folder)
    shutil.rmtree(Path("/var/lib") / socket_folder(folder).name, ignore_errors=True)
    shutil.rmtree(socket_folder(folder), ignore_errors=True)


@pytest.fixture
def new_project() -> Iterator[Path]:
    with project_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def started_once() -> Iterator[Path]:
    with project_folder() as folder:
        ask(folder, query="SELECT 1")
        yield folder


@pytest.fixture
def project(started_once: Path) -> Iterator[Path]:
    """One with data: `initdb` takes longer than all else here."""
    with project_folder() as folder:
        subprocess.run(["cp", "-a", started_once / ".local", folder], check=True)
        yield folder


def launch(project: Path, *words: str, **settings: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "config.postgres", *words],
        cwd=project,
        env=environment | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(project: Path, *words: str, **settings: str) -> tuple[int, str, str]:
    with launch(project, *words, **settings) as process:
        output, errors = process.communicate(timeout=120)
    return process.returncode, output.strip(), errors


def ask(project: Path, *options: str, query: str, **settings: str) -> str:
    command = (*options, "--", sys.executable, "-c", QUERY, query)
    code, answer, errors = run(project, *command, **settings)
    assert code == 0, errors
    return answer


def stay(project: Path, *options: str, query: str = SERVER_PID) -> subprocess.Popen[str]:
    return launch(project, *options, "--", sys.executable, "-c", ASK_AND_STAY, query)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def is_alive(pid: str) -> bool:
    """Give it two seconds to go."""
    for _ in range(40):
        try:
            state = subprocess.check_output(["ps", "-o", "stat=", "-p", pid], text=True)
        except subprocess.CalledProcessError:
            return False
        if state.startswith("Z"):
            return False
        time.sleep(0.05)
    return True


def test_the_command_reaches_a_server(project: Path) -> None:
    assert ask(project, query="SELECT 1") == "1"


def test_the_database_is_utf8_and_knows_accented_letters(new_project: Path) -> None:
    query = "SELECT current_setting('server_encoding') || lower('É')"
    assert ask(new_project, "--temporary", query=query) == "UTF8é"


def test_the_variables_of_libpq_do_not_lead_astray(project: Path) -> None:
    assert ask(project, query="SELECT 1", PGPORT="6543", PGDATA="/nowhere") == "1"


def test_the_server_is_gone_after_the_command(project: Path) -> None:
    assert not is_alive(ask(project, query=SERVER_PID))
    assert not socket_folder(project).exists()


def test_a_temporary_server_leaves_no_folder(new_project: Path) -> None:
    assert not Path(ask(new_project, "--temporary", query=DATA_FOLDER)).parent.exists()
    assert not (new_project / ".local").exists()


def test_the_exit_code_is_passed_on(project: Path) -> None:
    assert run(project, "--", "sh", "-c", "exit 7")[0] == 7


def test_a_command_killed_by_a_signal_exits_as_in_a_shell(project: Path) -> None:
    assert run(project, "--", "sh", "-c", "kill -TERM $$")[0] == 143


def test_a_missing_command_is_named(project: Path) -> None:
    code, _, errors = run(project, "--", "no-such-command")
    assert (code, errors) == (127, "The command no-such-command was not found.\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_command_and_the_server(project: Path, number: int) -> None:
    with stay(project) as process:
        server, command = line(process), line(process)
        process.send_signal(number)
        assert process.wait(30) == 128 + number
    assert not is_alive(server)
    assert not is_alive(command)


def test_a_signal_during_the_start_leaves_nothing(new_project: Path) -> None:
    with stay(new_project) as process:
        while not (new_project / ".local").exists():
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    assert not (new_project / ".local" / "postgres" / "data" / "postmaster.pid").exists()
    assert ask(new_project, query="SELECT 1") == "1"


@only_linux
def test_a_killed_parent_leaves_no_server_and_no_command(project: Path) -> None:
    with stay(project) as process:
        server, command = line(process), line(process)
        process.kill()
    assert not is_alive(server)
    assert not is_alive(command)


def test_what_the_command_leaves_behind_is_stopped(project: Path) -> None:
    left = run(project, "--", "sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!")[1]
    assert not is_alive(left)


def test_data_is_there_at_the_next_start(project: Path) -> None:
    ask(project, query="SELECT lo_from_bytea(7, 'kept')")
    assert ask(project, query="SELECT convert_from(lo_get(7), 'UTF8')") == "kept"


def test_a_second_terminal_uses_the_running_server_and_leaves_it(project: Path) -> None:
    with stay(project) as first:
        server, _ = line(first), line(first)
        assert ask(project, query=SERVER_PID) == server
        assert ask(project, query=SERVER_PID) == server
        first.terminate()


STOP_SLOWLY = f"""
import os, signal, sys, time
def stop(*_):
    while not os.path.exists("end"):
        time.sleep(0.05)
    sys.exit()
signal.signal(signal.SIGTERM, stop)
{QUERY}
signal.pause()
"""


def test_who_comes_while_another_stops_waits_and_starts_its_own(project: Path) -> None:
    """Else it would begin with a server that is stopped beneath it."""
    with launch(project, "--", sys.executable, "-c", STOP_SLOWLY, SERVER_PID) as first:
        server = line(first)
        first.terminate()
        with launch(project, "--", sys.executable, "-c", QUERY, SERVER_PID) as second:
            assert second.stderr is not None
            assert second.stderr.readline().strip() == LEAVING
            (project / "end").touch()
            assert line(second) not in ("", server)


def test_who_has_to_wait_for_another_terminal_is_told_at_once(project: Path) -> None:
    with (project / ".local" / "postgres" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with launch(project, "--", "true") as waiting:
            assert waiting.stderr is not None
            assert waiting.stderr.readline().strip() == BUSY
            fcntl.flock(lock, fcntl.LOCK_UN)
            assert waiting.wait(30) == 0


def test_the_local_address_reaches_the_running_server(project: Path) -> None:
    with stay(project) as process:
        server, _ = line(process), line(process)
        with psycopg.connect(database_url(socket_folder(project))) as connection:
            assert connection.execute(SERVER_PID).fetchone() == (server,)
        process.terminate()


def test_the_socket_folder_is_private(project: Path) -> None:
    with stay(project) as process:
        line(process)
        assert stat.S_IMODE(socket_folder(project).stat().st_mode) == 0o700
        assert socket_folder(project).stat().st_uid == server_account().uid
        process.terminate()


def test_nothing_starts_where_an_address_is_given(new_project: Path) -> None:
    command = ("--", "sh", "-c", "echo $DATABASE_URL")
    code, output, errors = run(new_project, *command, DATABASE_URL="postgresql://elsewhere/it")
    assert (code, output, errors) == (0, "postgresql://elsewhere/it", "")
    assert not (new_project / ".local").exists()


def test_an_open_socket_folder_is_refused(new_project: Path) -> None:
    socket_folder(new_project).mkdir()
    socket_folder(new_project).chmod(0o755)
    code, _, errors = run(new_project, "--", "true")
    assert code == 1
    assert f"{socket_folder(new_project)} exists and is not a private folder" in errors


@only_root
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.mkdir(mode=0o700)
    os.chown(folder, 12345, 12345)
    with pytest.raises(PostgresUnavailable, match="Another user may have made it"):
        claim_private_folder(folder, server_account())


def test_a_link_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(PostgresUnavailable, match="is not a private folder"):
        claim_private_folder(tmp_path / "link", server_account())


@only_root
def test_a_client_refuses_the_server_of_another_user(project: Path) -> None:
    with stay(project) as process:
        line(process)
        address = database_url(socket_folder(project))
        stranger = address.replace(f"requirepeer={server_account().name}", "requirepeer=daemon")
        with pytest.raises(psycopg.OperationalError, match="requirepeer"):
            psycopg.connect(stranger)
        process.terminate()


def test_a_socket_path_is_short_however_long_the_folders_are() -> None:
    long = Path("/", "a" * 120)
    with temporary_home() as home:
        for folder in (home.socket, socket_folder(long)):
            assert len(os.fsencode(folder / f".s.PGSQL.{PORT}.lock")) <= LONGEST_SOCKET_PATH


def test_the_address_reads_the_same_for_django() -> None:
    settings = environ.Env.db_url_config(database_url(Path("/run/registrar-ab12")))
    assert (settings["NAME"], settings["USER"], settings["PORT"]) == (
        "registrar",
        "registrar",
        PORT,
    )
    assert settings["HOST"] == ""
    peer = server_account().name
    assert settings["OPTIONS"] == {"host": "/run/registrar-ab12", "requirepeer": peer}


def test_data_of_another_major_version_is_refused_with_advice(new_project: Path) -> None:
    data = new_project / ".local" / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    code, _, errors = run(new_project, "--", "true")
    assert code == 1
    assert f"The data in {data} was made by PostgreSQL 9, and only that can read it." in errors
    assert "move that folder away" in errors


@only_root
def test_data_goes_outside_a_project_that_the_server_cannot_enter(new_project: Path) -> None:
    new_project.chmod(0o700)
    code, folder, errors = run(new_project, "--", sys.executable, "-c", QUERY, DATA_FOLDER)
    assert code == 0, errors
    assert folder == f"/var/lib/{socket_folder(new_project).name}/data"
    assert "The data is outside the project" in errors
    assert list(new_project.glob(".local")) == []


@only_root
def test_data_goes_to_the_short_folder_where_nothing_else_is_open(
    new_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def enters_only_the_short_folder(_: Account, folder: Path) -> bool:
        return folder.is_relative_to(SHORT_FOLDER) and not folder.is_relative_to(new_project)

    monkeypatch.setattr(Account, "can_enter", enters_only_the_short_folder)
    home = persistent_home(new_project, server_account())
    assert home.root == Path(f"{socket_folder(new_project)}-data")
    home.root.rmdir()


def wheel() -> Path:
    package = wheel_folder()
    if package is None:
        pytest.skip("the wheel with PostgreSQL is not installed (requirements/local.txt)")
    return package


def test_the_postgresql_of_the_wheel_serves(new_project: Path) -> None:
    programs = str(wheel() / "pginstall" / "bin")
    query = "SELECT current_setting('server_version') || lower('É')"
    answer = ask(new_project, "--temporary", query=query, REGISTRAR_POSTGRES_BIN=programs)
    assert int(answer.split(".")[0]) >= 18
    assert answer.endswith("é")


@only_root
def test_a_wheel_out_of_reach_is_copied_once(
    new_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in wheel().parent.glob(f"{WHEEL}*"):
        shutil.copytree(folder, tmp_path / folder.name, copy_function=os.link)
    tmp_path.chmod(0o700)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(installations, "SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("REGISTRAR_POSTGRES_BIN", raising=False)

    first = choose_installation(server_account(), tmp_path, lambda: new_project)
    second = choose_installation(server_account(), tmp_path, lambda: new_project)
    assert first == second
    assert first.bin.is_relative_to(new_project)
    programs = str(first.bin)
    assert ask(new_project, "--temporary", query="SELECT 1", REGISTRAR_POSTGRES_BIN=programs) == "1"


@pytest.mark.parametrize(
    ("options", "fsync"),
    [(["--temporary"], "off"), (["--temporary", "--durable"], "on"), ([], "on")],
)
def test_only_a_temporary_server_forgets_and_not_a_durable_one(
    project: Path, options: list[str], fsync: str
) -> None:
    assert ask(project, *options, query="SHOW fsync") == fsync
