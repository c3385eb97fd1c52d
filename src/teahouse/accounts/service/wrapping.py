"""Wrapping the digests that other systems made: page by page, while people sign in.

The truth is in the rows: a digest is legacy, wrapped or plain. A page may be done twice, by two, or
be lost half-way. Whoever signs in, changes a password or is erased meanwhile wins.
"""

from dataclasses import dataclass
from typing import NamedTuple

from teahouse.accounts.store import passwords as rows
from teahouse.accounts.store.passwords import LegacyRow
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.keyring import KeyRing
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.model import SHARED, KeyRef, StaleRing
from teahouse.passwords.model.wrapped import under
from teahouse.passwords.service import Passwords

PAGE_ROWS_MAX = 500


class Page(NamedTuple):
    """What became of a page."""

    after: str | None  # where the next begins; none when there is no more
    wrapped: int
    passed: int  # changed meanwhile, or somebody was at them: the next round finds them
    unknown: int  # of no form that is known here; nobody can sign in by them


@dataclass(frozen=True, slots=True, repr=False)
class Wrapping:
    """Wraps legacy digests, and counts what is still to do and what a pepper is held by."""

    db: Database
    ring: KeyRing
    passwords: Passwords

    async def wrap_page(self, after: str = "", rows_max: int = 100, region: str = SHARED) -> Page:
        """Wrap the next legacy digests, of a region or of all. Raises ``BadKeyState`` without a pepper, ``StaleRing``."""
        assert 0 < rows_max <= PAGE_ROWS_MAX, "a page is short"
        async with self.db.read() as tx:
            found = await rows.legacy(tx, after, self.passwords.plain, rows_max, region)
        if not found:
            return Page(None, 0, 0, 0)
        wrapped, unknown = await self._wrap(found)
        last = found[-1].account_id if len(found) == rows_max else None
        return Page(last, wrapped, len(found) - wrapped - unknown, unknown)

    async def wrap_new(self, account_id: str, digest: str) -> None:
        """Wrap a digest that was just kept, where the house has a pepper."""
        if KeyPurpose.PEPPER in self.ring.keys.secrets:
            await self._wrap([LegacyRow(account_id, digest)])

    async def count_legacy(self, tx: Tx, region: str = SHARED) -> tuple[int, int]:
        """Return how many digests are yet to be wrapped, and in how many bytes."""
        return await rows.count_legacy(tx, self.passwords.plain, region)

    async def held(self, tx: Tx, ref: KeyRef) -> int:
        """Count the digests that can be tried only with a version of the pepper."""
        return await rows.count_under(tx, under(ref.version))

    async def _wrap(self, found: list[LegacyRow]) -> tuple[int, int]:
        """Return how many were wrapped, and how many are of no known form."""
        for _ in range(2):  # once more under the newest keys when these are behind the floor
            keys = self.ring.keys
            made = await self.passwords.wrap([row.phc for row in found], keys)
            known = [(row, new) for row, new in zip(found, made, strict=True) if new is not None]
            async with self.db.transaction() as tx:
                current, wrapped = await rows.wrap(tx, known, keys.generation)
                if current:
                    return wrapped, len(found) - len(known)
                await self.ring.reload(tx)
        raise StaleRing
