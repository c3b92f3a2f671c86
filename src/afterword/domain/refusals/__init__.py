"""Did the agent decline? Phrases of sixteen languages, looked for at the head of what it said.

Nearly every message is passed over after one look at its words: only where one of them could
belong to a refusal are the patterns of its language tried. "I could not find it" is none.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from afterword.domain.moments.signs import prepared

FILE: Final = Path(__file__).with_name("phrases.toml")
_READ: Final = 300  # characters: agents decline at once
_FAR_EAST: Final = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def is_refusal(agent_text: str) -> bool:
    """Tell whether an agent's message declines what it was asked for.

    Args:
        agent_text: The message; its first 300 characters are read.
    """
    plain = prepared(agent_text[:_READ])
    by_cue, far_east = _shipped()
    if not plain.isascii() and _FAR_EAST.search(plain):
        return far_east.search(plain) is not None
    words = plain.replace(",", " ").replace(".", " ").split()
    if by_cue.keys().isdisjoint(words):
        return False
    tried = {pattern for word in words for pattern in by_cue.get(word, ())}
    return any(pattern.search(plain) for pattern in tried)


@cache
def _shipped() -> tuple[dict[str, tuple[re.Pattern[str], ...]], re.Pattern[str]]:
    """Read the patterns when they are first needed, by each of their cues; the far east's last."""
    by_cue: dict[str, tuple[re.Pattern[str], ...]] = {}
    far_east: list[str] = []
    for told in tomllib.loads(FILE.read_text("utf-8")).values():
        if "cues" not in told:
            far_east += told["patterns"]
            continue
        pattern = re.compile("|".join(told["patterns"]))
        for cue in told["cues"].split():
            by_cue[cue] = (*by_cue.get(cue, ()), pattern)
    return by_cue, re.compile("|".join(far_east))
