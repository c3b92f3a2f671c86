"""Use cases named in a file, from the command line: inferred, counted apart, and no text kept."""

from __future__ import annotations

import json
import re
from pathlib import Path

from cli_harness import afterword, answer

_PAGE = (Path(__file__).parents[2] / "docs" / "howto" / "use-cases.md").read_text()
FILE = re.search(r"```toml use_cases.toml\n(.*?)^```", _PAGE, re.DOTALL | re.MULTILINE)[1]
TEXTS = {
    "c-1": "I was charged twice for my xylophone",
    "c-2": "Where is the parcel? It has not arrived yet",
    "c-3": "Tune this xylophone",
    "c-4": "I was charged twice",
}


def told():
    """Write chats as the lines of a file; the host says what those of the last kind were about."""
    # Five of each, all rated: smaller groups are not shown.
    for number, (chat, text) in enumerate(
        (f"{chat}-{place}", text) for chat, text in TEXTS.items() for place in range(5)
    ):
        at = 1_760_000_000 + number
        yield {"type": "message", "role": "user", "conversation_id": chat, "at": at, "text": text}
        refusal = "I'm sorry, but I can't help with xylophones."
        agent = {"type": "message", "role": "agent", "conversation_id": chat, "at": at + 1}
        yield {**agent, "text": refusal}
        yield {"type": "rating", "conversation_id": chat, "at": at + 2, "rating": "positive"}
        if text == TEXTS["c-4"]:
            yield {
                "type": "session.updated",
                "conversation_id": chat,
                "at": at,
                "use_case": "sales",
            }


def test_what_users_came_for_is_found_and_no_text_is_kept(tmp_path):
    """The file of the how-to names two of four kinds of chats; a wrong file refuses the import."""
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "chats.jsonl").write_text("\n".join(map(json.dumps, told())))
    importing = ("import", "--format", "events", tmp_path / "chats.jsonl", "--data", data)
    (data / "use_cases.toml").write_text(FILE + "[more]\nphrases = 7\n")
    refused = afterword(*importing, expect=2).stderr.decode()
    assert "more.phrases: must be a list" in refused
    (data / "use_cases.toml").write_text(FILE)
    assert answer(*importing)["sessions"] == 20

    def rows(by):
        report = answer("report", "distribution", "--by", by, "--data", data)
        return {row["key"]: row["n_sessions"] for row in report["rows"]}

    assert rows("inferred_use_case") == {"billing": 5, "delivery": 5, "unknown": 10}
    assert rows("use_case") == {"sales": 5, "unknown": 15}
    (found,) = [
        one["told"]
        for one in answer("doctor", "--data", data)["findings"]
        if one["what"] == "use cases"
    ]
    assert found == "of default: billing, refunds, delivery"
    kept = [path for path in data.rglob("*") if path.is_file() and path.suffix != ".toml"]
    assert {path.suffix for path in kept} >= {".db", ".parquet"}
    assert [
        path for path in kept if re.search(rb"(?i)xylophone|parcel\?", path.read_bytes())
    ] == []
