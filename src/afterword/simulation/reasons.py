"""Reasons: what people of the simulated worlds say after their rating, by theme. All invented."""

from __future__ import annotations

from typing import Final

from afterword.simulation.worlds import Level

# A theme belongs to one level. "forgets" is heard only where a release has it for its theme.
THEMES: Final[dict[str, tuple[Level, tuple[str, ...]]]] = {
    "clear": (
        Level.POSITIVE,
        (
            "clear and to the point",
            "easy to follow, thank you",
            "explained it so that I understood",
            "short answer, exactly what I wanted to know",
        ),
    ),
    "quick": (
        Level.POSITIVE,
        (
            "that was quick",
            "done in two minutes",
            "saved me half an hour",
            "faster than looking it up myself",
        ),
    ),
    "long": (
        Level.NEUTRAL,
        (
            "too many words for a simple question",
            "I had to scroll a lot",
            "could have been shorter",
            "long answers, I only read the first lines",
        ),
    ),
    "half": (
        Level.NEUTRAL,
        (
            "only answered half of my question",
            "I still have to do the last step on my own",
            "a good start but not the whole thing",
            "the second part was missing",
        ),
    ),
    "wrong": (
        Level.NEGATIVE,
        (
            "the numbers were wrong",
            "it told me something that is not true",
            "wrong answer, twice",
            "the steps it gave do not exist in my version",
        ),
    ),
    "misunderstood": (
        Level.NEGATIVE,
        (
            "it did not understand what I asked",
            "kept talking about something else",
            "I asked for one thing and got another",
            "it never got my point",
        ),
    ),
    "unable": (
        Level.NEGATIVE,
        (
            "it said it cannot do this",
            "no way to change my plan here",
            "sent me to a help page I had read before",
            "it could not open the file I sent",
        ),
    ),
    "slow": (
        Level.NEGATIVE,
        (
            "I waited far too long for every answer",
            "so slow that I gave up",
            "it hung in the middle of an answer",
            "loading for a minute, then nothing",
        ),
    ),
    "forgets": (
        Level.NEGATIVE,
        (
            "it forgets what I said two messages ago",
            "I had to repeat my question again and again",
            "no memory of the order number I gave it",
            "asked me the same thing three times",
        ),
    ),
}
# What columns hold is a place in these.
TEXTS: Final = tuple(text for _, texts in THEMES.values() for text in texts)
THEME_OF: Final = tuple(theme for theme, (_, texts) in THEMES.items() for _ in texts)


def texts_of(level: Level, *, without: tuple[str, ...] = ()) -> list[int]:
    """Give the places of a level's texts."""
    return [
        place
        for place, theme in enumerate(THEME_OF)
        if THEMES[theme][0] is level and theme not in without
    ]


def texts_about(theme: str) -> list[int]:
    """Give the places of a theme's texts."""
    return [place for place, known in enumerate(THEME_OF) if known == theme]
