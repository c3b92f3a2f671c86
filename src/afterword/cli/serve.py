"""``afterword serve``: one process on one data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.cli.parsing import add_data, settings_of

if TYPE_CHECKING:
    import argparse

EXAMPLE = "afterword serve --data ./afterword-data --port 8484"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_data(parser)
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", help="port to listen on, 0 for any (default 8484)")
    parser.add_argument(
        "--log-level", help="critical, error, warning, info or debug (default warning)"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from afterword.server.serve import serve  # noqa: PLC0415  # heavy: not for --help

    settings = settings_of(
        options, host=options.host, port=options.port, log_level=options.log_level
    )

    def tell(url: str) -> None:
        print(f"Afterword serves {url} from {settings.data_dir} (Ctrl-C stops it)", flush=True)

    serve(settings, tell)
    return 0
