"""The shape of an ask: see ``domain.ask_view``, which channels use too."""

from __future__ import annotations

from afterword.domain.ask_view import AskView, ask_view

__all__ = ["AskView", "ask_view"]
