"""Alerts for people: a table of them, and one with everything behind it."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Final

from afterword.reports.wording import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.server.api.alerts.schemas import AlertList, AlertView

_WIDTH: Final = 100
_NAME: Final = 100


def table(found: AlertList) -> str:
    """Write alerts, two lines each."""
    if not found.alerts:
        return "No alert."
    return "\n".join(line for one in found.alerts for line in _short(one))


def words(view: AlertView) -> str:
    """Write one whole."""
    return "\n".join(_whole(view))


def _short(view: AlertView) -> Iterator[str]:
    yield view.title
    yield f"  {view.state}, opened {_day(view.opened_at)} UTC  {view.id}"


def _whole(view: AlertView) -> Iterator[str]:
    yield from _short(view)
    if view.acknowledged_at:
        who = f" by {printable(view.acknowledged_by, _NAME)}" if view.acknowledged_by else ""
        yield f"  acknowledged {_day(view.acknowledged_at)} UTC{who}"
    yield ""
    for sentence in view.summary:
        yield fill(sentence, _WIDTH, initial_indent="  ", subsequent_indent="    ")
    if view.sessions:
        yield ""
        yield "  To read:"
        yield from (f"    {printable(one, _NAME)}" for one in view.sessions)


def _day(at: str) -> str:
    return at[:16].replace("T", " ")
