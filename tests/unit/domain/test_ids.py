"""Ids in the order of time."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from afterword.domain.ids import TimeOrderedIds

NOW_US = 1_741_000_000_123_456


def test_an_id_is_a_uuid_of_version_7_with_its_time():
    """Version, variant and the leading 48 bits of milliseconds stand where RFC 9562 puts them."""
    made = TimeOrderedIds(secrets.randbits).make(NOW_US)
    read = UUID(made)

    assert str(read) == made
    assert (read.version, read.variant) == (7, RFC_4122)
    assert read.int >> 80 == NOW_US // 1000


def test_all_random_bits_are_used():
    """The source fills the low 62 bits, and 11 of the 12 that count: room for a first count."""
    ones = UUID(TimeOrderedIds(lambda n: (1 << n) - 1).make(0)).int
    zeros = UUID(TimeOrderedIds(lambda _: 0).make(1000)).int

    assert ones == 0x7 << 76 | 0x7FF << 64 | 1 << 63 | (1 << 62) - 1
    assert zeros == 1 << 80 | 0x7 << 76 | 1 << 63


@given(st.lists(st.integers(0, 2**40), min_size=2, max_size=50))
def test_ids_never_run_backwards(times_us):
    """Each id sorts behind the one before it, whatever the clock does."""
    ids = TimeOrderedIds(secrets.randbits)
    made = [ids.make(time_us) for time_us in times_us]

    assert made == sorted(set(made))


def test_a_full_millisecond_borrows_from_the_next():
    """More ids than a millisecond's counter holds stay in order and unique."""
    ids = TimeOrderedIds(lambda n: (1 << n) - 1)
    made = [ids.make(NOW_US) for _ in range(5_000)]

    assert made == sorted(set(made))
    assert {UUID(one).version for one in made} == {7}


def test_threads_share_one_maker():
    """No id is made twice, and each thread sees its own in order."""
    ids = TimeOrderedIds(lambda _: 0)  # nothing but the counter keeps them apart

    def make_many(_):
        return [ids.make(NOW_US) for _ in range(2_000)]

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(make_many, range(4)))

    assert all(one == sorted(one) for one in made)
    assert len({one for many in made for one in many}) == 8_000
