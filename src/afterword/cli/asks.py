"""``afterword asks``: why a session was asked about, the policy in force, and another one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from afterword.cli.parsing import (
    add_data,
    add_json,
    add_project,
    add_url,
    as_path,
    ask_server,
    open_journal,
    settings_of,
    show,
)
from afterword.errors import UnknownSession

if TYPE_CHECKING:
    import argparse

    from afterword.domain.policy import Policy
    from afterword.server.api.sessions.schemas import SessionDetail

EXAMPLE = """
afterword asks why c-1~1
afterword asks policy > policy.toml
afterword asks replay --policy new.toml --from 2026-11-01
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="why|policy|replay")
    why = actions.add_parser("why", help="every decision about a session, in words")
    why.add_argument("session", metavar="SESSION", help="its id, such as c-1~1")
    policy = actions.add_parser("policy", help="the policy in force, as a policy file")
    replay = actions.add_parser("replay", help="what another policy would have asked")
    replay.add_argument(
        "--policy", metavar="FILE", type=as_path, required=True, help="the other policy, TOML"
    )
    replay.add_argument("--from", dest="from_", metavar="TIME", required=True, help="first day")
    replay.add_argument("--to", metavar="TIME", help="end, not included (default: everything)")
    replay.add_argument("--environment", default="production", help="default: production")
    for action in (why, policy, replay):
        add_data(action)
        add_project(action)
        add_json(action)
    add_url(why)


def run(options: argparse.Namespace) -> int:
    """Do one of the three."""
    return {"why": _why, "policy": _policy, "replay": _replay}[options.action](options)


def _why(options: argparse.Namespace) -> int:
    from afterword.cli.why import story, words  # noqa: PLC0415  # heavy: not for --help

    policies: dict[int, Policy] = {}
    if options.url:
        detail = _ask(options)
    else:
        detail, policies = _read(options)
    told = story(detail, policies)
    show(told, words(told), as_json=options.json)
    return 0


def _ask(options: argparse.Namespace) -> SessionDetail:
    import msgspec  # noqa: PLC0415  # heavy: not for --help

    from afterword.server.api.sessions.schemas import SessionDetail  # noqa: PLC0415  # same

    body = ask_server(options, f"/v1/sessions/{quote(options.session, safe='')}")
    return msgspec.json.decode(body, type=SessionDetail)


def _read(options: argparse.Namespace) -> tuple[SessionDetail, dict[int, Policy]]:
    from afterword.journal.asking import session_decisions  # noqa: PLC0415  # heavy: as above
    from afterword.journal.projects import policy_versions  # noqa: PLC0415  # same
    from afterword.journal.sessions import get_session  # noqa: PLC0415  # same
    from afterword.server.api.sessions.schemas import (  # noqa: PLC0415  # same
        SessionDetail,
        session_view,
        timed,
    )

    with open_journal(settings_of(options)) as journal, journal.read() as connection:
        session = get_session(connection, options.project, options.session)
        if session is None:
            raise UnknownSession(f"There is no session {options.session:.300}.", field="session")
        decisions = session_decisions(connection, options.project, options.session)
        policies = policy_versions(connection, options.project)
    detail = SessionDetail(
        session=session_view(session), events=[], decisions=[timed(row) for row in decisions]
    )
    return detail, policies


def _policy(options: argparse.Namespace) -> int:
    import msgspec  # noqa: PLC0415  # heavy: not for --help

    from afterword.cli.policy_text import policy_toml  # noqa: PLC0415  # same
    from afterword.journal.projects import policy_versions  # noqa: PLC0415  # same

    with open_journal(settings_of(options)) as journal, journal.read() as connection:
        versions = policy_versions(connection, options.project)
    # A project that nothing was written to yet goes by what is shipped.
    policy = versions[max(versions)] if versions else _shipped()
    told = {"project": options.project, "policy": msgspec.to_builtins(policy)}
    show(told, policy_toml(policy, options.project), as_json=options.json)
    return 0


def _shipped() -> Policy:
    from afterword.domain.policy import Policy  # noqa: PLC0415  # as above

    return Policy()


def _replay(options: argparse.Namespace) -> int:
    from afterword.cli.replay import run_replay  # noqa: PLC0415  # heavy: not for --help
    from afterword.cli.replay_words import words  # noqa: PLC0415  # same

    told = run_replay(options)
    show(told, words(told), as_json=options.json)
    return 0
