"""A rebuild of the history while a server takes events and answers reports."""

from __future__ import annotations

from cli_harness import answer
from fault_harness import Asker, Client, catch_up, check_kept, counted, fill, process, wait_until
from history_cast import DAY_US, FIRST_US, plain, rated

N_SESSIONS, N_DAYS, N_CLIENTS = 4_000, 8, 2


def test_a_rebuild_beside_traffic_disturbs_nobody(tmp_path):
    """No event lost, no request refused, each report right while it runs; the files are whole."""
    days = [FIRST_US + number % N_DAYS * DAY_US for number in range(N_SESSIONS)]
    fill(tmp_path, [rated(plain(n, at_us=at_us), "negative") for n, at_us in enumerate(days)])
    assert catch_up(tmp_path) == N_DAYS
    with process(tmp_path, tmp_path / "log") as (_, caller):
        asker = Asker(caller)
        clients = [Client(caller, f"live-{place}") for place in range(N_CLIENTS)]
        for thread in (asker, *clients):
            thread.start()
        wait_until(lambda: asker.rows and all(one.rated for one in clients), "nothing happened")
        n_before = len(asker.rows)
        done = answer("rebuild", "--data", tmp_path)
        n_during = len(asker.rows) - n_before
        for client in clients:
            client.is_ending = True
            client.join()
        asker.end()
        (row,) = caller.report()["rows"]

    n_live = sum(len(client.rated) for client in clients)
    assert done["written"] == done["days"] >= N_DAYS
    assert n_during >= 2
    assert [client.refused for client in clients] == [[]] * N_CLIENTS
    assert {negative["count"] for negative in asker.told("negative")} == {N_SESSIONS}
    assert asker.told("n_sessions") == sorted(asker.told("n_sessions"))
    assert (row["n_sessions"], row["n_rated"]) == (N_SESSIONS + n_live, N_SESSIONS + n_live)
    catch_up(tmp_path)
    assert counted(tmp_path, None) == (N_SESSIONS + n_live, N_SESSIONS)
    check_kept(tmp_path, clients)
    assert (tmp_path / "log").read_text() == ""
