"""``afterword serve``: one process on one data folder."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from afterword.cli.parsing import add_data, settings_of

if TYPE_CHECKING:
    import argparse

    from afterword.server.serve import Running

EXAMPLE = "afterword serve --data ./afterword-data --port 8484"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_data(parser)
    parser.add_argument(
        "--policy", metavar="FILE", help="the ask policy (default DIR/policy.toml, if it is there)"
    )
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", help="port to listen on, 0 for any (default 8484)")
    parser.add_argument(
        "--log-level", help="critical, error, warning, info or debug (default warning)"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from afterword.server.serve import serve  # noqa: PLC0415  # heavy: not for --help

    settings = settings_of(
        options,
        policy_file=options.policy,
        host=options.host,
        port=options.port,
        log_level=options.log_level,
    )

    def tell(server: Running) -> None:
        print(f"Afterword serves {server.url} from {settings.data_dir} (Ctrl-C stops it)")
        once = server.pages.door.once
        way = f"/signin?once={once}  (opens once)" if once else "/overview"
        print(f"Pages: {(settings.public_url or server.url).rstrip('/')}{way}", flush=True)
        _tell_systemd("READY=1")

    serve(settings, tell)
    return 0


def _tell_systemd(state: str) -> None:
    # Where it waits for a word (Type=notify), see sd_notify(3); "@" stands for an abstract name.
    place = os.environ.get("NOTIFY_SOCKET")
    if place:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
            wire.sendto(state.encode(), f"\0{place[1:]}" if place.startswith("@") else place)
