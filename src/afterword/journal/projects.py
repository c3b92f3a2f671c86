"""Projects and their policies: one tenant each, with its own salt and versions of the rules."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from afterword.domain.policy import Policy
from afterword.journal import markers
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
    newest = (
        sa.select(PROJECTS.c.salt, POLICIES.c.body)
        .join(POLICIES, POLICIES.c.project == PROJECTS.c.name)
        .where(PROJECTS.c.name == name)
        .order_by(POLICIES.c.version.desc())
        .limit(1)
    )
    row = connection.execute(newest).first()
    if row is None:
        return _create(connection, name, now_us)
    return Project(name, row.salt, msgspec.json.decode(row.body, type=Policy))


def save_policy(connection: Connection, project: str, policy: Policy, now_us: int) -> Policy:
    """Write a policy as the next version, with its marker; return it as stored."""
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


def _create(connection: Connection, name: str, now_us: int) -> Project:
    salt = secrets.token_bytes(16)
    connection.execute(sa.insert(PROJECTS).values(name=name, salt=salt, created_us=now_us))
    return Project(name, salt, save_policy(connection, name, Policy(), now_us))
