"""``afterword monitor``: streams watched for a change that nobody announced."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from afterword.cli.parsing import (
    add_data,
    add_json,
    add_project,
    as_path,
    open_journal,
    settings_of,
    show,
)

if TYPE_CHECKING:
    from typing import Any

    from afterword.monitoring.streams.back_test import BackTest

EXAMPLE = """
afterword monitor list
afterword monitor rebase --stream use_case:billing
afterword monitor replay counts.csv
afterword monitor replay counts.csv --streams 12 --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|rebase|replay")
    listed = actions.add_parser("list", help="every stream of a project, and what is open")
    listed.add_argument(
        "--by",
        action="append",
        metavar="DIM",
        help="a dimension whose values are streams, several times (default use_case, channel,"
        " agent)",
    )
    listed.add_argument("--environment", default="production", help="default: production")
    add_data(listed)
    add_project(listed)
    add_json(listed)
    rebase = actions.add_parser("rebase", help="things are as they should be: a new baseline")
    rebase.add_argument(
        "--stream", metavar="STREAM", help="one, as list names it (default: every one)"
    )
    rebase.add_argument("--by", metavar="WHO", help="who says so")
    add_data(rebase)
    add_project(rebase)
    add_json(rebase)
    replay = actions.add_parser("replay", help="what a monitor would have said of daily counts")
    replay.add_argument(
        "file",
        metavar="FILE",
        type=as_path,
        help="CSV: date,positive,neutral,negative[,persons[,m2,my,y2]], one row a day, in order",
    )
    replay.add_argument(
        "--streams",
        type=_positive,
        default=1,
        metavar="N",
        help="streams that share the budget of one false alarm a year (default 1)",
    )
    replay.add_argument(
        "--rebase-after",
        type=_day,
        metavar="DAY",
        help="accept the stream as it is then: a new baseline begins after this day",
    )
    add_json(replay)


def run(options: argparse.Namespace) -> int:
    """Do one of the three."""
    return {"list": _list, "rebase": _rebase, "replay": _replay}[options.action](options)


def _list(options: argparse.Namespace) -> int:
    """Give 1 where something is worse now."""
    import msgspec  # noqa: PLC0415  # heavy: not for --help

    from afterword.cli.monitor_table import table  # noqa: PLC0415  # same
    from afterword.history import Filter, History  # noqa: PLC0415  # same
    from afterword.history.filters import check_name  # noqa: PLC0415  # same
    from afterword.journal.monitors import load_monitors  # noqa: PLC0415  # same
    from afterword.journal.releases import days_accepted  # noqa: PLC0415  # same
    from afterword.monitoring.alerts.seeing import read_monitors  # noqa: PLC0415  # same
    from afterword.monitoring.streams.days import settled  # noqa: PLC0415  # same
    from afterword.monitoring.streams.watched import DIMENSIONS, Acts, watch_all  # noqa: PLC0415  # same

    by = options.by or DIMENSIONS
    for name in by:
        check_name(name, field="by")
    settings = settings_of(options)
    until = settled(datetime.now(UTC))
    chosen = Filter(project=options.project, environment=options.environment)
    with open_journal(settings) as journal:
        history = History(settings.history_dir, journal)
        with journal.read() as connection:
            accepted = days_accepted(connection, options.project)
            kept = read_monitors(load_monitors(connection, options.project))
        rebased = {name: one.rebased_on for name, one in kept.items() if one.rebased_on}
        found = watch_all(history, chosen, until, by, acts=Acts(accepted, rebased))
        history.close()
    told = {"until": until, "streams": [_view(one.stream, one.found) for one in found]}
    show(msgspec.to_builtins(told), table(found, until), as_json=options.json)
    return int(any(one.is_worse for one in found))


def _view(stream: str, found: BackTest) -> dict[str, Any]:
    import msgspec  # noqa: PLC0415  # as above

    return {"stream": stream, **msgspec.to_builtins(found)}


def _rebase(options: argparse.Namespace) -> int:
    """Write to the journal, beside a running server or without."""
    import os  # noqa: PLC0415  # with what follows

    from afterword.intake.clock import Clock  # noqa: PLC0415  # heavy: not for --help
    from afterword.monitoring.alerts.rebasing import rebase  # noqa: PLC0415  # same
    from afterword.notify import ChannelBook  # noqa: PLC0415  # same
    from afterword.reports.wording import printable  # noqa: PLC0415  # same

    settings = settings_of(options)
    with open_journal(settings) as journal:
        told = ChannelBook(settings.channels_file, os.environ).subscribers
        with journal.write() as connection:
            now_us, stream = Clock().now_us(), options.stream
            names = rebase(connection, options.project, stream, options.by, now_us, told)
    words = "A new baseline from tomorrow (UTC) on, and no alarm until it is there: "
    words += ", ".join(printable(name, 80) for name in names)
    show({"streams": names}, words, as_json=options.json)
    return 0


def _replay(options: argparse.Namespace) -> int:
    """Alarms of the past are no failure."""
    import msgspec  # noqa: PLC0415  # heavy: not for --help

    from afterword.cli.daily_counts import read_counts  # noqa: PLC0415  # same
    from afterword.cli.monitor_words import words  # noqa: PLC0415  # same
    from afterword.monitoring.streams.back_test import back_test  # noqa: PLC0415  # same

    days = read_counts(options.file)
    found = back_test(days, n_streams=options.streams, rebase_after=options.rebase_after)
    told: dict[str, Any] = msgspec.to_builtins(found)
    show(told, words(found, options.file.name), as_json=options.json)
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-11-30") from None


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value
