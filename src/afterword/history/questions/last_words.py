"""What people said last: how many stand at each level after their newest rating."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.history.questions.dimensions import matching

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History


def last_words(history: History, chosen: Filter) -> dict[str, int]:
    """Count people by their newest rating among the chosen sessions; levels of nobody are absent.

    Of two ratings at the very same time, the one later in the alphabet counts: any would do, and
    it is the same everywhere.
    """
    rows = history.run(
        ("last words", chosen.where), lambda table: _last(matching(table, chosen.where)), chosen
    )
    return {str(level): int(n) for level, n in sorted(rows)}


def _last(table: ibis.Table) -> ibis.Table:
    rated = table.filter(table.rating.notnull())
    kept = rated.select("person_key", "rating", at=rated.rated_at.epoch_seconds().cast("int64"))
    newest = kept.group_by("person_key").aggregate(at=kept.at.max())
    theirs = kept.join(newest, ["person_key", "at"])
    people = theirs.group_by("person_key").aggregate(level=theirs.rating.max())
    return people.group_by("level").aggregate(n=people.count())
