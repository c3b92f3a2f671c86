"""The question about the arms of an experiment, against counting one session at a time."""

from dataclasses import replace

from afterword.domain.ask_counts import AskSums, Outcomes
from afterword.history import Filter, History
from afterword.history.questions.arms import arms
from afterword.history.questions.ratings import ratings
from history_cast import store, world

LIVE = [one for one in world(13, n=500, n_days=20) if one.environment == "production"]


def n_asks(one, *, is_answered):
    """Count the asks of a session that were shown, or answered."""
    return sum(
        ask.state == "answered" or (not is_answered and ask.shown_us is not None)
        for ask in one.asks
    )


def by_hand():
    """Go through the sessions in order of time, once an arm and person."""
    held, first = {}, {}
    for one in sorted(LIVE, key=lambda one: one.opened_us):
        if arm := one.labels.get("arm"):
            held.setdefault(arm, {}).setdefault(one.person, []).append(one)
            first.setdefault(one.person, arm)
    for arm, people in held.items():
        sessions = [one for own in people.values() for one in own]
        entered = [who for who in people if first[who] == arm]
        mixed = [who for who in entered if sum(who in other for other in held.values()) > 1]
        pairs = [
            tuple(sum(n_asks(one, is_answered=done) for one in own) for done in (False, True))
            for own in people.values()
        ]
        sums = AskSums(
            sum(m * m for m, _ in pairs),
            sum(m * y for m, y in pairs),
            sum(y * y for _, y in pairs),
        )
        answers = Outcomes(
            sum(m > 0 for m, _ in pairs), sum(m for m, _ in pairs), sum(y for _, y in pairs), sums
        )
        n_met = sum("tour" in one.flows for one in sessions)
        yield arm, n_met, len(entered), len(mixed), answers


def test_people_and_answers_are_counted_by_arm(tmp_path):
    """People by their first session, however many arms they come to later."""
    store(tmp_path / "history", LIVE)

    history = History(tmp_path / "history", None)
    found = arms(history, Filter(), "arm", "tour")

    assert [one[:-1] for one in found] == sorted(by_hand())
    # Sums of each person's own shares are of reports that count people as one voice each.
    split = {one.key: one for one in ratings(history, Filter(), "label.arm")}
    for one in found:
        persons = replace(split[one.arm].persons, shares=(0, 0, 0), squares=(0, 0, 0))
        assert one.cell == replace(split[one.arm], persons=persons)
    assert {one.arm for one in found} == {"a", "b"}
    assert all(one.n_mixed and one.answers.y for one in found)


def test_a_label_that_nobody_has_has_no_arms(tmp_path):
    """Nothing is not an arm called unknown."""
    store(tmp_path / "history", LIVE)

    assert arms(History(tmp_path / "history", None), Filter(), "nobody", "tour") == []
