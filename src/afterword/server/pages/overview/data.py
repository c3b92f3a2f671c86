"""What the overview shows: two reports, and the sessions to read first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.domain.policy import DAY_US
from afterword.errors import NotFoundError
from afterword.history.filters import Filter
from afterword.journal import days
from afterword.journal.markers import markers
from afterword.journal.sessions import SessionFilter, list_sessions

if TYPE_CHECKING:
    from afterword.domain.session import Session
    from afterword.reports.rated import RatedReport
    from afterword.server.services import Services

# What may be looked at, and its name.
WINDOWS: Final = {"7": "7 days", "28": "4 weeks", "91": "13 weeks", "all": "all"}
USUAL: Final = "91"
_MONDAY: Final = 4  # days from 1970-01-01, a Thursday, to the first Monday
_READ: Final = 12
_TO_READ: Final = ("negative", "neutral")


class Wanted(NamedTuple):
    """Whose sessions of how many days."""

    project: str = "default"
    environment: str = "production"
    days: str = USUAL


class Overview(NamedTuple):
    """What was found."""

    wanted: Wanted
    projects: tuple[str, ...]
    whole: RatedReport
    trend: RatedReport
    to_read: tuple[Session, ...]


def load(services: Services, wanted: Wanted, now_us: int) -> Overview:
    """Ask the history and the journal.

    Args:
        services: With both.
        wanted: Of which project, environment and time.
        now_us: The window ends with this day.

    Raises:
        NotFoundError: There is no such project.
    """
    from afterword.reports import distribution, trend  # noqa: PLC0415  # heavy: after the server is ready
    from afterword.reports.report import View  # noqa: PLC0415  # same

    since_us = since(wanted, now_us)
    chosen = Filter(project=wanted.project, environment=wanted.environment, from_us=since_us)
    with services.journal.read() as connection:
        projects = tuple(days.projects(connection))
        if wanted.project not in projects:
            raise NotFoundError("There is no such project.")
        notes = markers(connection, wanted.project, since_us)
        to_read = [
            session
            for rating in _TO_READ
            for session in list_sessions(
                connection,
                wanted.project,
                SessionFilter(rating=rating, environment=wanted.environment, from_us=since_us),
                None,
                _READ,
            )[0]
        ]
    by = "day" if wanted.days == "7" else "week"
    return Overview(
        wanted,
        projects,
        distribution.run(services.history, chosen, View()),
        trend.run(services.history, chosen, View(by=by, markers=tuple(notes))),
        tuple(sorted(to_read, key=lambda one: one.opened_us, reverse=True)[:_READ]),
    )


def since(wanted: Wanted, now_us: int) -> int | None:
    """Give the midnight (UTC) at which the window begins; weeks begin on Monday."""
    if wanted.days == "all":
        return None
    today, n_days = now_us // DAY_US, int(wanted.days)
    last = today if wanted.days == "7" else today - (today - _MONDAY) % 7 + 6
    return (last - n_days + 1) * DAY_US
