"""The question of who rated in two groups, against counting one person at a time."""

from collections import Counter, defaultdict

import pytest

from afterword.domain.counts import SharedPersons
from afterword.history import Filter, History
from afterword.history.questions.shared import shared
from history_cast import DAY_US, FIRST_US, store, world

LEVELS = ("positive", "neutral", "negative")
MIDDLE_US = FIRST_US + 20 * DAY_US + 7
V41, V42 = (Filter(where=(("release", name),)) for name in ("v41", "v42"))
BEFORE, AFTER = Filter(to_us=MIDDLE_US), Filter(from_us=MIDDLE_US)
IN_V42 = Filter(from_us=MIDDLE_US, to_us=MIDDLE_US + 9 * DAY_US, where=V42.where)


@pytest.fixture(scope="module")
def sessions():
    """Six hundred sessions of a dozen people in forty days."""
    return world(12, n=600, n_days=40)


@pytest.fixture(scope="module")
def history(tmp_path_factory, sessions):
    """Day files that hold them."""
    directory = tmp_path_factory.mktemp("data") / "history"
    store(directory, sessions)
    made = History(directory, None)
    yield made
    made.close()


def is_in(session, chosen):
    """Say whether a filter lets a session in."""
    low, high = chosen.from_us or -(2**62), chosen.to_us or 2**62
    is_wanted = not chosen.where or session.release == chosen.where[0][1]
    return session.environment == "production" and low <= session.opened_us < high and is_wanted


def by_hand(sessions, first, second, key):
    """Multiply what each person said in both groups."""
    people = defaultdict(lambda: (Counter(), Counter()))
    for session in sessions:
        for group, chosen in enumerate((first, second)):
            if session.rating is not None and is_in(session, chosen):
                people[key(session), session.person][group][session.rating.rating.value] += 1
    found = defaultdict(list)
    for (name, _), (a, b) in people.items():
        if a and b:
            found[name].append((a, b))
    return {
        name: SharedPersons(
            len(held),
            sum(a.total() * b.total() for a, b in held),
            tuple(sum(a[level] * b.total() for a, b in held) for level in LEVELS),
            tuple(sum(a.total() * b[level] for a, b in held) for level in LEVELS),
            tuple(sum(a[level] * b[level] for a, b in held) for level in LEVELS),
        )
        for name, held in found.items()
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [(BEFORE, AFTER), (V41, V42), (Filter(), V42), (V42, IN_V42), (BEFORE, IN_V42)],
    ids=["windows", "releases", "all and a part", "a part of a part", "both"],
)
def test_people_in_both_groups_are_what_counting_by_hand_gives(history, sessions, first, second):
    """Groups that share sessions too, over everything and by a key."""
    whole = by_hand(sessions, first, second, lambda _: ("all",))
    by_case = by_hand(sessions, first, second, lambda one: (one.use_case or "unknown",))

    assert whole["all",].n_raters > 5
    assert shared(history, first, second) == whole
    assert shared(history, first, second, "use_case") == by_case


def test_two_keys_name_a_cell(history, sessions):
    """As the cells of ratings do."""
    expected = by_hand(
        sessions, BEFORE, AFTER, lambda one: (one.release or "unknown", one.use_case or "unknown")
    )

    assert shared(history, BEFORE, AFTER, "release,use_case") == expected


def test_groups_without_a_common_person_share_nothing(history):
    """No row, and no false zero."""
    assert shared(history, BEFORE, Filter(from_us=0, to_us=1)) == {}
