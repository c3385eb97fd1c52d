"""What each connection's client has: in memory, and in the database for other workers and restarts.

An answer that changes it has a turn of its own, later than any before. It counts once the client comes
back with that turn; until then the client may ask again from the turn before, and is given another
answer, which takes the place of the first.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.slidingsync import store
from teahouse.slidingsync.model.asking import Required, UnknownPos
from teahouse.slidingsync.model.knowing import Connection, Delta

IN_MEMORY_MAX = 2_000
OF_A_DEVICE_MAX = 20
LIFE = timedelta(days=30)

Name = tuple[str, str]  # a session, and what it calls the connection


@dataclass(frozen=True, repr=False)
class Connections:
    """Every connection's memory."""

    db: Database
    clock: Clock
    accounts: Accounts
    _held: OrderedDict[Name, Connection] = field(default_factory=OrderedDict[Name, Connection])

    async def begun(self, caller: Caller, conn_id: str) -> Connection:
        """Return a new connection; the one of that name is no more."""
        async with self.db.transaction() as tx:
            await store.end(tx, caller.session_id, conn_id)
        return self._hold((caller.session_id, conn_id), Connection())

    async def resumed(self, caller: Caller, conn_id: str, turn: int) -> Connection:
        """Return a connection at the turn at which its client stands. Raises ``UnknownPos``."""
        name = caller.session_id, conn_id
        held = self._held.get(name)
        if held is not None and held.stand_at(turn):
            self._held.move_to_end(name)
            return held
        if turn == 0:
            return self._hold(name, Connection())
        async with self.db.snapshot() as tx:
            row = await store.held(tx, *name)
            if row is None or turn not in (row.turn, row.pending):
                raise UnknownPos
            known = await store.rooms(tx, *name, turn)
        pairs = msgspec.json.decode(row.configs, type=list[list[tuple[str, str]]])
        configs = [Required(frozenset(one)) for one in pairs]
        return self._hold(name, Connection(turn, known, configs))

    def _hold(self, name: Name, connection: Connection) -> Connection:
        self._held[name] = connection
        self._held.move_to_end(name)
        if len(self._held) > IN_MEMORY_MAX:
            self._held.popitem(last=False)
        return connection

    async def keep(
        self, caller: Caller, conn_id: str, connection: Connection, base: int, delta: Delta
    ) -> int:
        """Keep what an answer gives beyond what the client had at ``base``; return its turn.

        Raises ``UnknownPos`` when the client has been given an answer to a later request.
        """
        if connection.turn != base:
            raise UnknownPos
        if not delta:
            return base
        async with self.db.transaction() as tx:
            await self.accounts.sessions.hold(tx, caller.session_id)
            turn = await self._write(tx, (caller.session_id, conn_id), connection, base, delta)
        if connection.turn != base:
            raise UnknownPos
        connection.pending, connection.delta = turn, delta
        return turn

    async def _write(
        self, tx: Tx, name: Name, connection: Connection, base: int, delta: Delta
    ) -> int:
        now = self.clock.now()
        if base == 0:
            await store.begin(tx, *name, now)
            await store.drop_oldest(tx, name[0], OF_A_DEVICE_MAX)
        row = await store.held(tx, *name, lock=True)
        if row is None or base not in (row.turn, row.pending):
            raise UnknownPos
        if base != row.turn:
            await store.settle(tx, *name, base)
        await store.take_back(tx, *name, base)
        turn = max(row.pending + 1, base + 1, self.clock.ms())
        configs = [sorted(one.pairs) for one in connection.configs]
        text = msgspec.json.encode(configs).decode()
        await store.move(tx, *name, (base, turn), text, now)
        await store.add(tx, *name, turn, delta)
        return turn

    async def purge(self, tx: Tx) -> None:
        """Forget connections that nobody has used for long."""
        await store.purge(tx, self.clock.now() - LIFE)
