"""Wrapping data keys anew: the whole of what a new key-encryption key asks of the rows.

A page is read, wrapped outside any transaction, and put back by compare-and-swap: a wrapping takes
the place of exactly the one it was made from. So erasure wins against it in either order, two who
do the same page do it once, and a crash leaves every key under one wrapping or the other.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault import store
from teahouse.infra.vault.envelope import Place
from teahouse.infra.vault.keyring import KeyRing, Keys, primary_of, secret_place
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.model import SHARED, KeyRef
from teahouse.infra.vault.store import DekRow
from teahouse.infra.vault.store import keys as keys_store
from teahouse.infra.vault.vault import dek_place

PAGE_ROWS = 500
START = KeyRef("", 0)


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """What became of a page. ``last`` is where the next begins, ``None`` after the last page."""

    done: int
    passed: int  # erased, or wrapped anew by somebody else, while we worked
    broken: tuple[KeyRef, ...]  # could not be opened; left as they are
    last: KeyRef | None


@dataclass(frozen=True, repr=False)
class Rewrap:
    """Moves data keys from an old key-encryption key to the primary.

    ``others`` wrap anew what domains keep under it themselves, and return how many that were.
    """

    db: Database
    ring: KeyRing
    others: Sequence[Callable[[Tx], Awaitable[int]]] = ()

    async def page(
        self,
        old: KeyRef,
        after: KeyRef = START,
        rows_max: int = PAGE_ROWS,
        until: KeyRef | None = None,
    ) -> Rewrapped:
        """Wrap the next page of data keys anew, up to one."""
        async with self.db.read() as tx:
            await self.ring.reload(tx)
            keys = self.ring.keys
            assert old not in keys.leading, "what is under a key that leads stays there"
            rows = await store.under_kek(tx, old, after, until, rows_max)
        last = rows[-1].ref if len(rows) == rows_max else None
        return await self._put(keys, rows, last)

    async def scope_page(
        self, scope: str, old: KeyRef | None, after: KeyRef = START, rows_max: int = PAGE_ROWS
    ) -> Rewrapped:
        """Bring under the key that leads in a scope what is its subjects', in the next data keys.

        So many are looked at, of everybody. ``old`` is the key that it takes the place of, if the
        scope had one of its own: what another scope has under that goes under the other's.
        """
        assert scope != SHARED, "what is everybody's goes by the key that it is under"
        async with self.db.read() as tx:
            await self.ring.reload(tx)
            keys = self.ring.keys
            new, _ = keys.wrapping(scope)
            found = (new, START if old is None else old)
            rows, last = await store.astray(tx, scope, found, after, rows_max)
        return await self._put(keys, rows, last)

    async def _put(self, keys: Keys, rows: Sequence[DekRow], last: KeyRef | None) -> Rewrapped:
        """Wrap each by the key of its scope."""
        done, passed, broken = 0, 0, list[KeyRef]()
        by_key: dict[KeyRef, list[DekRow]] = {}
        for row in rows:
            by_key.setdefault(keys.wrapping(row.scope)[0], []).append(row)
        for ref, mine in by_key.items():
            found, unopened = await self._anew(mine, ref)
            async with self.db.transaction() as tx:
                put = await store.rewrap(tx, found, ref, keys.generation)
            done, passed = done + put, passed + len(found) - put
            broken += unopened
        return Rewrapped(done, passed, tuple(broken), last)

    async def whole(self, old: KeyRef) -> int:
        """Wrap everything anew, page by page, and return how many that were."""
        done, after = 0, START
        while True:
            page = await self.page(old, after)
            done += page.done
            if page.last is None:
                return done
            after = page.last

    async def house(self, tx: Tx) -> int:
        """Wrap the house's own keys under the primary, a handful; return how many that were."""
        await keys_store.next_generation(tx)  # so that nobody changes them meanwhile
        _, rows = await keys_store.keys(tx)
        primary = primary_of(rows, KeyPurpose.KEK).ref
        done = 0
        for row in rows:
            if row.purpose is KeyPurpose.KEK or row.wrapped is None:
                continue
            place = secret_place(self.ring.tenant, row.ref, row.normaliser)
            secret = await self.ring.source.unwrap(row.wrapped, place)
            wrapped = await self.ring.source.wrap(primary, secret, place)
            await keys_store.count_wraps(tx, primary, 1)
            await keys_store.set_wrapped(tx, row, wrapped)
            done += 1
        for other in self.others:
            done += await other(tx)
        return done

    async def _anew(
        self, rows: Sequence[DekRow], primary: KeyRef
    ) -> tuple[list[tuple[DekRow, bytes]], tuple[KeyRef, ...]]:
        """Return each with its new wrapping, and those that could not be opened."""
        places = [dek_place(self.ring.tenant, row) for row in rows]
        pairs: list[tuple[bytes, Place]] = []
        for row, place in zip(rows, places, strict=True):
            assert row.wrapped_dek is not None, "a page has none that were erased"
            pairs.append((row.wrapped_dek, place))
        secrets = await self.ring.unwrap_many(pairs)
        opened: list[tuple[DekRow, tuple[bytes, Place]]] = []
        broken: list[KeyRef] = []
        for row, place, secret in zip(rows, places, secrets, strict=True):
            if secret is None:
                broken.append(row.ref)
            else:
                opened.append((row, (secret, place)))
        self.ring.check_wraps(primary)
        wrapped = await self.ring.source.wrap_many(primary, [pair for _, pair in opened])
        found = [(row, one) for (row, _), one in zip(opened, wrapped, strict=True)]
        return found, tuple(broken)
