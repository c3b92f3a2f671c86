"""The shapes of a note and of the marker that it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

from afterword.server.times import write_time

if TYPE_CHECKING:
    from afterword.journal.markers import Marker


class NoteBody(Struct, frozen=True, kw_only=True):
    """What is sent; ``at`` (a day or an RFC 3339 time) is now when absent."""

    text: Annotated[str, Meta(min_length=1, max_length=500)]
    at: str | None = None


class MarkerView(Struct, frozen=True, kw_only=True):
    """A dated note on the time line."""

    id: str
    at: str
    kind: str
    text: str


def marker_view(marker: Marker) -> MarkerView:
    """Give a marker as it is answered."""
    return MarkerView(
        id=marker.id, at=write_time(marker.at_us), kind=marker.kind, text=marker.text
    )
