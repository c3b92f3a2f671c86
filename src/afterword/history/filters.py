"""Which sessions a question counts."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from afterword.errors import InvalidField

# What a question may be filtered and split by: columns of text, of true and false, of whole
# numbers, and a number in bands.
_TEXTS: Final = (
    "release",
    "model",
    "prompt_version",
    "agent",
    "channel",
    "locale",
    "use_case",
    "inferred_use_case",
    "device",
    "timezone",
    "trigger",
    "close_reason",
    "outcome",
)
FLAGS: Final = ("is_new", "is_onboarded", "has_reason")
NUMBERS: Final = ("local_hour", "local_weekday")
SESSION_NUMBER: Final = "session_number"
SESSION_BANDS: Final = ("1", "2-3", "4-10", "11+")
DIMENSIONS: Final = (*_TEXTS, "is_new", "is_onboarded", *NUMBERS, SESSION_NUMBER)
# A session may meet many flows, and shares of levels by level say nothing: these only filter.
FILTERS: Final = ("flow", "rating", "rating_source", "has_reason")
# By the first part of a name: the column of which the second part is a key.
MAPS: Final = {
    "trait": "traits",
    "label": "labels",
    "variant": "flow_variants",
    "step": "flow_steps",
}
_MAP_NAMES: Final = ("trait.<name>", "label.<name>", "variant.<flow>", "step.<flow>")
PERIODS: Final = ("day", "week", "month")
UNKNOWN: Final = "unknown"  # the value of sessions that have none
_VALUES: Final = {**dict.fromkeys(FLAGS, ("true", "false")), SESSION_NUMBER: SESSION_BANDS}


class Filter(Struct, frozen=True, kw_only=True):
    """A project's sessions of one environment, opened in [from, to), that match every name.

    ``where`` holds (name, value) pairs: a dimension, ``trait.<name>`` and its like, or one of
    ``FILTERS``. One name with several values matches any of them. Times are microseconds.

    Raises:
        InvalidField: ``where`` has a name that is none of these, or a value that it never has.
    """

    project: str = "default"
    environment: str = "production"
    from_us: int | None = None
    to_us: int | None = None
    where: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Check the names of ``where``."""
        for name, value in self.where:
            check_name(name, field="where", also=FILTERS)
            _check_value(name, value)


def check_name(name: str, *, field: str, also: tuple[str, ...] = ()) -> str:
    """Return a dimension's name if there is one.

    Args:
        name: A dimension, ``trait.<name>``, ``label.<name>``, ``variant.<flow>`` or
            ``step.<flow>``.
        field: The input field it came in, for the error.
        also: Further names that are allowed here.

    Raises:
        InvalidField: It is no dimension.
    """
    head, _, key = name.partition(".")
    if name in DIMENSIONS or name in also or (head in MAPS and key):
        return name
    known = ", ".join((*DIMENSIONS, *also, *_MAP_NAMES))
    raise InvalidField(f"{field}: {name!r:.80} is none of {known}.", field=field)


def _check_value(name: str, value: str) -> None:
    # A number that is asked for by a value that cannot be would be a false nothing.
    known = _VALUES.get(name)
    if known is not None and value not in (*known, UNKNOWN):
        told = ", ".join((*known, UNKNOWN))
        raise InvalidField(f"where: {name} is one of {told}, not {value!r:.80}.", field="where")
