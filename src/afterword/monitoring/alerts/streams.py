"""The cases of streams under a monitor: ratings, each direction of each stream; and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from afterword.journal.alerts import AlertKind
from afterword.monitoring.alerts import answering
from afterword.monitoring.alerts.cases import Case, Telling
from afterword.monitoring.alerts.explaining import explain
from afterword.monitoring.alerts.steps import Step, step_of
from afterword.monitoring.alerts.wording import summary, title
from afterword.monitoring.streams.baseline import Direction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from afterword.history.history import History
    from afterword.history.named_filters import Named
    from afterword.journal.alerts import Alert
    from afterword.journal.markers import Marker
    from afterword.monitoring.alerts.seeing import Now
    from afterword.monitoring.alerts.steps import Seen

WORDS: Final = {Direction.WORSE: "down", Direction.BETTER: "up"}  # of answers


def cases_of_ratings(
    history: History,
    project: str,
    seen: Seen,
    now: Now,
    named: Named,
    markers: Sequence[Marker],
) -> Iterator[Case]:
    """Give the cases of a stream of ratings.

    Args:
        history: Where the sessions are.
        project: Of its production.
        seen: The stream.
        now: When.
        named: Named filters.
        markers: On the project's time line.
    """

    def tell(step: Step) -> Telling:
        assert step.episode is not None  # noqa: S101  # what is told has one
        found = explain(history, project, seen, step.episode, now, named)
        before, after = found.alarm.before, found.alarm.after
        level = None if after is None else getattr(after, found.level)
        was = None if before is None else getattr(before, found.level)
        return Telling(
            title=title(seen.stream, found),
            summary=summary(found, markers),
            since=None if found.alarm.since is None else found.alarm.since.isoformat(),
            finding=found.told(),
            share=None if level is None else level.share,
            low=None if level is None else level.low,
            high=None if level is None else level.high,
            is_rise=level is not None and was is not None and level.share > was.share,
        )

    for direction in Direction:
        yield Case(
            (AlertKind.MONITOR.value, seen.stream, direction.value),
            _stepping(seen, direction, now),
            tell,
        )


def cases_of_answers(seen: Seen, now: Now, markers: Sequence[Marker]) -> Iterator[Case]:
    """Give the cases of the response rate."""

    def tell(step: Step) -> Telling:
        assert step.episode is not None  # noqa: S101  # as above
        return answering.tell(seen, step.episode, markers)

    for direction in Direction:
        key = AlertKind.RESPONSE_RATE.value, seen.stream, WORDS[direction]
        yield Case(key, _stepping(seen, direction, now), tell)


def _stepping(seen: Seen, direction: Direction, now: Now) -> Callable[[Alert | None], Step | None]:
    return lambda last: step_of(seen, direction, last, now.settled, now.today)
