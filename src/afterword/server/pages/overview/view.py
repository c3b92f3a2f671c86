"""The overview as a page: figures with their doubt, two pictures, sessions to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from afterword.server.pages.overview.data import WINDOWS
from afterword.server.pages.templates import drawing, fragment
from afterword.server.times import write_time

if TYPE_CHECKING:
    from afterword.domain.session import Session
    from afterword.reports.rated import RatedReport, Row
    from afterword.server.pages.overview.data import Overview


def render(found: Overview) -> Markup:
    """Write everything below the page's head."""
    from afterword.reports import wording  # noqa: PLC0415  # heavy, once ready

    row, bands = found.whole.rows[0], wording.bands_note(found.whole)
    return fragment(
        "overview/figures.html",
        wanted=found.wanted,
        window=f"the last {WINDOWS[found.wanted.days]}",
        row=row,
        levels=_levels(row),
        rates=_rates(row),
        ratings=wording.counted(row.n_rated, "rating"),
        is_enough="not_enough_ratings" not in row.health,
        health=wording.health_line(row.health),
        bands=f"{bands[:1].lower()}{bands[1:]}",
        lines=wording.lines_note(found.whole).removeprefix("dashed: "),
        notes=found.whole.notes,
        by=found.trend.by,
        has_trend=sum(one.negative.low is not None for one in found.trend.rows) > 1,
        trend_notes=found.trend.notes,
        method=found.whole.method,
        pictures={one.report: _drawn(one) for one in (found.whole, found.trend) if row.n_rated},
        to_read=[_line(session) for session in found.to_read],
        is_read_elsewhere=row.negative.count + row.neutral.count > 0,
    )


def _drawn(report: RatedReport) -> list[Markup]:
    from afterword.reports.picture import inline_svg  # noqa: PLC0415  # heavy, once ready

    return [drawing(inline_svg(report, is_narrow=is_narrow)) for is_narrow in (False, True)]


def _levels(row: Row) -> list[dict[str, str]]:
    from afterword.reports.wording import LEVEL_WORDS, percent, span  # noqa: PLC0415  # same

    found = []
    for name, words in LEVEL_WORDS.items():
        level = getattr(row, name)
        share, doubt = percent(level.share), f"{span(level.low, level.high)} %"
        if level.low is None:
            share = f"{level.count:,}" if row.n_rated else percent(None)
            doubt = f"of {row.n_rated:,}" if row.n_rated else "no rating yet"
        found.append({"name": name, "words": words, "share": share, "span": doubt})
    return found


def _rates(row: Row) -> list[dict[str, str]]:
    from afterword.reports.wording import counted, percent  # noqa: PLC0415  # same

    shown, closed = counted(row.n_shown, "ask"), counted(row.n_closed, "closed session")
    return [
        {"name": "response rate", "share": percent(row.response_rate), "of": f"of {shown} shown"},
        {"name": "coverage", "share": percent(row.coverage), "of": f"of {closed}"},
    ]


def _line(session: Session) -> dict[str, Any]:
    from afterword.reports.wording import LEVEL_WORDS, printable  # noqa: PLC0415  # same

    rating = session.rating
    what = (session.use_case, session.release, session.channel)
    return {
        "place": f"sessions/{quote(session.id, safe='')}{_of(session.project)}",
        "at": write_time(session.opened_us)[:16].replace("T", " "),
        "level": "" if rating is None else rating.rating.value,
        "words": "" if rating is None else LEVEL_WORDS[rating.rating.value],
        "reason": printable(rating.reason or "") if rating is not None else "",
        "about": " · ".join(printable(one, 40) for one in what if one),
    }


def _of(project: str) -> str:
    return "" if project == "default" else f"?project={quote(project, safe='')}"
