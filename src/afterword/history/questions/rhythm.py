"""What sessions of each hour of the week were about, on which device, and how they were rated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.history.filters import UNKNOWN
from afterword.history.questions.dimensions import matching

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

# What hosts call a device that is held in one hand, in any case.
PHONES: Final = ("mobile", "phone", "smartphone", "android", "iphone", "ios")


class HourKind(NamedTuple):
    """Sessions of one local hour, use case and kind of device."""

    weekday: int  # Monday 0
    hour: int
    use_case: str
    is_phone: bool | None  # None where the host says no device
    n_sessions: int
    n_rated: int
    n_negative: int


def hour_kinds(
    history: History, chosen: Filter, cases: tuple[str, ...], other: str
) -> list[HourKind]:
    """Count sessions by local hour, weekday, use case and whether they were held on a phone.

    Args:
        history: Where the sessions are.
        chosen: Which sessions; those without a known time zone are left out.
        cases: Use cases of their own; the rest count as ``other``.
        other: The name of the rest.
    """
    rows = history.run(
        ("hour kinds", cases, other, chosen.where),
        lambda table: _count(table, chosen.where, cases, other),
        chosen,
    )
    return [HourKind(*row) for row in rows]


def _count(
    table: ibis.Table, where: tuple[tuple[str, str], ...], cases: tuple[str, ...], other: str
) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    kept = matching(table, where)
    local = kept.filter(kept.local_hour.notnull())
    held = local.use_case.fill_null(UNKNOWN)
    split = local.select(
        "rating",
        weekday=local.local_weekday,
        hour=local.local_hour,
        case=ibis.ifelse(held.isin((*cases, UNKNOWN)), held, other),
        is_phone=local.device.lower().isin(PHONES),
    )
    return split.group_by(["weekday", "hour", "case", "is_phone"]).aggregate(
        n_sessions=split.count(),
        n_rated=split.rating.count(),
        n_negative=split.count(where=split.rating == "negative"),
    )
