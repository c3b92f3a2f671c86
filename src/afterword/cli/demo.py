"""``afterword demo``: the whole story in one process, on data that is gone afterwards."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from afterword.domain.policy import DAY_US

if TYPE_CHECKING:
    import argparse

    from afterword.server.serve import Running

EXAMPLE = "afterword demo --once"
_SESSIONS: Final = 6_000
_TALK: Final = (
    ("Why was I charged twice?", "One of the two is a pending hold; it drops off on Friday."),
    ("And if it does not?", "Then write here again, and I will have it taken off by hand."),
    ("ah, thanks!", "You're welcome!"),
)
_REASON: Final = "clear and quick"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--once",
        action="store_true",
        help="a scripted visitor, the report before and after, then the end",
    )


def run(options: argparse.Namespace) -> int:
    """Tell the story; on a terminal, go on serving until Ctrl-C."""
    from afterword.server.serve import running  # noqa: PLC0415  # heavy: not for --help
    from afterword.server.settings import Settings  # noqa: PLC0415  # same

    with tempfile.TemporaryDirectory(prefix="afterword-demo-") as folder:
        data_dir = Path(folder) / "data"
        print(f"{_SESSIONS:,} simulated sessions of 90 days; one release was worse …", flush=True)
        _simulate(data_dir)
        with running(Settings(data_dir=data_dir, port=0)) as server:
            key = _make_key(server)
            print(f"\n{_report(server, key)}")
            if not _talk(server, key):
                print("\n  Nobody was asked, which is not as it should be.")
                return 1
            print(f"\n{_report(server, key)}", flush=True)
            if not options.once and sys.stdout.isatty():
                _wait(server, key)
    return 0


def _simulate(data_dir: Path) -> None:
    from afterword.simulation import (  # noqa: PLC0415  # heavy: not for --help
        WORLDS,
        Settings,
        simulate,
        write_data,
    )

    today_us = time.time_ns() // 1000 // DAY_US * DAY_US
    world = WORLDS["worse-release"]
    write_data(simulate(Settings(world=world, sessions=_SESSIONS, end_us=today_us)), data_dir)


def _make_key(server: Running) -> str:
    from msgspec.structs import replace  # noqa: PLC0415  # heavy: not for --help

    from afterword.journal.keys import create_key  # noqa: PLC0415  # same
    from afterword.journal.projects import load_project, save_policy  # noqa: PLC0415  # same

    now_us = time.time_ns() // 1000
    with server.services.journal.write() as connection:
        # Nothing hides the ask: no session is left out at random.
        policy = load_project(connection, "default", now_us).policy
        save_policy(connection, "default", replace(policy, skip_share=0.0), now_us)
        return create_key(connection, "default", "secret")[1]


def _talk(server: Running, key: str) -> bool:
    from afterword.client import Client  # noqa: PLC0415  # not for --help

    with Client(server.url, key) as aw:
        talk = aw.conversation("demo-1", user_id="you", release="v43", use_case="billing")
        with talk as c:
            for said, answered in _TALK:
                c.user(said)
                c.agent(answered, model="m-2")
                print(f"  user   {said}\n  agent  {answered}")
            ask = c.wait_for_ask(timeout=10.0)
            if ask is None:
                return False
            ask.shown()
            chosen = ask.options[0]
            print(f"\n  {ask.question}")
            print("  " + " / ".join(option.label for option in ask.options))
            print(f"  > {chosen.label}")
            print(f"  {ask.reason_question}\n  > {_REASON}\n  {ask.acknowledgement}")
            ask.answer(chosen.value, reason=_REASON)
        return aw.flush(timeout=10.0)


def _report(server: Running, key: str) -> str:
    import httpx  # noqa: PLC0415  # heavy: not for --help
    import msgspec  # noqa: PLC0415  # same

    from afterword.reports.render import render  # noqa: PLC0415  # same
    from afterword.reports.report import Report  # noqa: PLC0415  # same

    answer = httpx.get(
        f"{server.url}/v1/reports/distribution",
        headers={"Authorization": f"Bearer {key}"},
        timeout=60,
    ).raise_for_status()
    return render(msgspec.json.decode(answer.content, type=Report), "text").decode()


def _wait(server: Running, key: str) -> None:
    print(f"Still serving {server.url} with the key {key}; Ctrl-C ends it and its data.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print()
