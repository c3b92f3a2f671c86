"""Which column of a table holds which field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.errors import InvalidField, SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

COMMON: Final = ("conversation_id", "user_id", "at", "environment")
RATING: Final = ("rating", "reason")
ATTRIBUTES: Final = (
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
MESSAGE: Final = ("role", "text", "message_id", "error", "latency_ms", "tokens", "cost_usd")
GROUPS: Final = {"trait": "traits", "label": "labels", "metadata": "metadata"}
_FIELDS: Final = ("id", *COMMON, *RATING, "outcome", *ATTRIBUTES, *MESSAGE)


def is_field(name: str) -> bool:
    """Tell whether a table may hold this field: a name, or ``trait.plan`` and the like."""
    group, _, key = name.partition(".")
    return name in _FIELDS or (group in GROUPS and key != "")


def check_fields(columns: dict[str, str]) -> None:
    """Check the fields that a caller has mapped.

    Raises:
        InvalidField: One is no field.
    """
    for name in columns:
        if not is_field(name):
            known = ", ".join((*_FIELDS, *(f"{group}.<name>" for group in GROUPS)))
            raise InvalidField(f"map: {name!r:.80} is none of {known}.", field="map")


class Columns:
    """The fields of one table, each with the place and name of its column."""

    def __init__(self, path: Path, header: Sequence[str], mapped: dict[str, str]) -> None:
        """Find the columns: those that are mapped, and those called like a field.

        Raises:
            SetupError: A mapped column is not there or twice there, a mapped field would not be
                read, or the table says nothing about ratings or messages.
        """
        self.header = [name.strip() for name in header]
        told = {name: name for name in self.header if is_field(name)} | mapped
        self._places = {field: self._find(path, name) for field, name in told.items() if name}
        if "rating" not in self._places and "role" not in self._places:
            raise SetupError(
                f"{path} has no column for rating (or role): map one, as in"
                f" --map rating=score. It has {self._listed()}."
            )
        unread = ("outcome",) if self.has_messages else MESSAGE
        for field in unread:
            if mapped.get(field):
                rows = "messages" if self.has_messages else "rated sessions: map role, too"
                raise SetupError(f"{field} is not read here: the rows of {path} are {rows}.")

    @property
    def has_messages(self) -> bool:
        """Whether a row is a message instead of a rated session."""
        return "role" in self._places

    def name(self, field: str | None) -> str | None:
        """Give the column of a field, if it has one."""
        place = self._places.get(field or "")
        return None if place is None else self.header[place]

    def values(self, row: Sequence[str]) -> dict[str, str]:
        """Give the fields of a row that are not blank."""
        found = ((field, row[place].strip()) for field, place in self._places.items())
        return {field: value for field, value in found if value}

    def _find(self, path: Path, name: str) -> int:
        places = [place for place, known in enumerate(self.header) if known == name]
        if len(places) != 1:
            many = "no column" if not places else "more than one column"
            raise SetupError(f"{path} has {many} {name!r:.80}; it has {self._listed()}.")
        return places[0]

    def _listed(self) -> str:
        return ", ".join(self.header)


def attributes(values: dict[str, str]) -> Iterator[tuple[str, object]]:
    """Give what a row says about its session, as an event says it."""
    yield from ((name, values[name]) for name in ATTRIBUTES if name in values)
    for group, plural in GROUPS.items():
        found = {
            name.partition(".")[2]: value
            for name, value in values.items()
            if name.startswith(f"{group}.")
        }
        if found:
            yield plural, found
