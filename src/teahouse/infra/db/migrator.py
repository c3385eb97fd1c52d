"""Applies ``migrations/*.sql`` in order, once each, under one lock.

A file is ``NNNN_what.pre.sql`` (before the new code runs) or ``.post.sql`` (after the old code has
stopped). A file that begins with ``-- no-transaction`` runs outside one, for concurrent indexes.
An applied file whose text has changed stops the run: history is added to, not edited.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from importlib import resources
from typing import Any

import asyncpg

from teahouse.errors import Kind, Refused, Unavailable

_LOCK = 7_240_515
_LOCK_TIMEOUT = "set lock_timeout = '4s'"
_BOOK = """
create table if not exists db_migrations (
    name text primary key,
    digest bytea not null,
    applied_at timestamptz not null default now()
)"""


class BadMigration(Refused):
    """A migration that was already applied has been edited, or is missing."""

    code = "db.bad_migration"
    kind = Kind.CONFLICT


@dataclass(frozen=True)
class Migration:
    """One file of ``migrations/``."""

    name: str
    text: str

    @property
    def digest(self) -> bytes:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).digest()


def on_disk() -> list[Migration]:
    """Return every migration that this version carries, in order."""
    folder = resources.files("teahouse") / "migrations"
    found = [item for item in folder.iterdir() if item.name.endswith(".sql")]
    return [Migration(item.name, item.read_text("utf-8")) for item in sorted(found, key=str)]


async def migrate(dsn: str, only: Collection[str] | None = None) -> list[str]:
    """Bring the database to this version, or as far as ``only``, and return the names applied.

    Raises ``Unavailable`` when PostgreSQL cannot be reached, ``BadMigration`` when the past was
    edited or the database is newer than this code.
    """
    try:
        connection: Any = await asyncpg.connect(dsn, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError) as gone:
        raise Unavailable(f"PostgreSQL cannot be reached: {gone}") from gone
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        wanted = [one for one in on_disk() if only is None or one.name in only]
        return await _apply(connection, wanted)
    finally:
        await connection.close()


async def _apply(connection: Any, wanted: list[Migration]) -> list[str]:
    await connection.execute(_BOOK)
    rows = await connection.fetch("select name, digest from db_migrations")
    applied = {row["name"]: bytes(row["digest"]) for row in rows}
    strange = sorted(set(applied) - {migration.name for migration in wanted})
    if strange:
        raise BadMigration(f"the database is newer than this version: it has {strange[0]}")
    done: list[str] = []
    for migration in wanted:
        if migration.name in applied:
            if applied[migration.name] != migration.digest:
                raise BadMigration(f"{migration.name} was edited after it was applied")
            continue
        await _apply_one(connection, migration)
        done.append(migration.name)
    return done


async def _apply_one(connection: Any, migration: Migration) -> None:
    record = "insert into db_migrations (name, digest) values ($1, $2)"
    await connection.execute(_LOCK_TIMEOUT)
    if migration.text.startswith("-- no-transaction"):
        await connection.execute(migration.text)
        await connection.execute(record, migration.name, migration.digest)
        return
    async with connection.transaction():
        await connection.execute(migration.text)
        await connection.execute(record, migration.name, migration.digest)
