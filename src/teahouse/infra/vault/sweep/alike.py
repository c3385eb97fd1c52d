"""Counting, before anything is changed, whom a newer normaliser would make one."""

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from teahouse.infra.db.pool import Database
from teahouse.infra.vault.index import BlindIndex
from teahouse.infra.vault.keyring import KeyRing
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.sealed import Indexed, Sealed
from teahouse.infra.vault.store import sweeping
from teahouse.infra.vault.sweep import statements
from teahouse.infra.vault.sweep.anew import Anew, Blinds, PageRow, Stale
from teahouse.infra.vault.sweep.counting import counted
from teahouse.infra.vault.sweep.paging import refs_of, row_of
from teahouse.infra.vault.sweep.roll import unwrapped
from teahouse.infra.vault.sweep.walked import Key

PAGE_ROWS = 500


class Found(NamedTuple):
    """How many have the form of one before them, of how many that were opened, of all."""

    alike: int
    opened: int
    rows: int


@dataclass(frozen=True, repr=False)
class Alike:
    """Opens what is indexed. ``key`` is drawn for one count: no form is kept as it is."""

    db: Database
    ring: KeyRing
    key: bytes

    async def count(self, sealed: Sealed, normaliser: int, opened_max: int) -> Found:
        """Count in a table, up to so many rows of it."""
        if not any(one.field.folds for one in sealed.indexed):
            return Found(0, 0, 0)
        size = await counted(self.db, sealed)
        seen: set[bytes] = set()
        opened, looked = 0, 0
        after: Key = ()
        while looked < opened_max:
            rows = await self._page(sealed, after)
            looked += len(rows)
            forms = await self._forms(sealed, normaliser, rows)
            opened += len(forms)
            seen.update(forms)
            if len(rows) < PAGE_ROWS:
                break
            after = rows[-1].key
        return Found(opened - len(seen), opened, max(size.rows, looked))

    async def _page(self, sealed: Sealed, after: Key) -> list[PageRow]:
        query = statements.page(sealed, after=bool(after), until=False)
        async with self.db.read() as tx:
            return [row_of(sealed, row) for row in await tx.rows(query, *after, PAGE_ROWS)]

    async def _forms(self, sealed: Sealed, normaliser: int, rows: list[PageRow]) -> list[bytes]:
        async with self.db.read() as tx:
            deks = await sweeping.of_subjects(tx, sorted({row.subject for row in rows}))
        needed = refs_of(rows)

        def form(how: Indexed, value: str, also: Sequence[Any]) -> Blinds:
            personal, written = how.found(value, *also)
            assert personal.normaliser is not None, "what is indexed is normalised"
            said = "\0".join((personal.name, *personal.normaliser.found_by(normaliser, written)))
            return BlindIndex(0, hmac.digest(self.key, said.encode(), hashlib.sha256), 0), None

        anew = Anew(
            tenant=self.ring.tenant,
            sealed=sealed,
            opening=await unwrapped(self.ring, [dek for dek in deks if dek.ref in needed]),
            sealing={},
            nonce=lambda _: b"",
            index=form,
        )
        living = [Stale(row, (), index=True) for row in rows if _can(sealed, row)]
        made = await asyncio.to_thread(anew.rows, living)
        return [one.blind.digest for one in made if one.blind is not None]


def _can(sealed: Sealed, row: PageRow) -> bool:
    if row.indexed is None:
        return False
    return isinstance(row.refs[sealed.fields.index(row.indexed.field)], KeyRef)
