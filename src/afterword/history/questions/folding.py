"""Keys with few raters counted as one, before they leave the engine: there may be a million."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis


def folded(
    joined: ibis.Table, keys: Sequence[str], counts: Sequence[str], sums: Sequence[str], least: int
) -> ibis.Table:
    """Fold the keys with fewer than ``least`` raters.

    Args:
        joined: A row a key and rating, with ``rating`` and ``n_raters``, the same for a key.
        keys: Its columns of keys.
        counts: Its columns that add up.
        sums: Its columns over people, which do not: a person may have rated in several keys.
        least: Raters that a key needs to stay.

    Returns:
        Keys, rating, counts, sums and ``n_keys``: folded rows have null keys, sums of 0, and in
        their ``n_keys``, added up over ratings, how many keys they were.
    """
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    place = ibis.row_number().over(
        ibis.window(group_by=[joined[key] for key in keys], order_by=joined.rating)
    )
    marked = joined.mutate(is_few=joined.n_raters.fill_null(0) < least, place=place)
    shown = marked.mutate(
        **{key: marked.is_few.ifelse(ibis.null(), marked[key]) for key in keys},
        **{name: marked.is_few.ifelse(0, marked[name]) for name in sums},
    )
    found = shown.group_by([*keys, "rating", *sums]).aggregate(
        **{name: shown[name].sum() for name in counts},
        n_keys=shown.count(where=shown.is_few & (shown.place == 0)),
    )
    return found.select(*keys, "rating", *counts, *sums, "n_keys")
