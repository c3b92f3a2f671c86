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
    from afterword.server.settings import Settings

EXAMPLE = "afterword demo"
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
    parser.add_argument("--port", help="port of the page, 0 for any (default 8484)")


def run(options: argparse.Namespace) -> int:
    """Tell the story: by a scripted visitor, or on a page until Ctrl-C."""
    from afterword.server.settings import Settings  # noqa: PLC0415  # heavy: not for --help

    with tempfile.TemporaryDirectory(prefix="afterword-demo-") as folder:
        data_dir = Path(folder) / "data"
        print(f"{_SESSIONS:,} simulated sessions of 90 days; one release was worse …", flush=True)
        _simulate(data_dir)
        if options.once or not sys.stdout.isatty():
            return _run_once(Settings(data_dir=data_dir, port=0))
        # Nothing from the environment: it may name somebody's real data.
        return _stay(Settings.read({}, data_dir=data_dir, port=options.port))


def _run_once(settings: Settings) -> int:
    from afterword.server.serve import running  # noqa: PLC0415  # heavy: not for --help

    with running(settings) as server:
        key = _prepare(server)
        print(f"\n{_report(server, key)}")
        if not _talk(server, key):
            print("\n  Nobody was asked, which is not as it should be.")
            return 1
        print(f"\n{_report(server, key)}", flush=True)
    return 0


def _stay(settings: Settings) -> int:
    from afterword.server.pages.demo.stage import Stage  # noqa: PLC0415  # heavy: as above
    from afterword.server.serve import serve  # noqa: PLC0415  # same

    def begin(server: Running) -> None:
        origins = (server.url, server.url.replace("127.0.0.1", "localhost"))
        publishable = _make_key(server, "publishable", origins)
        server.pages.stage = Stage(server.services, _prepare(server), publishable)
        print(f"\nOpen {server.url}/demo\nCtrl-C ends the demo and its data.", flush=True)

    serve(settings, begin)
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


def _prepare(server: Running) -> str:
    from msgspec.structs import replace  # noqa: PLC0415  # heavy: not for --help

    from afterword.journal.projects import load_project, save_policy  # noqa: PLC0415  # same

    now_us = server.services.clock.now_us()
    with server.services.journal.write() as connection:
        # Nothing hides the ask: no session is left out at random.
        policy = load_project(connection, "default", now_us).policy
        save_policy(connection, "default", replace(policy, skip_share=0.0), now_us)
    return _make_key(server, "secret")


def _make_key(server: Running, kind: str, origins: tuple[str, ...] = ()) -> str:
    from afterword.journal.keys import create_key  # noqa: PLC0415  # heavy: not for --help

    with server.services.journal.write() as connection:
        return create_key(connection, "default", kind, allow_origins=origins)[1]


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

    from afterword.reports import read_report  # noqa: PLC0415  # same
    from afterword.reports.render import render  # noqa: PLC0415  # same

    answer = httpx.get(
        f"{server.url}/v1/reports/distribution",
        headers={"Authorization": f"Bearer {key}"},
        timeout=60,
    ).raise_for_status()
    return render(read_report("distribution", answer.content), "text").decode()
