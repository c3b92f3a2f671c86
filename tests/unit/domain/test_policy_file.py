"""What a policy file may say, and what it is told where it may not."""

from __future__ import annotations

import tomllib
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.domain.bounds import BOUNDS
from afterword.domain.learnt import Caution, Learnt
from afterword.domain.policy import Policy
from afterword.domain.policy_file import policy_of
from afterword.domain.texts import NAMES
from afterword.errors import SetupError

SHIPPED = Policy()


def faults(text, current=SHIPPED):
    """Read a file that is wrong; give what it is told, a fault each."""
    with pytest.raises(SetupError) as caught:
        policy_of(tomllib.loads(text), current)
    return caught.value.detail.split("; ")


def test_an_empty_file_is_the_shipped_policy():
    """Nothing told, nothing changed."""
    assert policy_of({}, SHIPPED) == SHIPPED


def test_every_setting_has_bounds_and_its_default_lies_within():
    """Whatever is added to the policy can be told, but for the version."""
    assert set(BOUNDS) == set(Policy.__struct_fields__) - {"version", "texts", "fixed", "learnt"}
    for name, bound in BOUNDS.items():
        default = getattr(SHIPPED, name)
        values = default if isinstance(default, tuple) else (default,)
        assert all(bound.low <= value <= bound.high for value in values), name


def test_what_a_file_tells_is_what_counts():
    """Whole numbers stand for shares, too; the rest is as shipped."""
    told = tomllib.loads("idle_after = 90\nskip_share = 0\nback_off = [1, 0.5]\n")

    assert policy_of(told, SHIPPED) == Policy(
        idle_after=90, skip_share=0.0, back_off=(1.0, 0.5), fixed=("idle_after",)
    )
    assert isinstance(policy_of(told, SHIPPED).skip_share, float)


def test_what_was_learnt_stays_and_what_was_told_before_does_not():
    """A line that is taken out of the file goes back to the shipped value."""
    current = Policy(
        version=7,
        idle_after=90,
        eligible_per_week=500,
        learnt=Learnt(closing=Caution(step=2)),
        fixed=("idle_after",),
    )

    assert policy_of({}, current) == Policy(
        version=7, eligible_per_week=500, learnt=current.learnt
    )
    assert policy_of({"eligible_per_week": 3}, current).eligible_per_week == 3


def test_everything_that_is_wrong_is_told_at_once():
    """By name, with what is allowed and what was found."""
    assert faults(
        "idle_afer = 300\nversion = 3\nasks_per_day = 2.0\nidle_after = 29\nskip_share = 0.51\n"
        'settles_after = "7d"\nask_lives = true\nclosing_threshold = nan\n'
    ) == [
        "idle_afer: is no setting of a policy",
        "version: is no setting of a policy, the journal keeps it",
        "asks_per_day: must be a whole number, 0 to 10 (asks), not 2.0",
        "idle_after: must be a whole number, 30 to 86400 (seconds), not 29",
        "skip_share: must be a number, 0 to 0.5 (share), not 0.51",
        "settles_after: must be a whole number, 3600 to 7776000 (seconds), not '7d'",
        "ask_lives: must be a whole number, 60 to 86400 (seconds), not True",
        "closing_threshold: must be a number, 0.05 to 1 (probability), not nan",
    ]


@pytest.mark.parametrize("name", sorted(set(BOUNDS) - {"back_off", "learns", "light_hours"}))
def test_bounds_hold_at_both_ends(name):
    """The last allowed value passes, the next one does not."""
    bound = BOUNDS[name]
    whole = isinstance(getattr(SHIPPED, name), int)
    kind = int if whole else float
    step = 1 if whole else 1e-9
    wide = {"session_gap": 3_600, "session_cap": 604_800, "asks_per_week": 40, "asks_per_day": 0}
    wide |= {"idle_after": 30, "idle_least": 30}
    for value in (bound.low, bound.high):
        room = {"session_gap": 86_400} if name.startswith("idle_") else {}
        told = policy_of({**wide, **room, name: kind(value)}, SHIPPED)
        assert getattr(told, name) == value
    for value in (bound.low - step, bound.high + step):
        assert faults_of(wide, name, kind(value)) == [name]


def faults_of(others, name, value):
    """Give the settings that are named as faults."""
    with pytest.raises(SetupError) as caught:
        policy_of({**others, name: value}, SHIPPED)
    return [fault.partition(":")[0] for fault in caught.value.detail.split("; ")]


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ("[]", "back_off: must be a list of 1 to 10 chances, not []"),
        ("0.5", "back_off: must be a list of 1 to 10 chances, not 0.5"),
        ("[1, 0]", "back_off: a chance must be 0.01 to 1, not 0"),
        ("[1, inf]", "back_off: a chance must be 0.01 to 1, not inf"),
        ('["a"]', "back_off: a chance must be 0.01 to 1, not 'a'"),
        ("[0.3, 0.5]", "back_off: who leaves more asks unanswered must not be asked more often"),
    ],
)
def test_the_back_off_never_falls_to_zero_and_never_rises(told, fault):
    """Never a structural zero: who was asked less often can be weighted more."""
    assert faults(f"back_off = {told}") == [fault]


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ("idle_after = 1801", "idle_after: must not be above session_gap, which is 1800"),
        (
            "session_gap = 7200\nsession_cap = 3600",
            "session_gap: must not be above session_cap, which is 3600",
        ),
        ("asks_per_day = 7", "asks_per_day: must not be above asks_per_week, which is 6"),
    ],
)
def test_settings_must_fit_together(told, fault):
    """Each alone is allowed."""
    assert faults(told) == [fault]


def test_own_texts_are_kept_by_locale():
    """In small letters, as they are looked up."""
    told = tomllib.loads('[texts.de-AT]\nquestion = "Hat\'s gepasst?"\n[texts.en]\nnever = "No"\n')

    assert policy_of(told, SHIPPED).texts == {
        "de-at": {"question": "Hat's gepasst?"},
        "en": {"never": "No"},
    }


def test_a_new_language_is_whole_and_its_regions_need_not_be():
    """Half of a form in another language would be worse than English."""
    whole = {"sv": dict.fromkeys(NAMES, "ord")}

    assert policy_of({"texts": {**whole, "sv-FI": {"send": "Skicka"}}}, SHIPPED).texts.keys() == {
        "sv",
        "sv-fi",
    }
    assert faults('[texts.sv]\nquestion = "Hur gick det?"') == [
        "texts.sv: this language is not shipped, so it also needs " + ", ".join([*NAMES][1:])
    ]


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ('texts = "hello"', "texts: must be tables such as [texts.de]"),
        ('[texts]\nde = "hello"', "texts.de: must be a table"),
        ('[texts."d e"]\nsend = "x"', "texts.d e: must be named by a locale such as de or de-AT"),
        (
            f'[texts.de]\nquestion = "{"x" * 61}"',
            "texts.de.question: has 61 characters, at most 60 are shown",
        ),
        ('[texts.de]\nsend = " "', "texts.de.send: must be one line of text"),
        ("[texts.de]\nsend = 7", "texts.de.send: must be one line of text"),
        ('[texts.de]\nsend = "a\\nb"', "texts.de.send: must be one line of text"),
        ('[texts.de]\nsend = "a"\n[texts.DE]\nsend = "b"', "texts.de: stands there twice"),
    ],
)
def test_a_text_that_does_not_fit_is_told(told, fault):
    """The path names the locale and the text."""
    assert faults(told) == [fault]


def test_an_unknown_text_is_told_by_name():
    """With those there are."""
    assert faults('[texts.de]\nfrage = "Na?"')[0].startswith(
        "texts.de.frage: is no text, there are question, positive, neutral"
    )


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*BOUNDS, "texts", "version"]) | st.text(), ANYTHING))
def test_whatever_a_file_holds_is_a_policy_or_a_fault(told):
    """No other error, and every message is one line."""
    try:
        policy = policy_of(told, SHIPPED)
    except SetupError as error:
        said = error.detail
    else:
        said = repr(policy)
    assert said.isprintable()


def test_what_the_operator_names_is_not_learnt_any_more():
    """Also where the shipped value is named: it is wanted as it is."""
    told = policy_of({"idle_after": 300, "asks_per_day": 1}, SHIPPED)

    assert (told.fixed, told.moves("idle_after")) == (("idle_after",), False)
    assert told.moves("closing_threshold")
    assert not policy_of({"learns": False}, SHIPPED).moves("closing_threshold")
    assert faults("learns = 1") == ["learns: must be true or false, not 1"]


def test_light_hours_are_told_in_words():
    """Of workdays, weekends or both; whatever is none is named; an empty list is never light."""
    told = policy_of({"light_hours": ["workdays 22-6", "every day 12-14"]}, SHIPPED)

    assert [str(one) for one in told.light] == [
        "workdays 22-6",
        "workdays 12-14",
        "weekends 12-14",
    ]
    assert policy_of({"light_hours": []}, SHIPPED).fixed == ("light_hours",)
    form = 'a list of hours such as "workdays 22-6", "weekends 0-9", "every day 12-14"'
    assert faults('light_hours = ["workdays 22-6", "noon", 3]') == [
        f"light_hours: must be {form}, not 'noon'",
        f"light_hours: must be {form}, not 3",
    ]
    assert faults('light_hours = "workdays 22-6"') == [
        f"light_hours: must be {form}, at most 20, not 'workdays 22-6'"
    ]


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_numbers_that_are_none_are_refused(value):
    """TOML knows them."""
    assert faults_of({}, "skip_share", value) == ["skip_share"]
