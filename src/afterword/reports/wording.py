"""The words and figures of reports on screen: levels as the user read them, shares in percent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from afterword.domain.events import Rating
from afterword.domain.texts import texts
from afterword.statistics.lines import DEFAULT_LINES, Health

if TYPE_CHECKING:
    from afterword.reports.rated import RatedReport
    from afterword.reports.report import Report, Window
    from afterword.statistics.lines import Band, Lines

# Best to worst, as the widget shows them.
LEVEL_WORDS: Final[dict[str, str]] = {
    option.value.value: option.label for option in texts("en").options
}
LEVELS: Final = tuple(rating.value for rating in Rating)

HEALTH_WORDS: Final[dict[str, str]] = {
    Health.INVESTIGATE: "investigate",
    Health.NOT_CLEARLY_VALUABLE: "not clearly valuable",
    Health.WATCH_INVESTIGATE: "watch: may need a look",
    Health.WATCH_NOT_CLEARLY_VALUABLE: "watch: may not be clearly valuable",
    Health.NOT_ENOUGH_RATINGS: "not enough ratings",
}
HEALTH_SENTENCES: Final[dict[str, str]] = {
    Health.INVESTIGATE: "Too many sessions were not what people needed: investigate.",
    Health.NOT_CLEARLY_VALUABLE: "Too many sessions were only okay: not clearly valuable.",
    Health.WATCH_INVESTIGATE: (
        '"Not what I needed" lies above its line, but chance may have put it there: watch.'
    ),
    Health.WATCH_NOT_CLEARLY_VALUABLE: (
        '"Okay" lies above its line, but chance may have put it there: watch.'
    ),
    Health.NOT_ENOUGH_RATINGS: "Not enough ratings to say.",
}
MINUS: Final = "\N{MINUS SIGN}"
_JOINERS: Final = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
_PLURALS: Final = {"person": "people"}


def percent(share: float | None) -> str:
    """Write a share for the screen; a dash where there is none.

    A share above 0 is never shown as 0 %, nor one below 1 as 100 %.
    """
    if share is None:
        return "\N{EN DASH}"
    rounded = round(100 * share)
    if rounded == 0 and share > 0:
        return "<1 %"
    if rounded == 100 and share < 1:  # noqa: PLR2004  # percent
        return ">99 %"
    return f"{rounded} %"


def printable(text: str, at_most: int | None = None) -> str:
    """Make a host's text safe to show: on one line, nothing that moves a cursor, cut to a length.

    What has no picture of its own becomes U+FFFD; the chart engine dies of control characters.
    """
    shown = "".join(_seen(letter) for letter in text)
    return shown if at_most is None or len(shown) <= at_most else f"{shown[: at_most - 1]}…"


def _seen(letter: str) -> str:
    if letter.isprintable() or letter in _JOINERS:
        return letter
    return " " if letter.isspace() else "\N{REPLACEMENT CHARACTER}"


def span(low: float | None, high: float | None) -> str:
    """Write an interval in percent; empty where there is none."""
    if low is None or high is None:
        return ""
    return f"{round(100 * low)}\N{EN DASH}{round(100 * high)}"


def points(difference: float) -> str:
    """Write a difference of shares in points, with its sign and a tenth."""
    rounded = round(100 * difference, 1)
    return "0" if rounded == 0 else f"{'+' if rounded > 0 else MINUS}{abs(rounded):.1f}"


def counted(n: int, noun: str) -> str:
    """Write a number with its noun."""
    return f"{n:,} {noun if n == 1 else _PLURALS.get(noun, noun + 's')}"


def health_line(health: tuple[str, ...]) -> str:
    """Say in sentences what the lines say."""
    return " ".join(HEALTH_SENTENCES[one] for one in health) or "No line is crossed."


def health_words(health: tuple[str, ...]) -> str:
    """Say it in few words, for a table."""
    return ", ".join(HEALTH_WORDS[one] for one in health)


def lines_of(report: RatedReport) -> Lines:
    """Say where the lines of a report are."""
    return DEFAULT_LINES if report.lines is UNSET else report.lines


def bands_note(report: RatedReport) -> str:
    """Say what is held to be healthy, and by whom."""
    told = ", ".join(
        f"{LEVEL_WORDS[level]} {span(*band)} %"
        for level, band in zip(LEVELS, bands_of(report), strict=True)
    )
    return f"{_whose(report)}: {told}."


def bands_of(report: RatedReport) -> tuple[Band, Band, Band]:
    """Say between which shares each level is held to be healthy, best level first."""
    lines = lines_of(report)
    return lines.positive_band, lines.neutral_band, lines.negative_band


def bracket_note(report: RatedReport) -> str:
    """Say what the brackets of a chart are."""
    return f"brackets: {_whose(report, is_inside=True)}"


def lines_note(report: RatedReport) -> str:
    """Say what the dashed lines of a chart are."""
    lines = lines_of(report)
    negative, neutral = percent(lines.negative), percent(lines.neutral)
    return f"dashed: {_whose(report, is_inside=True)} ({negative} not, {neutral} okay)"


def _whose(report: RatedReport, *, is_inside: bool = False) -> str:
    if report.lines is not UNSET:
        return "the lines set here" if is_inside else "Set here"
    return "a vendor's rule of thumb" if is_inside else "A vendor's rule of thumb"


def answering(report: RatedReport) -> str:
    """Say how many answered and how much is rated, over all rows of a report."""
    n_shown = sum(row.n_shown for row in report.rows)
    n_closed = sum(row.n_closed for row in report.rows)
    # Rows carry rates; times what they were divided by they are counts again.
    n_answered = sum((row.response_rate or 0.0) * row.n_shown for row in report.rows)
    n_rated = sum((row.coverage or 0.0) * row.n_closed for row in report.rows)
    answered = percent(n_answered / n_shown) if n_shown else "none (no ask shown)"
    covered = percent(n_rated / n_closed) if n_closed else "none (no session closed)"
    return f"response rate {answered}, coverage {covered}"


def when(report: Report) -> str:
    """Say which time a report covers, as days where it is whole days, and which sessions."""
    return scope(report.window, report.where or ())


def scope(window: Window, where: tuple[str, ...]) -> str:
    """Say of a window and of pairs of key and value which sessions they let in."""
    return " \N{MIDDLE DOT} ".join((_time(window), *_where(where)))


def _where(where: tuple[str, ...]) -> list[str]:
    found: dict[str, list[str]] = {}
    for pair in where:
        key, _, value = pair.partition(":")
        found.setdefault(key, []).append(printable(value, 40))
    return [f"{printable(key, 40)} {' or '.join(values)}" for key, values in found.items()]


def _time(window: Window) -> str:
    first, last = (_moment(end) for end in (window.from_, window.to))
    if first and last:
        return f"{first} to {last} (UTC, end not included)"
    if first:
        return f"since {first} (UTC)"
    return f"before {last} (UTC)" if last else "all time"


def _moment(stamped: str | None) -> str:
    if stamped is None:
        return ""
    return stamped.removesuffix("T00:00:00Z").replace("T", " ").removesuffix("Z")
