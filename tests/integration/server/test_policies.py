"""Policy files: a changed one is a new version, a wrong one changes nothing."""

from __future__ import annotations

import logging
import os

import pytest

from afterword.domain.policy import Policy
from afterword.errors import SetupError
from afterword.intake.clock import Clock
from afterword.journal import Journal
from afterword.journal.markers import markers
from afterword.journal.projects import change_policy, load_project, policy_versions, save_policy
from afterword.server.policies import PolicyBook, read_policy
from afterword.server.project_files import project_files
from afterword.server.watch import Watch

FIXED = ("idle_after",)  # what a file names is learnt no more


class Desk:
    """A journal with the book of its policy files."""

    def __init__(self, folder, url):
        """Open an empty journal."""
        self.folder = folder
        self.journal = Journal.open(folder, url)
        self.faults = []
        self.book = self.another()

    def another(self):
        """Give the book of another server on the same journal, with the same files."""
        path = self.folder / "policy.toml"
        return PolicyBook(path, self.journal, Clock(), self.faults.append)

    def tell(self, text, name="policy.toml"):
        """Write a file as an editor does: beside, then in its place."""
        beside = self.folder / "beside"
        beside.write_text(text)
        beside.replace(self.folder / name)

    def versions(self, project="default"):
        """Read every version that the journal has."""
        with self.journal.read() as connection:
            return policy_versions(connection, project)

    def marked(self, project="default"):
        """Read the markers of new policies."""
        with self.journal.read() as connection:
            return [(one.kind, one.text) for one in markers(connection, project)]


@pytest.fixture
def desk(tmp_path, database_url):
    """An empty journal, and no policy file yet."""
    opened = Desk(tmp_path, database_url)
    yield opened
    opened.journal.close()


def test_a_file_that_changes_is_a_new_version_and_a_marker(desk):
    """Read again only where it changed; what says the same makes no version."""
    desk.book.refresh()
    assert desk.versions() == {}

    desk.tell("idle_after = 120\n")
    desk.book.refresh()
    desk.book.refresh()
    desk.tell("# no change\nidle_after = 120\n")
    desk.book.refresh()
    desk.tell("idle_after = 180\nasks_per_day = 1\n")
    desk.book.refresh()

    assert desk.versions() == {
        1: Policy(),
        2: Policy(version=2, fixed=FIXED, idle_after=120),
        3: Policy(version=3, fixed=FIXED, idle_after=180, asks_per_day=1),
    }
    assert desk.marked() == [("policy", "policy 2"), ("policy", "policy 3")]


def test_a_file_of_the_same_size_and_time_is_seen_to_change(desk):
    """An editor that keeps the time of the file still gives it another inode."""
    desk.tell("idle_after = 120\n")
    desk.book.refresh()
    before = (desk.folder / "policy.toml").stat()
    desk.tell("idle_after = 180\n")
    os.utime(desk.folder / "policy.toml", ns=(before.st_atime_ns, before.st_mtime_ns))
    desk.book.refresh()

    assert desk.versions()[3].idle_after == 180


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("idle_after = 1\nasks = 2\n", "idle_after: must be a whole number"),
        ("idle_after = 1\nasks = 2\n", "asks: is no setting of a policy"),
        ("idle_after = \n", "at line 1, column 14"),
        ("\ufeffidle_after = 99\nidle_after = 98\n", "cannot be read"),
    ],
)
def test_a_wrong_file_keeps_the_old_policy_and_says_so_once(desk, caplog, wrong, told):
    """In the log and in the count of wrong files, until it is mended."""
    desk.tell("idle_after = 120\n")
    desk.book.refresh()
    desk.tell(wrong)
    with caplog.at_level(logging.ERROR):
        desk.book.refresh()
        desk.book.refresh()

    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert told in record.message
    assert str(desk.folder / "policy.toml") in record.message
    assert record.message.endswith("The policy stays as it was.")
    assert (desk.versions()[2], desk.faults[-1]) == (
        Policy(version=2, fixed=FIXED, idle_after=120),
        1,
    )
    assert max(desk.versions()) == 2
    desk.tell("idle_after = 121\n")
    desk.book.refresh()
    assert (desk.versions()[3].idle_after, desk.faults[-1]) == (121, 0)


def test_a_file_that_is_gone_leaves_the_policy_as_it_is(desk):
    """Nothing is told; and a wrong one that is gone is wrong no more."""
    desk.tell("idle_after = 120\n")
    desk.book.refresh()
    desk.tell("nonsense")
    desk.book.refresh()
    (desk.folder / "policy.toml").unlink()
    desk.book.refresh()

    assert (max(desk.versions()), desk.faults[-1]) == (2, 0)


def test_each_project_has_its_own_file(desk):
    """Named behind that of the default project; other files are none of ours."""
    desk.tell("idle_after = 120\n")
    desk.tell("idle_after = 130\n", "policy.shop.toml")
    desk.tell("nonsense", "policy.a b.toml")
    desk.tell("nonsense", "channels.toml")
    desk.book.refresh()

    assert list(project_files(desk.folder / "policy.toml")) == ["default", "shop"]
    assert desk.versions()[2].idle_after == 120
    assert desk.versions("shop")[2].idle_after == 130
    assert set(desk.faults) == {0}


def test_servers_with_the_same_file_make_one_version(desk):
    """Each takes the file over; whoever comes second finds it done."""
    desk.tell("idle_after = 120\n")
    others = [desk.another() for _ in range(3)]
    for book in (desk.book, *others):
        book.refresh()

    assert sorted(desk.versions()) == [1, 2]


def test_what_another_server_or_learning_wrote_stands_until_the_file_changes(desk):
    """The journal is the truth; the file is news only when it is new."""
    desk.tell("idle_after = 120\n")
    desk.book.refresh()
    with desk.journal.write() as connection:
        save_policy(connection, "default", Policy(idle_after=99, eligible_per_week=700), 5)
    desk.book.refresh()
    assert max(desk.versions()) == 3

    desk.tell("idle_after = 150\n")
    desk.book.refresh()
    assert desk.versions()[4] == Policy(
        version=4, fixed=FIXED, idle_after=150, eligible_per_week=700
    )


def test_a_journal_that_cannot_be_written_is_tried_again(desk, monkeypatch, caplog):
    """The file has not changed meanwhile, and is taken all the same."""
    desk.tell("idle_after = 120\n")
    broken = Journal.open(desk.folder / "other")
    monkeypatch.setattr(desk.book, "_journal", broken)
    with broken.write() as connection:
        connection.exec_driver_sql("DROP TABLE policies")
    watch = Watch(desk.book.refresh)
    watch.start()
    watch.stop()
    assert "could not be taken over" in caplog.text
    broken.close()
    monkeypatch.setattr(desk.book, "_journal", desk.journal)
    desk.book.refresh()

    assert desk.versions()[2].idle_after == 120


def test_a_change_sees_what_is_in_force_and_makes_no_version_of_nothing(desk):
    """For whoever changes a policy: a file, or what was learnt."""
    with desk.journal.write() as connection:
        first = change_policy(connection, "new", lambda policy: policy, 1)
        assert load_project(connection, "new", 1).policy == Policy()
        second = change_policy(connection, "new", lambda _: Policy(idle_after=60), 2)

    assert first == (Policy(), False)
    assert second == (Policy(version=2, idle_after=60), True)


def test_reading_a_file_names_it(tmp_path):
    """Also where there is none, and where it is no text."""
    with pytest.raises(SetupError, match=f"{tmp_path}/none.toml cannot be read"):
        read_policy(tmp_path / "none.toml", Policy())
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    with pytest.raises(SetupError, match=r"bytes\.toml cannot be read"):
        read_policy(tmp_path / "bytes.toml", Policy())
