"""``afterword import``: files into a data folder that no server is running on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

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

if TYPE_CHECKING:
    import argparse

    from afterword.intake import ImportResult
    from afterword.server.settings import Settings

EXAMPLE = """
afterword import --format events events.jsonl.gz --data ./afterword-data
afterword import --format csv --map conversation_id=chat --map rating=score --scale 1-5 chats.csv
"""
_SHOWN: Final = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("files", nargs="+", metavar="FILE", type=as_path, help="plain or gzipped")
    parser.add_argument("--format", required=True, help="events, csv or uss")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="which column of a CSV file holds a field, several times",
    )
    parser.add_argument("--scale", metavar="LO-HI", help="the scale of numeric ratings, as 1-5")
    add_data(parser)
    add_project(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Import, write the history, and say what was kept; 1 where nothing was."""
    result = _import(settings_of(options), options)
    told = {
        "events": result.events,
        "sessions": result.sessions,
        "ratings": result.ratings,
        "duplicates": result.duplicates,
        "rejected": result.n_rejected,
    }
    for one in result.rejected[:_SHOWN]:
        print(f"{one.where}: {one.detail}", file=sys.stderr)
    if result.n_rejected > _SHOWN:
        print(f"… and {result.n_rejected - _SHOWN:,} more rejected", file=sys.stderr)
    show(told, ", ".join(f"{n:,} {name}" for name, n in told.items()), as_json=options.json)
    return 0 if result.events or result.duplicates or not result.n_rejected else 1


def _import(settings: Settings, options: argparse.Namespace) -> ImportResult:
    from afterword.history import Rewriter  # noqa: PLC0415  # heavy: not for --help
    from afterword.importers import ImportOptions, read  # noqa: PLC0415  # same
    from afterword.intake import Intake  # noqa: PLC0415  # same
    from afterword.server.lock import alone  # noqa: PLC0415  # same
    from afterword.server.project_files import project_files  # noqa: PLC0415  # same
    from afterword.server.use_cases import read_use_cases  # noqa: PLC0415  # same

    named = project_files(settings.use_cases_path).get(options.project)
    use_cases = None if named is None else read_use_cases(named)
    chosen = ImportOptions.parse(options.map, options.scale)
    reading, keeping = Progress("events read"), Progress("events kept")
    with alone(settings), open_journal(settings, is_new=True) as journal:
        intake = Intake(journal, use_cases=lambda _: use_cases)
        items = read(options.format, options.files, chosen, reading, use_cases)
        result = intake.import_events(options.project, items, keeping)
        while intake.tick():  # what was imported has ended
            pass
        try:
            Rewriter(settings.history_dir, journal).run_once()
        except OSError as exc:  # what was imported is kept, and reports find it
            print(f"Day files cannot be written: {exc}. A server tries again.", file=sys.stderr)
    keeping.end()
    return result
