"""The kinds of columns, and what Arrow and Ibis call them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pyarrow as pa

_IBIS_TIME: Final = "timestamp('UTC', 6)"
# The fields of one ask, each with its kind.
ASK_FIELDS: Final = {
    "trigger": "string",
    "state": "string",
    "policy_version": "int32",
    "granted_at": "time",
    "shown_at": "time",
    "ended_at": "time",
    "answer_s": "double",
}
_PLAIN: Final = {
    "string": "string",
    "int8": "int8",
    "int32": "int32",
    "int64": "int64",
    "double": "float64",
    "bool": "boolean",
    "date": "date",
    "time": _IBIS_TIME,
}
# Ibis could read Arrow's schema, but loads pandas for it.
IBIS_TYPES: Final = {
    **_PLAIN,
    "strings": "array<string>",
    "map": "map<string, string>",
    "seconds": "map<string, float64>",
    "asks": "array<struct<{}>>".format(
        ", ".join(f"{name}: {_PLAIN[kind]}" for name, kind in ASK_FIELDS.items())
    ),
}


@lru_cache(maxsize=1)
def arrow_types() -> dict[str, pa.DataType]:
    """Give the Arrow type of every kind."""
    import pyarrow as pa  # noqa: PLC0415  # heavy: after the server is ready

    plain = {
        "string": pa.string(),
        "int8": pa.int8(),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "double": pa.float64(),
        "bool": pa.bool_(),
        "date": pa.date32(),
        "time": pa.timestamp("us", tz="UTC"),
    }
    return {
        **plain,
        "strings": pa.list_(pa.string()),
        "map": pa.map_(pa.string(), pa.string()),
        "seconds": pa.map_(pa.string(), pa.float64()),
        "asks": pa.list_(pa.struct([(name, plain[kind]) for name, kind in ASK_FIELDS.items()])),
    }
