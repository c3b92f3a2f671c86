"""An agent in a terminal: it asks how the session went in one line, and understands the answer."""

from __future__ import annotations

import getpass
import sys
import uuid

import afterword


def think(text: str) -> str:
    """Stand in for your agent's model."""
    if "thank" in text.lower():
        return "You're welcome!"
    return f"You said: {text}"


def main() -> None:
    """Talk until the input ends."""
    with afterword.Client() as aw:
        c = aw.conversation(
            f"terminal-{uuid.uuid4()}", user_id=getpass.getuser(), channel="terminal"
        )
        for line in sys.stdin:
            text = line.strip()
            if answer := c.answer(text):  # the model never sees it
                print(answer.acknowledgement, flush=True)
                continue
            c.user(text)
            said = think(text)
            print(said, flush=True)
            c.agent(said)
            if ask := c.wait_for_ask(timeout=2):
                print(ask.line, flush=True)
                ask.shown()


if __name__ == "__main__":
    main()
