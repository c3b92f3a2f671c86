"""kill -9 of a server, again and again: what it acknowledged is there, once, and counted."""

from __future__ import annotations

import random
import signal
from threading import Semaphore

from fault_harness import Client, check_kept, process

LIVES = 20
CLIENTS = 4


def test_twenty_lives_that_end_in_kill_9_lose_nothing(tmp_path):
    """Killed under load on one folder; events and ratings that got their answer are kept."""
    rng = random.Random(11)  # noqa: S311  # moments, no secret
    clients = []
    for life in range(LIVES):
        answers = Semaphore(0)
        with process(tmp_path, tmp_path / "log") as (server, caller):
            living = [
                Client(caller, f"{life}-{place}", on_answer=answers.release)
                for place in range(CLIENTS)
            ]
            for client in living:
                client.start()
            for _ in range(rng.randrange(1, 40)):
                assert answers.acquire(timeout=60)
            server.send_signal(signal.SIGKILL)
            for client in living:
                client.join()
        assert [client.refused for client in living] == [[]] * CLIENTS
        clients += living

    check_kept(tmp_path, clients)
    assert sum(len(client.rated) for client in clients) > LIVES
    with process(tmp_path, tmp_path / "log") as (_, caller):
        (row,) = caller.report()["rows"]
    assert row["n_rated"] >= sum(len(client.rated) for client in clients)
    assert (tmp_path / "log").read_text() == ""
