"""Each world holds what was planted in it, and nothing else."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from afterword.simulation import WORLDS, simulate
from afterword.simulation.answers import NO_REASON, NO_VOTE, UP
from afterword.simulation.chances import Chances
from afterword.simulation.talks import draw_talks
from afterword.simulation.worlds import NIGHT
from unit.simulation.cast import NEGATIVE, NEUTRAL, POSITIVE, is_likely, made, settings

# An association that is not there has a smaller p than this in one of a thousand seeds.
BY_CHANCE = 1e-3


def table(one, other):
    """Count sessions by both; values that never come have neither row nor column."""
    rows, columns = (np.unique(values, return_inverse=True)[1] for values in (one, other))
    width = columns.max() + 1
    return np.bincount(rows * width + columns).reshape(-1, width)


def p_value(level, other):
    """Test whether levels and something else are independent."""
    return chi2_contingency(table(level, other), correction=False).pvalue


def factors(simulation):
    """Give everything that a session's level might depend on, or might move."""
    visits, people = simulation.visits, simulation.people.take(simulation.visits.person)
    return {
        "release": Chances.of(simulation.settings).release(visits.opened_us),
        "use_case": visits.use_case,
        "acquisition": people.acquisition,
        "place": people.place,
        "plan": people.pro_from_us <= visits.opened_us,
        "is_new": people.is_new,
        "night": np.isin(visits.hour, NIGHT),
        "weekday": (visits.opened_us // 86_400_000_000 + 3) % 7,
        "arm": visits.stage * 2 + visits.arm,
        "number": np.minimum(visits.number, 12),
        "leaving": visits.is_last,
        "ask": visits.ask,
        "is_rated": visits.is_rated,
        "vote": simulation.answers.last_vote,
        "error": simulation.answers.has_error,
        "refusal": simulation.answers.has_refusal,
        "retry": simulation.answers.has_retry,
    }


def test_null_world_has_no_association():
    """Neither causes nor consequences: every session is a draw of its own."""
    simulation = made("null")
    told = {
        name: p_value(simulation.visits.level, other)
        for name, other in factors(simulation).items()
    }

    assert len(told) == 17
    assert {name: p for name, p in told.items() if p <= BY_CHANCE} == {}


@pytest.mark.parametrize("name", ["use_case", "acquisition", "arm", "night", "vote", "error"])
def test_steady_world_has_what_was_planted(name):
    """The same test that finds nothing in the null world finds each planted effect."""
    simulation = made("steady")

    assert p_value(simulation.visits.level, factors(simulation)[name]) < 1e-4


@pytest.mark.parametrize("name", ["place", "plan", "weekday"])
def test_steady_world_has_nothing_else(name):
    """Looked at in first sessions: those of one person are not independent of each other."""
    simulation = made("steady")
    is_first = simulation.visits.number == 1
    level, other = simulation.visits.level[is_first], factors(simulation)[name][is_first]

    assert p_value(level, other) > BY_CHANCE


@pytest.mark.parametrize("world", WORLDS)
def test_every_release_has_its_shares(world):
    """Among first sessions, which are independent: 65/25/10, and 58/25/17 where it was worse."""
    simulation = made(world)
    is_first = simulation.visits.number == 1
    release = factors(simulation)["release"][is_first]
    level = simulation.visits.level[is_first]
    for place, one in enumerate(WORLDS[world].releases):
        counts = np.bincount(level[release == place], minlength=3)
        expected = (0.65 - one.points, 0.25, 0.10 + one.points)

        assert [is_likely(n, counts.sum(), p) for n, p in zip(counts, expected, strict=True)] == [
            True
        ] * 3


@pytest.mark.parametrize("world", ["steady", "worse-release", "null"])
def test_chances_of_a_release_are_its_share(world):
    """Drawn sessions mix as the world says, up to what mixing by chance leaves."""
    simulation = made(world)
    release = factors(simulation)["release"]
    for place, one in enumerate(WORLDS[world].releases):
        chances = simulation.visits.negative[release == place]
        error = chances.std() / np.sqrt(len(chances))

        # The mix is drawn by person in part: four times the error of independent draws.
        assert chances.mean() == pytest.approx(0.10 + one.points, abs=4 * error + 1e-6)


def log_odds(simulation, level):
    """Estimate the log odds ratio of leaving against a positive session, with its error."""
    counts = table(simulation.visits.level, simulation.visits.is_last)
    (stay, leave), (base_stay, base_leave) = counts[level], counts[POSITIVE]
    ratio = np.log(leave * base_stay / (stay * base_leave))
    return ratio, np.sqrt(sum(1 / n for n in (stay, leave, base_stay, base_leave)))


@pytest.mark.parametrize(("level", "odds"), [(NEUTRAL, 1.44), (NEGATIVE, 1.85)])
def test_churn_world_loses_the_unhappy_at_the_odds_told(level, odds):
    """Within 3.5 standard errors, which one in two thousand seeds leaves."""
    estimate, error = log_odds(made("churn"), level)

    assert estimate == pytest.approx(np.log(odds), abs=3.5 * error)
    assert estimate > 5 * error  # far from nothing


@pytest.mark.parametrize("world", ["steady", "worse-release", "null"])
def test_nobody_else_leaves_for_a_rating(world):
    """The odds are even where nothing was planted."""
    estimate, error = log_odds(made(world), NEGATIVE)

    assert estimate == pytest.approx(0, abs=3.5 * error)


def test_behaviour_tells_nothing_in_the_churn_world():
    """Neither length nor words, latency, tools or features go with the level or with leaving."""
    simulation = made("churn")
    talks = [draw_talks(simulation, stretch) for stretch in simulation.days()]
    talk = type(talks[0]).join(talks)
    visits = simulation.visits
    columns = {
        "turns": talk.n_turns,
        "words": np.digitize(talk.user_words, (20, 30, 40, 60, 90)),
        "latency": np.digitize(talk.latency_ms, (600, 900, 1_200, 1_800)),
        "tool": talk.tool,
        "feature": talk.feature,
    }
    told = {
        name: min(p_value(visits.level, one), p_value(visits.is_last, one))
        for name, one in columns.items()
    }

    assert {name: p for name, p in told.items() if p <= BY_CHANCE} == {}


def test_votes_and_what_went_wrong_come_at_the_rates_told():
    """By level, whether anybody rated or not."""
    simulation = made("steady")
    level, answers = simulation.visits.level, simulation.answers
    world = simulation.settings.world
    for place in (POSITIVE, NEUTRAL, NEGATIVE):
        here = level == place
        votes = answers.last_vote[here & (answers.last_vote != NO_VOTE)]

        assert is_likely((votes == UP).sum(), len(votes), world.thumbs_up[place])
        for had, rates in (
            (answers.has_error, world.errors),
            (answers.has_refusal, world.refusals),
            (answers.has_retry, world.retries),
        ):
            assert is_likely(had[here].sum(), here.sum(), rates[place])


def test_reasons_come_after_ratings_at_the_rates_told():
    """Thirty-five in a hundred low raters say why; nobody does who did not rate."""
    simulation = made("steady")
    visits, has_reason = simulation.visits, simulation.answers.reason != NO_REASON
    for place, rate in enumerate(simulation.settings.world.gives_reason):
        rated = visits.is_rated & (visits.level == place)

        assert is_likely(has_reason[rated].sum(), rated.sum(), rate)
    assert not has_reason[~visits.is_rated].any()


def test_another_seed_is_another_world():
    """And the same seed the same one."""
    one, same, other = (
        simulate(settings("steady", 300, seed=seed)).visits.opened_us for seed in (1, 1, 2)
    )

    assert (one == same).all()
    assert not (one == other).all()
