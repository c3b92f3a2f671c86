"""Real dialogues, message by message: read, and labelled as finished or going on.

They lie beside the checkout (``AFTERWORD_SHARED`` or ``../shared``) and are no part of this
project; ``docs/reference/moments.md`` names their sources and licences.
"""

from __future__ import annotations

import gzip
import json
import os
import tomllib
import zlib
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(os.environ.get("AFTERWORD_SHARED", "../shared")) / "data" / "dev"
# Corpora that may be learnt from and tell both ends and goings-on.
LEARNT = (
    *("sgd.en", "star.en", "mwoz.en", "multidogo.en", "woz.en", "woz.de", "woz.it"),
    *("dstc2.en", "redial.en", "clinc_utt.en", "crosswoz.zh", "jmultiwoz.ja", "hdrs.hi"),
)
# Corpora in which the last message is hardly ever a closing: only their goings-on are learnt.
OPEN_ENDED = ("ccpe.en", "diabla.en", "diabla.fr", "realhumaneval.en")
# Written for this: closings of who has just understood, and a bare no or yes to what an agent
# asks. The corpora book tables and trains, where thanks for an explanation are rare, and the
# people who were paid to write them answer in whole sentences.
REALISED, ANSWERS = "realised", "answers"
WRITTEN = (REALISED, ANSWERS)
# Corpora that may not be learnt from: they only measure.
UNSEEN = (
    *("kvret.en", "convai2.en", "crsarena.en"),
    *("cod.en", "cod.ar", "cod.id", "cod.ru", "cod.sw"),
)
FOLDS = 5
_ANNOTATED = ("sgd", "cod", "multidogo", "star", "crosswoz")  # acts tell what closes


class Message(NamedTuple):
    """One user message.

    Attributes:
        corpus: Such as ``sgd.en``.
        dialogue: Its dialogue.
        turn: Its place in it.
        text: What the user wrote.
        agent: The agent's message before; None where there is none.
        finished: Whether the user had finished; None where nobody can say.
        is_made: Whether it was put together of two, to learn from and never to be judged.
    """

    corpus: str
    dialogue: str
    turn: int
    text: str
    agent: str | None
    finished: bool | None
    is_made: bool = False

    @property
    def fold(self) -> int:
        """A fifth of the dialogues; translations of a dialogue fall into the same one."""
        return zlib.crc32(self.dialogue.encode()) % FOLDS


def messages(corpus: str, folder: Path = FOLDER) -> Iterator[Message]:
    """Read the messages of a corpus."""
    if corpus in WRITTEN:
        yield from _realised() if corpus == REALISED else _answers()
        return
    for row in _rows(folder / f"closings.{corpus}.jsonl.gz"):
        yield _message(corpus, row)


def hard_cases(folder: Path = FOLDER) -> Iterator[tuple[str, Message]]:
    """Read the messages that decide, each with what makes it hard."""
    for row in _rows(folder / "hard.closing.en.jsonl.gz"):
        yield row["kind"], _message(row["corpus"], row)


def has_finished(corpus: str, row: dict[str, Any]) -> bool | None:
    """Tell what a message turned out to be: the user had finished, goes on, or nobody can say.

    Acts decide where the corpus has them; elsewhere the user's last message is one that finished,
    and one that at least two follow is one that goes on. A closing that the user took up again
    goes on too.
    """
    name = corpus.partition(".")[0]
    if name == "clinc_utt":  # single utterances, their intents told
        return bool(row["is_closing"])
    if name in _ANNOTATED:
        is_star = name == "star"  # its acts are the wizard's next ones
        if row["is_closing"] is None:
            return None
        has_ended = row["is_closing"] and (is_star or not row["resumes"])
        goes_on = row["user_turns_after"] > 0 if is_star else row["resumes"]
    else:
        has_ended = row["is_last_user_turn"]
        goes_on = row["user_turns_after"] > 1 and (row["resumes"] or name != "mwoz")
    if has_ended:
        return True
    return False if goes_on else None


def _realised() -> Iterator[Message]:
    told = (Path(__file__).parent / "phrases" / "realised.jsonl").read_text("utf-8")
    for place, line in enumerate(told.splitlines()):
        row = json.loads(line)
        agent = row["previous_agent_text"]
        yield Message(REALISED, f"{REALISED}-{place}", 0, row["text"], agent, finished=True)


def _answers() -> Iterator[Message]:
    told = tomllib.loads((Path(__file__).parent / "phrases" / "answers.toml").read_text("utf-8"))
    for language, listed in told.items():
        found = {kind: phrases.split("/") for kind, phrases in listed.items()}
        asked = [(kind, one) for kind in ("more", "offer") for one in found[kind]]
        said = [(kind, one) for kind in ("no", "yes") for one in found[kind]]
        for (what, question), (which, answer) in product(asked, said):
            has_finished = (what, which) == ("more", "no")
            yield Message(ANSWERS, f"{ANSWERS}-{language}", 0, answer, question, has_finished)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _message(corpus: str, row: dict[str, Any]) -> Message:
    agent = row["previous_agent_text"] or None
    finished = has_finished(corpus, row)
    return Message(corpus, row["dialogue_id"], row["turn"], row["text"], agent, finished)
