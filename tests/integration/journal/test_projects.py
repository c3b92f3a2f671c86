"""Projects, their policies, and markers on the time line."""

from __future__ import annotations

from msgspec.structs import replace

from afterword.domain.policy import Policy
from afterword.journal.markers import add_marker, markers
from afterword.journal.projects import load_project, save_policy


def test_a_project_is_made_when_it_is_first_used(journal):
    """With a salt of its own that stays, and the shipped policy; that is no marker."""
    with journal.write() as connection:
        first = load_project(connection, "a", 1)
        other = load_project(connection, "b", 1)
    with journal.read() as connection:
        again = load_project(connection, "a", 2)
        noted = markers(connection, "a")

    assert first == again
    assert (first.policy, noted) == (Policy(), [])
    assert len({first.salt, other.salt}) == 2


def test_a_new_policy_is_a_version_and_a_marker(journal):
    """The newest counts; the older ones stay, and other projects keep theirs."""
    with journal.write() as connection:
        load_project(connection, "a", 1)
        load_project(connection, "b", 1)
        stored = save_policy(connection, "a", Policy(idle_after=60), 5)
        save_policy(connection, "a", replace(stored, asks_per_day=1), 7)
        newest = load_project(connection, "a", 9).policy
        noted = markers(connection, "a")

        assert load_project(connection, "b", 9).policy == Policy()
    assert (stored.version, newest.version) == (2, 3)
    assert (newest.idle_after, newest.asks_per_day) == (60, 1)
    assert [(one.kind, one.text, one.at_us) for one in noted] == [
        ("policy", "policy 2", 5),
        ("policy", "policy 3", 7),
    ]


def test_a_release_has_one_marker_at_its_earliest(journal):
    """However often and in whatever order it is told."""
    with journal.write() as connection:
        for at_us in (50, 30, 40):
            told = add_marker(connection, "a", "release", "v1", at_us)
        assert (told.at_us, [one.at_us for one in markers(connection, "a")]) == (30, [30])


def test_notes_are_all_kept(journal):
    """Two people may write the same."""
    with journal.write() as connection:
        for at_us in (20, 10, 20):
            add_marker(connection, "a", "note", "hello", at_us)
        add_marker(connection, "b", "note", "not mine", 15)

        assert [one.at_us for one in markers(connection, "a")] == [10, 20, 20]
        assert [one.at_us for one in markers(connection, "a", 10, 20)] == [10]
