"""Projects and their policies: one tenant each, with its own salt and versions of the rules."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.domain.learnt_words import news
from afterword.domain.policy import Policy
from afterword.journal import markers
from afterword.journal.statements import insert_into
from afterword.journal.tables import POLICIES, PROJECTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

DEFAULT = "default"


class Project(Struct, frozen=True):
    """One tenant: its salt makes draws that nobody outside can foresee."""

    name: str
    salt: bytes
    policy: Policy


def load_project(connection: Connection, name: str, now_us: int) -> Project:
    """Read a project with its newest policy; make both when the project is new."""
    return find_project(connection, name) or _create(connection, name, now_us)


def find_project(connection: Connection, name: str) -> Project | None:
    """Read a project with its newest policy; None where there is none."""
    row = connection.execute(_NEWEST, {"name": name}).first()
    return None if row is None else Project(name, row.salt, _policy_of(row.body))


def policy_in_force(connection: Connection, name: str) -> Policy:
    """Read a project's newest policy; the default one where the project is new."""
    found = find_project(connection, name)
    return Policy() if found is None else found.policy


def policy_versions(connection: Connection, project: str) -> dict[int, Policy]:
    """Read every version of a project's policy, the oldest first."""
    rows = connection.execute(
        sa.select(POLICIES.c.version, POLICIES.c.body)
        .where(POLICIES.c.project == project)
        .order_by(POLICIES.c.version)
    )
    return {row.version: msgspec.json.decode(row.body, type=Policy) for row in rows}


def newest_policies(connection: Connection) -> list[Policy]:
    """Read the policy in force of every project."""
    newest = sa.select(POLICIES.c.project, sa.func.max(POLICIES.c.version)).group_by(
        POLICIES.c.project
    )
    rows = connection.execute(
        sa.select(POLICIES.c.body).where(
            sa.tuple_(POLICIES.c.project, POLICIES.c.version).in_(newest)
        )
    )
    return [msgspec.json.decode(body, type=Policy) for body in rows.scalars()]


def change_policy(
    connection: Connection, project: str, change: Callable[[Policy], Policy], now_us: int
) -> tuple[Policy, bool]:
    """Change the newest policy, whoever else may be at it; give it and whether it is new.

    Args:
        connection: A writing transaction.
        project: The tenant; made where it is new.
        change: Gives the policy that is wanted, in place of the one in force.
        now_us: Server time.
    """
    load_project(connection, project, now_us)
    hold_project(connection, project)
    current = load_project(connection, project, now_us).policy
    wanted = change(current)
    if wanted == current:
        return current, False
    return save_policy(connection, project, wanted, now_us), True


def save_policy(connection: Connection, project: str, policy: Policy, now_us: int) -> Policy:
    """Write a policy as the next version, with its marker; return it as stored.

    The marker says what was learnt, if anything.
    """
    hold_project(connection, project)
    newest = connection.execute(
        sa.select(POLICIES.c.body)
        .where(POLICIES.c.project == project)
        .order_by(POLICIES.c.version.desc())
        .limit(1)
    ).scalar()
    before = None if newest is None else msgspec.json.decode(newest, type=Policy)
    stored = msgspec.structs.replace(policy, version=1 if before is None else before.version + 1)
    connection.execute(
        sa.insert(POLICIES).values(
            project=project,
            version=stored.version,
            created_us=now_us,
            body=msgspec.json.encode(stored).decode(),
        )
    )
    if before is not None:
        told = "; ".join(filter(None, (news(before.learnt, stored.learnt), _skip(before, stored))))
        text = f"policy {stored.version}{': ' if told else ''}{told}"
        markers.add_marker(connection, project, "policy", text, now_us)
    return stored


def _skip(before: Policy, after: Policy) -> str:
    if before.chance_of_asking == after.chance_of_asking:
        return ""
    share = round(100 * (1 - after.chance_of_asking))
    return f"{share} % left out at random" if share else "none left out at random"


def hold_project(connection: Connection, project: str) -> None:
    """Keep others from changing a project's policy, and what learning keeps, until the commit."""
    connection.execute(
        sa.select(PROJECTS.c.name).where(PROJECTS.c.name == project).with_for_update()
    )


_NEWEST: Final = (
    sa.select(PROJECTS.c.salt, POLICIES.c.body)
    .join(POLICIES, POLICIES.c.project == PROJECTS.c.name)
    .where(PROJECTS.c.name == sa.bindparam("name"))
    .order_by(POLICIES.c.version.desc())
    .limit(1)
)


@lru_cache(maxsize=64)
def _policy_of(body: str) -> Policy:
    return msgspec.json.decode(body, type=Policy)


def _create(connection: Connection, name: str, now_us: int) -> Project:
    salt = secrets.token_bytes(16)
    row = {"name": name, "salt": salt, "created_us": now_us}
    write = insert_into(connection.dialect.name, PROJECTS).on_conflict_do_nothing()
    made = connection.execute(write.returning(PROJECTS.c.name), row).scalar()
    if made is None and (theirs := find_project(connection, name)) is not None:
        return theirs  # another server was first
    return Project(name, salt, save_policy(connection, name, Policy(), now_us))
