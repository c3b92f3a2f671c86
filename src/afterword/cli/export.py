"""``afterword export``: session rows in a file, for other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.cli.choosing import add_filter, filter_of
from afterword.cli.parsing import (
    Progress,
    add_data,
    add_json,
    add_project,
    as_path,
    open_journal,
    settings_of,
    show,
)
from afterword.errors import SetupError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

EXAMPLE = """
afterword export --format parquet --out sessions.parquet --data ./afterword-data
afterword export --format csv --out november.csv --from 2026-11-01 --where release:v42
"""
_FORMATS = ("parquet", "csv", "jsonl")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--format", choices=_FORMATS, default="parquet", help="default: parquet")
    parser.add_argument(
        "--out",
        type=as_path,
        required=True,
        metavar="FILE",
        help="replaced when it is there; in a folder, sessions.FORMAT",
    )
    add_filter(parser)
    add_json(parser)
    add_data(parser)
    add_project(parser)


def run(options: argparse.Namespace) -> int:
    """Write the rows as they are now, also beside a running server."""
    from afterword.history import History  # noqa: PLC0415  # heavy: not for --help
    from afterword.history.exports import write_export  # noqa: PLC0415  # same

    settings = settings_of(options)
    chosen = filter_of(options, settings)
    target = _target(options.out, options.format)
    progress = Progress("sessions")
    with open_journal(settings) as journal:
        snapshot = History(settings.history_dir, journal).snapshot(chosen)
        try:
            n_rows = write_export(options.format, snapshot, chosen, target, progress)
        except OSError as exc:
            raise SetupError(f"{target} cannot be written: {exc}.", field="out") from exc
        finally:
            progress.end()
    show(
        {"sessions": n_rows, "out": str(target)},
        f"{n_rows:,} sessions in {target}",
        as_json=options.json,
    )
    return 0


def _target(out: Path, form: str) -> Path:
    return out / f"sessions.{form}" if out.is_dir() else out
