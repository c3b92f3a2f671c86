"""Real servers with pages in every state, and the real demo command on a terminal of its own."""

from __future__ import annotations

import os
import pty
import random
import re
import signal
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

from msgspec.structs import replace

from afterword.domain.session import Trigger
from afterword.journal import Journal
from afterword.journal.alerts import Alert, AlertKind, save_alert
from afterword.journal.markers import add_marker
from afterword.server.serve import running
from afterword.server.settings import Settings
from cli_harness import COMMAND
from history_cast import DAY_US, MINUTE_US, ask, plain, rated, tell

PASSWORD = "open sesame"  # noqa: S105  # of tests
REASONS = (
    "it kept looping",
    "took three tries to get the refund right",
    "did not understand that I had already paid",
    "ما فهمني أبداً",
)
ALERT = 'All sessions: ratings are worse since 2 Oct 2026: "not what I needed" 10 % → 19 %'
HOSTILE = (
    "<img src=x onerror=alert(1)> <script>alert(2)</script>",
    "\u202egnihton\u202c \u2066was\u2069 as it seemed",
    '=HYPERLINK("http://evil.example","see")',
    "w" * 200,
    "😀" * 60,
    "{{ 7 * 7 }} {% raw %} </bdi></a></li>\"'`",
)


class Site(NamedTuple):
    """A server's pages."""

    url: str
    paths: dict[str, str]

    def enter(self, context):
        """Sign a browser in and give it a tab."""
        answer = context.request.post(
            f"{self.url}/signin", form={"password": PASSWORD}, max_redirects=0
        )
        assert answer.status == 303
        return context.new_page()


def sessions(state):
    """Make the sessions of one state of the overview, of the weeks before now."""
    made = {
        "none": list,
        "unrated": lambda: [_session(n, n % 20) for n in range(40)],
        "one": lambda: [*(_session(n, n) for n in range(3)), _rated(9, 0.5, "negative", 0)],
        "few": lambda: [_rated(n, n % 25, _level(n), n) for n in range(24)],
        "hostile": lambda: [
            _rated(f"{text}/{n}", n, "negative", text, what=text) for n, text in enumerate(HOSTILE)
        ],
        "many": _many,
    }
    return made[state]()


@contextmanager
def pages_served(folder, state, project="default"):
    """Serve a folder in one state."""
    told = [replace(one, project=project) for one in sessions(state)]
    journal = Journal.open(folder)
    tell(journal, told)
    if state in ("many", "hostile"):
        with journal.write() as connection:
            text = HOSTILE[0] if state == "hostile" else "v42"
            kind = "note" if state == "hostile" else "release"
            add_marker(connection, project, kind, text, _now_us() - 41 * DAY_US)
            save_alert(connection, _alert(project, text))
    journal.close()
    paths = {"overview": "overview"}
    read = [one for one in told if one.rating is not None]
    if read:
        paths["session"] = f"sessions/{quote(read[-1].id, safe='')}"
    if state in ("many", "hostile"):
        paths |= {"alerts": "alerts", "alert": "alerts/a-1"}
    with running(Settings(data_dir=folder, port=0, password=PASSWORD)) as server:
        yield Site(server.url, paths)


@contextmanager
def demo_served():
    """Run ``afterword demo`` as a person would, on a terminal; give its address."""
    ours, theirs = pty.openpty()
    command = (COMMAND, "demo", "--port", "0")
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs)  # noqa: S603  # ours
    os.close(theirs)
    try:
        yield Site(_address(ours), {})
    finally:
        process.send_signal(signal.SIGINT)
        said = _rest(ours)
        assert process.wait(timeout=30) == 0, said
        os.close(ours)


def _alert(project, text):
    at_us = _now_us() - 38 * DAY_US
    day = datetime.fromtimestamp(at_us / 1e6 - 3 * 86_400, UTC).date().isoformat()
    return Alert(
        id="a-1",
        project=project,
        kind=AlertKind.MONITOR,
        stream="all",
        direction="worse",
        opened_us=at_us,
        changed_us=at_us,
        title=ALERT if text == "v42" else f"{ALERT} {text}",
        summary=(f"Release {text} is new and carries all of it.",),
        since=day,
    )


def _address(terminal):
    said = ""
    while (found := re.search(r"Open (http://[^\s/]+)/demo", said)) is None:
        piece = os.read(terminal, 4096)
        assert piece, said
        said += piece.decode()
    return found[1]


def _rest(terminal):
    said = b""
    try:
        while piece := os.read(terminal, 4096):
            said += piece
    except OSError:  # how Linux says that nobody writes to it any more
        pass
    return said.decode()


def _now_us():
    return time.time_ns() // 1000


def _session(number, days_ago, **given):
    facts = {"user_id": f"u-{number}", "channel": "web", "release": "v42", "use_case": "billing"}
    session = plain(
        number, at_us=_now_us() - int(days_ago * DAY_US) - 60 * MINUTE_US, **{**facts, **given}
    )
    return replace(session, asks=[ask(session, "ignored", is_shown=True)])


def _rated(number, days_ago, level, reason, what="billing"):
    session = _session(number, days_ago, use_case=what, traits={what: what})
    session = replace(
        session, asks=[ask(session, "answered", Trigger.CLOSING_MESSAGE, is_shown=True)]
    )
    text = REASONS[reason % len(REASONS)] if isinstance(reason, int) else reason
    return rated(session, level, trigger=Trigger.CLOSING_MESSAGE, reason=text)


def _level(number):
    return ("positive", "positive", "neutral", "positive", "negative")[number % 5]


def _many():
    rng = random.Random(1)  # noqa: S311  # a seeded world, no secret
    made = []
    for number in range(3_000):
        days_ago = rng.random() * 88
        bad = 0.2 if 20 < days_ago < 41 else 0.1
        session = _session(f"{number:04}", days_ago, user_id=f"u-{rng.randrange(1500)}")
        if rng.random() < 0.4:
            chance = rng.random()
            level = (
                "negative" if chance < bad else "neutral" if chance < bad + 0.25 else "positive"
            )
            session = _rated(f"{number:04}", days_ago, level, number if chance < 0.3 else None)
        made.append(session)
    return made
