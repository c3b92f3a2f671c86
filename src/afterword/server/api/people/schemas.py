"""The shapes of people at the edge."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from afterword.journal.erasures import Erasure, Gone, Kept
from afterword.server.times import write_time

_WHY: Final = (
    "Sessions stay as counts of nobody, so that reports count as before: with other ids, and"
    " without person, traits, labels, metadata, trace id and words. A keyed hash of the user id"
    " and of the conversations stays, so that nothing of before is kept again when it comes late."
)


class ErasureView(Struct, frozen=True, kw_only=True):
    """What an erasure did, by kind; zeros where the person was erased before.

    ``erased_at``: nothing of the person that happened up to then is kept again.
    """

    erased_at: str
    gone: Gone
    stays: Kept
    why: str


def erasure_view(done: Erasure) -> ErasureView:
    """Give an erasure as it is answered."""
    return ErasureView(erased_at=write_time(done.at_us), gone=done.gone, stays=done.kept, why=_WHY)
