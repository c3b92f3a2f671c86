"""Projects and their policies: one tenant each, with its own salt and versions of the rules."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.domain.policy import Policy
from afterword.journal import markers
from afterword.journal.statements import insert_into
from afterword.journal.tables import POLICIES, PROJECTS

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

DEFAULT = "default"


class Project(Struct, frozen=True):
    """One tenant: its salt makes draws that nobody outside can foresee."""

    name: str
    salt: bytes
    policy: Policy


def load_project(connection: Connection, name: str, now_us: int) -> Project:
    """Read a project with its newest policy; make both when the project is new."""
    return _find(connection, name) or _create(connection, name, now_us)


def save_policy(connection: Connection, project: str, policy: Policy, now_us: int) -> Policy:
    """Write a policy as the next version, with its marker; return it as stored."""
    connection.execute(  # one version after another, whoever writes them
        sa.select(PROJECTS.c.name).where(PROJECTS.c.name == project).with_for_update()
    )
    newest = connection.execute(
        sa.select(sa.func.max(POLICIES.c.version)).where(POLICIES.c.project == project)
    ).scalar()
    stored = msgspec.structs.replace(policy, version=(newest or 0) + 1)
    connection.execute(
        sa.insert(POLICIES).values(
            project=project,
            version=stored.version,
            created_us=now_us,
            body=msgspec.json.encode(stored).decode(),
        )
    )
    if newest:
        markers.add_marker(connection, project, "policy", f"policy {stored.version}", now_us)
    return stored


def _find(connection: Connection, name: str) -> Project | None:
    newest = (
        sa.select(PROJECTS.c.salt, POLICIES.c.body)
        .join(POLICIES, POLICIES.c.project == PROJECTS.c.name)
        .where(PROJECTS.c.name == name)
        .order_by(POLICIES.c.version.desc())
        .limit(1)
    )
    row = connection.execute(newest).first()
    if row is None:
        return None
    return Project(name, row.salt, msgspec.json.decode(row.body, type=Policy))


def _create(connection: Connection, name: str, now_us: int) -> Project:
    salt = secrets.token_bytes(16)
    row = {"name": name, "salt": salt, "created_us": now_us}
    write = insert_into(connection.dialect.name, PROJECTS).on_conflict_do_nothing()
    made = connection.execute(write.returning(PROJECTS.c.name), row).scalar()
    if made is None and (theirs := _find(connection, name)) is not None:
        return theirs  # another server was first
    return Project(name, salt, save_policy(connection, name, Policy(), now_us))
