"""``afterword keys``: make, list and revoke; counts at once, also beside a running server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from afterword.cli.parsing import add_data, add_json, add_project, open_journal, settings_of, show

if TYPE_CHECKING:
    import argparse

    from afterword.journal import Journal
    from afterword.journal.keys import Key

EXAMPLE = """
afterword keys create --kind secret --data ./afterword-data
afterword keys list
afterword keys revoke key_1f0c3a5b7d9e2468
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="create|list|revoke")
    create = actions.add_parser("create", help="make a key; it is shown once")
    create.add_argument(
        "--kind",
        choices=("secret", "publishable", "test"),
        default="secret",
        help="secret: your backend; test: no limits, says why; publishable: browsers",
    )
    create.add_argument(
        "--scope",
        action="append",
        choices=("write", "read", "admin"),
        help="what it may do, several times (default write and read)",
    )
    create.add_argument(
        "--allow-origin",
        action="append",
        metavar="ORIGIN",
        help="a page that may use a publishable key, such as https://example.com",
    )
    create.add_argument(
        "--allow-messages", action="store_true", help="a browser may send messages"
    )
    listing = actions.add_parser("list", help="list keys, without their secrets")
    revoke = actions.add_parser("revoke", help="make a key open nothing from now on")
    revoke.add_argument("id", help="the key's id, such as key_1f0c3a5b7d9e2468")
    for action in (create, listing, revoke):
        add_data(action)
        add_project(action)
        add_json(action)


def run(options: argparse.Namespace) -> int:
    """Do one of the three."""
    acts = {"create": _create, "list": _list, "revoke": _revoke}
    is_new = options.action == "create"
    with open_journal(settings_of(options), is_new=is_new) as journal:
        acts[options.action](journal, options)
    return 0


def _create(journal: Journal, options: argparse.Namespace) -> None:
    from afterword.journal.keys import create_key  # noqa: PLC0415  # heavy: not for --help

    with journal.write() as connection:
        key, secret = create_key(
            connection,
            options.project,
            options.kind,
            tuple(options.scope or ("write", "read")),
            tuple(options.allow_origin or ()),
            allow_messages=options.allow_messages,
        )
    words = f"{secret}\n\n{key.id}, {key.kind}, {', '.join(key.scopes)}. It is shown only now."
    show({"id": key.id, "key": secret}, words, as_json=options.json)


def _list(journal: Journal, options: argparse.Namespace) -> None:
    from afterword.journal.keys import keys  # noqa: PLC0415  # heavy: not for --help

    with journal.read() as connection:
        found = [_view(key) for key in keys(connection, options.project)]
    lines = [
        f"{one['id']}  {one['kind']:<11}  {', '.join(one['scopes']):<12}  made {one['created_at']}"
        + (f"  revoked {one['revoked_at']}" if one["revoked_at"] else "")
        for one in found
    ]
    show({"keys": found}, "\n".join(lines) or "No keys yet.", as_json=options.json)


def _revoke(journal: Journal, options: argparse.Namespace) -> None:
    from afterword.journal.keys import revoke_key  # noqa: PLC0415  # heavy: not for --help

    with journal.write() as connection:
        revoke_key(connection, options.project, options.id)
    show({"revoked": options.id}, f"{options.id} opens nothing any more.", as_json=options.json)


def _view(key: Key) -> dict[str, Any]:
    from afterword.server.times import write_time  # noqa: PLC0415  # not for --help

    return {
        "id": key.id,
        "kind": key.kind,
        "scopes": key.scopes,
        "allow_origins": key.allow_origins,
        "allow_messages": key.allow_messages,
        "created_at": write_time(key.created_us),
        "revoked_at": None if key.revoked_us is None else write_time(key.revoked_us),
    }
