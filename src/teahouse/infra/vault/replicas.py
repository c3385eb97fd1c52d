"""Replicas, each asked by itself: how far it is, and what is old there [U-09].

A replica that has replayed what the database had written when everything was made anew shows no
older row than the database does. It is counted there all the same, by the same statements: whatever
keeps a replica from showing what it should is seen there only. What follows us from a replica that
nobody has named is not counted; the census names it.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from teahouse.infra.db.pool import COUNT_MS_MAX, Database, Tx
from teahouse.infra.vault import store
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.model import SHARED, KeyRef
from teahouse.infra.vault.sealed import Sealed
from teahouse.infra.vault.store import keys as keys_store
from teahouse.infra.vault.store import workers as workers_store
from teahouse.infra.vault.sweep import statements
from teahouse.infra.vault.sweep.counting import stale

CONNECT_SECONDS_MAX = 5


@dataclass(frozen=True, slots=True)
class Under:
    """What is counted as old: data keys from before, without an index, under a key that wraps."""

    since: datetime | None = None
    index: int | None = None
    kek: KeyRef | None = None
    scope: str = SHARED


@dataclass(frozen=True, slots=True)
class Old:
    """How much is old on a replica, and where."""

    values: int = 0
    unindexed: int = 0
    wrapped: int = 0
    named: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """All of it."""
        return self.values + self.unindexed + self.wrapped


class NotAReplicaError(Exception):
    """It is no replica of this database: it follows nobody, or has other keys."""


class ReplicaAwayError(Exception):
    """It does not answer."""


_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


@dataclass(frozen=True, repr=False)
class Replicas:
    """The replicas that are named in the configuration, numbered from 1 as they stand there.

    Nothing here tells a name or a password of theirs.
    """

    db: Database
    dsns: tuple[str, ...]

    @property
    def numbers(self) -> range:
        """Their numbers."""
        return range(1, len(self.dsns) + 1)

    async def position(self) -> str:
        """Return up to where the database has written."""
        async with self.db.read() as tx:
            return await workers_store.position(tx)

    async def reached(self, number: int, position: str) -> bool:
        """Tell whether a replica is there. Raises ``NotAReplicaError``, ``ReplicaAwayError``."""
        async with self.db.read() as tx:
            ours = await _keks(tx)
        async with self._asked(number) as tx:
            follows, there = await workers_store.reached(tx, position)
            if not follows or not (ours & await _keks(tx)):
                raise NotAReplicaError
        return there

    async def old(self, number: int, sealed: Sequence[Sealed], under: Under) -> Old:
        """Count what is old on a replica; raises like :meth:`reached`."""
        values = unindexed = wrapped = 0
        named: list[str] = []
        async with self._asked(number) as tx:
            for one in sealed:
                if under.since is not None:
                    for column, count in (await stale(tx, one, under.since, under.scope)).items():
                        values += count
                        named += [f"{one.table}.{column}"] if count else []
                if under.index is not None and one.indexed:
                    slot = statements.slot_of(under.index)
                    lacking = statements.of_slot(one, slot).lacking
                    count = await tx.value(lacking, under.index)
                    unindexed += count
                    named += [one.table] if count else []
            if under.kek is not None:
                wrapped = await store.count_under_kek(tx, under.kek)
                named += ["vault_deks"] if wrapped else []
        return Old(values, unindexed, wrapped, tuple(dict.fromkeys(named)))

    @asynccontextmanager
    async def _asked(self, number: int) -> AsyncIterator[Tx]:
        settings = {"statement_timeout": str(COUNT_MS_MAX), "timezone": "UTC", "jit": "off"}
        try:
            connection: Any = await asyncpg.connect(
                self.dsns[number - 1], timeout=CONNECT_SECONDS_MAX, server_settings=settings
            )
        except _AWAY as gone:
            raise ReplicaAwayError(type(gone).__name__) from None  # its words may name the server
        try:
            yield Tx(connection)
        except _AWAY as gone:
            raise ReplicaAwayError(type(gone).__name__) from None
        finally:
            connection.terminate()


async def _keks(tx: Tx) -> set[KeyRef]:
    _, rows = await keys_store.keys(tx)
    return {row.ref for row in rows if row.purpose is KeyPurpose.KEK}
