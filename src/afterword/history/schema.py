"""The history's session row: its columns and how a session fills them.

Columns that questions need often are there at write time: local hour, person key, shown asks.
Importing pyarrow takes a while, so it is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from afterword.domain.session import AskState, Session
from afterword.history import exposures, invitations, local_times, newcomers
from afterword.history.files import write_day
from afterword.history.formats import FIRST, Format
from afterword.history.kinds import ASK_FIELDS, IBIS_TYPES, arrow_types

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "ASK_FIELDS",
    "COLUMNS",
    "IBIS_TYPES",
    "arrow_schema",
    "person_key",
    "rows",
    "write_day",
]

_DAY_US: Final = 86_400_000_000
_MOST: Final = 2**63 - 1
Maker = Callable[[Session], Any]
T = TypeVar("T")


class Column(NamedTuple):
    """One column: its name, its kind (see ``kinds``), how a session fills it."""

    name: str
    kind: str
    make: Maker
    since: Format = FIRST


def person_key(project: str, person: str) -> int:
    """Give a person's stable signed 64-bit key: what questions group raters by."""
    digest = blake2b(f"{project}\x1f{person}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _day(session: Session) -> int:
    return session.opened_us // _DAY_US  # as Arrow counts dates


def _scores(session: Session) -> list[float]:
    feedback = session.feedback
    return [score for _, score in sorted(feedback.values())] if feedback else []


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _of_rating(name: str) -> Maker:
    def value(session: Session) -> object:
        return None if session.rating is None else getattr(session.rating, name)

    return value


def _strings(name: str) -> Maker:
    def pairs(session: Session) -> list[tuple[str, str]]:
        values = getattr(session, name)
        if not values:
            return []
        return [(key, _string(value)) for key, value in values.items() if value is not None]

    return pairs


def _string(value: object) -> str:
    # As JSON writes it, and 3.0 is 3: one value must not fall into two segments.
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _plain(name: str) -> Maker:
    return attrgetter(name)


def _capped(name: str) -> Maker:
    # What hosts claim may add up to more than a column holds; one such row must not break all.
    return lambda session: min(getattr(session, name), _MOST)


def _count_votes(session: Session, *, is_up: bool) -> int:
    return sum((score >= 0.5) is is_up for score in _scores(session))  # noqa: PLR2004  # the middle of [0, 1]


_SINCE_1_1: Final = Format(1, 1)
_SINCE_1_2: Final = Format(1, 2)
# The order is the file's: new ones stand at the end, with the version that brings them, which is
# then ``formats.CURRENT``.
_COLUMNS: Final[tuple[tuple[Any, ...], ...]] = (
    ("project", "string", _plain("project")),
    ("environment", "string", _plain("environment")),
    ("session_id", "string", _plain("id")),
    ("conversation_id", "string", _plain("conversation_id")),
    ("number", "int32", _plain("number")),
    ("day", "date", _day),
    ("opened_at", "time", _plain("opened_us")),
    ("last_at", "time", _plain("last_us")),
    ("closed_at", "time", _plain("closed_us")),
    ("close_reason", "string", _plain("close_reason")),
    ("outcome", "string", _plain("outcome")),
    ("user_id", "string", _plain("user_id")),
    ("person", "string", _plain("person")),
    ("person_key", "int64", lambda session: person_key(session.project, session.person)),
    ("session_number", "int32", _plain("session_number")),
    ("tenure_days", "int32", _plain("tenure_days")),
    ("is_onboarded", "bool", _plain("is_onboarded")),
    ("local_hour", "int8", local_times.local_hour),
    ("local_weekday", "int8", local_times.local_weekday),
    *(
        (name, "string", _plain(name))
        for name in (
            "agent",
            "release",
            "model",
            "prompt_version",
            "use_case",
            "channel",
            "device",
            "locale",
            "timezone",
            "trace_id",
        )
    ),
    ("traits", "map", _strings("traits")),
    ("labels", "map", _strings("labels")),
    ("metadata", "map", _strings("metadata")),
    *(
        (name, "int32", _plain(name))
        for name in ("n_user", "n_agent", "n_tool", "n_errors", "n_handovers")
    ),
    ("user_words", "int64", _capped("user_words")),
    ("agent_words", "int64", _capped("agent_words")),
    ("tokens", "int64", _capped("tokens")),
    ("cost_usd", "double", lambda session: session.cost_nano_usd / 1e9),
    (
        "latency_ms",
        "double",
        lambda session: (
            session.latency_us / session.n_latency / 1000 if session.n_latency else None
        ),
    ),
    ("duration_s", "double", lambda session: (session.last_us - session.first_us) / 1e6),
    ("n_feedback", "int32", lambda session: len(session.feedback)),
    ("n_up", "int32", lambda session: _count_votes(session, is_up=True)),
    ("n_down", "int32", lambda session: _count_votes(session, is_up=False)),
    ("feedback_mean", "double", lambda session: _mean(_scores(session))),
    ("feedback_last", "double", lambda session: next(reversed(_scores(session)), None)),
    ("feedback_worst", "double", lambda session: min(_scores(session), default=None)),
    ("tools", "strings", lambda session: sorted(session.tools)),
    ("features", "strings", lambda session: sorted(session.features)),
    ("flows_shown", "strings", exposures.reached("shown", "started", "completed", "dismissed")),
    ("flows_started", "strings", exposures.reached("started", "completed")),
    ("flows_completed", "strings", exposures.reached("completed")),
    ("flows_dismissed", "strings", exposures.reached("dismissed")),
    ("n_asks", "int32", lambda session: len(session.asks)),
    (
        "n_shown",
        "int32",
        lambda session: sum(map(invitations.is_shown, session.asks)),
    ),
    (
        "n_answered",
        "int32",
        lambda session: sum(ask.state is AskState.ANSWERED for ask in session.asks),
    ),
    (
        "ask_state",
        "string",
        lambda session: session.asks[-1].state.value if session.asks else None,
    ),
    ("trigger", "string", invitations.trigger),
    ("decision", "string", _plain("decision")),
    ("rating", "string", _of_rating("rating")),
    ("reason", "string", _of_rating("reason")),
    (
        "has_reason",
        "bool",
        lambda session: session.rating is not None and session.rating.reason is not None,
    ),
    (
        "is_reason_cut",
        "bool",
        lambda session: session.rating is not None and session.rating.is_reason_cut,
    ),
    ("rated_at", "time", _of_rating("rated_us")),
    ("rating_source", "string", _of_rating("source")),
    (
        "is_unasked",
        "bool",
        lambda session: (
            session.rating is not None and session.rating.trigger in invitations.UNASKED
        ),
    ),
    ("n_revisions", "int32", _of_rating("n_revisions")),
    ("is_settled", "bool", _plain("settled")),
    *(
        (*column, _SINCE_1_1)
        for column in (
            ("asks", "asks", invitations.asks),
            ("drawn", "string", invitations.drawn),
            ("ask_chance", "double", _plain("ask_chance")),
            ("is_new", "bool", lambda session: newcomers.is_new(session, None)),
            ("flow_kinds", "map", exposures.kinds),
            ("flow_variants", "map", exposures.variants),
            ("flow_steps", "map", exposures.furthest),
            ("flow_seconds", "seconds", exposures.offsets),
        )
    ),
    *(
        (name, kind, _plain(name), _SINCE_1_2)
        for name, kind in (
            ("n_refusals", "int32"),
            ("n_retries", "int32"),
            ("inferred_use_case", "string"),
            ("inferred_by", "string"),
        )
    ),
)
COLUMNS: Final = tuple(Column(*one) for one in _COLUMNS)
_MAKERS: Final = {column.name: column.make for column in COLUMNS}


def types_of(kinds: Mapping[str, T]) -> dict[str, T]:
    """Give every column its type, from the types of kinds."""
    return {column.name: kinds[column.kind] for column in COLUMNS}


@lru_cache(maxsize=64)
def missing_in(version: Format) -> frozenset[str]:
    """Name the columns that files of a format lack."""
    return frozenset(column.name for column in COLUMNS if column.since > version)


@lru_cache(maxsize=1)
def arrow_schema() -> pa.Schema:
    """Build the Arrow schema of a day file."""
    import pyarrow as pa  # noqa: PLC0415  # heavy: after the server is ready

    return pa.schema(list(types_of(arrow_types()).items()))


def rows(
    sessions: Iterable[Session],
    columns: Collection[str] | None = None,
    *,
    since_us: int | None = None,
) -> pa.Table:
    """Make history rows of sessions.

    Args:
        sessions: In any order.
        columns: Only these, in the schema's order; all when None.
        since_us: Where the project's data begin: what tells new people from those whom nobody
            had seen yet.
    """
    import pyarrow as pa  # noqa: PLC0415  # heavy: after the server is ready

    held = list(sessions)
    schema = arrow_schema()
    makers = {**_MAKERS, "is_new": lambda session: newcomers.is_new(session, since_us)}
    chosen = [field for field in schema if columns is None or field.name in columns]
    arrays = [pa.array(list(map(makers[field.name], held)), type=field.type) for field in chosen]
    return pa.Table.from_arrays(arrays, schema=pa.schema(chosen))
