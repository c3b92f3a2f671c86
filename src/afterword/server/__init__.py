"""The server: an ASGI application, mountable in another one, and the process that serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afterword.server.app import App, create_app
    from afterword.server.settings import Settings

__all__ = ["App", "Settings", "create_app"]


def __getattr__(name: str) -> object:
    # Lazy: a command that needs one small module of this package does not load the framework.
    if name == "Settings":
        from afterword.server.settings import Settings  # noqa: PLC0415  # lazy, see above

        return Settings
    if name in ("App", "create_app"):
        from afterword.server import app  # noqa: PLC0415  # lazy, see above

        return getattr(app, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
