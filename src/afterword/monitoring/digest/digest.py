"""A digest as a value: what was found of a week, before it is written."""

from __future__ import annotations

from msgspec import Struct


class Line(Struct, frozen=True):
    """One thing worth knowing, with where to read on; users' and hosts' words may be in it."""

    text: str
    path: str | None = None  # of a page, from the pages' root


class Block(Struct, frozen=True):
    """Lines under a heading."""

    heading: str
    lines: tuple[Line, ...]


class Bar(Struct, frozen=True):
    """A level of the week: its share with its interval, its band, and what it was before."""

    level: str
    words: str
    share: float
    low: float
    high: float
    band: tuple[float, float]
    change: str


class Digest(Struct, frozen=True, kw_only=True):
    """A week of a project; ``bars`` only with ratings enough for shares."""

    project: str
    title: str
    lead: str
    bars: tuple[Bar, ...]
    blocks: tuple[Block, ...]
