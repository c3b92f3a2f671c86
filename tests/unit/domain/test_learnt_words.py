"""What was learnt, in words."""

from __future__ import annotations

from afterword.domain.learnt import Caution, Learnt, Silence
from afterword.domain.learnt_words import lines, news
from afterword.domain.light_hours import LightHours, WhyLight


def silence(channel=None, agent=None, idle_after=165):
    """Make what was learnt of a channel and agent."""
    return Silence(
        channel=channel,
        agent=agent,
        idle_after=idle_after,
        n_sessions=1_300,
        n_resumed=4,
        since_us=1,
    )


def test_each_thing_is_a_line():
    """With from how many, and how many of them went on or were withdrawn."""
    learnt = Learnt(
        silences=(silence("web", "tax"), silence("web", ""), silence(""), silence()),
        closing=Caution(step=2, n_asks=60, n_withdrawn=31, since_us=3),
        inactivity=Caution(step=0, n_asks=90, n_withdrawn=1, since_us=3),
    )
    assert lines(learnt) == [
        "silence on web, tax 165 s (1,300 sessions, 4 went on)",
        "silence on web, no agent 165 s (1,300 sessions, 4 went on)",
        "silence on no channel 165 s (1,300 sessions, 4 went on)",
        "silence 165 s (1,300 sessions, 4 went on)",
        "closing messages 2 steps of caution (60 asks, 31 withdrawn)",
        "silence no step of caution (90 asks, 1 withdrawn)",
    ]
    assert lines(Learnt()) == []


def test_light_hours_are_a_line_each():
    """With why; also those that are light no longer."""
    night = LightHours(is_weekend=False, start=22, end=6, why=WhyLight.WORSE_RATINGS)
    later = LightHours(is_weekend=False, start=23, end=6, why=WhyLight.FEW_SESSIONS)

    assert news(Learnt(light=(night,)), Learnt(light=(later,))) == (
        "light on workdays 23-6 (few sessions); no longer light on workdays 22-6 (worse ratings)"
    )


def test_only_what_is_new_is_news():
    """Also what is gone; of more than three things the number of the others."""
    before = Learnt(silences=(silence("web"), silence()))
    after = Learnt(silences=(silence("sms", None, 90), silence()))
    assert news(before, after) == (
        "silence on sms 90 s (1,300 sessions, 4 went on); silence on web has too few sessions"
    )
    assert news(before, before) == ""
    many = Learnt(silences=tuple(silence(f"c-{number}") for number in range(9)))
    assert news(Learnt(), many).endswith("(1,300 sessions, 4 went on); 6 more")
