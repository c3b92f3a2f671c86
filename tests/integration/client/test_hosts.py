"""Hosts as they are in the wild: the programs of ``docs/howto/hosts.md``, word for word."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from server_harness import served

ROOT = Path(__file__).parents[3]
BINARIES = Path(sys.executable).parent
WAIT = 60  # a test that needs it has failed
N_TALKS = 12


@pytest.fixture
def server(tmp_path):
    """Give a caller of a server."""
    with served(tmp_path / "data") as caller:
        yield caller


@pytest.fixture
def folder(tmp_path):
    """Give a folder with the programs of the page."""
    page = (ROOT / "docs" / "howto" / "hosts.md").read_text()
    for name, body in re.findall(r"^```python (\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(body)
    return tmp_path


def environment(server, **more):
    """Give what a host of this server sees."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("AFTERWORD_")}
    told = {"AFTERWORD_URL": str(server.http.base_url), "AFTERWORD_KEY": server.key}
    return {**clean, **told, **more}


def await_line(lines, words):
    """Read until a line has these words; give it."""
    said = []
    for line in lines:
        said.append(line)
        if words in line:
            return line
    raise AssertionError("".join(said))


@contextmanager
def running(folder, server, *command):
    """Run a host in its folder, with both outputs as one; end it kindly."""
    process = subprocess.Popen(  # noqa: S603  # our own commands
        [str(BINARIES / command[0]), *command[1:]],
        cwd=folder,
        env=environment(server),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=WAIT)
        assert process.returncode in (0, -signal.SIGTERM), said
    finally:
        process.kill()
        process.communicate()


def free_port():
    """Find a port that nobody uses."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def check_sessions(server, n_sessions, n_user):
    """Check that so many sessions have so many user messages each, and as many answers."""
    sessions = server.reads("/v1/sessions")["sessions"]
    counts = [(session["n_user"], session["n_agent"]) for session in sessions]
    assert counts == [(n_user, n_user)] * n_sessions


@pytest.mark.parametrize("is_forking", [False, True], ids=["uvicorn", "gunicorn"])
def test_a_fastapi_app_tells_and_asks(folder, server, is_forking):
    """On one loop, or in two forked workers of an app loaded before: each talk and its ask."""
    port = free_port()
    gunicorn = ("--preload", "-w", "2", "-k", "uvicorn_worker.UvicornWorker", "-b")
    command = (
        ("gunicorn", *gunicorn, f"127.0.0.1:{port}", "app:app")
        if is_forking
        else ("uvicorn", "--port", str(port), "app:app")
    )
    with running(folder, server, *command) as process:
        for _ in range(2 if is_forking else 1):
            await_line(process.stdout, "Application startup complete")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAIT) as browser:
            for number in range(N_TALKS):
                address, user = f"/chat/c-{number}", f"u-{number}"
                first = {"user": user, "text": "Why was I charged twice?"}
                assert browser.post(address, json=first).json()["question"] is None
                thanks = {"user": user, "text": "ah, thanks!"}
                told = browser.post(address, json=thanks).json()
                assert told["question"] == "How did this session go?"

    check_sessions(server, N_TALKS, 2)


CELERY = """
import os, signal
import tasks
from tasks import app

app.conf.update(
    broker_url="filesystem://",
    broker_transport_options={
        "data_folder_in": "queue",
        "data_folder_out": "sent",
        "control_folder": "control",
        "polling_interval": 0.05,
    },
    worker_prefetch_multiplier=1,
    worker_lost_wait=0.1,
    broker_connection_retry_on_startup=True,
)

@app.task
def die():
    # Out of memory, in the middle of a talk.
    with tasks.aw.conversation("c-killed", user_id="u-1") as c:
        c.user("Why was I charged twice?")
        c.agent("One is a pending hold.")
    os.kill(os.getpid(), signal.SIGKILL)
"""
SENDING = """
import sys
from host import app

for number in range(int(sys.argv[1])):
    app.send_task("tasks.answer", (f"c-{number}", f"u-{number}", "Why?"))
"""


def test_a_prefork_pool_of_celery_tells_everything(folder, server):
    """Its workers' talks, the last ones of its end, and those of a worker that was killed."""
    for name in ("queue", "sent", "control"):
        (folder / name).mkdir()
    (folder / "host.py").write_text(CELERY)

    def send(program, *arguments):
        subprocess.run(  # noqa: S603  # ourselves
            [sys.executable, "-c", program, *arguments],
            cwd=folder,
            env=environment(server),
            check=True,
            timeout=WAIT,
        )
        for message in (folder / "sent").iterdir():  # the worker would read one half written
            message.rename(folder / "queue" / message.name)

    send("from host import app; app.send_task('host.die')")
    command = ("celery", "-A", "host", "worker", "-P", "prefork", "-c", "2", "-l", "INFO")
    with running(folder, server, *command) as worker:
        await_line(worker.stdout, "SIGKILL")
        send(SENDING, str(N_TALKS))
        for _ in range(N_TALKS):
            await_line(worker.stdout, "succeeded")

    check_sessions(server, N_TALKS + 1, 1)
    assert server.session("c-killed~1")["session"]["n_agent"] == 1
    assert list((folder / "afterword-spool").iterdir()) == []


CELLS = [
    "import afterword\naw = afterword.Client()",
    """
with aw.conversation("plain", user_id="u-1") as c:
    c.user("Why was I charged twice?"); c.agent("One is a pending hold.")
    c.user("ah, thanks!"); c.agent("You're welcome!")
    ask = c.wait_for_ask(timeout=60)
ask.answer("positive")
print(ask.trigger, aw.flush(60), aw.stats.sent)
""",
    """
import asyncio
asked = asyncio.Queue()
twin = afterword.AsyncClient(on_ask=asked.put)
with twin.conversation("awaited", user_id="u-2") as c:
    c.user("Why was I charged twice?"); c.agent("One is a pending hold.")
    c.user("ah, thanks!"); c.agent("You're welcome!")
ask = await asyncio.wait_for(asked.get(), 60)
ask.answer("neutral")
print(ask.trigger, await twin.flush(60), twin.stats.sent)
""",
    'aw.conversation("late").user("the kernel ends now")',
]


def test_a_notebook_tells_and_asks(tmp_path, server):
    """In a real kernel, whose loop runs already; its end sends what waits."""
    cells = [
        {"cell_type": "code", "id": f"cell-{place}", "metadata": {}, "source": source}
        | {"execution_count": None, "outputs": []}
        for place, source in enumerate(CELLS)
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "talk.ipynb").write_text(json.dumps(notebook))

    done = subprocess.run(  # noqa: S603  # our own command
        [BINARIES / "jupyter-execute", "--inplace", "talk.ipynb"],
        cwd=tmp_path,
        env=environment(server, IPYTHONDIR=str(tmp_path), JUPYTER_RUNTIME_DIR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=WAIT,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    ran = json.loads((tmp_path / "talk.ipynb").read_text())["cells"]
    outputs = [output for cell in ran for output in cell["outputs"]]
    printed = ["".join(one["text"]) for one in outputs if one["output_type"] == "stream"]
    assert printed == ["closing_message True 6\n"] * 2
    for name, rating in [("plain", "positive"), ("awaited", "neutral")]:
        session = server.session(f"{name}~1")["session"]
        assert (session["rating"]["rating"], session["n_user"]) == (rating, 2)
    assert server.session("late~1")["session"]["n_user"] == 1
