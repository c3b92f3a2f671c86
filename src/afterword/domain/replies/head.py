"""The head of an answer: what stands before anything that the lexicon does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from afterword.domain.events import Rating
from afterword.domain.replies.lexicon import RATINGS, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.domain.replies.lexicon import Lexicon
    from afterword.domain.replies.tokens import Token

_WEAK: Final = (Part.MERIT, Part.FLAW)
_ALSO_SAID: Final = (Part.PRAISE, Part.ASSENT, Part.FAULTLESS)
_LINKS: Final = (Part.AND, Part.BUT, Part.BECAUSE)
_DIGITS: Final = dict(zip("123", Rating, strict=True))


class Judgement(Struct):
    """One word of judgement as it is meant, and where it stands."""

    rating: Rating
    part: Part | None  # None: a sign or an offered number
    place: int
    end: int
    clause: int  # where its clause begins
    link: Part | None  # what leads to that clause; None also for a comma
    is_sure: bool  # no mere "great" or "ok", which is said to anything
    is_denied: bool = False
    is_framed: bool = False  # by what follows it: "great job"

    @property
    def is_weak(self) -> bool:
        """Whether it names one side of the session only."""
        return self.part in _WEAK


class Head:
    """Reads on until a word is not known, and keeps what was judged."""

    def __init__(self, lexicon: Lexicon, tokens: Sequence[Token], *, digits: bool) -> None:
        """Read.

        Args:
            lexicon: The language's.
            tokens: The message.
            digits: Whether the question offered 1 to 3.
        """
        self.words = [lexicon.spell(token.word) for token in tokens]
        self.end = 0  # how far it was understood
        self.clause = 0
        self.link: Part | None = None
        self.judgements: list[Judgement] = []
        self.seen: set[Part] = set()
        self.is_turned = False  # something was said and then denied: "helpful it was not"
        self._lexicon = lexicon
        self._tokens = tokens
        self._digits = digits
        self._denial: Part | None = None
        self._denied = (0, 0)  # from where to where
        self._degree: Part | None = None
        while self.end < len(tokens) and self._step():
            pass
        self._close_clause()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left."""
        return self.end == len(self._tokens)

    def _step(self) -> bool:
        token = self._tokens[self.end]
        if token.is_break:
            self._begin_clause(None, 1)
        elif token.rating is not None:
            self._judge(None, token.rating, 1)
        elif self._is_option(token.word):
            self._judge(None, self._option(token.word), 1)
        elif not token.word[0].isalnum():
            self.end += 1  # some other sign
        else:
            return self._take_phrase()
        return True

    def _take_phrase(self) -> bool:
        parts, length = self._lexicon.parts_at(self.words, self.end)
        part = self._choose(parts, length) if parts else Part.OTHER
        if part is Part.OTHER:
            return False
        self.seen.add(part)
        if part in RATINGS:
            self._judge(part, RATINGS[part], length)
        elif part in _LINKS:
            self._begin_clause(part, length)
        else:
            self._modify(part, length)
            self.end += length
        return True

    def _choose(self, parts: tuple[Part, ...], length: int) -> Part:
        # "super" judges, and makes the judgement after it stronger; "definitely" answers something
        # else, and does the same.
        if Part.REFUSES in parts:
            return Part.REFUSES
        alone = [part for part in parts if part in RATINGS or part is Part.OTHER]
        others = [part for part in parts if part not in alone]
        if not alone or not others:
            return alone[0] if Part.OTHER in parts else parts[0]
        following, _ = self._lexicon.parts_at(self.words, self.end + length)
        is_followed = any(part in RATINGS for part in following)
        is_after = Part.LESS in others and self._has_judged  # "helpful in part"
        return others[0] if is_followed or is_after else alone[0]

    @property
    def _has_judged(self) -> bool:
        return bool(self.judgements) and self.judgements[-1].clause == self.clause

    def _modify(self, part: Part, length: int) -> None:
        if part in (Part.DENIES, Part.REFUSES):
            self._denial, self._denied = part, (self.end, self.end + length)
        elif part in (Part.MORE, Part.LESS):
            self._degree = part
        elif self.judgements and part is Part.UTTERLY:
            self._strengthen(self.judgements[-1])
        elif self.judgements and part is Part.HEDGE:
            self.judgements[-1].is_sure |= Part.POINTS not in self.seen
        elif self.judgements and part is Part.FRAME:
            last = self.judgements[-1]
            last.is_framed = last.is_framed or self.clause <= last.place

    def _strengthen(self, last: Judgement) -> None:
        if last.is_denied and last.rating is Rating.NEUTRAL and last.part is Part.NEGATIVE:
            last.rating = Rating.POSITIVE  # not bad at all

    def _judge(self, part: Part | None, rating: Rating, length: int) -> None:
        is_denied = self._denial is not None and part is not None
        if part is not None:
            part, rating = self._meant(part, rating)
        is_framed = not {Part.FRAME, Part.HEDGE}.isdisjoint(self.seen)
        is_sure = part not in _ALSO_SAID or is_framed or is_denied or self._degree is not None
        if Part.POINTS in self.seen and part in _ALSO_SAID:
            is_sure = is_denied  # "that is good": a proposal may be
        self.judgements.append(
            Judgement(
                rating,
                part,
                self.end,
                self.end + length,
                self.clause,
                self.link,
                is_sure,
                is_denied,
            )
        )
        self.end += length
        self._denial = self._degree = None

    def _meant(self, part: Part, rating: Rating) -> tuple[Part, Rating]:
        if self._denial is None:
            is_weakened = self._degree is Part.LESS and part in (Part.POSITIVE, Part.PRAISE)
            return part, Rating.NEUTRAL if is_weakened else rating
        if part in _WEAK:
            part = _WEAK[1 - _WEAK.index(part)]
            return part, RATINGS[part]
        if part in (Part.NEGATIVE, Part.FAULTLESS):
            return part, Rating.NEUTRAL
        return part, Rating.NEGATIVE

    def _begin_clause(self, link: Part | None, length: int) -> None:
        self._close_clause()
        is_empty = self.end == self.clause  # ", but" is one link
        self.end += length
        self.clause = self.end
        self.link = (link or self.link) if is_empty else link

    def _close_clause(self) -> None:
        if self._denial is Part.REFUSES:
            self.judgements.append(
                Judgement(
                    Rating.NEGATIVE,
                    Part.NEGATIVE,
                    *self._denied,
                    self.clause,
                    self.link,
                    is_sure=True,
                )
            )
        elif self.is_complete or self._tokens[self.end].is_break:
            self._look_back()
        self._denial = self._degree = None

    def _look_back(self) -> None:
        # What stands last in its clause is said of the judgement before it: "helpful in part".
        if self._denial is not None:
            self.is_turned = self.is_turned or bool(self.judgements)
        elif self._degree is Part.LESS and self._has_judged:
            last = self.judgements[-1]
            if last.rating is Rating.POSITIVE and last.part is not None:
                last.rating, last.is_sure = Rating.NEUTRAL, True

    def _is_option(self, word: str) -> bool:
        if not self._digits or self.judgements or self.clause or self._denial:
            return False
        is_number = word in self._lexicon.numbers and self.seen <= {Part.FILLER}
        return word in _DIGITS or (is_number and self._is_alone())

    def _is_alone(self) -> bool:
        return all(token.is_break for token in self._tokens[self.end + 1 :])

    def _option(self, word: str) -> Rating:
        return _DIGITS[word] if word in _DIGITS else self._lexicon.numbers[word]
