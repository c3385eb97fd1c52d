"""Whether anything changed: every row of every table, in one number for each table."""

from dataclasses import dataclass, field

import asyncpg

from tests.contract.asking import Answer

# What a refused request may leave behind, and why.
LEFT_BY_REFUSALS = {
    "consent_policies": "a policy is kept when it is first told, after the house itself was changed",
    "log_cursors": "followers move on by themselves, whatever is asked",
    "encryption_changes": "a follower notes whose keys changed before, whatever is asked",
    "search_messages": "the index follows what was said before, whatever is asked",
    "search_rooms": "the index follows what was said before, whatever is asked",
    "gate_attempts": "every refusal at a door is counted, by class and door; nothing personal",
    "proofs_sessions": "a 401 that asks for authentication opens a session to authenticate in",
}

NOTES = ("audit_entries", "audit_head")

# Refusals that are written down, and why.
AUDITED = {
    "vault.step_up": "an operator who would look at what is sensitive without showing who they are",
    "operators.wrong_credentials": "an operator whose password is not right",
    "operators.wrong_code": "a second factor that is not right",
}


@dataclass
class Digest:
    """Reads the digest on a connection of its own."""

    connection: asyncpg.Connection
    query: str
    last: dict[str, str] = field(default_factory=dict[str, str])
    written: str = ""  # how far PostgreSQL had written its log: as far as before, nothing changed
    noted: bool = False  # an operator has looked at something since the numbers were read

    @classmethod
    async def over(cls, connection: asyncpg.Connection) -> "Digest":
        """Prepare to read every table there is."""
        rows = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
        names = sorted(row[0] for row in rows if row[0] not in LEFT_BY_REFUSALS)
        parts = [
            f"select '{name}' as name, count(*) || ' '"
            f' || coalesce(sum(hashtextextended(t::text, 0)), 0) as sum from "{name}" t'
            for name in names
        ]
        return cls(connection, " union all ".join(parts))

    async def changed(self) -> str:
        """Read it, and name the tables that changed since it was last read."""
        written = await self._written()
        if written == self.written:
            return ""
        before, self.written = self.last, written
        kept, self.noted = NOTES if self.noted else (), False
        self.last = {row[0]: row[1] for row in await self.connection.fetch(self.query)}
        found = (name for name, sum_ in self.last.items() if before.get(name) != sum_)
        return " ".join(name for name in found if name not in kept)

    async def looked(self) -> None:
        """Know that an operator has looked at something, which is written down: nothing is read."""
        self.written, self.noted = await self._written(), True

    async def _written(self) -> str:
        return str(await self.connection.fetchval("select pg_current_wal_insert_lsn()"))

    async def left(self, answer: Answer) -> str:
        """Name the tables in which a refusal left anything but what it is to be written down by."""
        told = (await self.changed()).split()
        code = answer.code if "json" in answer.kind else ""
        written = NOTES if code in AUDITED else ()
        return " ".join(name for name in told if name not in written)
