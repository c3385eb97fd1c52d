"""Forms that are free again: whoever had one has left, or is found by another, and the next gets it.

Of two who look the same the first is found by the newer form, and the other by the exact one. When the
first goes, the form would be anybody's, and a third could sign up who looks like the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.clock import Clock
from teahouse.infra.db.pool import Database, UniqueViolation
from teahouse.infra.vault.index import BlindIndex
from teahouse.infra.vault.keyring import KeyRing, Keys
from teahouse.infra.vault.normal import FOLDED
from teahouse.infra.vault.sealed import Sealed, row_name
from teahouse.infra.vault.store import merges, sweeping
from teahouse.infra.vault.store.merges import Pair
from teahouse.infra.vault.sweep import statements
from teahouse.infra.vault.sweep.anew import Anew, NewRow, PageRow, Stale
from teahouse.infra.vault.sweep.apart import indexing, put_some
from teahouse.infra.vault.sweep.paging import row_of
from teahouse.infra.vault.sweep.roll import unwrapped
from teahouse.infra.vault.sweep.stretches import key_of


@dataclass(frozen=True, repr=False)
class Freed:
    """Gives forms that are free to whoever was kept apart from them."""

    db: Database
    ring: KeyRing
    clock: Clock
    sealed: Sequence[Sealed]

    async def page(self, pairs_max: int) -> int:
        """Look at so many pairs, first those whose first has been erased; return how many got it."""
        async with self.db.read() as tx:
            await self.ring.reload(tx)
            keys = self.ring.keys
            version = keys.index.primary
            if keys.index.keys[version].normaliser < FOLDED:
                return 0
            pairs = await merges.oldest(tx, version, pairs_max)
        given = 0
        for pair in pairs:
            sealed = next((one for one in self.sealed if one.table == pair.place), None)
            if sealed is not None:
                given += await self._look(sealed, keys, pair)
        return given

    async def _look(self, sealed: Sealed, keys: Keys, pair: Pair) -> bool:
        row = await self._row(sealed, pair)
        if row is None or row.indexed is None:
            await self._settled(pair)  # it has left, too, or has nothing to be found by
            return False
        later = await self._anew(sealed, keys, row)
        if later is None or later.blind is None:
            return False  # it does not open now
        holder = await self._holder(sealed, later.blind)
        if holder is not None and holder.key == row.key:
            await self._settled(pair)  # it has the form by now
            return False
        if holder is not None:
            async with self.db.transaction() as tx:
                who = (row_name(holder.key), holder.subject)
                await merges.looked(tx, pair, who, self.clock.now())
            return False
        try:
            async with self.db.transaction() as tx:
                if await put_some(tx, sealed, later.blind.version, keys, [later]) != 1:
                    return False  # somebody is at it: the next time
                await merges.inherited(tx, pair)
        except UniqueViolation:  # somebody else was quicker
            return False
        return True

    async def _settled(self, pair: Pair) -> None:
        async with self.db.transaction() as tx:
            await merges.forget(tx, pair)

    async def _row(self, sealed: Sealed, pair: Pair) -> PageRow | None:
        """Return the row that was kept apart, if it is still there."""
        key = key_of(sealed, pair.apart_row.split("/"))
        async with self.db.read() as tx:
            found = await tx.row(statements.at_keys(sealed), *([part] for part in key))
        return None if found is None else row_of(sealed, found)

    async def _anew(self, sealed: Sealed, keys: Keys, row: PageRow) -> NewRow | None:
        """Return a row with the newer form as its index."""
        async with self.db.read() as tx:
            deks = await sweeping.of_subjects(tx, [row.subject])
        anew = Anew(
            tenant=self.ring.tenant,
            sealed=sealed,
            opening=await unwrapped(self.ring, [dek for dek in deks if dek.ref in row.refs]),
            sealing={},
            nonce=lambda _: b"",
            index=indexing(self.ring, keys, keys.index.primary),
        )
        made = anew.rows([Stale(row, (), index=True)])
        return made[0] if made else None

    async def _holder(self, sealed: Sealed, form: BlindIndex) -> PageRow | None:
        """Return the row that is found by a form."""
        query = statements.at_digest(sealed, statements.slot_of(form.version))
        async with self.db.read() as tx:
            found = await tx.row(query, form.version, form.digest)
        return None if found is None else row_of(sealed, found)
