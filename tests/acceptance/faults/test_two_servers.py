"""Two servers on one SQLite journal: the second refuses, by whatever name it comes."""

from __future__ import annotations

import signal

from cli_harness import afterword
from fault_harness import Client, check_kept, process


def test_a_second_server_refuses_and_the_first_goes_on(tmp_path):
    """Whatever name the folder has: exit code 2, who has it, and the way to several servers."""
    data, link, other = (tmp_path / name for name in ("data", "link", "other"))
    link.symlink_to(data)
    url = f"sqlite:///{data}/journal.db"
    with process(data, tmp_path / "log") as (server, caller):
        client = Client(caller, "busy")
        client.start()
        for told in (("--data", data), ("--data", link), ("--data", other, "--database-url", url)):
            done = afterword("serve", *told, "--port", 0, expect=2).stderr.decode()
            assert f"is in use by process {server.pid}" in done
            assert "PostgreSQL" in done
            assert "Traceback" not in done
        client.is_ending = True
        client.join()

    assert client.refused == []
    check_kept(data, [client])


def test_the_folder_of_a_killed_server_is_free_at_once(tmp_path):
    """A lock that outlived its process would need somebody to remove it at night."""
    with process(tmp_path, tmp_path / "log") as (server, caller):
        caller.chat("c-1")
        server.send_signal(signal.SIGKILL)
        server.wait()
        assert (tmp_path / "serve.lock").read_text() == f"{server.pid}\n"
    with process(tmp_path, tmp_path / "log") as (_, caller):
        assert caller.session("c-1~1")["session"]["n_user"] == 1
