"""Which sessions a question counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.errors import InvalidField

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a question may be filtered and split by, and the column that holds it.
DIMENSIONS: Final = (
    "release",
    "model",
    "prompt_version",
    "agent",
    "channel",
    "locale",
    "use_case",
    "device",
    "trigger",
)
MAPS: Final = {"trait": "traits", "label": "labels"}
PERIODS: Final = ("day", "week", "month")


class Filter(Struct, frozen=True, kw_only=True):
    """A project's sessions of one environment, opened in [from, to), that match every name.

    ``where`` holds (name, value) pairs: a dimension, ``trait.<name>``, ``label.<name>`` or
    ``flow``. One name with several values matches any of them. Times are microseconds.

    Raises:
        InvalidField: ``where`` has a name that is none of these.
    """

    project: str = "default"
    environment: str = "production"
    from_us: int | None = None
    to_us: int | None = None
    where: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Check the names of ``where``."""
        for name, _ in self.where:
            check_name(name, field="where", also=("flow",))


def check_name(name: str, *, field: str, also: tuple[str, ...] = ()) -> str:
    """Return a dimension's name if there is one.

    Args:
        name: A dimension, ``trait.<name>`` or ``label.<name>``.
        field: The input field it came in, for the error.
        also: Further names that are allowed here.

    Raises:
        InvalidField: It is no dimension.
    """
    head, _, key = name.partition(".")
    if name in DIMENSIONS or name in also or (head in MAPS and key):
        return name
    known = ", ".join((*DIMENSIONS, *also, "trait.<name>", "label.<name>"))
    raise InvalidField(f"{field}: {name!r:.80} is none of {known}.", field=field)


def parse_where(pairs: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Read ``key:value`` pairs; values may hold further colons.

    Raises:
        InvalidField: A pair without a colon, or an unknown key.
    """
    found = []
    for pair in pairs:
        name, colon, value = pair.partition(":")
        if not colon:
            raise InvalidField(f"where: {pair!r:.80} is not key:value.", field="where")
        found.append((check_name(name, field="where", also=("flow",)), value))
    return tuple(found)
