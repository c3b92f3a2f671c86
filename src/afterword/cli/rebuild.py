"""``afterword rebuild``: the history written anew from the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.cli.parsing import Progress, add_data, add_json, open_journal, settings_of, show

if TYPE_CHECKING:
    import argparse

EXAMPLE = "afterword rebuild --data ./afterword-data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_data(parser)
    parser.add_argument("--project", help="only this tenant")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Mark every day that the journal knows, and write them; others are left alone."""
    from afterword.history import Rewriter  # noqa: PLC0415  # heavy: not for --help
    from afterword.journal import days  # noqa: PLC0415  # same

    settings = settings_of(options)
    with open_journal(settings) as journal:
        with journal.write() as connection:
            days.mark_all(connection, options.project)
        with journal.read() as connection:
            n_marked = len(days.dirty_days(connection, options.project))
        progress = Progress("days", n_marked)
        n_written = Rewriter(settings.history_dir, journal).run_once(progress)
        progress.end()
    # A server beside us may be writing days at this moment; it writes what we marked, too.
    words = f"{n_written:,} of {n_marked:,} days written."
    if n_written < n_marked:
        words += " The running server writes the others within a minute."
    show({"days": n_marked, "written": n_written}, words, as_json=options.json)
    return 0
