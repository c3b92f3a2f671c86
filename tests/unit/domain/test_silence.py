"""How long a silence must be, learnt from sessions."""

from __future__ import annotations

from random import Random
from statistics import mean, median

import pytest
from msgspec.structs import replace

from afterword.domain.day_pauses import DayPauses, GroupPauses
from afterword.domain.learnt import Silence
from afterword.domain.pauses import Pauses
from afterword.domain.policy import Policy
from afterword.domain.silence import learn_silence, learn_silences
from silence_cast import CORPORA, Product, measured, shared_data

POLICY = Policy()
LN_2 = 0.693


def exponential(n, seed, median_s=60.0):
    """Draw sessions whose longest pause is exponential: half go on after the median."""
    chance = Random(f"{seed}")  # noqa: S311  # seeded, no secret
    return [chance.expovariate(LN_2 / median_s) for _ in range(n)]


def day(channel="web", agent="", n=1_000, seed=0, median_s=60.0):
    """Make a day of one channel and agent."""
    pauses = measured(exponential(n, seed, median_s))
    return DayPauses(groups=(GroupPauses(channel=channel, agent=agent, pauses=pauses),))


def test_the_share_that_goes_on_is_the_one_allowed():
    """With many sessions: the silence is the exact quantile, within a bin."""
    learnt = learn_silence(measured(exponential(200_000, 1)), POLICY)
    assert learnt == pytest.approx(60 / LN_2 * 3.912, rel=0.03)  # ln 50: 2 % lie above


@pytest.mark.parametrize(("n", "least", "most"), [(100, 0.5, 1.3), (300, 1, 3), (3_000, 1.7, 2.1)])
def test_few_sessions_make_careful(n, least, most):
    """The fewer there are, the rarer is it that somebody goes on."""
    shares = [
        100 * 0.5 ** (learn_silence(measured(exponential(n, seed)), POLICY) / 60)
        for seed in range(100)
    ]
    assert least <= mean(shares) <= most
    assert mean(share > 3 for share in shares) <= 0.1


def test_below_100_sessions_nothing_is_learnt():
    """What was set stands."""
    assert learn_silence(measured([10.0] * 99), POLICY) is None
    assert learn_silence(measured([10.0] * 100), POLICY) is not None


def test_it_stays_between_its_bounds():
    """A minute at least, and at most the gap, after which the session is over anyway."""
    assert learn_silence(measured([1.0] * 5_000), POLICY) == 60
    assert learn_silence(measured([1_799.0] * 5_000), POLICY) == 1_800
    slow = replace(POLICY, session_gap=400)
    assert learn_silence(measured(exponential(5_000, 1, 200.0)), slow) == 400


def test_where_every_session_is_ended_by_its_host_silence_asks_nobody():
    """Each of its asks would have been too early."""
    pauses = Pauses()
    for longest in exponential(5_000, 2, 200.0):
        pauses.add(longest, ends_silent=False)
    assert learn_silence(pauses, POLICY) == POLICY.session_gap


def test_what_counts_is_the_share_of_those_who_are_asked():
    """Where most sessions end otherwise, a silence must be longer for the same share."""
    some = measured(exponential(2_000, 3))
    for _ in range(40_000):  # ended by their hosts, before any pause
        some.add(0, ends_silent=False)
    assert learn_silence(some, POLICY) == learn_silence(measured(exponential(2_000, 3)), POLICY)


def test_each_channel_and_agent_has_its_own_and_falls_back():
    """To the channel, then to the project, where there are too few sessions."""
    days = [
        day("web", "quick", 1_000, 1, 20),
        day("web", "slow", 1_000, 2, 150),
        day("web", "new", 50, 3, 20),
        day("mail", "", 60, 4, 20),
    ]
    policy = replace(POLICY, learnt=replace(POLICY.learnt, silences=learnt(days)))
    quick, slow = policy.silence_of("web", "quick"), policy.silence_of("web", "slow")
    web, every = policy.silence_of("web", "new"), policy.silence_of("mail", None)
    assert 90 <= quick <= 125
    assert 720 <= slow <= 930
    assert quick < web < slow
    assert policy.silence_of("web", None) == web
    assert quick < every < slow
    assert policy.silence_of(None, None) == policy.silence_of("sms", "unheard of") == every


def learnt(days, known=(), now_us=5):
    """Learn."""
    return learn_silences(days, POLICY, known, now_us)


def test_what_was_learnt_says_from_how_many_and_since_when():
    """And how many of them went on."""
    days = [day("web", "a", 1_000, 1, 20), day("web", "b", 1_000, 2, 150), day("sms", "", 900)]
    agent, *others = learnt(days)
    assert (agent.channel, agent.agent) in (("web", "a"), ("web", "b"))
    assert agent.n_sessions == 1_000
    assert agent.n_resumed <= 20
    assert {one.since_us for one in (agent, *others)} == {5}
    assert (others[-1].channel, others[-1].agent, others[-1].n_sessions) == (None, None, 2_900)


def test_who_goes_by_the_broader_group_has_no_entry_of_its_own():
    """One agent on one channel is the project."""
    (only,) = learnt([day(n=1_000)])
    assert (only.channel, only.agent) == (None, None)
    found = learnt([day("web", n=20_000, seed=1), day("sms", n=20_000, seed=2, median_s=20)])
    assert {one.channel for one in found} == {"web", "sms", None}
    assert {one.agent for one in found} == {None}


def test_a_change_of_less_than_a_tenth_is_none():
    """So that there is no new version of the policy every week."""
    before = learnt([day(seed=1, n=20_000)])
    assert learnt([day(seed=2, n=20_000)], before, 9) == before
    after = learnt([day(seed=2, n=20_000, median_s=80)], before, 9)
    assert [one.since_us for one in after] == [9]


def test_older_days_count_only_where_the_newer_have_too_few():
    """What changed is followed: with 2,000 sessions in a week, within a week."""
    week = [day(seed=seed, n=300, median_s=30) for seed in range(7)]
    before = [day(seed=seed, n=300, median_s=150) for seed in range(80)]
    assert learnt(week + before) == learnt(week)
    few = [day(seed=seed, n=30, median_s=30) for seed in range(7)]
    assert learnt(few + before)[0].idle_after > 3 * learnt(few)[0].idle_after


def test_a_week_counts_whole_however_much_happens():
    """Weekends are not like other days."""
    busy, before = [day(n=3_000, median_s=30)], [day(n=3_000, median_s=150) for _ in range(9)]
    assert learnt(busy + before) == learnt(busy + before[:6])
    assert learnt(busy + before)[0].idle_after > 3 * learnt(busy)[0].idle_after


def test_agents_without_number_do_not_fill_the_policy():
    """The 50 with the most sessions have their own; the others count for their project."""
    groups = tuple(
        GroupPauses(channel="web", agent=f"a-{i:03}", pauses=measured(exponential(100 + i, i)))
        for i in range(120)
    )
    found = learnt([DayPauses(groups=groups)])
    mine = {one.agent for one in found if one.agent}
    assert mine < {f"a-{i:03}" for i in range(70, 120)}
    assert 10 < len(mine) <= 50


def test_what_the_operator_has_set_stands():
    """Also where everything is switched off."""
    one = Silence(idle_after=100, n_sessions=500, n_resumed=9, since_us=1)
    told = replace(POLICY, idle_after=700, learnt=replace(POLICY.learnt, silences=(one,)))
    assert told.silence_of("web", "a") == 100
    assert replace(told, fixed=("idle_after",)).silence_of("web", "a") == 700
    assert replace(told, learns=False).silence_of("web", "a") == 700


DATA = shared_data()


@pytest.mark.skipif(
    not DATA.is_dir(),
    reason="The shared data are absent: set AFTERWORD_SHARED to their folder.",
)
@pytest.mark.parametrize("corpus", CORPORA)
def test_with_the_gaps_of_real_people_300_sessions_are_enough(corpus):
    """Those who are asked and go on are within 1 point of 2 %, and seldom more than 3 %."""
    product = Product(DATA, corpus, truth=10_000)
    learnt_s = [learn_silence(measured(product.sessions(300, seed)), POLICY) for seed in range(50)]
    shares = [100 * product.share_resumed(seconds) for seconds in learnt_s]
    assert 1 <= mean(shares) <= 3
    assert mean(share > 3 for share in shares) <= 0.1
    expected = {"star": 166, "diabla": 464, "realhumaneval": 1_600}[corpus]
    assert median(learnt_s) == pytest.approx(expected, rel=0.1)
