"""Options that choose sessions, and the filter that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from afterword.history import Filter
    from afterword.history.named_filters import Named
    from afterword.server.settings import Settings


def add_filter(parser: argparse.ArgumentParser) -> None:
    """Add which sessions."""
    parser.add_argument("--from", dest="from_", metavar="TIME", help="first day or time, UTC")
    parser.add_argument("--to", metavar="TIME", help="day or time up to which, not included")
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="K:V",
        help="only sessions with this value, several times; filter:NAME: one of filters.toml",
    )
    parser.add_argument("--environment", default="production", help="default: production")


def filter_of(options: argparse.Namespace, settings: Settings) -> Filter:
    """Give the filter that ``add_filter`` and ``add_project`` let one name.

    Raises:
        InvalidField: A time or ``where`` cannot be read.
    """
    from afterword.server.api.reports.schemas import ReportQuery  # noqa: PLC0415  # not for --help

    query = ReportQuery(
        from_=options.from_,
        to=options.to,
        where=options.where,
        environment=options.environment,
    )
    return query.filter(options.project, named_filters(options.where, settings))


def named_filters(where: Iterable[str], settings: Settings) -> Named:
    """Read the filters that have names, where one is asked for.

    Raises:
        SetupError: Their file cannot be read.
    """
    from afterword.history.named_filters import is_named  # noqa: PLC0415  # not for --help
    from afterword.server.filter_file import read_filters  # noqa: PLC0415  # same

    # A file that nobody asked for must not fail a command.
    if not any(map(is_named, where)):
        return {}
    return read_filters(settings.filters_file)
