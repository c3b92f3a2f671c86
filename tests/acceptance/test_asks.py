"""``afterword asks`` and policy files from outside: on a folder, and beside a running server."""

from __future__ import annotations

import time
import tomllib

import msgspec
import pytest

from afterword.domain.asks import Why
from afterword.domain.learnt import Learnt, Silence
from afterword.domain.policy import Policy
from afterword.domain.policy_file import policy_of
from afterword.journal import Journal
from afterword.journal.projects import change_policy, policy_versions
from afterword.server.pages.session.words import OTHERWISE, WHY
from cli_harness import afterword, answer
from intake_cast import HOUR, MINUTE, House, goodbye, rating, step, talk
from server_harness import MovableClock, said, served, serving


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with five talks of one person: answered, closed, left alone, asked by silence."""
    data = tmp_path_factory.mktemp("asks")
    house = House(data)
    house.take(*goodbye("c-1", user_id="u"))
    first = house.ask("c-1~1")
    house.take(step(first, "shown"))
    house.clock.move(MINUTE)
    house.take(rating(conversation_id="c-1", ask_id=first.id))
    house.take(*goodbye("c-2", user_id="u"))
    house.take(step(house.ask("c-2~1"), "dismissed"))
    house.take(*goodbye("c-3", user_id="u"))
    house.take(*goodbye("c-4", user_id="u"))
    house.take(*talk("c-5"))
    house.wait(5 * MINUTE)
    house.wait(HOUR)
    house.close()
    return data


def told(folder, session):
    """Give what the command says about a session."""
    return afterword("asks", "why", session, "--data", folder).stdout.decode()


def test_why_tells_of_an_ask_what_became_of_it(folder):
    """Moment, rule, chance, draw and policy; then when it was shown and answered, and how."""
    words = told(folder, "c-1~1")
    story = answer("asks", "why", "c-1~1", "--data", folder)

    assert "c-1~1: Asked, and answered." in words
    assert "2026-03-03 12:00:00  a goodbye: asked" in words
    assert "rule asked, chance 1, draw 0." in words
    assert "shown 2026-03-03 12:00:00, ended 2026-03-03 12:01:00" in words
    assert "Answered: positive." in words
    (line,) = story["decisions"]
    assert (line["trigger"], line["reason"], line["verdict"]) == (
        "closing_message",
        "asked",
        "ask",
    )
    assert line["probability"] == 1.0
    assert line["policy_version"] == 1
    assert 0 <= line["draw"] < 1
    assert story["asks"][0]["state"] == "answered"


def test_why_tells_what_spoke_against_asking_and_what_it_would_take(folder):
    """The rule, in words, and the settings that weigh on it with their values of then."""
    alone, budget = told(folder, "c-3~1"), told(folder, "c-4~1")

    assert "Not asked: the ask before it was closed or left" in alone
    assert "To be asked: It takes a later session" in alone
    assert "In the policy: sessions_left_alone = 1" in alone
    assert "rule budget_day" in budget
    assert "In the policy: asks_per_day = 2" in budget
    assert "never shown; it counts against nobody" in told(folder, "c-5~1")


def test_why_of_a_session_that_is_not_there_is_wrong_use(folder, tmp_path):
    """Exit 2 and one sentence, here and on a server."""
    for session in ("c-1", "c-1~99"):
        done = afterword("asks", "why", session, "--data", folder, expect=2)
        assert done.stderr.decode() == f"afterword: There is no session {session}.\n"
        assert done.stdout == b""
    with served(tmp_path) as caller:
        url = str(caller.http.base_url)
        done = afterword("asks", "why", "no/pe~1", "--url", url, "--key", caller.key, expect=2)
        assert done.stderr.decode() == "afterword: There is no session no/pe~1.\n"


def test_why_asks_a_server(tmp_path):
    """The same words; the values of its policy are the server's to know."""
    with served(tmp_path) as caller:
        ask = caller.thank("c/1", user_id="u")
        options = ("--url", str(caller.http.base_url), "--key", caller.key)
        words = afterword("asks", "why", ask["session_id"], *options).stdout.decode()
        here = told(tmp_path, ask["session_id"])

    assert words == here
    assert "c/1~1: Asked, and waiting to be shown." in words


def test_every_rule_has_words():
    """Whatever stands in the log can be told, and the settings named are settings."""
    named = {name for _, names in OTHERWISE.values() for name in names}

    assert set(WHY) == set(OTHERWISE) == set(Why)
    assert [why for why in Why if not OTHERWISE[why][0]] == [Why.ASKED]
    assert named <= set(Policy.__struct_fields__)


def test_the_policy_in_force_is_printed_as_a_file_that_says_it(tmp_path):
    """In words and as TOML: read again it changes nothing, own texts too."""
    wanted = Policy(
        idle_after=90,
        fixed=("idle_after",),
        back_off=(1.0, 0.25),
        learnt=Learnt(
            silences=(Silence(idle_after=700, n_sessions=300, n_resumed=4, since_us=5),)
        ),
        eligible_per_week=400,
        texts={"de": {"question": 'Hat "es" geklappt?\u202f', "send": "Los\\"}},
    )
    journal = Journal.open(tmp_path)
    with journal.write() as connection:
        policy, _ = change_policy(connection, "default", lambda _: wanted, 5)
    journal.close()
    text = afterword("asks", "policy", "--data", tmp_path).stdout.decode()

    assert policy_of(tomllib.loads(text), policy) == policy
    assert '# Policy 2 of project "default".' in text
    assert "idle_after = 90  # shipped: 300" in text
    assert "Left out at random: 10%." in text
    assert "\n# asks_per_day = 2\n" in text
    assert "# learnt: silence of 90 seconds for every session: 4 of 300 sessions" in text
    shown = answer("asks", "policy", "--data", tmp_path)
    assert shown["policy"]["version"] == 2
    assert shown["policy"]["idle_after"] == 90
    assert answer("asks", "policy", "--data", tmp_path, "--project", "new")["policy"] == {
        **shown["policy"],
        "version": 1,
        "idle_after": 300,
        "fixed": [],
        "learnt": msgspec.json.decode(msgspec.json.encode(Learnt())),
        "back_off": [1.0, 1 / 3, 1 / 7],
        "eligible_per_week": 0,
        "texts": {},
    }


def test_a_replay_tells_whom_another_policy_would_have_asked(folder, tmp_path):
    """Counts, most to one person, each difference, what it cannot know; always the same."""
    file = tmp_path / "new.toml"
    file.write_text("asks_per_day = 1\n")
    options = ("asks", "replay", "--policy", file, "--from", "2026-03-01", "--data", folder)
    found = answer(*options)

    assert found == answer(*options)
    assert (found["sessions"], found["people"]) == (5, 2)
    assert found["then"]["asks"] == 3
    assert found["would_be"]["asks"] == 2
    assert found["would_be"]["by_trigger"] == {"closing_message": 1, "inactivity": 1}
    assert found["would_be"]["most_to_one_person"] == {"in_24_hours": 1, "in_7_days": 1}
    (difference,) = found["differences"]
    assert (difference["session_id"], difference["person"]) == ("c-2~1", "u:u")
    assert (difference["reason"], difference["would_be"]) == ("budget_day", [])
    words = afterword(*options).stdout.decode()
    assert "c-2~1: asked at closing_message, would be not asked (budget_day)" in words
    assert "What a replay cannot know:" in words
    before = answer(*options, "--to", "2026-03-02")
    assert (before["sessions"], before["differences"]) == (0, [])


def test_a_replay_says_how_much_hangs_on_what_it_cannot_know(tmp_path):
    """Asks that were never made may have been ignored: then fewer would follow."""
    house = House(tmp_path)
    with house.journal.write() as connection:
        change_policy(connection, "default", lambda _: Policy(asks_per_day=0), 5)
    for number in range(6):
        house.take(*goodbye(f"c-{number}", user_id="u"))
        house.wait(13 * HOUR)
    house.close()
    (tmp_path / "new.toml").write_text("")
    found = answer(
        *("asks", "replay", "--policy", tmp_path / "new.toml"),
        *("--from", "2026-03-01", "--data", tmp_path),
    )

    assert found["then"]["asks"] == 0
    assert found["would_be"]["asks"] == 6
    assert 0 < found["would_be"]["if_ignored"] < 6


def test_a_replay_of_a_wrong_policy_or_time_is_wrong_use(folder, tmp_path):
    """All faults of the file at once."""
    file = tmp_path / "new.toml"
    file.write_text("idle_after = 1\nasks = 1\n")
    options = ("asks", "replay", "--policy", file, "--data", folder, "--from")
    error = afterword(*options, "2026-03-01", expect=2).stderr.decode()

    assert "idle_after: must be" in error
    assert "asks: is no setting" in error
    file.write_text("")
    assert b"neither a day" in afterword(*options, "yesterday", expect=2).stderr


def test_doctor_tells_of_policy_files(tmp_path):
    """One that is wrong is bad, with all its faults; one not yet taken over is a note."""
    Journal.open(tmp_path).close()

    def found(status, expect=0):
        lines = answer("doctor", "--data", tmp_path, expect=expect)["findings"]
        (line,) = [one for one in lines if one["what"] == "policy"]
        assert line["status"] == status
        return line["told"]

    assert "there is no" in found("note")
    (tmp_path / "policy.toml").write_text("idle_after = 90\n")
    assert "takes over" in found("note")
    (tmp_path / "policy.toml").write_text("idle_after = 9\nasks = 1\n")
    wrong = found("bad", expect=1)
    assert "idle_after: must be" in wrong
    assert "asks: is no setting" in wrong
    assert wrong.endswith("The policy before it stays in force.")


def until(true):
    """Wait until something has come true; the test's time limit is the only bound."""
    while not (found := true()):
        time.sleep(0.02)
    return found


def test_a_running_server_takes_over_a_changed_file(tmp_path):
    """Without a restart: the next session is asked in the new words, at the new moment."""
    file = tmp_path / "policy.toml"
    file.write_text('[texts.en]\nquestion = "Sorted?"\npositive = "yes"\n')
    clock = MovableClock()
    with served(tmp_path, clock=clock) as caller:

        def versions():
            with caller.services.journal.read() as connection:
                return policy_versions(connection, "default")

        first = caller.thank("c-1")
        assert (first["question"], first["options"][0]["label"]) == ("Sorted?", "yes")
        file.write_text('idle_after = 60\n[texts.en]\nquestion = "Done?"\n')
        until(lambda: max(versions()) == 3)
        assert caller.thank("c-2")["question"] == "Done?"
        # What was asked in the old words is told in the old words.
        again = caller.send({"type": "session.updated", "conversation_id": "c-1", "release": "v"})
        assert again["asks"][0]["question"] == "Sorted?"

        file.write_text("idle_after = 1\n")
        until(lambda: b"policy_files_wrong 1.0" in caller.http.get("/metrics").content)
        assert caller.http.get("/readyz").status_code == 200
        assert versions()[max(versions())].idle_after == 60
        file.write_text("idle_after = 61\n")
        until(lambda: b"policy_files_wrong 0.0" in caller.http.get("/metrics").content)
        assert versions()[4] == Policy(version=4, idle_after=61, fixed=("idle_after",))


def test_the_thanks_are_the_products_own_too(tmp_path):
    """A rating answers in the words of the policy, whichever way it comes."""
    (tmp_path / "policy.toml").write_text('[texts.de]\nacknowledgement = "Merci!"\n')
    with served(tmp_path) as caller:
        caller.send(
            {"type": "session.started", "conversation_id": "c-1", "locale": "de-CH"},
            said("c-1", "user"),
            said("c-1", "agent"),
        )
        body = {"rating": "positive", "id": "r-1"}
        assert caller.rate("c-1", **body).json()["acknowledgement"] == "Merci!"
        assert caller.rate("c-1", **body).json()["acknowledgement"] == "Merci!"


def test_the_policy_file_may_lie_elsewhere(tmp_path):
    """Named by an option; one that is not there is wrong use."""
    (tmp_path / "data").mkdir()
    file = tmp_path / "ask.toml"
    done = afterword("serve", "--data", tmp_path / "data", "--policy", file, expect=2)
    assert f"policy_file (AFTERWORD_POLICY) is wrong: there is no file {file}" in (
        done.stderr.decode()
    )
    file.write_text("idle_after = 77\n")
    with serving(tmp_path / "data", "--policy", str(file)) as (_, caller):
        caller.chat("c-1")
        shown = answer("asks", "policy", "--data", tmp_path / "data")
    assert shown["policy"]["idle_after"] == 77


def test_a_test_key_cannot_write_into_a_real_conversation(tmp_path):
    """Refused by the field's name, its neighbours kept; a conversation of its own is fine."""
    with served(tmp_path) as caller:
        caller.chat("c-1", user_id="u")
        trying = caller.other(tmp_path, kind="test")
        told = trying.send(
            said("c-1", "user"),
            said("t-1", "user"),
            {"type": "handover", "conversation_id": "c-1"},
        )
        rated = trying.rate("c-1", rating="negative")
        trying.http.close()
        session = caller.session("c-1~1")["session"]

    assert [(one["index"], one["code"]) for one in told["rejected"]] == [
        (0, "not_for_tests"),
        (2, "not_for_tests"),
    ]
    assert told["accepted"] == 1
    assert "Conversation c-1 is of the environment production" in told["rejected"][0]["detail"]
    assert (rated.status_code, rated.json()["code"], rated.json()["field"]) == (
        409,
        "not_for_tests",
        "conversation_id",
    )
    assert (session["n_user"], session["n_handovers"], session["rating"]) == (1, 0, None)
