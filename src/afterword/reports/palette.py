"""Colours and type of the charts, in light, and what each becomes in the dark."""

from __future__ import annotations

from typing import Final

INK: Final = "#1f2429"
QUIET: Final = "#5c656e"
GRID: Final = "#e3e7eb"
PAPER: Final = "#ffffff"
# Told apart by hue and by lightness, with and without full colour sight; the words stand beside.
LEVEL_COLOURS: Final = {"positive": "#0f766e", "neutral": "#8a6d1f", "negative": "#c2412d"}

DARK: Final = {
    INK: "#e8ebee",
    QUIET: "#9aa4ae",
    GRID: "#2c343c",
    PAPER: "#14181c",
    "#0f766e": "#3fb8ab",
    "#8a6d1f": "#d3ae52",
    "#c2412d": "#f07a64",
}

# Found on every system, so that a chart carries no font and fetches none.
FONT: Final = "Helvetica Neue, Arial, Liberation Sans, sans-serif"


def dark_style() -> str:
    """Write the rules that turn a light picture dark where the reader prefers it.

    Pictures carry light colours as attributes, so whatever ignores the rules (an e-mail, a
    converter) still shows a whole, light picture.
    """
    return f"<style>{dark_rules()}</style>"


def dark_rules() -> str:
    """Write them for the style sheet of a page that holds pictures."""
    rules = "".join(
        f'[fill="{light}"]{{fill:{dark}}}[stroke="{light}"]{{stroke:{dark}}}'
        for light, dark in DARK.items()
    )
    return f"@media (prefers-color-scheme:dark){{{rules}}}"
