"""``afterword report``: ask a data folder, or a running server."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from afterword.cli.choosing import add_filter, named_filters
from afterword.cli.parsing import (
    add_data,
    add_json,
    add_project,
    add_url,
    ask_server,
    open_journal,
    settings_of,
)
from afterword.errors import InvalidField

if TYPE_CHECKING:
    import argparse

    from afterword.server.api.reports.schemas import ReportQuery

EXAMPLE = """
afterword report distribution --by release --data ./afterword-data
afterword report trend --by day --from 2026-11-01 --where use_case:billing
afterword report trend --format svg --url http://127.0.0.1:8484 --key aw_sk_... > trend.svg
"""
_FORMATS = ("text", "json", "csv", "svg", "png", "html")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "name",
        metavar="NAME",
        help="distribution, trend, releases, flows, responses, asks, reasons, segments, use-cases"
        " or rhythm (docs/reference/reports.md)",
    )
    add_filter(parser)
    parser.add_argument(
        "--by",
        metavar="DIM",
        help="day, week, month, release, model, prompt_version, agent, channel, locale, use_case,"
        " device, trigger, trait.NAME or label.NAME; two may be joined by a comma",
    )
    parser.add_argument(
        "--compare",
        metavar="WHAT",
        help="previous, FROM..TO, or K:V: each share against it;"
        " releases: the one to compare with",
    )
    parser.add_argument("--format", choices=_FORMATS, default="text", help="default: text")
    parser.add_argument("--engine", metavar="NAME", help="duckdb (default) or spark")
    parser.add_argument(
        "--spark-master", metavar="URL", help="where Spark runs (default local[*], this machine)"
    )
    add_json(parser)
    add_data(parser)
    add_project(parser)
    add_url(parser)


def run(options: argparse.Namespace) -> int:
    """Print one report."""
    form = "json" if options.json else options.format
    if form == "png" and sys.stdout.isatty():
        raise InvalidField("A picture is not for a terminal: add '> report.png'.", field="format")
    if options.url and (options.engine or options.spark_master):
        raise InvalidField("A server has its own engine: leave --engine out.", field="engine")
    body = _ask_server(options, form) if options.url else _ask_folder(options, form)
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
    return 0


def _ask_folder(options: argparse.Namespace, form: str) -> bytes:
    from afterword.history import History  # noqa: PLC0415  # heavy: not for --help
    from afterword.history.engines import engine_of  # noqa: PLC0415  # same
    from afterword.journal.markers import markers  # noqa: PLC0415  # same
    from afterword.journal.projects import policy_in_force  # noqa: PLC0415  # same
    from afterword.reports import run as run_report  # noqa: PLC0415  # same
    from afterword.reports.render import render  # noqa: PLC0415  # same
    from afterword.server.experiment_file import read_plans  # noqa: PLC0415  # same

    query = _query(options)
    settings = settings_of(options, engine=options.engine, spark_master=options.spark_master)
    named = named_filters((*options.where, options.compare or ""), settings)
    # A file that nobody needs must not fail a command.
    plans = read_plans(settings.experiments_file) if options.name == "flows" else {}
    chosen = query.filter(options.project, named)
    with open_journal(settings) as journal:
        with journal.read() as connection:
            notes = markers(connection, options.project, chosen.from_us, chosen.to_us)
            policy = policy_in_force(connection, options.project)
        engine = engine_of(settings.engine, settings.spark_master)
        history = History(settings.history_dir, journal, engine=engine)
        found = run_report(
            options.name,
            history,
            chosen,
            by=query.by,
            markers=notes,
            compare=query.compare,
            named=named,
            plans=plans,
            policy=policy,
        )
        history.close()
    return render(found, form)


def _ask_server(options: argparse.Namespace, form: str) -> bytes:
    told = {name: value for name, value in _told(options).items() if value is not None}
    if form not in ("text", "json"):
        told["format"] = form
    body = ask_server(options, f"/v1/reports/{quote(options.name, safe='')}", told)
    if form != "text":
        return body
    from afterword.reports import read_report  # noqa: PLC0415  # heavy: as above
    from afterword.reports.render import render  # noqa: PLC0415  # same

    return render(read_report(options.name, body), "text")


def _told(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "from": options.from_,
        "to": options.to,
        "by": options.by,
        "where": options.where or None,
        "environment": options.environment,
        "compare": options.compare,
    }


def _query(options: argparse.Namespace) -> ReportQuery:
    from afterword.server.api.reports.schemas import ReportQuery  # noqa: PLC0415  # as above

    return ReportQuery(
        from_=options.from_,
        to=options.to,
        by=options.by,
        where=options.where,
        environment=options.environment,
        compare=options.compare,
    )
