"""A host is killed with a full spool: the next one sends it all, and the server has it once."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

import afterword
from afterword.server.serve import running
from afterword.server.settings import Settings
from server_harness import Caller, make_key

WAIT = 60  # a test that needs it has failed
N_HOSTS = 4
N_TOLD = 1_200

# Tells, says when a call has returned, and goes on telling until it is killed.
HOST = """
import sys
import afterword

url, key, spool, name, number = sys.argv[1:]
aw = afterword.Client(url, key, spool=spool)
c = aw.conversation(name, user_id=f"u-{name}")
for place in range(int(number)):
    c.user(f"message {place}")
print("told", flush=True)
sys.stdin.read()
"""


def free_port():
    """Find a port that nobody uses."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def host(*arguments):
    """Run a host until it is killed; give it when everything is told."""
    with subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-W", "error", "-c", HOST, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            assert process.stdout.readline() == b"told\n"
            yield process
        finally:
            process.kill()
    assert process.returncode == -signal.SIGKILL


def check_everything(caller):
    """Check that the server has each message of each host once, and nothing else."""
    for number in range(N_HOSTS):
        assert caller.session(f"c-{number}~1")["session"]["n_user"] == N_TOLD
    assert len(caller.reads("/v1/sessions")["sessions"]) == N_HOSTS


def test_hosts_that_are_killed_without_a_server_lose_nothing(tmp_path):
    """Four told 1,200 messages each and were killed; one more process delivers it all, once."""
    port, (_, key) = free_port(), make_key(tmp_path)
    url, spool = f"http://127.0.0.1:{port}", tmp_path / "spool"
    for number in range(N_HOSTS):
        with host(url, key, spool, f"c-{number}", N_TOLD):
            pass
        assert len(list(spool.glob("*-*-*"))) == number + 1  # whoever took one over died too

    with running(Settings(data_dir=tmp_path, port=port)):
        with afterword.Client(url, key, spool=spool) as aw:
            assert aw.flush(WAIT)
            assert aw.stats == afterword.Stats(sent=N_HOSTS * (N_TOLD + 1))
        caller = Caller(url, key)
        with caller.http:
            check_everything(caller)
    assert list(spool.iterdir()) == []


@pytest.mark.parametrize("is_flushed", [False, True])
def test_hosts_that_are_killed_in_the_middle_of_sending_lose_nothing(tmp_path, is_flushed):
    """Whether the server has all, some or none of it when they die: in the end it has it once."""
    port, (_, key) = free_port(), make_key(tmp_path)
    url, spool = f"http://127.0.0.1:{port}", tmp_path / "spool"
    with running(Settings(data_dir=tmp_path, port=port)):
        survivor = afterword.Client(url, key, spool=spool)
        for number in range(N_HOSTS):
            with host(url, key, spool, f"c-{number}", N_TOLD):
                if is_flushed:  # it looks while the host lives
                    assert survivor.flush(WAIT)
        assert survivor.flush(WAIT)
        survivor.close(WAIT)
        caller = Caller(url, key)
        with caller.http:
            check_everything(caller)
    assert list(spool.iterdir()) == []
