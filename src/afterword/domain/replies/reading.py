"""From a head and what follows it to one answer, or to none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from afterword.domain.events import Rating
from afterword.domain.replies.head import Head, Judgement
from afterword.domain.replies.lexicon import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.domain.replies.lexicon import Lexicon
    from afterword.domain.replies.tokens import Token

_LONG: Final = 30  # words before the answer: who says more is telling a story
_AGAINST: Final = (Part.NEGATIVE, Part.FLAW, Part.DENIES, Part.REFUSES)


class Reading(NamedTuple):
    """What a message says. ``reason``: from which token to which."""

    probability: float
    rating: Rating | None = None
    reason: tuple[int, int] | None = None
    never: bool = False


# How sure each form is, by what it was right on (docs/howto/text-channels.md); what is not surely
# an answer is none.
_NOTHING: Final = Reading(0.01)
_UNSURE: Final = Reading(0.4)
OFFERED: Final = 0.99
_SURE, _SAID_TO_ANYTHING = 0.97, 0.88
_FOR_A_REASON, _FOR_A_TURN, _FOR_A_TYPO = 0.04, 0.05, 0.02


def read(lexicon: Lexicon, tokens: Sequence[Token], *, digits: bool) -> Reading:
    """Read a message in one language.

    Args:
        lexicon: The language's.
        tokens: The message, without questions and irony.
        digits: Whether the question offered 1 to 3.
    """
    head = Head(lexicon, tokens, digits=digits)
    if Part.NEVER in head.seen:
        is_alone = head.is_complete and head.seen <= {
            Part.NEVER,
            Part.FILLER,
            Part.AGREES,
            Part.ASSENT,
            Part.THANKS,
            Part.PLEASE,
        }
        return Reading(_SURE, never=True) if is_alone else _UNSURE
    if Part.PLEASE in head.seen:
        return _NOTHING
    if head.is_turned:
        return _UNSURE
    if not head.judgements:
        return _read_from_the_end(lexicon, tokens, head)
    return _Answer(lexicon, tokens, head).read()


class _Answer:
    """The judgements of one head, made one."""

    def __init__(self, lexicon: Lexicon, tokens: Sequence[Token], head: Head) -> None:
        self._lexicon = lexicon
        self._tokens = tokens
        self._head = head
        full = [one for one in head.judgements if not one.is_weak]
        self._main = full[0] if full else head.judgements[0]
        self._last = full[-1] if full else self._main
        self._rating = self._main.rating
        self._from: int | None = None  # where the reason begins
        self._cost = 0.0

    def read(self) -> Reading:
        """Give the answer, if it is one."""
        if self._main.is_weak and not self._is_told:
            return _UNSURE
        if not all(self._join(one) for one in self._head.judgements if one is not self._main):
            return _UNSURE
        if not self._head.is_complete and not self._has_reason():
            return _UNSURE
        if self._is_bare and not self._head.seen.isdisjoint(self._speaks_against):
            return _UNSURE
        has_typo = any(
            token.word != word for token, word in zip(self._tokens, self._head.words, strict=True)
        )
        cost = self._cost + _FOR_A_TYPO * has_typo + _FOR_A_REASON * (self._from is not None)
        span = None if self._from is None else (self._from, len(self._tokens))
        return Reading(round(self._base - cost, 2), self._rating, span)

    @property
    def _speaks_against(self) -> tuple[Part, ...]:
        # "Yes, good", "that is fine": said to a proposal; "ok thanks": said to an answer.
        is_assent = self._main.part is Part.ASSENT
        return (Part.AGREES, Part.POINTS, Part.THANKS) if is_assent else (Part.AGREES, Part.POINTS)

    @property
    def _is_bare(self) -> bool:
        return not self._main.is_sure and not (self._head.is_complete and self._main.is_framed)

    @property
    def _has_break(self) -> bool:
        # A sign ends its own clause.
        last = self._last
        return self._head.clause >= last.end or self._tokens[last.place].rating is not None

    @property
    def _is_told(self) -> bool:
        # "It was fast" and "too slow" tell of the session; "fast" and "not so fast" may be wishes.
        is_flaw = self._main.part is Part.FLAW and not self._main.is_denied
        return self._head.is_complete and (is_flaw or Part.FRAME in self._head.seen)

    @property
    def _base(self) -> float:
        if self._main.part is None:
            return OFFERED
        return _SAID_TO_ANYTHING if self._is_bare or self._main.is_weak else _SURE

    def _join(self, one: Judgement) -> bool:
        """Take one more judgement in; tell whether the two go together."""
        if one.place < self._main.place or one.link in (Part.BUT, Part.BECAUSE) or one.is_weak:
            start = 0 if one.place < self._main.place else one.clause
            self._from = start if self._from is None else self._from
        if one.rating is self._rating or (one.is_weak and self._rating is Rating.NEUTRAL):
            return True
        if one.link is Part.BUT or (one.place < self._main.place and self._main.link is Part.BUT):
            self._cost = _FOR_A_TURN
            self._main.is_sure = True  # who weighs means the session
            self._rating = self._weigh(one)
            return True
        if self._main.part is Part.ASSENT and not self._main.is_sure and one.part is not None:
            self._main, self._rating = one, one.rating  # "ok, not helpful": ok was no answer
            return one.is_sure and not one.is_weak
        both = {self._rating, one.rating}
        if Rating.NEUTRAL not in both or None in (self._main.part, one.part):
            return False
        self._rating = self._weigh(one)
        return one.is_weak or one.is_denied or self._main.is_denied

    def _weigh(self, one: Judgement) -> Rating:
        both = {self._rating, one.rating}
        if one.is_weak or both == {Rating.POSITIVE, Rating.NEUTRAL}:
            is_litotes = self._main.is_denied and not one.is_weak
            return Rating.POSITIVE if is_litotes else self._rating
        return Rating.NEUTRAL

    def _has_reason(self) -> bool:
        head = self._head
        start = max(head.clause, self._last.end)
        words = head.words[start:]
        if (
            self._rating is Rating.POSITIVE
            and head.link is not Part.BUT
            and _is_against(self._lexicon, words)
        ):
            return False  # "great, it broke again"
        if not _asks_nothing(self._lexicon, words):
            return False
        if self._from is None:
            self._from = (
                start if self._has_break or self._main.part is None else self._place(words)
            )
        begins, clue = self._lexicon.subjects.begin(words), self._lexicon.clues.stand_in(words)
        if not self._has_break:
            return begins and clue
        return clue or (self._main.is_sure and (begins or head.link is Part.BECAUSE))

    def _place(self, words: list[str]) -> int:
        # "very helpful it explained ..." begins anew; "very helpful explanation" does not.
        start = len(self._tokens) - len(words)
        return start if self._lexicon.subjects.begin(words) else 0


def _read_from_the_end(lexicon: Lexicon, tokens: Sequence[Token], head: Head) -> Reading:
    """Read "it took forever, not helpful": the reason first."""
    if head.end == len(tokens):
        return _NOTHING
    breaks = [place for place, token in enumerate(tokens) if token.is_break]
    while breaks and breaks[-1] == len(tokens) - 1:
        tokens = tokens[: breaks.pop()]
    signs = [place for place, token in enumerate(tokens) if token.rating is not None]
    start = signs[0] if signs else (breaks[-1] + 1 if breaks else 0)
    if not start:
        return _NOTHING
    last = Head(lexicon, tokens[start:], digits=False)
    before = head.words[:start]
    if len(last.judgements) != 1 or not last.is_complete or not last.judgements[0].is_sure:
        return _NOTHING
    one = last.judgements[0]
    is_odd = one.rating is Rating.POSITIVE and _is_against(lexicon, before)
    if is_odd or one.is_weak or last.is_turned or not _asks_nothing(lexicon, before):
        return _UNSURE
    if len(before) > _LONG or not lexicon.clues.stand_in(before):
        return _UNSURE
    return Reading(_SAID_TO_ANYTHING, one.rating, (0, start))


def _is_against(lexicon: Lexicon, words: Sequence[str]) -> bool:
    return any(
        part in _AGAINST
        for place in range(len(words))
        for part in lexicon.parts_at(words, place)[0]
    )


def _asks_nothing(lexicon: Lexicon, words: Sequence[str]) -> bool:
    """Tell whether the words hold nothing that the agent is to do."""
    if lexicon.requests.stand_in(words):
        return False
    starts = [0]
    for place, word in enumerate(words):
        links = lexicon.parts.get(word, ())
        if not word or Part.AND in links or Part.BUT in links:
            starts.append(place + 1)
    return not any(lexicon.openers.begin(words[start:]) for start in starts)
