"""The tree of errors."""

from __future__ import annotations

import inspect
import re

import pytest

from afterword import errors
from afterword.errors import AfterwordError

ALL = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, AfterwordError)
]


def _drawn():
    """Read the drawing: for each name, the branch it hangs on."""
    branch, found = None, {}
    for line in errors.__doc__.splitlines():
        if head := re.match(r"    [├└]── (\w+)", line):
            branch = head[1]
            found[branch] = "AfterwordError"
        elif leaves := re.match(r"    [│ ]\s+[├└]── ([\w, ]+)$", line):
            found |= dict.fromkeys(leaves[1].split(", "), branch)
    return found


def test_the_drawing_is_the_tree():
    """Every class hangs where the docstring draws it, and nothing else is drawn."""
    coded = {kind.__name__: kind.__base__.__name__ for kind in ALL if kind is not AfterwordError}

    assert _drawn() == coded


def test_codes_are_stable_words_and_unique():
    """A caller can tell two errors apart by their codes alone."""
    codes = [kind.__dict__["code"] for kind in ALL]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", code) for code in codes)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_the_first_line_of_the_docstring_is_the_message(kind):
    """An error raised without words says what its class says."""
    first = kind.__doc__.splitlines()[0]

    assert first.endswith(".")
    assert str(kind()) == kind().detail == first
    assert kind().field is None


def test_an_error_may_say_more_and_name_the_field():
    """What is said replaces the class's words; the field is as the caller wrote it."""
    error = errors.ReasonTooLong("reason has 31 words.", field="events[3].reason")

    assert str(error) == "reason has 31 words."
    assert error.field == "events[3].reason"


def test_only_what_time_may_heal_is_worth_a_retry():
    """Callers retry what is not permanent: the branch of unavailability, and haste."""
    passing = {kind for kind in ALL if not kind.permanent}
    later = {kind for kind in ALL if issubclass(kind, errors.UnavailableError)}

    assert passing == later | {errors.TooManyRequests}
    assert len(passing) > 1
