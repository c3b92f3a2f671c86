"""A digest as mail and chat read it: plain text, HTML that any mail program shows, blocks."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from afterword.reports.wording import percent, span

if TYPE_CHECKING:
    from collections.abc import Callable

    import jinja2

    from afterword.monitoring.digest.digest import Bar, Digest

    Url = Callable[[str | None], str | None]

_DEFAULT: Final = "default"
_PAGE: Final = "overview?days=7"
# On white and on black both.
_COLOURS: Final = {"positive": "#12897f", "neutral": "#a17f25", "negative": "#d04a35"}
_QUIET: Final = "color: #7a828a; font-size: 14px"


def data_of(digest: Digest, public_url: str | None) -> dict[str, Any]:
    """Give a digest as channels are told of it.

    Args:
        digest: Of a week.
        public_url: Where people reach the pages; None where nobody said: nothing links then.
    """
    url = _urls(public_url, digest.project)
    return {
        "project": digest.project,
        "title": digest.title,
        "text": text_of(digest),
        "html": _mail().render(
            digest=digest, url=url, percent=percent, span=span, colours=_COLOURS, quiet=_QUIET
        ),
        "blocks": _blocks(digest, url),
        "url": url(_PAGE),
    }


def text_of(digest: Digest) -> str:
    """Write everything below the title as plain text."""
    lines = [digest.lead]
    lines += [f"  {_bar(one)}" for one in digest.bars]
    for block in digest.blocks:
        lines += ["", block.heading, *(f"  {one.text}" for one in block.lines)]
    return "\n".join(lines)


def _blocks(digest: Digest, url: Url) -> list[dict[str, Any]]:
    bars = [{"text": _bar(one), "url": None} for one in digest.bars]
    return [
        {"heading": digest.lead, "lines": bars},
        *(
            {
                "heading": block.heading,
                "lines": [{"text": one.text, "url": url(one.path)} for one in block.lines],
            }
            for block in digest.blocks
        ),
    ]


def _bar(one: Bar) -> str:
    share = f"{percent(one.share)} ({span(one.low, one.high)})"
    return f"{one.words} {share}, {one.change}; a vendor's rule of thumb: {span(*one.band)} %"


def _urls(public_url: str | None, project: str) -> Url:
    def url(path: str | None) -> str | None:
        if public_url is None or path is None:
            return None
        whose = "" if project == _DEFAULT else f"project={quote(project, safe='')}"
        joint = "" if not whose else "&" if "?" in path else "?"
        return f"{public_url.rstrip('/')}/{path}{joint}{whose}"

    return url


@cache
def _mail() -> jinja2.Template:
    import jinja2  # noqa: PLC0415  # heavy: after the server is ready

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("mail.html")
