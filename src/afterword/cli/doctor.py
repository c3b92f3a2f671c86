"""``afterword doctor``: is everything in order, and if not, what to do."""

from __future__ import annotations

import shutil
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from afterword.cli.parsing import add_data, add_json, settings_of, show
from afterword.errors import AfterwordError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from afterword.domain.policy import Policy
    from afterword.history.files import DayFile
    from afterword.journal import Journal
    from afterword.server.settings import Settings

EXAMPLE = "afterword doctor --data ./afterword-data"
_LEAST_FREE: Final = 1 << 30
_PACKAGES: Final = ("msgspec", "sqlalchemy", "litestar", "ibis-framework", "duckdb", "pyarrow")


class Finding(NamedTuple):
    """One thing that was looked at; ``status`` is ok, note or bad."""

    what: str
    status: str
    told: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_data(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Look at everything; 1 where something is bad."""
    settings = settings_of(options)
    found = [
        *_installation(),
        *_folder(settings),
        *_policies(settings),
        *_use_cases(settings),
        *_journal(settings),
    ]
    is_good = all(one.status != "bad" for one in found)
    result: dict[str, Any] = {"ok": is_good, "findings": [one._asdict() for one in found]}
    signs = {"ok": "✓", "note": "·", "bad": "✗"}
    width = max(len(one.what) for one in found)
    lines = [f"{signs[one.status]} {one.what:<{width}}  {one.told}" for one in found]
    verdict = "Everything is in order." if is_good else "Something is not in order: see ✗."
    show(result, "\n".join([*lines, "", verdict]), as_json=options.json)
    return 0 if is_good else 1


def _installation() -> Iterator[Finding]:
    yield Finding("python", "ok", f"{sys.version.split()[0]} in {sys.prefix}")
    yield Finding("afterword", "ok", version("afterword"))
    for name in _PACKAGES:
        try:
            yield Finding(name, "ok", version(name))
        except PackageNotFoundError:
            yield Finding(name, "bad", "missing: pip install 'afterword[server]'")


def _folder(settings: Settings) -> Iterator[Finding]:
    from afterword.server.lock import holder  # noqa: PLC0415  # not for --help

    folder = settings.data_dir
    if not folder.exists():
        yield Finding("data", "note", f"{folder} is not there yet: 'afterword serve' makes it")
        return
    free = shutil.disk_usage(folder).free
    status = "ok" if free > _LEAST_FREE else "bad"
    yield Finding("data", status, f"{folder}, {free / 1e9:.1f} GB free on its disk")
    if settings.is_shared:
        return
    pid = holder(settings.journal_dir)
    told = "none is running on this folder" if pid is None else f"runs as process {pid}"
    yield Finding("server", "ok" if pid else "note", told)


def _policies(settings: Settings) -> Iterator[Finding]:
    from afterword.domain.policy import Policy  # noqa: PLC0415  # not for --help
    from afterword.server.policies import read_policy  # noqa: PLC0415  # same
    from afterword.server.project_files import project_files  # noqa: PLC0415  # same

    files = project_files(settings.policy_path)
    if not files:
        yield Finding(
            "policy", "note", f"as the journal has it: there is no {settings.policy_path}"
        )
    for project, path in files.items():
        current = _policy_in_force(settings, project)
        try:
            wanted = read_policy(path, current or Policy())
        except AfterwordError as error:
            yield Finding("policy", "bad", f"{error.detail} The policy before it stays in force.")
            continue
        told = f"policy {current.version} of {project}" if current else f"none of {project} yet"
        if wanted != current:
            told += f"; a server that runs, or starts, takes over {path}"
        yield Finding("policy", "ok" if wanted == current else "note", told)


def _use_cases(settings: Settings) -> Iterator[Finding]:
    from afterword.server.project_files import project_files  # noqa: PLC0415  # not for --help
    from afterword.server.use_cases import read_use_cases  # noqa: PLC0415  # same

    for project, path in project_files(settings.use_cases_path).items():
        try:
            names = read_use_cases(path).names
        except AfterwordError as error:
            yield Finding("use cases", "bad", f"{error.detail} What it said before stays.")
        else:
            yield Finding("use cases", "ok", f"of {project}: {', '.join(names)}")


def _policy_in_force(settings: Settings, project: str) -> Policy | None:
    from afterword.cli.parsing import open_journal  # noqa: PLC0415  # not for --help
    from afterword.journal.projects import policy_versions  # noqa: PLC0415  # heavy: same

    try:
        with open_journal(settings) as journal, journal.read() as connection:
            versions = policy_versions(connection, project)
    except AfterwordError:  # there is none yet, or it is broken and told below
        return None
    return versions[max(versions)] if versions else None


def _journal(settings: Settings) -> Iterator[Finding]:
    from afterword.cli.parsing import open_journal  # noqa: PLC0415  # not for --help

    try:
        with open_journal(settings) as journal:
            yield from _tables(journal)
            yield _clock(journal)
            yield from _history(journal, settings)
    except AfterwordError as error:
        status = "bad" if settings.data_dir.exists() else "note"
        yield Finding("journal", status, error.detail)


def _tables(journal: Journal) -> Iterator[Finding]:
    from afterword.journal import days, health  # noqa: PLC0415  # heavy: not for --help

    with journal.read() as connection:
        faults = health.faults(connection)
        durability = health.durability(connection)
        names = days.projects(connection)
        counts = health.counts(connection)
    told = f"{counts['sessions']:,} sessions, {counts['events']:,} events kept"
    yield Finding("journal", "bad" if faults else "ok", "; ".join(faults) or told)
    yield Finding("durability", "ok" if durability.is_full else "bad", durability.told)
    yield Finding("projects", "ok" if names else "note", ", ".join(names) or "none yet")
    n_keys = counts["keys"]
    told = f"{n_keys:,} in use" if n_keys else "none: 'afterword keys create' makes one"
    yield Finding("keys", "ok" if n_keys else "note", told)


def _clock(journal: Journal) -> Finding:
    from afterword.domain.policy import LIVE_AHEAD_US  # noqa: PLC0415  # not for --help
    from afterword.journal.events import last_received_us  # noqa: PLC0415  # heavy: same

    with journal.read() as connection:
        newest_us = last_received_us(connection)
    now_us = journal.now_us() if journal.now_us else time.time_ns() // 1000
    if newest_us <= now_us + LIVE_AHEAD_US:
        return Finding("clock", "ok", "not behind the newest event")
    newest = datetime.fromtimestamp(newest_us // 1_000_000, UTC)
    return Finding(
        "clock",
        "bad",
        f"behind the newest event, taken in at {newest:%Y-%m-%d %H:%M} UTC: either this clock is"
        " slow, or it was fast then. Server time stands still until that time, and meanwhile"
        " events whose 'at' lies 7 days before it are refused. Set the clock, or restore a"
        " backup from before.",
    )


def _history(journal: Journal, settings: Settings) -> Iterator[Finding]:
    from afterword.history import files  # noqa: PLC0415  # heavy: not for --help
    from afterword.journal import days  # noqa: PLC0415  # same

    with journal.read() as connection:
        names = days.projects(connection)
        n_behind = len(days.dirty_days(connection))
        written = {(name, day) for name in names for day in days.written_days(connection, name)}
    found = {name: files.day_files(settings.history_dir, name) for name in names}
    held = [one for name in names for one in found[name]]
    lost = written - {(name, one.day) for name in names for one in found[name]}
    broken = [str(one.path) for one in held if not files.is_whole(one.path)]
    told = f"{len(held):,} day files, {n_behind:,} behind the journal (reports fill them in)"
    if broken:
        told = f"{', '.join(broken)} cannot be read: 'afterword rebuild' writes it anew"
    elif lost:
        told = (
            f"{len(lost):,} days have no file in {settings.history_dir}: servers of one database"
            " share the data folder, and 'afterword rebuild' writes lost files anew"
        )
    yield Finding("history", "bad" if broken or lost else "ok", told)
    yield from _formats([one for one in held if str(one.path) not in broken])


def _formats(held: list[DayFile]) -> Iterator[Finding]:
    from afterword.history import formats  # noqa: PLC0415  # heavy: not for --help

    found = [formats.read_format(one.path) for one in held]
    if foreign := {str(one) for one in found if one.major != formats.CURRENT.major}:
        told = (
            f"files of format {', '.join(sorted(foreign))}: 'afterword rebuild' writes them anew"
        )
        yield Finding("history", "bad", told)
    elif n_old := sum(one < formats.CURRENT for one in found):
        told = (
            f"{n_old:,} day files are of an older format: 'afterword rebuild' fills their columns"
        )
        yield Finding("history", "note", told)
