"""Reading what a caller sent, naming everything that is wrong."""

from typing import Annotated

import pytest
from msgspec import Meta, Struct, field

from afterword.errors import InvalidField, MissingField, NotJson, UnknownField
from afterword.server.api.reading import read_object, read_query, read_struct


class Query(Struct, frozen=True, rename={"from_": "from"}):
    """A query of every kind of parameter."""

    from_: str | None = None
    limit: Annotated[int, Meta(ge=1)] = 50
    has_reason: bool | None = None
    where: list[str] = field(default_factory=list)


class Note(Struct, frozen=True):
    """A body with a field that must be there."""

    text: Annotated[str, Meta(min_length=1)]
    at: str | None = None


def test_a_query_is_read_into_its_types():
    """Numbers and flags are read; a list collects what comes again."""
    pairs = [
        ("from", "2026-11-01"),
        ("limit", "7"),
        ("has_reason", "true"),
        ("where", "a:1"),
        ("where", "b:2"),
    ]

    assert read_query(Query, pairs) == Query("2026-11-01", 7, True, ["a:1", "b:2"])  # noqa: FBT003  # a value
    assert read_query(Query, []) == Query()


@pytest.mark.parametrize(
    ("pair", "kind"),
    [
        (("form", "x"), UnknownField),
        (("limit", "none"), InvalidField),
        (("limit", "0"), InvalidField),
        (("has_reason", "perhaps"), InvalidField),
        (("from", "a\x00b"), InvalidField),
    ],
)
def test_a_wrong_parameter_is_named(pair, kind):
    """A misspelt filter never silently widens the answer."""
    with pytest.raises(kind, match=pair[0]) as raised:
        read_query(Query, [pair])

    assert raised.value.field == pair[0]


def test_a_parameter_that_comes_twice_is_refused():
    """Which one was meant cannot be known."""
    with pytest.raises(InvalidField, match="from is given more than once"):
        read_query(Query, [("from", "a"), ("from", "b")])


def test_everything_that_is_wrong_is_named_at_once():
    """One round trip to correct all of it."""
    with pytest.raises(UnknownField, match=r"form is none of .*; limit: expected"):
        read_query(Query, [("form", "x"), ("limit", "many")])


def test_a_body_is_read_strictly():
    """A number in quotes is no number in JSON."""
    assert read_struct(Note, b'{"text": "prices changed"}') == Note("prices changed")


@pytest.mark.parametrize(
    ("body", "kind", "name"),
    [
        (b"{}", MissingField, "text"),
        (b'{"text": ""}', InvalidField, "text"),
        (b'{"text": 5}', InvalidField, "text"),
        (b'{"text": "a\\u0000b"}', InvalidField, "text"),
        (b'{"text": "a\\ud800b"}', InvalidField, "text"),
        (b'{"text": "a", "colour": "red"}', UnknownField, "colour"),
    ],
)
def test_a_wrong_body_names_its_field(body, kind, name):
    """Every fault carries the field it is about."""
    with pytest.raises(kind) as raised:
        read_struct(Note, body)

    assert raised.value.field == name


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"NaN", b"[" * 100_000])
def test_what_is_not_json_is_refused(body):
    """Broken, undecodable, or too deep."""
    with pytest.raises(NotJson):
        read_object(body)


def test_what_is_not_an_object_is_refused():
    """A list has no fields."""
    with pytest.raises(InvalidField, match="object"):
        read_object(b"[]")
