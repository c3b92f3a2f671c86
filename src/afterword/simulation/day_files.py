"""Writing a world into a data folder: day files, and a journal with its policy and markers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.errors import SetupError
from afterword.history.files import day_files, write_day
from afterword.journal import Journal, days, markers, projects
from afterword.simulation.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from afterword.simulation.simulation import Simulation


def write_data(
    simulation: Simulation,
    data_dir: Path,
    project: str = projects.DEFAULT,
    on_progress: Callable[[int], None] | None = None,
) -> None:
    """Write a world as the history of a project.

    The journal gets the project, its policy and a marker for each release, but no sessions, so
    that the rewriter leaves these days alone. A day on which a live session opens is written from
    the journal alone: end a world at midnight UTC where a server is to go on from it.

    Args:
        simulation: The world.
        data_dir: The data folder; made when absent.
        project: The tenant; must have no days yet.
        on_progress: Told the number of sessions written so far.

    Raises:
        SetupError: The project has days already.
        JournalUnavailable: The journal cannot be written.
    """
    history = data_dir / "history"
    journal = Journal.open(data_dir)
    try:
        with journal.write() as connection:
            if days.days(connection, project) or day_files(history, project):
                raise SetupError(
                    f"{data_dir} holds sessions of project {project}: name an empty folder."
                )
            _set_up(connection, simulation, project)
    finally:
        journal.close()
    rows = Rows(simulation, project)
    for stretch in simulation.days():
        write_day(history, project, days.as_date(stretch.day), rows.table(stretch))
        if on_progress is not None:
            on_progress(stretch.last)


def _set_up(connection: Connection, simulation: Simulation, project: str) -> None:
    settings = simulation.settings
    projects.load_project(connection, project, settings.from_us)
    projects.save_policy(connection, project, settings.policy, settings.from_us)
    starts_us = settings.release_starts_us
    for release, at_us in zip(settings.world.releases, starts_us, strict=True):
        markers.add_marker(connection, project, "release", release.name, at_us)
