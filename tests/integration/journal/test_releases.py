"""Releases that were opened, and those that were accepted."""

from __future__ import annotations

import pytest

from afterword.errors import UnknownRelease
from afterword.journal.markers import markers
from afterword.journal.releases import (
    OpenedBy,
    Release,
    State,
    accept_release,
    accepted,
    open_release,
    releases,
)


def opened(connection, name, at_us, kind="release", **more):
    """Open a release."""
    told = {"opened_by": OpenedBy.OPERATOR, "place": 1, **more}
    wanted = Release(project="a", kind=kind, name=name, opened_us=at_us, **told)
    return open_release(connection, wanted)


def states(connection):
    """Say what became of each."""
    return {(one.kind, one.name): one.state for one in releases(connection, "a")}


def test_the_newest_release_of_a_kind_supersedes_the_open_one(journal):
    """Models and prompts have their own; opening one again changes nothing."""
    with journal.write() as connection:
        opened(connection, "v1", 10)
        opened(connection, "m-1", 20, "model")
        second, is_new = opened(connection, "v2", 30)
        again, is_new_again = opened(connection, "v2", 40)

        assert states(connection) == {
            ("release", "v2"): State.OPEN,
            ("model", "m-1"): State.OPEN,
            ("release", "v1"): State.SUPERSEDED,
        }
    assert (is_new, is_new_again) == (True, False)
    assert (again.opened_us, again.place) == (second.opened_us, second.place) == (30, 3)


def test_accepting_begins_a_new_budget_and_a_new_baseline(journal):
    """Those opened later stand against it, from the first place on."""
    with journal.write() as connection:
        opened(connection, "v1", 10)
        assert accepted(connection, "a", "release") is None
        opened(connection, "v2", 20)
        done = accept_release(connection, "a", "release", "v1", 30)
        third, _ = opened(connection, "v3", 40)
        named, _ = opened(connection, "v4", 50, baseline="v2")
        other, _ = opened(connection, "m-2", 60, "model")

        assert accepted(connection, "a", "release") == "v1"
        assert states(connection)["release", "v1"] is State.ACCEPTED
        # Back to an older one: the one accepted last counts.
        accept_release(connection, "a", "release", "v3", 70)
        accept_release(connection, "a", "release", "v1", 80)
        assert accepted(connection, "a", "release") == "v1"
    assert (done.state, done.accepted_us) == (State.ACCEPTED, 30)
    assert [(one.place, one.baseline) for one in (third, named, other)] == [
        (1, "v1"),
        (2, "v2"),
        (3, None),
    ]


def test_what_was_never_opened_cannot_be_accepted(journal):
    """Nor in another project, or as another kind."""
    with journal.write() as connection:
        opened(connection, "v1", 10)
        for project, kind, name in (("a", "release", "v2"), ("b", "release", "v1")):
            with pytest.raises(UnknownRelease, match=f"{kind} '{name}' was never opened"):
                accept_release(connection, project, kind, name, 20)
        with pytest.raises(UnknownRelease):
            accept_release(connection, "a", "model", "v1", 20)


def test_opening_and_accepting_are_markers(journal):
    """A label's is the one that intake writes; a model's says that it is one."""
    with journal.write() as connection:
        opened(connection, "v1", 10)
        opened(connection, "m-1", 20, "model")
        accept_release(connection, "a", "release", "v1", 30)

        assert [(one.kind, one.text, one.at_us) for one in markers(connection, "a")] == [
            ("release", "v1", 10),
            ("release", "model m-1", 20),
            ("release", "v1 accepted", 30),
        ]
