"""What the SDK does to a process: nothing on import, little at its end, no harm in forks."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = ("httpx", "numpy", "sqlalchemy", "litestar", "ibis", "duckdb", "pyarrow", "asyncio")


def run(program, **environment):
    """Run a program with warnings as errors; give what it printed, its errors and its code."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("AFTERWORD_")}
    command = [sys.executable, "-W", "error", "-W", "ignore:.*fork.*:DeprecationWarning", "-c"]
    done = subprocess.run(  # noqa: S603  # ourselves
        [*command, program],
        capture_output=True,
        text=True,
        env={**clean, **environment},
        timeout=100,
        check=False,
    )
    return done.stdout, done.stderr, done.returncode


def test_importing_the_package_loads_next_to_nothing():
    """Not even the SDK, before one of its names is used."""
    out, err, code = run(
        "import sys, afterword\n"
        "print(*sorted(name for name in sys.modules if name.startswith(('afterword', 'msgspec'))))"
    )

    assert (out.split(), err, code) == (["afterword"], "", 0)


def test_a_client_that_has_said_nothing_has_loaded_nothing_heavy():
    """HTTP comes with the first event, in a thread of its own."""
    out, err, code = run(
        "import sys, afterword\n"
        "aw = afterword.Client('http://127.0.0.1:9', 'aw_sk_1')\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])\n"
        "print('afterword.domain.moments' in sys.modules)"
    )

    assert (out.split(), err, code) == (["False"], "", 0)


def test_the_public_names_are_the_packages_and_nothing_else_is():
    """Each can be had and is listed; a wrong one is an AttributeError."""
    out, err, code = run(
        "import afterword\n"
        "assert set(afterword.__all__) <= set(dir(afterword))\n"
        "print(*[getattr(afterword, name).__name__ for name in afterword.__all__])\n"
        "print(hasattr(afterword, 'nonsense'))"
    )

    clients = "Answer Ask AsyncClient AsyncConversation Client Conversation Moment Option Rating"
    names = f"{clients} Reply Stats moment open_history reply"
    assert out.splitlines() == [names, "False"]
    assert (err, code) == ("", 0)


def test_the_end_of_the_process_sends_what_waits(tmp_path):
    """A script that just ends has told everything."""
    _, err, code = run(KEEPING + "aw.activity('u-7', 'last words')\n", KEPT=str(tmp_path / "kept"))

    assert (err, code) == ("", 0)
    assert (tmp_path / "kept").read_text().split("\n") == ["last words", ""]


def test_the_end_of_the_process_does_not_hang_without_a_server():
    """It tries for a moment, says how much is left, and goes."""
    out, err, code = run(
        "import afterword\n"
        "afterword.Client('http://127.0.0.1:9', 'aw_sk_1').activity('u-7', 'a')\n"
        "print('done')"
    )

    assert (out, code) == ("done\n", 0)
    assert "cannot be reached" in err
    assert "could not send 1 events in time" in err


KEEPING = """
import json, os, sys, threading
import afterword
from afterword.client import Response

class Keeping:
    def send(self, body):
        names = [event.get("name", "") for event in json.loads(body)["events"]]
        with open(os.environ["KEPT"], "a") as kept:
            kept.write("".join(f"{name}\\n" for name in names))
        return Response(202, b'{"accepted": %d}' % len(names))

    def close(self):
        pass

aw = afterword.Client(transport=Keeping())
"""
FORKING = """
is_over = threading.Event()

def talk(name):
    number = 0
    while not is_over.is_set():
        number += 1
        aw.activity("u-7", f"parent-{name}-{number}")
    last[name] = number

last = {}
threads = [threading.Thread(target=talk, args=(name,)) for name in "abc"]
for thread in threads:
    thread.start()
children = []
for child in range(20):
    pid = os.fork()
    if pid == 0:
        aw.activity("u-7", f"child-{child}")
        is_sent = aw.flush(30)
        os._exit(0 if is_sent and aw.stats.sent == 1 and aw.stats.pending == 0 else 1)
    children.append(pid)
codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
is_over.set()
for thread in threads:
    thread.join()
assert aw.flush(30)
assert codes == [0] * 20, codes
print(*(last[name] for name in "abc"), aw.stats.dropped, aw.stats.pending)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_in_the_middle_of_everything_harms_neither_side(tmp_path):
    """Whatever lock is held as a server forks: children send theirs, the parent its own, once."""
    kept = tmp_path / "kept"

    out, err, code = run(KEEPING + FORKING, KEPT=str(kept))

    assert (err, code) == ("", 0)
    *told, dropped, pending = map(int, out.split())
    assert (dropped, pending) == (0, 0)
    names = kept.read_text().splitlines()
    assert len(names) == len(set(names))
    expected = {f"child-{child}" for child in range(20)}
    for name, number in zip("abc", told, strict=True):
        expected |= {f"parent-{name}-{place}" for place in range(1, number + 1)}
    assert set(names) == expected


MULTIPROCESSING = """
import multiprocessing

def work(name):
    aw.activity("u-7", name)

if __name__ == "__main__":
    aw.activity("u-7", "parent")
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=work, args=(f"worker-{number}",)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with fork.Pool(1) as pool:
        pool.map(work, ["pooled"])
        pool.close()
        pool.join()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_workers_of_multiprocessing_send_what_they_have_as_they_end(tmp_path):
    """They end without the interpreter's usual end; nothing is sent twice."""
    kept = tmp_path / "kept"

    _, err, code = run(KEEPING + MULTIPROCESSING, KEPT=str(kept))

    assert (err, code) == ("", 0)
    expected = ["parent", "pooled", "worker-0", "worker-1", "worker-2"]
    assert sorted(kept.read_text().splitlines()) == expected
