"""An extract: the session rows that a filter chooses, as a stream that fits into memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.errors import SetupError
from afterword.history import schema
from afterword.history.engines.duckdb import connect, window
from afterword.history.questions.dimensions import matching

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pyarrow as pa

    from afterword.history.filters import Filter
    from afterword.history.snapshots import Snapshot

ROWS_AT_ONCE: Final = 8_192
_ROWS: Final = "afterword_rows"


def extract(
    snapshot: Snapshot, chosen: Filter, columns: Collection[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Give the chosen rows, a batch after another, in no order.

    Args:
        snapshot: Where they are.
        chosen: Environment, window and ``where``.
        columns: Only these, in the schema's order; all when None.
    """
    names = [name for name in schema.arrow_schema().names if columns is None or name in columns]
    yield from stream(snapshot, chosen, ", ".join(f'"{name}"' for name in names))


def stream(snapshot: Snapshot, chosen: Filter, select: str) -> Iterator[pa.RecordBatch]:
    """Give what an SQL select list makes of the chosen rows.

    Raises:
        SetupError: They cannot be read.
    """
    import duckdb  # noqa: PLC0415  # heavy: after the server is ready
    import pyarrow as pa  # noqa: PLC0415  # same

    connection = connect()
    try:
        connection.register("clean_rows", snapshot.clean)
        connection.register("stale_rows", snapshot.stale)
        connection.register("changed_rows", snapshot.changed)
        found = connection.sql(
            f"WITH {_ROWS} AS (SELECT * FROM clean_rows UNION ALL SELECT held.* FROM stale_rows"  # noqa: S608  # names and quoted values
            " AS held ANTI JOIN changed_rows USING (session_id) UNION ALL SELECT * FROM"
            f" changed_rows) SELECT {select} FROM ({_where(chosen)}) WHERE {window(chosen)}"
        )
        yield from found.to_arrow_reader(ROWS_AT_ONCE)
    except (duckdb.Error, pa.ArrowException, OSError) as exc:
        raise SetupError(
            f"The day files cannot be read; afterword rebuild writes them anew ({exc})."
        ) from exc
    finally:
        connection.close()


def _where(chosen: Filter) -> str:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    table = ibis.table(schema.types_of(schema.IBIS_TYPES), name=_ROWS)
    return str(ibis.to_sql(matching(table, chosen.where), dialect="duckdb"))
