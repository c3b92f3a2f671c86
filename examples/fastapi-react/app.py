"""A chat with a small agent: FastAPI behind, React before it, Afterword beside it."""

import hashlib
import html
import os
import uuid
from pathlib import Path
from typing import Annotated

from fastapi import Cookie, Depends, FastAPI, HTTPException
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel

import afterword

HERE = Path(__file__).parent
SERVER = os.environ["AFTERWORD_URL"]
KEY = os.environ["AFTERWORD_PUBLISHABLE_KEY"]
POLICY = (
    f"default-src 'none'; script-src 'self' {SERVER}; connect-src 'self' {SERVER};"
    " style-src 'self'; base-uri 'none'; form-action 'none'"
)

aw = afterword.Client()  # AFTERWORD_URL and AFTERWORD_KEY, the secret one
app = FastAPI()
app.mount("/static", StaticFiles(directory=HERE / "dist"))


class Said(BaseModel):
    """One line of the user's."""

    conversation: str
    text: str


def signed_in(visitor: Annotated[str | None, Cookie()] = None) -> str:
    """Give the user's id; put your own sign-in here."""
    if visitor is None:
        raise HTTPException(401)
    return hashlib.sha256(visitor.encode()).hexdigest()[:32]  # the cookie itself stays secret


User = Annotated[str, Depends(signed_in)]


@app.get("/")
def page(visitor: Annotated[str | None, Cookie()] = None) -> HTMLResponse:
    """Give the page, with a new conversation of this user's."""
    visitor = visitor or str(uuid.uuid4())
    conversation = f"{signed_in(visitor)}.{uuid.uuid4()}"
    told = {"server": SERVER, "key": KEY, "conversation": conversation}
    text = (HERE / "index.html").read_text()
    for name, value in told.items():
        text = text.replace(f"{{{name}}}", html.escape(value))
    answer = HTMLResponse(text, headers={"Content-Security-Policy": POLICY})
    answer.set_cookie("visitor", visitor, httponly=True, samesite="lax")
    return answer


@app.get("/token")
def token(user: User) -> dict[str, str]:
    """Mint the token with which this browser rates as its user, and nobody else."""
    return {"token": aw.token(user_id=user)}


@app.post("/chat")
def chat(said: Said, user: User) -> dict[str, str]:
    """Answer one line, and tell Afterword of both."""
    if not said.conversation.startswith(f"{user}."):
        raise HTTPException(403)  # somebody else's
    with aw.conversation(said.conversation, user_id=user, channel="web", release="v1") as c:
        c.user(said.text)
        answer = reply(said.text)
        c.agent(answer)
    return {"answer": answer}


def reply(text: str) -> str:
    """Answer; your agent goes here."""
    if "thank" in text.lower():
        return "You're welcome!"
    return "One of the two charges is a pending hold; it drops off on Friday."
