"""The demo's calls; there are none unless the server is a demo, seen from this machine."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from msgspec import Meta, Struct

from afterword.errors import NotFoundError
from afterword.server.api.admission import AnyRequest
from afterword.server.api.reading import read_struct
from afterword.server.bodies import read_body
from afterword.server.pages.admission import is_local
from afterword.server.pages.house import Pages
from afterword.server.pages.overview.data import Wanted
from afterword.server.pages.templates import page

if TYPE_CHECKING:
    from afterword.server.pages.demo.stage import Stage

Shown = NamedDependency[Pages]  # ``pages``
_STARTERS: Final = ("Why was I charged twice?", "I want my money back", "I forgot my password")


class Saying(Struct, frozen=True, kw_only=True):
    """What a visitor wrote."""

    conversation: str
    text: Annotated[str, Meta(min_length=1, max_length=500)]


@get("/demo")
async def show(request: AnyRequest, pages: Shown) -> Response[Any]:
    """Show the chat to a new visitor, beside the figures."""
    stage = _stage(request, pages)
    return page(
        "demo/page.html",
        up="",
        visitor=stage.welcome(),
        publishable_key=stage.publishable_key,
        starters=_STARTERS,
    )


@post("/demo/say", status_code=HTTPStatus.OK)
async def say(request: AnyRequest, pages: Shown) -> dict[str, Any]:
    """Take what a visitor wrote, and give the agent's answer."""
    stage = _stage(request, pages)
    told = read_struct(Saying, await read_body(request.scope, request.receive))
    _know(stage, told.conversation)
    return {"answer": await stage.say(told.conversation, told.text)}


@get("/demo/now")
async def now(request: AnyRequest, pages: Shown) -> dict[str, Any]:
    """Tell what has happened, and the figures where they are others than the page has."""
    stage = _stage(request, pages)
    conversation = request.query_params.get("conversation", "")
    _know(stage, conversation)
    story = await stage.story(conversation)  # first: the figures are never behind it
    now_us = pages.services.clock.now_us()
    made = await pages.services.count(pages.overviews.get, Wanted(), now_us)
    is_known = request.query_params.get("mark") == made.mark
    return {
        "story": story,
        "mark": made.mark,
        "rated": made.overview.whole.rows[0].n_rated,
        "figures": None if is_known else str(made.figures),
    }


DEMO = (show, say, now)


def _stage(request: AnyRequest, pages: Pages) -> Stage:
    if pages.stage is None or not is_local(request):
        raise NotFoundError("There is no demo here.")
    return pages.stage


def _know(stage: Stage, conversation_id: str) -> None:
    if not stage.knows(conversation_id):
        raise NotFoundError("This visit is over: reload the page.")
