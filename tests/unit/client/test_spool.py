"""The spool: real files, real locks, real processes that die."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import stat
import subprocess
import sys
import time
from threading import Event

import pytest

import afterword
from afterword.client import leftovers as left
from afterword.client.backlog import MAX_EVENT_BYTES
from afterword.client.claims import claim, let_go
from afterword.client.ledger import Ledger
from afterword.client.leftovers import leftovers, trim
from afterword.client.spool import Spool, remove
from afterword.domain.events import MAX_EVENTS
from afterword.testing import RecordingTransport

WAIT = 30  # a test that needs it has failed
OWN = "own"  # where a client with a transport of its own sends to
WORDS = "what only the user should read"


class Stuck(RecordingTransport):
    """Answers only when it is told to."""

    def __init__(self):
        """Begin stuck."""
        super().__init__()
        self.is_called, self.may_go = Event(), Event()

    def send(self, body):
        """Wait, then answer."""
        self.is_called.set()
        self.may_go.wait(WAIT)
        return super().send(body)


@pytest.fixture
def stuck():
    """Give a transport that is freed in the end."""
    transport = Stuck()
    yield transport
    transport.may_go.set()


@pytest.fixture
def folder(tmp_path):
    """Give a folder for a spool, which is not there yet."""
    return tmp_path / "spool"


def event(name):
    """Make an event as it is sent."""
    return json.dumps({"id": f"e-{name}", "type": "activity", "name": name}).encode()


def written(folder):
    """Give the names of what lies in the spool, in order."""
    files = sorted(folder.glob("*/*.events"))
    lines = b"".join(path.read_bytes() for path in files).splitlines()
    return [json.loads(line)["name"] for line in lines]


def names(transport):
    """Give the names of the activities that arrived."""
    return [event["name"] for event in transport.events]


def leave(folder, *lines, destination=OWN, begun=1, number=1):
    """Leave a file as a process that died would; give it."""
    home = folder / f"{begun:020d}-{destination}-0123456789abcdef"
    home.mkdir(parents=True, exist_ok=True)
    path = home / f"{number:08d}.events"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def test_what_waits_is_on_disk_and_what_is_sent_is_gone(stuck, folder):
    """From the return of the call, until the server has answered."""
    with afterword.Client(transport=stuck, spool=folder) as aw:
        aw.activity("u-7", "a")
        assert written(folder) == ["a"]
        aw.flush(0)
        assert stuck.is_called.wait(WAIT)
        aw.activity("u-7", "b")
        assert written(folder) == ["a", "b"]
        stuck.may_go.set()
        assert aw.flush(WAIT)
        assert written(folder) == []

    assert list(folder.iterdir()) == []
    assert names(stuck) == ["a", "b"]


def test_only_the_user_may_read_it(stuck, folder):
    """Whatever the host's umask is."""
    before = os.umask(0)
    try:
        afterword.Client(transport=stuck, spool=folder).activity("u-7", "a")
    finally:
        os.umask(before)

    (home,) = folder.iterdir()
    (file,) = home.iterdir()
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, home, file)]
    assert modes == [0o700, 0o700, 0o600]


def test_without_a_spool_nothing_is_written(tmp_path, monkeypatch, transport):
    """Nobody gets files who has not asked for them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AFTERWORD_SPOOL", raising=False)
    with afterword.Client(transport=transport) as aw:
        aw.activity("u-7", "a")

    assert list(tmp_path.iterdir()) == []


def test_the_environment_may_name_it(monkeypatch, stuck, folder):
    """As it names the address and the key."""
    monkeypatch.setenv("AFTERWORD_SPOOL", str(folder))
    afterword.Client(transport=stuck).activity("u-7", "a")

    assert written(folder) == ["a"]


DYING = """
import os, signal, sys
import afterword
from afterword.client import Response

class Away:
    def send(self, body):
        raise ConnectionError

    def close(self):
        pass

aw = afterword.Client(transport=Away(), spool=sys.argv[1])
for number in range(int(sys.argv[3])):
    aw.activity("u-7", f"{sys.argv[2]}-{number}")
print("told", flush=True)
if sys.argv[4] == "now":
    os.kill(os.getpid(), signal.SIGKILL)
sys.stdin.read()
"""


def dying(folder, name, number, when="now"):
    """Run a host that tells something and is killed, now or later."""
    return subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-W", "error", "-c", DYING, str(folder), name, str(number), when],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def test_what_killed_processes_left_is_sent_by_the_next_one(transport, folder):
    """Oldest first, before its own, each once; then nothing is left of it."""
    for name in ("a", "b"):
        with dying(folder, name, 1_500) as host:
            assert host.wait(WAIT) == -signal.SIGKILL
    assert len(written(folder)) == 3_000

    with afterword.Client(transport=transport, spool=folder) as aw:
        aw.activity("u-7", "own")
        assert aw.flush(WAIT)
        assert aw.stats == afterword.Stats(sent=3_001)

    expected = [f"{name}-{number}" for name in ("a", "b") for number in range(1_500)]
    assert names(transport) == [*expected, "own"]
    assert list(folder.iterdir()) == []


def test_a_flush_alone_sends_what_was_left(transport, folder):
    """A program that only delivers what others left needs to tell nothing of its own."""
    leave(folder, event("a"), event("b"))
    with afterword.Client(transport=transport, spool=folder) as aw:
        assert aw.flush(WAIT)

    assert names(transport) == ["a", "b"]
    assert list(folder.iterdir()) == []


def test_what_a_living_process_holds_is_its_own_until_it_dies(transport, folder):
    """Nobody sends it a second time; when it is killed the next look finds it."""
    with dying(folder, "a", 3, "later") as host:
        assert host.stdout.readline() == b"told\n"
        with afterword.Client(transport=transport, spool=folder) as aw:
            aw.activity("u-7", "own")
            assert aw.flush(WAIT)
            assert names(transport) == ["own"]
            host.kill()
            host.wait(WAIT)
            assert aw.flush(WAIT)

    assert names(transport) == ["own", "a-0", "a-1", "a-2"]


def test_of_several_that_live_one_takes_it_over(transport, folder):
    """Both look at once; what was left is sent by either, never by both."""
    for begun in range(20):
        leave(folder, event(f"{begun}"), begun=begun)
    clients = [afterword.Client(transport=transport, spool=folder) for _ in range(4)]
    for aw in clients:
        aw.activity("u-7", "own")
    for aw in clients:
        assert aw.flush(WAIT)
        aw.close(WAIT)

    assert sorted(names(transport)) == sorted([*map(str, range(20)), *["own"] * 4])
    assert sum(aw.stats.sent for aw in clients) == 24  # a duplicate would count as sent
    assert list(folder.iterdir()) == []


ENDING = """
import sys
import afterword

aw = afterword.Client("http://127.0.0.1:9", "aw_sk_1", spool=sys.argv[1])
for number in range(3):
    aw.activity("u-7", f"{number}")
"""


def test_the_end_of_a_process_leaves_what_it_cannot_send(folder):
    """It tries for its two seconds, says where the rest is, and goes."""
    done = subprocess.run(  # noqa: S603  # ourselves
        [sys.executable, "-W", "error", "-c", ENDING, str(folder)],
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=False,
    )

    assert done.returncode == 0
    assert "could not send 3 events in time; they stay in the spool." in done.stderr
    assert written(folder) == ["0", "1", "2"]


FORKING = """
import os, signal, sys
import afterword
from afterword.client import Response

class Away:
    def send(self, body):
        raise ConnectionError

    def close(self):
        pass

aw = afterword.Client(transport=Away(), spool=sys.argv[1])
aw.activity("u-7", "parent")
pid = os.fork()
if pid == 0:
    print("forked", flush=True)
    sys.stdin.readline()
    aw.activity("u-7", "child")
    print("told", flush=True)
    sys.stdin.readline()
    os._exit(0)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_child_holds_its_own_part_and_not_its_parents(transport, folder):
    """The parent is killed and its part is free at once, though the child lives on."""
    command = [sys.executable, "-W", "ignore", "-c", FORKING, str(folder)]
    with subprocess.Popen(  # noqa: S603  # ourselves
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as host:
        assert host.stdout.readline() == b"forked\n"
        assert host.wait(WAIT) == -signal.SIGKILL
        with afterword.Client(transport=transport, spool=folder) as aw:
            assert aw.flush(WAIT)
            assert names(transport) == ["parent"]
            host.stdin.write(b"\n")
            host.stdin.flush()
            assert host.stdout.readline() == b"told\n"
            assert aw.flush(WAIT)
            assert names(transport) == ["parent"]
            host.stdin.close()
            assert host.stdout.read() == b""  # the child is gone
            assert aw.flush(WAIT)

    assert names(transport) == ["parent", "child"]


def test_a_file_that_is_corrupt_is_set_aside_and_said_once(transport, folder, caplog):
    """Its good lines are sent; the bad ones are kept for a person, and no word is logged."""
    bad = WORDS.encode()
    leave(folder, event("a"), bad, event("b"), b"\x00" * 20, b'{"id": 5}', b"\xff{")
    leave(folder, event("c"), b"[]", begun=2)
    leave(folder, event("d"), begun=3)

    with afterword.Client(transport=transport, spool=folder) as aw:
        assert aw.flush(WAIT)
        assert aw.stats == afterword.Stats(sent=4, dropped=5)

    assert names(transport) == ["a", "b", "c", "d"]
    aside, other = sorted(folder.iterdir())
    assert aside.read_bytes().split(b"\n")[0] == bad
    assert other.read_bytes() == b"[]"
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600
    (said,) = [record.getMessage() for record in caplog.records]
    assert str(aside) in said
    assert WORDS not in caplog.text


def test_a_file_larger_than_any_of_ours_is_set_aside(transport, folder):
    """However large, no more than a request's worth of it is read."""
    leave(folder, b"x" * (3 * MAX_EVENT_BYTES))
    leave(folder, event("b"), begun=2)

    with afterword.Client(transport=transport, spool=folder) as aw:
        assert aw.flush(WAIT)

    assert names(transport) == ["b"]
    assert [path.suffix for path in folder.iterdir()] == [".corrupt"]


def test_an_event_that_was_only_half_given_is_left_out(transport, folder, caplog):
    """The call had not returned when the process died: that is no corruption."""
    path = leave(folder, event("a"))
    path.write_bytes(path.read_bytes() + event("b")[:-5])

    with afterword.Client(transport=transport, spool=folder) as aw:
        assert aw.flush(WAIT)

    assert names(transport) == ["a"]
    assert list(folder.iterdir()) == []
    assert caplog.records == []


def test_a_link_is_not_followed(transport, folder, tmp_path):
    """Neither to a folder nor to a file elsewhere, which stay as they are."""
    elsewhere = leave(tmp_path / "elsewhere", event("a"))
    folder.mkdir()
    (folder / f"{1:020d}-{OWN}-1").symlink_to(elsewhere.parent)
    leave(folder, event("b"), begun=2).parent.joinpath("00000002.events").symlink_to(elsewhere)

    with afterword.Client(transport=transport, spool=folder) as aw:
        assert aw.flush(WAIT)

    assert names(transport) == ["b"]
    assert elsewhere.exists()


def test_what_was_told_to_another_server_or_key_is_not_sent_here(transport, folder):
    """Another project's users are nobody's business; nobody holds the loop up either."""
    leave(folder, event("a"), destination="0123456789abcdef")

    with afterword.Client(transport=transport, spool=folder) as aw:
        assert aw.flush(WAIT)

    assert names(transport) == []
    assert written(folder) == ["a"]


@pytest.mark.parametrize(
    "other",
    [("http://127.0.0.1:2", "aw_sk_1"), ("http://127.0.0.1:1", "aw_sk_2")],
)
def test_a_destination_is_an_address_and_a_key(folder, other):
    """Blanks and a last slash change nothing; the name tells nothing of the key."""
    same = [("http://127.0.0.1:1", "aw_sk_1"), ("http://127.0.0.1:1/ ", " aw_sk_1")]
    clients = [afterword.Client(url, key, spool=folder) for url, key in [*same, other]]

    first, second, third = (
        aw._sender._spool.destination  # noqa: SLF001  # to see it, nothing need be sent
        for aw in clients
    )
    assert first == second != third
    assert "aw_sk" not in first


def test_a_folder_that_cannot_be_made_costs_nothing_but_the_spool(transport, tmp_path, caplog):
    """It is said once, with the system's word for it, and events go on in memory."""
    (tmp_path / "file").write_text("in the way")
    with afterword.Client(transport=transport, spool=tmp_path / "file" / "spool") as aw:
        aw.activity("u-7", "a")
        aw.activity("u-7", "b")
        assert aw.flush(WAIT)

    assert names(transport) == ["a", "b"]
    assert [record.args for record in caplog.records] == [("ENOTDIR",)]


@pytest.mark.parametrize("spool", [5, object(), "a\0b"])
def test_a_folder_that_is_none_is_no_harm(transport, spool):
    """Whatever the host calls one."""
    with afterword.Client(transport=transport, spool=spool) as aw:
        aw.activity("u-7", "a")
        assert aw.flush(WAIT)

    assert names(transport) == ["a"]


def test_a_folder_that_is_removed_is_made_again(stuck, folder, caplog):
    """A cleaner of temporary files costs what it removed its spool, and nothing else."""
    with afterword.Client(transport=stuck, spool=folder) as aw:
        aw.activity("u-7", "a")
        aw.flush(0)
        assert stuck.is_called.wait(WAIT)
        for home in folder.iterdir():
            remove(home.iterdir())
            home.rmdir()
        aw.activity("u-7", "b")
        aw.activity("u-7", "c")
        assert written(folder) == ["c"]
        stuck.may_go.set()
        assert aw.flush(WAIT)

    assert names(stuck) == ["a", "b", "c"]
    assert [record.args for record in caplog.records] == [("ENOENT",)]
    assert list(folder.iterdir()) == []


FULL = """
import resource, sys
import afterword
from afterword.testing import RecordingTransport

resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
transport = RecordingTransport()
transport.fail(*[ConnectionError()] * 1_000)
aw = afterword.Client(transport=transport, spool=sys.argv[1])
for number in range(30):
    aw.activity("u-7", f"{number}")
print(aw.stats.pending, flush=True)
import os, signal
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_disk_that_is_full_tears_no_line(transport, folder):
    """What fits is whole, what does not stays in memory, and the host hears of it once."""
    done = subprocess.run(  # noqa: S603  # ourselves
        [sys.executable, "-W", "error", "-c", FULL, str(folder)],
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=False,
    )
    assert done.stdout == "30\n"
    assert done.stderr.count("cannot write its spool") == 1

    kept = written(folder)
    assert 5 <= len(kept) < 30
    with afterword.Client(transport=transport, spool=folder) as aw:
        assert aw.flush(WAIT)
        assert aw.stats == afterword.Stats(sent=len(kept))
    assert names(transport) == kept


MENDED = """
import os, resource, sys
import afterword
from afterword.testing import RecordingTransport

class Late(RecordingTransport):
    def send(self, body):
        if not is_mended:
            raise ConnectionError
        return super().send(body)

is_mended = False
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
aw = afterword.Client(transport=Late(), spool=sys.argv[1])
for number in range(5):
    aw.activity("u-7", f"{number}")
print(sum(len(files) for _, _, files in os.walk(sys.argv[1])))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
aw.activity("u-7", "5")
print(sum(len(files) for _, _, files in os.walk(sys.argv[1])))
is_mended = True
print(aw.flush(60), aw.stats.sent)
aw.close(60)
print(os.listdir(sys.argv[1]))
"""


def test_a_disk_that_has_room_again_is_used_again(folder):
    """Meanwhile no empty files are left about."""
    done = subprocess.run(  # noqa: S603  # ourselves
        [sys.executable, "-W", "error", "-c", MENDED, str(folder)],
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=False,
    )

    assert done.stdout.splitlines() == ["0", "1", "True 6", "[]"], done.stderr


def test_a_living_process_looks_from_time_to_time(folder, monkeypatch):
    """It needs to be told nothing: what a sibling left is found while it idles."""
    monkeypatch.setattr("afterword.client.sender.LOOK_SECONDS", 0.01)
    arrived = Event()

    class Telling(RecordingTransport):
        def send(self, body):
            if b"left" in body:
                arrived.set()
            return super().send(body)

    transport = Telling()
    with afterword.Client(transport=transport, spool=folder) as aw:
        aw.activity("u-7", "own")
        assert aw.flush(WAIT)
        leave(folder, event("left"))
        assert arrived.wait(WAIT)

    assert names(transport) == ["own", "left"]


def test_a_folder_that_is_replaced_while_it_is_claimed_is_not_taken(folder, monkeypatch):
    """Whoever had it has sent what was in it; the one there now is another's."""
    home = leave(folder, event("a")).parent
    flock = fcntl.flock

    def lock_late(handle, how):
        remove(home.iterdir())
        home.rmdir()
        home.mkdir()
        flock(handle, how)

    monkeypatch.setattr(fcntl, "flock", lock_late)
    assert claim(home) is None
    monkeypatch.undo()
    let_go(claim(home))


def test_a_file_is_never_more_than_one_request(folder):
    """By number or by size, so that whoever finds it can send it as it is."""
    spool = Spool(folder, OWN, Ledger())
    kept = [spool.keep(event(str(number))) for number in range(MAX_EVENTS + 1)]
    large = [spool.keep(b"1" * size) for size in (MAX_EVENT_BYTES - 1, 1, MAX_EVENT_BYTES, 1)]
    spool.leave()

    assert [one.n_events for one in (kept[0], kept[-1], *large)] == [MAX_EVENTS, 1, 1, 1, 1, 1]
    assert len(set(kept)) == 2
    assert max(path.stat().st_size for path in folder.glob("*/*")) <= MAX_EVENT_BYTES + 1


def test_what_was_dropped_from_the_queue_is_dropped_from_the_disk(stuck, folder, monkeypatch):
    """The spool is bounded by the queue: it never holds what nobody would send."""
    monkeypatch.setattr("afterword.client.backlog.MAX_PENDING_EVENTS", 2_000)
    with afterword.Client(transport=stuck, spool=folder) as aw:
        aw.activity("u-7", "first")
        aw.flush(0)
        assert stuck.is_called.wait(WAIT)
        for number in range(4_500):
            aw.activity("u-7", str(number))
        assert aw.stats.dropped == 2_500
        assert len(written(folder)) <= 1 + 2_000 + MAX_EVENTS
        stuck.may_go.set()
        assert aw.flush(WAIT)

    assert names(stuck) == ["first", *map(str, range(2_500, 4_500))]
    assert list(folder.iterdir()) == []


def test_when_dead_processes_left_too_much_the_oldest_goes(folder, monkeypatch, caplog):
    """Counted and said once; what a living one holds stays."""
    living = leave(folder, event("living"), begun=1).parent
    handle = claim(living)
    for begun in range(2, 6):
        leave(folder, event("a"), event("b"), begun=begun)
    size = sum(path.stat().st_size for path in folder.glob("*/*"))
    monkeypatch.setattr(left, "MAX_SPOOL_BYTES", size - 1)
    ledger = Ledger()

    trim(folder, OWN, ledger)

    assert written(folder) == ["living", *["a", "b"] * 3]
    assert ledger.stats.dropped == 2
    assert len(caplog.records) == 1
    let_go(handle)


def test_what_nobody_will_ever_send_goes_after_a_week(folder):
    """Another key's, and what was set aside; what is ours is the server's to judge."""
    long_ago = time.time() - left.SPOOL_KEEPS_SECONDS - 1
    old = [
        leave(folder, event("theirs"), destination="0123456789abcdef").parent,
        leave(folder, event("ours"), begun=2).parent,
        folder / "1-own-2-00000001.corrupt",
    ]
    old[-1].write_text(WORDS)
    leave(folder, event("theirs, new"), destination="0123456789abcdef", begun=3)
    for path in old:
        os.utime(path, (long_ago, long_ago))
    ledger = Ledger()

    trim(folder, OWN, ledger)

    assert written(folder) == ["ours", "theirs, new"]
    assert ledger.stats.dropped == 1
    assert not old[-1].exists()


def test_a_look_tidies_up_too(transport, folder):
    """Whoever uses the folder removes what nobody will send."""
    aside = folder / "1-own-2-00000001.corrupt"
    folder.mkdir()
    aside.write_text(WORDS)
    os.utime(aside, (1, 1))
    with afterword.Client(transport=transport, spool=folder) as aw:
        assert aw.flush(WAIT)

    assert not aside.exists()


def test_who_stops_in_between_leaves_the_rest(folder):
    """Nothing is removed before the next is asked for."""
    leave(folder, event("a"))
    leave(folder, event("b"), number=2)
    found = leftovers(folder, OWN, Ledger())
    assert next(found) == [event("a")]
    assert next(found) == [event("b")]
    assert list(leftovers(folder, OWN, Ledger())) == []  # held
    found.close()

    assert written(folder) == ["b"]
    assert list(leftovers(folder, OWN, Ledger())) == [[event("b")]]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_another_users_folder_is_left_alone(transport, folder):
    """What somebody else put there is not sent in our name."""
    path = leave(folder, event("a"))
    os.chown(path.parent, 65_534, 65_534)

    with afterword.Client(transport=transport, spool=folder) as aw:
        assert aw.flush(WAIT)

    assert names(transport) == []
    assert path.exists()
