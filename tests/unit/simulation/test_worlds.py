"""Worlds and settings are what they say."""

import pytest
from msgspec.structs import replace

from afterword.errors import SetupError
from afterword.simulation import WORLDS, Settings
from afterword.simulation.chances import Chances, centred
from afterword.simulation.worlds import HOURS, PLACES, Part, Release
from unit.simulation.cast import DAY_US, END_US, settings


@pytest.mark.parametrize("world", WORLDS.values(), ids=list(WORLDS))
def test_shares_of_every_factor_add_up(world):
    """Nothing is left over that would fall to the last value."""
    factors = (
        *(world.use_cases, world.acquisitions, world.onboarding),
        *(world.capability, world.survey, PLACES),
    )

    assert world.shares == (0.65, 0.25, 0.10)
    assert [sum(part.share for part in parts) for parts in factors] == [pytest.approx(1)] * 6


@pytest.mark.parametrize("world", WORLDS.values(), ids=list(WORLDS))
def test_points_leave_the_shares_of_a_release_alone(world):
    """Over its own shares, every factor does nothing on average."""
    chances = Chances.of(settings(world))
    cases = (
        (chances.use_cases, [part.share for part in world.use_cases]),
        (chances.acquisitions, [part.share for part in world.acquisitions]),
        (chances.hours, [hour / sum(HOURS) for hour in HOURS]),
        *((row, (0.5, 0.5)) for row in chances.stages[:3]),
        (chances.stages[3], (0.9, 0.1)),
    )

    assert [points @ shares for points, shares in cases] == [pytest.approx(0, abs=1e-15)] * 7


def test_centred_points_keep_their_distance():
    """Only the mean is taken out: a session in the better arm is as much better as was said."""
    good, bad = centred((Part("good", 0.2), Part("bad", 0.8, 0.05)))

    assert (good, bad) == (pytest.approx(-0.04), pytest.approx(0.01))


def test_worse_release_alone_is_worse():
    """It turns 65/25/10 into 58/25/17; releases before and after do not."""
    points = [release.points for release in WORLDS["worse-release"].releases]

    assert points == [0, 0, 0.07, 0]


def test_leave_rates_have_the_odds_that_were_said():
    """Odds are against a positive session."""
    world = WORLDS["churn"]
    odds = [rate / (1 - rate) for rate in world.leave_rates]

    assert world.leave_rates[0] == pytest.approx(world.leaves)
    assert (odds[1] / odds[0], odds[2] / odds[0]) == (pytest.approx(1.44), pytest.approx(1.85))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"sessions": 0}, "sessions"),
        ({"days": 0}, "days"),
        ({"days": 3_651}, "days"),
        ({"seed": -1}, "seed"),
        ({"end_us": 1_000_000}, "end"),
        ({"end_us": END_US + 1}, "end"),
    ],
)
def test_impossible_settings_are_refused_by_name(more, field):
    """The error says which number it was."""
    with pytest.raises(SetupError, match=f"^{field} "):
        settings(**more)


def test_points_that_leave_no_chance_are_refused():
    """A world is drawn as it says, or not at all."""
    release = Release(name="v1", begins=0, model="m", prompt_version="p", points=0.7)
    world = replace(WORLDS["steady"], releases=(release,))

    with pytest.raises(SetupError, match="world steady"):
        Chances.of(settings(world))


def test_releases_begin_in_order_from_the_start():
    """The first one is there from the beginning; in ninety days all begin at midnight."""
    made = settings("steady", days=90)
    days = [(at_us - made.from_us) / DAY_US for at_us in made.release_starts_us]

    assert days == [0, 30, 60, 80]


def test_random_skip_begins_with_the_traffic_it_needs():
    """The policy knows how much there is: below 200 sessions a week nothing is skipped."""

    def chance(sessions):
        return Settings(
            world=WORLDS["null"], sessions=sessions, end_us=END_US, days=7
        ).policy.chance_of_asking

    assert (chance(199), chance(200)) == (1.0, 0.9)
