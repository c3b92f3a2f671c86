"""The lookout: a fall is an alert within one look, told once, and over when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from afterword.domain.events import Source
from afterword.domain.session import Trigger
from afterword.errors import InvalidField
from afterword.journal.alerts import AlertKind, AlertState, Resolution, find_alert
from afterword.journal.markers import add_marker
from afterword.journal.monitors import load_monitors
from afterword.journal.outbox import Topic
from afterword.monitoring.alerts.operating import Wanted, set_state
from afterword.monitoring.alerts.rebasing import rebase
from afterword.monitoring.alerts.seeing import read_monitors
from afterword.monitoring.releases.register import accept, open_by_hand
from alert_cast import BAD, GOOD, N_BASE, Watch, day_of_ratings, midnight, subscriber
from history_cast import DAY_US, FIRST_US, ask, plain

WORSE = ("worse", "all", "open")
DAY = timedelta(1)
SILENCE, ANSWERS = AlertKind.SILENCE, AlertKind.RESPONSE_RATE
FALL = N_BASE  # the first bad day
SEEN = FALL + 2  # long enough for an alarm, whoever looks


@pytest.fixture
def watch(tmp_path):
    """Sixty good days, and nobody has looked yet."""
    yield from watched(tmp_path)


@pytest.fixture
def shared(tmp_path, database_url):
    """The same, on a file and on PostgreSQL."""
    yield from watched(tmp_path, database_url)


def watched(folder, url=None):
    """Open it, and close it."""
    opened = Watch(folder, url, subscribers=[subscriber()])
    opened.live(range(N_BASE))
    yield opened
    opened.close()


def fall(watch, until=SEEN):
    """Let it fall, and look when the day is full."""
    watch.live(range(FALL, until + 1), BAD)
    return watch.look(until)


def operate(watch, state, at_day, by="ann"):
    """Do what a person does, on a day."""
    (alert,) = watch.alerts()
    watch.look(at_day)
    with watch.journal.write() as connection:
        wanted = Wanted(state, by)
        set_state(connection, "default", alert.id, wanted, watch.clock.at_us, [subscriber()])


def test_a_steady_stream_raises_nothing(watch):
    """Nor does one day that is looked at while it goes on."""
    assert watch.look(N_BASE - 1) == []
    watch.live([N_BASE], (3, 1, 0))
    assert watch.look(N_BASE, 12) == []
    assert watch.told() == []


def test_the_rating_that_tips_it_opens_an_alert_at_the_next_look(shared):
    """On the day itself, before it is over; once, whoever looks again; told once."""
    assert shared.look(FALL - 1) == []
    shared.live([FALL], (17, 7, 6))
    assert shared.look(FALL) == []
    shared.live([FALL + 1], (0, 0, 8), of="morning")

    assert shared.look(FALL + 1, 3) == [WORSE]
    assert shared.look(FALL + 1, 3.1) == []
    assert shared.another(subscribers=[subscriber()]).run_once() == []
    assert shared.told() == [("crm", "alert.opened")]

    (alert,) = shared.alerts()
    assert alert.since == midnight(FALL + 1)
    assert alert.title == (
        f"All sessions: ratings are worse since {_shown(FALL + 1)}:"
        ' "not what I needed" 10 % → 100 % (8 ratings)'
    )
    assert alert.finding["before"]["n_rated"] == 1830
    assert alert.finding["after"]["n_rated"] == 8


def test_an_alert_is_over_when_the_days_are_as_before(watch):
    """And channels hear that, once."""
    assert fall(watch) == [WORSE]
    watch.live(range(SEEN + 1, SEEN + 25), GOOD)
    ended = [
        day
        for day in range(SEEN + 1, SEEN + 25)
        if ("worse", "all", "resolved") in watch.look(day)
    ]

    assert len(ended) == 1
    assert watch.told() == [("crm", "alert.opened"), ("crm", "alert.resolved")]
    (alert,) = [one for one in watch.alerts() if one.direction == "worse"]
    assert alert.resolution is Resolution.BACK
    assert alert.summary[0] == "Its ratings are as they were before."


def test_an_alert_goes_on_without_repeats_and_speaks_up_when_it_grows(watch):
    """Two weeks of the same are one alert told once; then it becomes worse still."""
    assert fall(watch) == [WORSE]
    watch.live(range(SEEN + 1, SEEN + 15), BAD)
    for day in range(SEEN + 1, SEEN + 15, 3):
        watch.look(day)
    assert watch.told() == [("crm", "alert.opened")]

    watch.live(range(SEEN + 15, SEEN + 30), (2, 3, 25))
    for day in range(SEEN + 15, SEEN + 30, 3):
        watch.look(day)

    told = watch.told()
    assert told[0] == ("crm", "alert.opened")
    assert set(told[1:]) == {("crm", "alert.updated")}
    assert len(told) <= 4  # not one a day
    assert len(watch.alerts()) == 1


def test_who_acknowledges_hears_no_more_but_the_end(watch):
    """The alert stays one, in its state."""
    fall(watch)
    operate(watch, "acknowledged", SEEN)
    watch.live(range(SEEN + 1, SEEN + 4), BAD)
    watch.look(SEEN + 3)
    (alert,) = watch.alerts()

    assert (alert.state, alert.acknowledged_by) == (AlertState.ACKNOWLEDGED, "ann")
    assert watch.told() == [("crm", "alert.opened")]


def test_what_somebody_resolved_comes_again_only_by_later_days(watch):
    """The same days raise nothing twice; if it goes on, evidence gathers anew."""
    fall(watch)
    operate(watch, "resolved", SEEN)
    assert watch.look(SEEN, 23.95) == []
    assert watch.another().run_once() == []

    watch.live(range(SEEN + 1, SEEN + 6), BAD)
    for day in range(SEEN + 1, SEEN + 6):
        watch.look(day)

    assert [one.state.value for one in watch.alerts()] == ["open", "resolved"]


def test_last_years_ratings_read_in_now_are_no_alarm(watch):
    """A fall that is long over is history; so is one after which nobody rated any more."""
    watch.live(range(FALL, FALL + 10), BAD)

    assert watch.look(FALL + 300) == []
    assert watch.alerts() == []


def test_ratings_of_the_past_do_not_change_what_the_baseline_holds(watch):
    """Nor raise an alarm about then."""
    watch.look(N_BASE - 1)
    watch.live(range(-400, -330), BAD)

    assert watch.look(N_BASE, 1) == []


def test_a_stream_that_vanishes_closes_its_alert(watch):
    """After two weeks nobody can say that it is still so."""
    fall(watch)
    watch.tell()
    assert [watch.look(day) for day in (SEEN + 13, SEEN + 15)] == [
        [],
        [("worse", "all", "resolved")],
    ]
    assert watch.alerts()[0].resolution is Resolution.QUIET


def test_a_day_that_comes_out_better_takes_its_alert_back_when_it_is_over(watch):
    """Not before: an alert that comes and goes with each rating would be noise."""
    watch.look(FALL - 1)
    watch.live([FALL], (0, 0, 12), of="morning")
    assert watch.look(FALL, 3) == [WORSE]
    watch.live([FALL], (70, 20, 4), of="evening")

    assert watch.look(FALL, 22) == []
    assert watch.look(FALL + 1, 22) == []
    assert watch.look(FALL + 2, 23) == [("worse", "all", "resolved")]
    assert watch.alerts()[0].resolution is Resolution.WITHDRAWN


def test_more_asks_in_silence_are_no_alarm(tmp_path):
    """Twice as bad as others are, and four times as many from one day on."""
    asked = Watch(tmp_path)
    for days, n in ((range(N_BASE), 1), (range(FALL, FALL + 20), 4)):
        for day in days:
            silent, others = (3 * n, n, n), (14 - 3 * n, 3, 1)
            asked.live([day], silent, of="silent")
            talks = day_of_ratings(day, others, of="others")
            closing = Trigger.CLOSING_MESSAGE
            asked.tell(
                *(replace(one, rating=replace(one.rating, trigger=closing)) for one in talks)
            )

    assert [asked.look(day) for day in range(FALL, FALL + 20)] == [[]] * 20
    asked.close()


def test_an_accepted_release_is_watched_and_then_what_others_are_held_against(shared):
    """Worse than before is an alert at once, until the new baseline takes over."""
    shared.look(FALL - 1)
    with shared.journal.write() as connection:
        open_by_hand(connection, "default", "v42", "release", None, shared.clock.at_us)
        accept(connection, "default", "v42", shared.clock.at_us)
    assert fall(shared) == [WORSE]
    shared.live(range(SEEN + 1, FALL + 70), BAD)

    assert shared.look(FALL + 56) == [WORSE]  # it goes on
    assert shared.look(FALL + 57) == [("worse", "all", "resolved")]
    assert shared.look(FALL + 69) == []
    (alert,) = shared.alerts()
    assert alert.resolution is Resolution.REBASED


def test_an_operator_begins_a_new_baseline_at_once(shared):
    """Alerts are over, what follows is what it will be held against, other streams stay."""
    assert fall(shared) == [WORSE]
    assert rebased(shared, "all") == ["all"]

    (alert,) = shared.alerts()
    assert (alert.state, alert.resolution) == (AlertState.RESOLVED, Resolution.OPERATOR)
    assert shared.told()[-1] == ("crm", "alert.resolved")
    shared.live(range(SEEN + 1, SEEN + 70), BAD)
    assert [shared.look(day) for day in (SEEN + 1, SEEN + 30, SEEN + 69)] == [[], [], []]
    kept = monitors(shared)
    assert (kept["all"].version, kept["all"].rebased_on) == (2, kept["all"].baseline.first - DAY)
    assert kept["response_rate"].version == 1
    with pytest.raises(InvalidField, match="watched are all"):
        rebased(shared, "channel:none")


def test_a_look_under_way_does_not_undo_it(tmp_path):
    """It is thrown away, and the next one sees what is."""
    found = Watch(tmp_path)
    found.live(range(N_BASE))
    found.look(FALL - 1)
    slow = found.another(named=Overtaken(found))
    found.live([FALL], BAD)
    found.clock.at_us += DAY_US

    assert slow.run_once() == []
    assert monitors(found)["all"].version == 2
    slow.run_once()
    assert monitors(found)["all"].version == 2
    found.close()


class Overtaken(dict):
    """Named filters, none; whoever asks for them the first time is overtaken by an operator."""

    def __init__(self, found):
        """Take what is rebased then."""
        super().__init__()
        self.left = [found]

    def __bool__(self):
        """Be asked."""
        return True

    def items(self):
        """Give none."""
        if self.left:
            rebased(self.left.pop(), None)
        return super().items()


def rebased(watch, stream):
    """Do what ``afterword monitor rebase`` does."""
    with watch.journal.write() as connection:
        now_us = watch.clock.at_us
        return rebase(connection, "default", stream, "ann", now_us, [subscriber()])


def monitors(watch):
    """Give what is kept."""
    with watch.journal.read() as connection:
        return read_monitors(load_monitors(connection, "default"))


def test_improvement_is_told_as_such(watch):
    """By a watch with a budget of its own."""
    watch.live(range(FALL, FALL + 3), (30, 0, 0))

    assert watch.look(FALL + 2) == [("better", "all", "open")]


def test_nothing_is_raised_before_there_is_a_baseline(tmp_path):
    """However bad it is."""
    young = Watch(tmp_path)
    young.live(range(40), GOOD)
    young.live(range(40, 50), BAD)

    assert young.look(49) == []
    young.close()


def test_all_from_one_person_are_one_voice(watch):
    """Thirty ratings of a single angry user are not thirty users."""
    sessions = [one for day in range(FALL, FALL + 2) for one in _by_one_person(day)]
    watch.tell(*sessions)

    assert watch.look(FALL + 1) == []


def test_a_baseline_without_any_negative_is_one(tmp_path):
    """One bad rating after that is not the end of the world; many are an alarm."""
    spotless = Watch(tmp_path)
    spotless.live(range(N_BASE), (25, 5, 0))
    spotless.live([FALL], (24, 5, 1))
    assert spotless.look(FALL) == []
    spotless.live([FALL + 1], (20, 5, 5))

    assert WORSE in spotless.look(FALL + 1)
    spotless.close()


def test_each_stream_is_told_by_its_name_and_who_carries_it(tmp_path):
    """A use case falls, by one release; a named filter is a stream, too."""
    named = {"paying": (("trait.plan", "pro"),)}
    found = Watch(tmp_path, named=named, subscribers=[subscriber()])
    pro = {"traits": {"plan": "pro"}}
    found.live(range(N_BASE + 3), of="travel", use_case="travel", release="v1")
    found.live(range(N_BASE), of="billing", use_case="billing", release="v1", **pro)
    found.live(range(FALL, FALL + 3), (7, 4, 4), of="old", use_case="billing", release="v1", **pro)
    found.live(
        range(FALL, FALL + 3), (2, 2, 18), of="new", use_case="billing", release="v2", **pro
    )

    opened = found.look(FALL + 2)

    assert {stream for _, stream, _ in opened} == {"all", "use_case:billing", "filter:paying"}
    alerts = {one.stream: one for one in found.alerts()}
    whole = [(one["dimension"], one["value"]) for one in alerts["all"].finding["carriers"]]
    assert {("release", "v2"), ("use_case", "billing")} <= set(whole)
    assert ("use_case", "travel") not in whole
    billing = alerts["use_case:billing"]
    # Channels hear of the whole, not of each part of it.
    assert found.told() == [("crm", "alert.opened")]
    assert (alerts["all"].part_of, billing.part_of) == (None, alerts["all"].id)
    with found.journal.write() as connection:
        wanted = Wanted("resolved", "ann")
        at_us = found.clock.at_us
        set_state(connection, "default", billing.id, wanted, at_us, [subscriber()])
    assert found.told() == [("crm", "alert.opened")]
    assert billing.title.startswith("Use case billing: ratings are worse since ")
    first, *_ = billing.finding["carriers"]
    assert (first["dimension"], first["value"]) == ("release", "v2")
    found.close()


def test_the_reasons_since_are_told_by_what_people_share(watch):
    """Never in one person's words alone."""
    before = [
        _because(one, "the answer was wrong") for one in _negatives(range(FALL - 30, FALL - 6), 1)
    ]
    said = [
        _because(one, "it repeated itself over and over")
        for one in _negatives(range(FALL, FALL + 3))
    ]
    watch.live(range(FALL, FALL + 3), (12, 7, 3), of="others")
    watch.tell(*before, *said)
    watch.look(FALL + 2)

    (alert,) = watch.alerts()
    (voice, *_) = alert.finding["voices"]
    assert (voice["n_people"], voice["is_new"]) == (24, True)
    assert "repeated itself" in " ".join(alert.summary)


def test_one_of_two_servers_decides(shared):
    """Both looked at the same moment; the journal lets one open it."""
    other = shared.another(subscribers=[subscriber()])
    shared.look(FALL - 1)
    other.run_once()
    shared.live(range(FALL, SEEN + 1), BAD)
    shared.look(SEEN)
    other.run_once()

    assert len(shared.alerts()) == 1
    assert shared.told() == [("crm", "alert.opened")]


def test_channels_hear_what_they_want(tmp_path):
    """Of their project, and the topics that they name."""
    wanted = [
        subscriber("crm", Topic.ALERT_RESOLVED),
        subscriber("mail", Topic.ALERT_OPENED),
        subscriber("mail", Topic.ALERT_OPENED, project="other"),
    ]
    opened = Watch(tmp_path, subscribers=wanted)
    opened.live(range(N_BASE))
    fall(opened)

    assert opened.told() == [("mail", "alert.opened")]
    with opened.journal.read() as connection:
        (alert,) = opened.alerts()
        assert find_alert(connection, "default", alert.id) == alert
    opened.close()


def _shown(day):
    year, month, number = midnight(day).split("-")
    return f"{int(number)} {['Dec', 'Jan'][int(month) == 1]} {year}"


def _by_one_person(day):
    return [replace(one, user_id="angry") for one in day_of_ratings(day, (0, 0, 30), of="angry")]


def _negatives(days, n=8):
    return [one for day in days for one in day_of_ratings(day, (0, 0, n), of="said")]


def _because(session, reason):
    return replace(session, rating=replace(session.rating, reason=reason))


def test_no_ratings_any_more_is_told_and_over_with_the_next_one(watch):
    """Thirty come every night at one o'clock; then none."""
    assert watch.look(N_BASE, 1.5, SILENCE) == []
    assert watch.look(N_BASE, 2.5, SILENCE) == [("down", "all", "open")]
    assert watch.look(N_BASE, 9, SILENCE) == []
    (alert,) = watch.alerts(SILENCE)
    assert (
        alert.title == f"No ratings since {_shown(N_BASE - 1)} 02:00 UTC: 30 would be usual by now"
    )
    assert alert.summary == (
        "No session has opened since either: perhaps nothing reaches the server.",
    )

    watch.live([N_BASE + 1], (1, 0, 0))
    assert watch.look(N_BASE + 1, 1.9, SILENCE) == [("down", "all", "resolved")]
    assert watch.told(SILENCE) == [("crm", "alert.opened"), ("crm", "alert.resolved")]


def test_sessions_without_ratings_point_at_the_widget(watch):
    """They open, and nobody is asked."""
    unrated = [replace(one, rating=None) for one in day_of_ratings(N_BASE, (12, 0, 0))]
    watch.tell(*unrated)
    watch.look(N_BASE, 5)

    (alert,) = watch.alerts(SILENCE)
    assert alert.summary == (
        "Since then 12 sessions opened, and 0 asks were shown.",
        "Nobody is asked: perhaps the widget, its key or the policy was changed.",
    )


def test_imported_ratings_are_missed_by_nobody(tmp_path):
    """They end where the file ends; and last year's silence is history."""
    read = Watch(tmp_path)
    sessions = [one for day in range(N_BASE) for one in day_of_ratings(day)]
    read.tell(
        *(replace(one, rating=replace(one.rating, source=Source.IMPORT)) for one in sessions)
    )
    assert read.look(N_BASE + 3, 5, SILENCE) == []
    read.tell(*(one for day in range(-200, -100) for one in day_of_ratings(day, of="live")))

    assert read.look(N_BASE + 3, 9, SILENCE) == []
    read.close()


def test_fewer_answers_are_told_when_their_day_has_settled(tmp_path):
    """Of forty asks a day half were answered; then a tenth."""
    asked = Watch(tmp_path, subscribers=[subscriber()])
    asked.tell(*(one for day in range(N_BASE) for one in _asked(day, 20)))
    asked.tell(*(one for day in range(FALL, FALL + 3) for one in _asked(day, 4)))
    with asked.journal.write() as connection:
        at_us = FIRST_US + FALL * DAY_US
        add_marker(connection, "default", "policy", "policy 7", at_us)

    assert asked.look(FALL, kind=ANSWERS) == []
    assert asked.look(FALL + 2, kind=ANSWERS) == [("down", "response_rate", "open")]
    (alert,) = asked.alerts(ANSWERS)
    assert alert.title == (
        f"Response rate: fewer of those who are asked answer since {_shown(FALL)}: 50 % → 10 %"
    )
    assert f"Near that day: ask policy 7 ({_shown(FALL)})." in alert.summary
    assert asked.told(ANSWERS) == [("crm", "alert.opened")]
    asked.close()


def _asked(day, n_answered, n=40):
    return [
        replace(
            plain(f"{day}-{place}", at_us=FIRST_US + day * DAY_US, user_id=f"u-{day}-{place}"),
            asks=(ask(plain(f"{day}-{place}"), _state(place < n_answered), is_shown=True),),
        )
        for place in range(n)
    ]


def _state(is_answered):
    return "answered" if is_answered else "ignored"


def test_a_clock_that_is_set_back_tells_nothing_twice(watch):
    """Days that are no longer over are counted again, and what was told stays told."""
    fall(watch)
    back = [watch.look(day) for day in (SEEN - 4, SEEN - 2)]

    assert back == [[], []]
    assert watch.look(SEEN, 23.95) == []
    assert watch.told() == [("crm", "alert.opened")]
    assert [one.state.value for one in watch.alerts()] == ["open"]
