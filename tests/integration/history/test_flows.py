"""The questions about flows on DuckDB, against counting one session at a time."""

from collections import Counter, defaultdict

import pytest
from msgspec.structs import replace

from afterword.domain.session import Exposure
from afterword.history import Filter, History
from afterword.history.questions.arms import arms
from afterword.history.questions.flow_rest import gone_with
from afterword.history.questions.flows import levels_met, met
from history_cast import FIRST_US, plain, rated, store, world

STEPS = ("shown", "started", "completed", "dismissed")
LIVE = [one for one in world(13, n=500, n_days=20) if one.environment == "production"]


def _held(folder, sessions):
    store(folder / "history", sessions)
    return History(folder / "history", None)


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Day files that hold five hundred sessions, three in four of which met a tour."""
    return _held(tmp_path_factory.mktemp("data"), LIVE)


def reached(exposure):
    """Say which steps a flow has come to; a later one implies those before it."""
    times = {step: getattr(exposure, f"{step}_us") is not None for step in STEPS}
    times["started"] |= times["completed"]
    times["shown"] |= any(times.values())
    return {step for step in STEPS if times[step]}


def test_sessions_are_counted_by_flow_step_and_variant(history):
    """With levels and sums over people, as of any other cell."""
    told = defaultdict(list)
    for one in LIVE:
        for flow, exposure in one.flows.items():
            for step in reached(exposure):
                told[flow, step, exposure.variant or ""].append(one)

    found = {(one.flow, one.step, one.variant): one for one in met(history, Filter())}

    assert {variant for _, _, variant in found} >= {"", "short", "long"}
    assert set(found) == set(told)
    for key, held in told.items():
        cell, given = found[key].cell, [one for one in held if one.rating]
        people = Counter(one.person for one in given)
        assert (cell.n_sessions, cell.n_rated) == (len(held), len(given))
        assert cell.negative == sum(one.rating.rating == "negative" for one in given)
        assert cell.persons.m2 == sum(n * n for n in people.values())


def test_people_who_rated_with_and_without_a_flow_stay_in_the_rest(history):
    """What the sums over people lose is what they are without the sessions that were shown it."""
    given = [one for one in LIVE if one.rating]
    rest = [one for one in given if "tour" not in one.flows]
    gone = gone_with(history, Filter())["tour"]
    whole, left = (defaultdict(Counter), defaultdict(Counter))
    for people, sessions in ((whole, given), (left, rest)):
        for one in sessions:
            people[one.person][one.rating.rating.value] += 1

    def sums(people, at):
        levels = ("positive", "neutral", "negative")
        return [
            sum(one.total() ** 2 for one in people.values()),
            *(sum(one.total() * one[level] for one in people.values()) for level in levels),
            *(sum(one[level] ** 2 for one in people.values()) for level in levels),
        ][at]

    found = [gone.m2, *gone.my, *gone.y2]
    assert found == [sums(whole, at) - sums(left, at) for at in range(7)]
    assert gone.n_raters == len(whole) - len(left) < len(left)


def test_what_was_met_after_the_rating_is_not_counted(tmp_path):
    """The rating knew nothing of it; one from before does count, and so does one unrated."""
    sessions = []
    for number, (seconds, level) in enumerate(
        [(0, "positive"), (3_600, "positive"), (3_600, None)]
    ):
        one = plain(
            number, flows={"tour": Exposure("survey", shown_us=FIRST_US + seconds * 10**6)}
        )
        sessions.append(rated(one, level) if level else one)

    [found] = met(_held(tmp_path, sessions), Filter())

    assert (found.kind, found.cell.n_sessions, found.cell.n_rated) == ("survey", 2, 1)


def test_kinds_of_sessions_add_up_to_all_ratings(history):
    """Of every flow and step, and of all sessions."""
    found = levels_met(history, Filter(), ("billing",), "other")

    def n_rated(flow, step):
        return sum(sum(one.levels) for one in found if (one.flow, one.step) == (flow, step))

    assert n_rated("", "") == sum(one.rating is not None for one in LIVE)
    assert n_rated("tour", "completed") == sum(
        one.rating is not None and "completed" in reached(one.flows["tour"])
        for one in LIVE
        if "tour" in one.flows
    )
    assert {one.stratum[0] for one in found} == {"billing", "other", "unknown"}


def test_a_name_with_a_quote_is_a_name(tmp_path):
    """Flows, variants and labels come from hosts."""
    odd = 'it\'s "odd"'
    one = plain(1, flows={odd: Exposure("survey", variant=odd, shown_us=FIRST_US)})
    history = _held(tmp_path, [replace(one, labels={odd: odd})])

    [found] = met(history, Filter())

    assert (found.flow, found.variant) == (odd, odd)
    assert [one.arm for one in arms(history, Filter(), odd, odd)] == [odd]
