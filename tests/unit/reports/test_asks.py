"""The report of asks."""

import pytest

from afterword.domain.ask_counts import AskCell, AskSums, Outcomes
from afterword.domain.policy import Policy
from afterword.history.filters import Filter
from afterword.history.questions.ask_effects import After
from afterword.reports.asks import KIND, report
from afterword.reports.asks.effects import again_of, effects_of
from afterword.reports.asks.rows import ask_rows
from afterword.reports.render import render
from afterword.reports.report import View


def strangers(n, y):
    """Count outcomes of people who stand in them once."""
    return Outcomes(n, n, y, AskSums(n, y, y))


def cell(key="inactivity", granted=100, **states):
    """Count asks of people who were asked once."""
    told = {"shown": 80, "answered": 40, "dismissed": 20, "ignored": 15, "withdrawn": 8}
    told = {**told, "expired": 10, **states}
    of_granted = {
        name: AskSums(granted, told[name], told[name])
        for name in ("shown", "withdrawn", "expired")
    }
    of_shown = {
        name: AskSums(told["shown"], told[name], told[name])
        for name in ("answered", "dismissed", "ignored")
    }
    ended = sum(told[name] for name in ("answered", "dismissed", "ignored", "withdrawn"))
    people = {"n_people": granted, "n_shown_people": told["shown"], "n_ended_people": ended}
    people |= {"ended": ended, "of_ended": AskSums(ended, told["withdrawn"], told["withdrawn"])}
    return AskCell(key, granted, **told, **people, of_granted=of_granted, of_shown=of_shown)


def _told(cells, least_people):
    kept = [one for one in cells if one.n_people >= least_people]
    return kept, len(cells) - len(kept)


@pytest.fixture
def asked(monkeypatch):
    """Let a report be made of counts, so that no engine is needed."""

    def made(cells, after=None, view=None, stopped=(0, 0)):
        seconds = {one.key: {2.0: 30, 3.5: 10} for one in cells}
        monkeypatch.setattr(report, "asks", lambda *_, least_people: _told(cells, least_people))
        monkeypatch.setattr(report, "answer_seconds", lambda *_, **__: seconds)
        monkeypatch.setattr(report, "after_asking", lambda *_, **__: after or {})
        again = {"answered": strangers(40, 30), "ignored": strangers(40, 10)}
        monkeypatch.setattr(report, "answers_again", lambda *_, **__: again)
        monkeypatch.setattr(report, "stopped", lambda *_, **__: stopped)
        monkeypatch.setattr(report, "decisions", lambda *_: {"asked": 100, "left_alone": 20})
        return KIND.run(None, Filter(), view or View())

    return made


def test_each_step_is_a_share_of_the_one_before(asked):
    """With Wilson's interval, the open ones beside, and the median of the seconds."""
    [row] = asked([cell()]).rows

    assert (row.n_granted, row.n_open) == (100, 7)
    assert (row.shown.count, row.shown.n, row.shown.share) == (80, 100, 0.8)
    assert (row.answered.n, row.answered.share) == (80, 0.5)
    assert (row.answered.low, row.answered.high) == pytest.approx((0.39297, 0.60703), abs=5e-6)
    assert (row.withdrawn.n, row.withdrawn.share) == (100, 0.08)
    assert (row.seconds.n, row.seconds.median) == (40, 2.0)


def test_people_who_are_asked_often_widen_the_interval():
    """Ten asks of each of ten people, each always of one mind, say what ten asks say."""
    zero = AskSums(1_000, 0, 0)
    often = AskCell(
        "web", 100, 100, 50, 0, 0, 0, 0, 10, 10,
        {"shown": AskSums(1_000, 1_000, 1_000), "withdrawn": zero, "expired": zero},
        {"answered": AskSums(1_000, 500, 500), "dismissed": zero, "ignored": zero},
    )  # fmt: skip
    once = cell("web", shown=100, answered=50, dismissed=0, ignored=0, withdrawn=0, expired=0)

    (wide,), (narrow,) = ask_rows([often], {}, View()), ask_rows([once], {}, View())

    assert wide.answered.share == narrow.answered.share == 0.5
    assert wide.answered.high - wide.answered.low > 2.5 * (
        narrow.answered.high - narrow.answered.low
    )


@pytest.mark.parametrize(
    ("withdrawn", "most", "words"),
    [
        (60, 0.05, "more than the 5 % that the weekly control bears"),
        (3, 0.30, "less than the 30 % that the weekly control bears"),
        (8, 0.10, "not surely on either side of the 10 %"),
    ],
)
def test_withdrawn_asks_stand_beside_what_the_control_bears(asked, withdrawn, most, words):
    """Of the asks that ended; expired and open ones count as little as they do there."""
    view = View(policy=Policy(inactivity_withdrawn_most=most))

    made = asked([cell(withdrawn=withdrawn), cell("explicit_end")], view=view)

    first, second = made.rows
    assert (first.withdrawn_of_ended.count, first.withdrawn_of_ended.n) == (
        withdrawn,
        75 + withdrawn,
    )
    assert (first.withdrawn_most, second.withdrawn_most) == (most, None)
    assert words in " ".join(made.notes)
    assert "Wrong moments" in render(made, "text").decode()
    assert asked([cell()], view=View(by="policy")).rows[0].withdrawn_most is None


def test_people_who_want_no_more_asks_are_told(asked):
    """A share of the people who came; where nobody came, nothing is said."""
    made = asked([cell()], stopped=(12, 600))

    assert (made.stopped.count, made.stopped.n, made.stopped.share) == (12, 600, 0.02)
    assert any("Don't ask me again" in note and note.startswith("2 %") for note in made.notes)
    assert not any("Don't ask" in note for note in asked([cell()]).notes)
    assert any(
        note.startswith("None of 600 people") for note in asked([cell()], stopped=(0, 600)).notes
    )


def test_what_asking_costs_is_told_with_its_doubt():
    """A difference that chance would not make is seen, and one that it would make is not."""
    after = {
        "asked": After(strangers(2_000, 1_200), strangers(300, 60)),
        "skipped_at_random": After(strangers(200, 150), strangers(40, 8)),
    }

    back, following = effects_of(after, View())

    assert back.difference == pytest.approx(-0.15)
    assert back.high < 0
    assert following.difference == 0
    assert following.low < 0 < following.high


def test_too_little_is_said_and_not_estimated(asked):
    """Nobody was left out yet: not enough data, in the notes and in the table."""
    made = asked([cell()], {"asked": After(strangers(50, 30), strangers(9, 1))})

    assert [(one.difference, one.left_out.share) for one in made.effects] == [(None, None)] * 2
    assert sum("not enough data" in note for note in made.notes) == 2
    assert "not enough data" in render(made, "text").decode()


def test_those_who_answered_are_set_against_those_who_did_not():
    """In a fixed order; a state that nobody had is missing."""
    found = again_of({"ignored": strangers(40, 10), "answered": strangers(40, 30)}, View())

    assert [(one.before, one.answered.share) for one in found] == [
        ("answered", 0.75),
        ("ignored", 0.25),
    ]


def test_split_by_what_points_at_people_small_values_are_left_out(asked):
    """And what followed on asks is told only where it is by trigger."""
    small = cell("tiny", 4, shown=4, answered=4, dismissed=0, ignored=0, withdrawn=0, expired=0)
    made = asked([cell("web"), small], view=View(by="channel"))

    assert [row.key for row in made.rows] == ["web"]
    assert "1 value of channel left out" in " ".join(made.notes)
    assert not made.effects
    assert [row.key for row in asked([small], view=View(by="policy")).rows] == ["tiny"]


@pytest.mark.parametrize("form", ["text", "json", "csv", "svg", "png", "html"])
@pytest.mark.parametrize("cells", [[], [cell()], [cell("<b>"), cell("=1+1")]])
def test_every_form_shows_it(asked, cells, form):
    """Nobody asked, one trigger, and names that hosts made up."""
    found = render(asked(cells, view=View(by="channel" if len(cells) > 1 else None)), form)

    assert found
    assert b"<b>" not in found or form in ("text", "json", "csv")


def test_nobody_asked_is_said(asked):
    """Not a rate of nothing."""
    made = asked([])

    assert made.notes == ("Nobody was asked about the sessions of this window.",)
    assert "left alone" in render(made, "text").decode()
