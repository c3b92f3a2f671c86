"""How many asks of each key there were, what became of them, and how soon they were answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from afterword.domain.ask_counts import AskCell, AskSums
from afterword.domain.session import AskState
from afterword.history.filters import PERIODS, check_name
from afterword.history.questions.dimensions import matching
from afterword.history.questions.ratings import key_of
from afterword.history.splits import check_one

if TYPE_CHECKING:
    import ibis

    from afterword.history.filters import Filter
    from afterword.history.history import History

TRIGGER: Final = "trigger"
POLICY: Final = "policy"
OF_GRANTED: Final = ("shown", "withdrawn", "expired")
OF_SHOWN: Final = ("answered", "dismissed", "ignored")
# Of what the control of a trigger counts: asks that ended, but for those that nobody was shown.
_ENDED: Final = (*OF_SHOWN, AskState.WITHDRAWN.value)
_N_SUMS: Final = 2 + 2 * (len(OF_GRANTED) + len(OF_SHOWN)) + 3  # the last three of those ended
_TENTHS: Final = 10  # of a second: what times to an answer are counted by
_LONGEST: Final = 3_600.0  # seconds; a longer one says when the tab was opened again


def asks(
    history: History, chosen: Filter, by: str = TRIGGER, *, least_people: int = 0
) -> tuple[list[AskCell], int]:
    """Count asks by what became of them.

    Args:
        history: Where the sessions are.
        chosen: Asks of which sessions.
        by: ``trigger`` (of the ask, not of the rating), ``policy``, a dimension or a period.
        least_people: Keys in which fewer people were asked stay in the engine.

    Returns:
        Cells in the order of their keys; a key without an ask has none. And how many keys with
        too few people there were.

    Raises:
        InvalidField: ``by`` is none of these.
    """
    check_ask_key(by)
    rows = history.run(
        ("asks", by, least_people, chosen.where),
        lambda rows: _count(rows, least_people),
        chosen,
        by_day=lambda table: each_ask(table, chosen.where, by),
        adds_up=not least_people,
    )
    few = [row for row in rows if row[0] is None]
    n_few = sum(int(row[-1]) for row in few) if least_people else len(few)
    cells = (_cell(row) for row in rows if row[0] is not None)
    return sorted(cells, key=lambda cell: cell.key), n_few


def answer_seconds(
    history: History, chosen: Filter, by: str = TRIGGER, *, least_people: int = 0
) -> dict[str, dict[float, int]]:
    """Count the seconds from showing to answer, in tenths, of each key that ``asks`` gives."""
    check_ask_key(by)
    rows = history.run(
        ("answer seconds", by, least_people, chosen.where),
        lambda rows: _seconds(rows, least_people),
        chosen,
        by_day=lambda table: each_ask(table, chosen.where, by),
    )
    found: dict[str, dict[float, int]] = {}
    for key, tenths, n in rows:
        found.setdefault(_label(key), {})[tenths / _TENTHS] = n
    return found


def check_ask_key(by: str) -> None:
    """Check what asks are split by.

    Raises:
        InvalidField: Asks are not split by it.
    """
    check_one(by)
    check_name(by, field="by", also=(POLICY, *PERIODS))


def each_ask(table: ibis.Table, where: tuple[tuple[str, str], ...], by: str) -> ibis.Table:
    """Give a row an ask: its day, key and person, its state and whether it was shown."""
    kept = matching(table, where)
    asked = kept.filter(kept.n_asks > 0)
    own = by in (TRIGGER, POLICY)
    key = {} if own else {"key": key_of(asked, by)}
    rows = asked.select("day", "person_key", ask=asked.asks.unnest(), **key)
    value = {TRIGGER: rows.ask["trigger"], POLICY: rows.ask["policy_version"].cast("string")}
    state = rows.ask["state"]
    return rows.select(
        "day",
        "person_key",
        key=value[by] if own else rows.key,
        state=state,
        is_shown=rows.ask["shown_at"].notnull() | (state == AskState.ANSWERED.value),
        granted_at=rows.ask["granted_at"],
        answer_s=rows.ask["answer_s"],
    )


def _count(rows: ibis.Table, least: int) -> ibis.Table:
    people = rows.group_by(["key", "person_key"]).aggregate(
        granted=rows.count(),
        shown=rows.count(where=rows.is_shown),
        withdrawn=rows.count(where=rows.state == AskState.WITHDRAWN.value),
        expired=rows.count(where=rows.state == AskState.EXPIRED.value),
        ended=rows.count(where=rows.state.isin(_ENDED)),
        **{name: rows.count(where=rows.is_shown & (rows.state == name)) for name in OF_SHOWN},
    )
    sums: dict[str, Any] = {
        name: people[name].sum() for name in ("granted", *OF_GRANTED, *OF_SHOWN)
    }
    for whole, parts in (("granted", OF_GRANTED), ("shown", OF_SHOWN)):
        sums[f"{whole}_m2"] = (people[whole] * people[whole]).sum()
        for part in parts:
            sums[f"{part}_my"] = (people[whole] * people[part]).sum()
            sums[f"{part}_y2"] = (people[part] * people[part]).sum()
    sums["ended"] = people.ended.sum()
    sums["ended_m2"] = (people.ended * people.ended).sum()
    sums["ended_my"] = (people.ended * people.withdrawn).sum()
    who = {f"n_{name}_people": people.count(where=people[name] > 0) for name in ("shown", "ended")}
    found = people.group_by("key").aggregate(n_people=people.count(), **who, **sums)
    return _fold(found, least) if least else found


def _fold(found: ibis.Table, least: int) -> ibis.Table:
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    told = found.mutate(key=(found.n_people >= least).ifelse(found.key, ibis.null()))
    numbers = {name: told[name].sum() for name in told.columns if name != "key"}
    return told.group_by("key").aggregate(**numbers, n_keys=told.count())


def _seconds(rows: ibis.Table, least: int) -> ibis.Table:
    timed = rows.filter(rows.answer_s.notnull() & (rows.answer_s <= _LONGEST))
    tenths = timed.select("key", tenths=(timed.answer_s * _TENTHS).round().cast("int64"))
    counts = tenths.group_by(["key", "tenths"]).aggregate(n=tenths.count())
    if not least:
        return counts
    people = rows.group_by("key").aggregate(n_people=rows.person_key.nunique())
    return counts.semi_join(people.filter(people.n_people >= least), "key")


def _label(key: object) -> str:
    return str(key)[: len("2026-11-23 00:00:00")].removesuffix(" 00:00:00")


def _cell(row: tuple[Any, ...]) -> AskCell:
    key, n_people, n_shown_people, n_ended_people, *values = row
    granted, shown, withdrawn, expired, answered, dismissed, ignored, *sums = map(int, values)
    *sums, ended, ended_m2, ended_my = sums[:_N_SUMS]
    granted_m2, *of_granted = sums[: 1 + 2 * len(OF_GRANTED)]
    shown_m2, *of_shown = sums[1 + 2 * len(OF_GRANTED) :]
    sums_of_granted = _sums(OF_GRANTED, granted_m2, of_granted)
    return AskCell(
        _label(key),
        granted,
        shown,
        answered,
        dismissed,
        withdrawn,
        ignored,
        expired,
        n_people,
        n_shown_people,
        sums_of_granted,
        _sums(OF_SHOWN, shown_m2, of_shown),
        ended,
        n_ended_people,
        AskSums(ended_m2, ended_my, sums_of_granted[AskState.WITHDRAWN.value].y2),
    )


def _sums(names: tuple[str, ...], m2: int, values: list[int]) -> dict[str, AskSums]:
    pairs = zip(values[::2], values[1::2], strict=True)
    return {name: AskSums(m2, *pair) for name, pair in zip(names, pairs, strict=True)}
