"""SQLite: one file, one connection that writes, several that read."""

from __future__ import annotations

import fcntl
import os
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import event

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

# Ids at random still find their index pages in the writer's memory; readers are many.
_WRITER_KIB: Final = 65_536
_READER_KIB: Final = 4_096
_PATIENCE: Final = "busy_timeout=10000"
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",  # what was acknowledged survives a power cut
    "secure_delete=ON",  # what was deleted is overwritten
    _PATIENCE,
    "wal_autocheckpoint=32000",
    "temp_store=MEMORY",
)
_READ_ONLY: Final = (_PATIENCE, "temp_store=MEMORY")


class SQLite:
    """A journal in a file, for one server: its clock is the system's."""

    is_shared: Final = False

    def __init__(self, path: Path) -> None:
        """Take the file; its folder is made when absent.

        Raises:
            OSError: It cannot be made.
        """
        self.name = str(path)
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._is_read_only = path.exists() and not os.access(path.parent, os.W_OK)
        if self._is_read_only:
            self.writer = self.reader = _engine(_address(path), "BEGIN", _READ_ONLY, size=8)
            return
        self.writer = _engine(str(path), "BEGIN IMMEDIATE", _PRAGMAS, size=1)
        self.reader = _engine(str(path), "BEGIN", _PRAGMAS, size=8)

    @contextmanager
    def migrating(self) -> Iterator[None]:
        """Keep other processes from bringing the tables up to date meanwhile."""
        if self._is_read_only:
            yield
            return
        with self._path.with_name("migrate.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def lead(self) -> bool:
        """Lead: there is nobody else."""
        return True

    is_leading = lead

    def resign(self) -> None:
        """Go on: there is nobody else."""

    def forget(self) -> bool:
        """Empty the log into the file; tell whether that could be done."""
        with closing(self.writer.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout=200")  # readers may be long, and intake waits
            is_busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            cursor.execute(f"PRAGMA {_PATIENCE}")
            return not is_busy

    def close(self) -> None:
        """Give the connections back; a later use opens new ones."""
        self.reader.dispose()
        self.writer.dispose()


def _address(path: Path) -> str:
    # Beside what a killed server left SQLite reads both; without it, it would want to make files.
    is_settled = not path.with_name(f"{path.name}-wal").exists()
    how = "immutable=1" if is_settled else "mode=ro"
    return f"file:{quote(str(path))}?{how}&uri=true"


def _engine(address: str, begin: str, pragmas: tuple[str, ...], *, size: int) -> Engine:
    engine = sa.create_engine(
        f"sqlite:///{address}",
        poolclass=sa.pool.QueuePool,
        pool_size=size,
        max_overflow=0 if size == 1 else size,
        connect_args={"check_same_thread": False, "timeout": 10},
        hide_parameters=True,  # an error that is logged must not tell what people wrote
    )

    def prepare(dbapi_connection: sqlite3.Connection, _record: object) -> None:
        dbapi_connection.isolation_level = None  # transactions are begun below, by name
        for pragma in (*pragmas, f"cache_size=-{_WRITER_KIB if size == 1 else _READER_KIB}"):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", start)
    return engine
