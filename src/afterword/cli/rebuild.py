"""``afterword rebuild``: the history written anew from the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.cli.parsing import Progress, add_data, add_json, open_journal, settings_of, show
from afterword.errors import SetupError

if TYPE_CHECKING:
    import argparse

EXAMPLE = "afterword rebuild --data ./afterword-data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_data(parser)
    parser.add_argument("--project", help="only this tenant")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Write every day that the journal knows, one after another; others are left alone."""
    from afterword.history import Rewriter  # noqa: PLC0415  # heavy: not for --help
    from afterword.journal import days  # noqa: PLC0415  # same

    settings = settings_of(options)
    with open_journal(settings) as journal:
        with journal.read() as connection:
            names = [options.project] if options.project else days.projects(connection)
            known = [(name, day) for name in names for day in days.days(connection, name)]
        rewriter, n_written = Rewriter(settings.history_dir, journal), 0
        progress = Progress("days", len(known))
        try:
            for n_done, (project, day) in enumerate(known, start=1):
                n_written += rewriter.rebuild(project, day)
                progress(n_done)
        except OSError as exc:
            raise SetupError(
                f"{day} of {project} cannot be written, after {n_written:,} days that were: {exc}."
            ) from exc
        finally:
            progress.end()
    words = f"{n_written:,} of {len(known):,} days written."
    if n_written < len(known):  # several servers on one database: their leader writes
        words += " The running server writes the others within a minute."
    show({"days": len(known), "written": n_written}, words, as_json=options.json)
    return 0
