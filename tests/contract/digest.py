"""Whether anything changed: every row of every table, in one number for each table."""

from dataclasses import dataclass, field

import asyncpg

# What a refused request may leave behind, and why.
LEFT_BY_REFUSALS = {
    "log_cursors": "followers move on by themselves, whatever is asked",
    "gate_attempts": "every refusal at a door is counted, by class and door; nothing personal",
    "recovery_proofs": "a 401 that asks for authentication opens a session to authenticate in",
}


@dataclass
class Digest:
    """Reads the digest on a connection of its own."""

    connection: asyncpg.Connection
    query: str
    last: dict[str, str] = field(default_factory=dict[str, str])

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
        before = self.last
        self.last = {row[0]: row[1] for row in await self.connection.fetch(self.query)}
        return " ".join(name for name, sum_ in self.last.items() if before.get(name) != sum_)
