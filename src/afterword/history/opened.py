"""``afterword.open_history``: session rows for analysis, in Ibis, Polars or Arrow."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from afterword.errors import SetupError
from afterword.history import schema
from afterword.history.overlay import NoOverlay
from afterword.history.snapshots import take_snapshot

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterator

    import ibis
    import polars as pl
    import pyarrow as pa

    from afterword.history.overlay import Overlay
    from afterword.history.snapshots import Snapshot

_JOURNAL: Final = "journal.db"
_EXTRA: Final = "pip install 'afterword[analysis]'"
# Little is read ahead: a stream is to fit beside whatever reads it.
_AT_ONCE: Final = {"batch_size": 8_192, "batch_readahead": 2, "fragment_readahead": 1}


def open_history(
    path: str | os.PathLike[str], *, project: str = "default", database_url: str | None = None
) -> OpenedHistory:
    """Open the session rows of a data folder; a server may run on it meanwhile.

    Args:
        path: The data folder, or only its ``history`` folder, or a copy of that.
        project: The tenant.
        database_url: The journal's database, where it is not ``journal.db`` in the folder.

    Raises:
        SetupError: There is no history, or the server's packages are not installed.
    """
    _need("pyarrow")
    folder = Path(path).expanduser()
    inner = folder / "history"
    has_journal = database_url is not None or (folder / _JOURNAL).exists()
    if not (inner.is_dir() or has_journal or any(folder.glob("project=*"))):
        raise SetupError(f"There is no history in {folder}: name a data folder.")
    is_data_folder = inner.is_dir() or has_journal
    return OpenedHistory(
        inner if is_data_folder else folder,
        project,
        _Place(folder if has_journal else None, database_url),
    )


class OpenedHistory:
    """The session rows of one project, all environments; read lazily.

    Each call gives the rows as they are then: those of the day files, and from the journal, where
    there is one, those that the files lack. What it gives does not change while it is read.
    """

    def __init__(self, directory: Path, project: str, journal: _Place) -> None:
        """Take the folder of the day files and where the journal is; nothing is read yet."""
        self._directory, self._project, self._journal = directory, project, journal

    def arrow(self, columns: Collection[str] | None = None) -> pa.RecordBatchReader:
        """Give a stream of record batches; ``read_all()`` makes a table of it.

        Args:
            columns: Only these; all when None.

        Raises:
            SetupError: A day file cannot be read, or there is no such column.
        """
        import pyarrow as pa  # noqa: PLC0415  # heavy: a host may only import this

        kind = schema.arrow_schema()
        known = set(kind.names)
        if unknown := sorted(set(columns or ()) - known):
            raise SetupError(f"columns: {', '.join(unknown)}: not among {', '.join(kind.names)}.")
        names = [name for name in kind.names if columns is None or name in columns]
        return pa.RecordBatchReader.from_batches(
            pa.schema([kind.field(name) for name in names]), _batches(self._snapshot(), names)
        )

    def polars(self) -> pl.LazyFrame:
        """Give a lazy frame; only the columns that it comes to need are read.

        Raises:
            SetupError: A day file cannot be read, or Polars is not installed.
        """
        _need("polars")
        import polars as pl  # noqa: PLC0415  # optional

        held = self._snapshot()
        changed = pl.LazyFrame(held.changed)
        stale = pl.scan_pyarrow_dataset(held.stale)
        kept = stale.join(changed.select("session_id"), on="session_id", how="anti")
        return pl.concat([pl.scan_pyarrow_dataset(held.clean), kept, changed])

    def ibis(self) -> ibis.Table:
        """Give an Ibis table, on a DuckDB of its own in this process.

        Raises:
            SetupError: A day file cannot be read, or pandas is not installed.
        """
        _need("pandas", "pyarrow_hotfix")  # Ibis hands results out through them
        import ibis  # noqa: PLC0415  # heavy: a host may only import this

        held = self._snapshot()
        backend = ibis.duckdb.connect()
        backend.raw_sql("SET TimeZone = 'UTC'")
        clean, stale, changed = (
            _table(backend, name, value) for name, value in held._asdict().items()
        )
        return clean.union(stale.anti_join(changed, "session_id")).union(changed)

    def _snapshot(self) -> Snapshot:
        with self._journal.overlay() as overlay:
            return take_snapshot(self._directory, self._project, overlay)


class _Place(NamedTuple):
    """Where the journal is, if there is one."""

    data_dir: Path | None
    url: str | None

    @contextmanager
    def overlay(self) -> Iterator[Overlay]:
        if self.data_dir is None:
            yield NoOverlay()
            return
        from afterword.history.changes import JournalOverlay  # noqa: PLC0415  # brings SQLAlchemy
        from afterword.journal import Journal  # noqa: PLC0415  # same

        journal = Journal.open(None if self.url else self.data_dir, self.url)
        try:
            yield JournalOverlay(journal)
        finally:
            journal.close()


def _batches(snapshot: Snapshot, names: list[str]) -> Iterator[pa.RecordBatch]:
    import pyarrow.compute as pc  # noqa: PLC0415  # heavy: a host may only import this

    is_changed = pc.field("session_id").isin(snapshot.changed["session_id"].combine_chunks())
    for held, chosen in ((snapshot.clean, None), (snapshot.stale, ~is_changed)):
        yield from held.to_batches(columns=names, filter=chosen, **_AT_ONCE)
    yield from snapshot.changed.select(names).to_batches()


def _table(backend: Any, name: str, value: object) -> ibis.Table:  # noqa: ANN401  # Ibis types no backend
    backend.con.register(name, value)
    return backend.table(name)


def _need(*modules: str) -> None:
    for name in modules:
        try:
            import_module(name)
        except ModuleNotFoundError as exc:
            raise SetupError(f"{name} is not installed: {_EXTRA}") from exc
