"""What the sessions that nobody rated could do to a share."""

from __future__ import annotations

from afterword.statistics.shares import Interval, NotEstimable, Reason


def worst_case(count: int, n_rated: int, n_sessions: int) -> Interval | NotEstimable:
    """Bound a share over all sessions, whatever the unrated ones would have been rated.

    Args:
        count: Sessions rated at the level, 0..n_rated.
        n_rated: Rated sessions, 0..n_sessions.
        n_sessions: All sessions.

    Returns:
        The share among rated sessions; bounds as if none, and as if all, of the others were rated
        at the level. Not a confidence interval: chance is not in it.

    Raises:
        ValueError: If the counts are not nested.

    References:
        Manski (1989), J. Human Resources 24, 343-360.
    """
    if not 0 <= count <= n_rated <= n_sessions:
        raise ValueError(
            f"0 <= count <= n_rated <= n_sessions must hold, got {count}, {n_rated}, {n_sessions}"
        )
    if n_rated == 0:
        return NotEstimable(Reason.NO_RATINGS, n=0)
    high = (count + n_sessions - n_rated) / n_sessions
    return Interval(count / n_rated, count / n_sessions, high)
