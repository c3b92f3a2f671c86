"""Pauses in bins: small, exact at edges, the same in any order."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import msgspec
import pytest

from afterword.domain.pauses import RATIO, Pauses, edges

DAY = 86_400


def drawn(seed, n=500):
    """Draw sessions: longest pause, and whether the session ended in silence."""
    chance = Random(seed)  # noqa: S311  # seeded, no secret
    return [(chance.lognormvariate(4, 1.5), chance.random() < 0.7) for _ in range(n)]


def counted(sessions):
    """Count sessions."""
    pauses = Pauses()
    for longest, is_silent in sessions:
        pauses.add(longest, ends_silent=is_silent)
    return pauses


def test_a_silence_at_an_edge_is_counted_exactly():
    """Who would have been asked, and who too early, as by a list of all sessions."""
    sessions = drawn(1)
    pauses = counted(sessions)
    for place in range(0, 800, 7):
        edge = RATIO**place
        resumed = sum(longest > edge for longest, _ in sessions)
        asked = sum(longest > edge or is_silent for longest, is_silent in sessions)
        assert pauses.reached(edge) == (asked, resumed)


def test_between_two_edges_too_many_count_as_too_early():
    """Never too few: whoever is asked because of it is not asked too early."""
    sessions = drawn(2)
    pauses = counted(sessions)
    for seconds in range(1, 2_000, 13):
        resumed = sum(longest >= seconds for longest, _ in sessions)
        nearly = sum(longest >= seconds / RATIO for longest, _ in sessions)
        assert resumed <= pauses.reached(seconds)[1] <= nearly


def test_parts_in_any_order_make_the_whole():
    """However sessions are parted, merged and kept as JSON between."""
    sessions = drawn(3)
    whole = counted(sessions)
    Random(4).shuffle(sessions)  # noqa: S311  # seeded, no secret
    merged = Pauses()
    for start in range(0, len(sessions), 77):
        part = msgspec.json.encode(counted(sessions[start : start + 77]))
        merged.merge(msgspec.json.decode(part, type=Pauses))
    assert merged == whole


def test_memory_is_bounded():
    """By the bins that a day has, whatever the sessions."""
    chance = Random(5)  # noqa: S311  # seeded, no secret
    pauses = counted((chance.uniform(0, DAY), True) for _ in range(200_000))
    assert len(pauses.silent) <= 1_143
    assert pauses.n_silent == 200_000


def test_a_pause_of_no_length_counts_only_as_a_session():
    """Who never paused is never asked too early."""
    pauses = counted([(0, True), (0.5, False)])
    assert (pauses.n_silent, pauses.reached(1)) == (1, (1, 0))


@pytest.mark.parametrize(("least", "most"), [(60, 1_799), (1, 100), (300, 300)])
def test_edges_go_down_within_their_bounds(least, most):
    """In steps of a hundredth, or of a second where that is more."""
    found = list(edges(least, most))
    assert all(least <= one <= most for one in found)
    assert found == sorted(found, reverse=True)
    assert all(high <= low * RATIO + 1 for high, low in pairwise(found))
