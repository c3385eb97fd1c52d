"""The sweep: one page of one table, made anew and put back.

The truth is in each row: which key sealed it, which version indexes it. A page may be done twice,
by two, or be lost half-way; what was edited, erased or held by somebody meanwhile is left as they
left it, and looked at again in the next round. Nothing is announced, and nothing else is touched.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, UniqueViolation
from teahouse.infra.vault.keyring import KeyRing, Keys
from teahouse.infra.vault.model import SHARED, KeyRef, NoSuchKey
from teahouse.infra.vault.sealed import Sealed, row_name
from teahouse.infra.vault.store import sweeping
from teahouse.infra.vault.store.sweeping import DekAge, Found
from teahouse.infra.vault.sweep import statements
from teahouse.infra.vault.sweep.anew import Anew, NewRow, PageRow, Stale
from teahouse.infra.vault.sweep.apart import Apart, indexing, put_some
from teahouse.infra.vault.sweep.paging import refs_of, row_of
from teahouse.infra.vault.sweep.roll import Roll, Sealing, unwrapped
from teahouse.infra.vault.sweep.stretches import EVERYTHING, Stretch
from teahouse.infra.vault.sweep.walked import Key

PAGE_ROWS = 1000
ROUNDS_MAX = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sweep brings about. Under keys from before ``since`` nothing is left sealed."""

    since: datetime | None = None
    index: int | None = None  # the version of the index key that is written into its slot
    scope: str = SHARED  # the rows of others are not touched


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of a page, or of several. ``last`` is the key after which the next begins."""

    rows: int = 0  # looked at
    sealed: int = 0  # values sealed anew
    indexed: int = 0
    missed: int = 0  # rows that somebody else was at: look again
    erased: int = 0  # values whose subject is erased
    broken: int = 0  # values or rows in quarantine
    last: Key | None = None

    def __add__(self, other: "Swept") -> "Swept":
        """Return both together, going on after the latter."""
        return Swept(
            self.rows + other.rows,
            self.sealed + other.sealed,
            self.indexed + other.indexed,
            self.missed + other.missed,
            self.erased + other.erased,
            self.broken + other.broken,
            other.last,
        )


@dataclass(repr=False)
class _Sorted:
    """A page, looked through: what is stale, under which keys, and what cannot be helped."""

    stale: list[Stale]
    needed: set[KeyRef]  # the keys that must open
    seals: defaultdict[str, Counter[str]]  # by class: how often each subject is about to seal
    broken: list[Found]
    erased: int = 0


@dataclass(frozen=True, repr=False)
class Sweep:
    """Seals anew, and indexes anew, what stores have declared."""

    db: Database
    ring: KeyRing
    ids: Ids
    clock: Clock

    async def page(
        self,
        sealed: Sealed,
        wanted: Wanted,
        after: Key = (),
        rows_max: int = PAGE_ROWS,
        until: Key = (),
    ) -> Swept:
        """Do the next page, up to a key. Raises ``NoSuchKey`` for a version of the index that is not here."""
        async with self.db.read() as tx:
            await self.ring.reload(tx)
            keys = self.ring.keys
            if wanted.index is not None and wanted.index not in keys.index.keys:
                raise NoSuchKey
            query = statements.page(sealed, after=bool(after), until=bool(until))
            rows = [row_of(sealed, row) for row in await tx.rows(query, *after, *until, rows_max)]
            theirs = await sweeping.of_subjects(tx, sorted({row.subject for row in rows}))
            deks = {dek.ref: dek for dek in theirs}
            if strange := refs_of(rows) - deks.keys():  # of another, or of nobody
                deks |= await sweeping.with_ages(tx, list(strange))
        if wanted.scope != SHARED:
            mine = {dek.subject_id for dek in theirs if dek.scope == wanted.scope}
            found = _sort(sealed, wanted, [row for row in rows if row.subject in mine], deks)
        else:
            found = _sort(sealed, wanted, rows, deks)
        opening = await unwrapped(self.ring, [deks[ref] for ref in found.needed])
        sealing = await self._sealing(keys, found, wanted, sweeping.newest(theirs))
        anew = Anew(
            tenant=self.ring.tenant,
            sealed=sealed,
            opening=opening,
            sealing=sealing,
            nonce=self.ids.bytes,
            index=indexing(self.ring, keys, wanted.index),
            broken=found.broken,
        )
        made = await asyncio.to_thread(anew.rows, found.stale) if found.stale else []
        opened = len(anew.broken)
        put = await self._put(sealed, wanted, keys, made, anew.broken)
        doubled = len(anew.broken) - opened
        await self._quarantine(sealed, anew.broken)
        return Swept(
            rows=len(rows),
            sealed=sum(one.sealed for one in put),
            indexed=sum(one.blind is not None for one in put),
            missed=len(made) - len(put) - doubled + anew.left,
            erased=found.erased,
            broken=len(anew.broken),
            last=rows[-1].key if len(rows) == rows_max else None,
        )

    async def whole(
        self,
        sealed: Sealed,
        wanted: Wanted,
        rows_max: int = PAGE_ROWS,
        rounds: int = ROUNDS_MAX,
        stretch: Stretch = EVERYTHING,
    ) -> Swept:
        """Do page after page, and again what was missed; return the sum, missed those of the end."""
        total = Swept()
        for _ in range(rounds):
            turn = await self.page(sealed, wanted, stretch.after, rows_max, stretch.until)
            while turn.last is not None:
                turn += await self.page(sealed, wanted, turn.last, rows_max, stretch.until)
            total = Swept(
                turn.rows,
                total.sealed + turn.sealed,
                total.indexed + turn.indexed,
                turn.missed,
                turn.erased,
                turn.broken,
            )
            if not turn.missed:
                break
        return total

    # -- within --------------------------------------------------------------------------------

    async def _sealing(
        self,
        keys: Keys,
        found: _Sorted,
        wanted: Wanted,
        newest: Mapping[tuple[str, str], DekAge],
    ) -> dict[tuple[str, str], Sealing]:
        if wanted.since is None:
            return {}
        roll = Roll(self.db, self.ring, self.ids, self.clock)
        sealing: dict[tuple[str, str], Sealing] = {}
        for dek_class, seals in found.seals.items():
            given = await roll.keys_for(keys, seals, dek_class, wanted.since, newest)
            sealing |= {(who, dek_class): key for who, key in given.items()}
        return sealing

    async def _put(
        self,
        sealed: Sealed,
        wanted: Wanted,
        keys: Keys,
        made: Sequence[NewRow],
        broken: list[Found],
    ) -> Sequence[NewRow]:
        """Put a page back, and return what was; the rest was changed or held by somebody."""
        if not made:
            return made
        try:
            async with self.db.read() as tx:
                count = await put_some(tx, sealed, wanted.index, keys, made)
        except UniqueViolation:
            return await self._put_each(sealed, wanted, keys, made, broken)
        if count == len(made):
            return made
        # Which they were does not matter for the rows; for the figures each is asked.
        return await self._there(sealed, made)

    async def _put_each(
        self,
        sealed: Sealed,
        wanted: Wanted,
        keys: Keys,
        made: Sequence[NewRow],
        broken: list[Found],
    ) -> list[NewRow]:
        put: list[NewRow] = []
        for one in made:
            try:
                async with self.db.read() as tx:
                    if await put_some(tx, sealed, wanted.index, keys, [one]):
                        put.append(one)
            except UniqueViolation:
                if one.apart is not None:
                    put += await self._apart(sealed, keys, one)
                    continue
                # Two rows have one number: for a person to look at.
                name = row_name(one.row.key)
                broken.append(Found(sealed.table, name, "index", "duplicate"))
        return put

    async def _apart(self, sealed: Sealed, keys: Keys, one: NewRow) -> list[NewRow]:
        """Put a row back that another looks the same as; nothing, when it is to be tried again."""
        try:
            return await Apart(self.db, self.ring, self.clock).put(sealed, keys, one)
        except UniqueViolation:  # the other has changed meanwhile
            return []

    async def _there(self, sealed: Sealed, made: Sequence[NewRow]) -> list[NewRow]:
        query = statements.at_keys(sealed)
        lists = [[one.row.key[nth] for one in made] for nth in range(len(sealed.key))]
        async with self.db.read() as tx:
            rows = [row_of(sealed, row) for row in await tx.rows(query, *lists)]
        now = {row.key: row for row in rows}
        return [one for one in made if one.row.key in now and _is_put(one, now[one.row.key])]

    async def _quarantine(self, sealed: Sealed, broken: Sequence[Found]) -> None:
        each = {(one.row_key, one.column): one for one in broken}
        if each:
            async with self.db.transaction() as tx:
                await sweeping.quarantine(tx, sealed.table, list(each.values()), self.clock.now())


def _is_put(new: NewRow, now: PageRow) -> bool:
    if new.values != now.values:
        return False
    return new.blind is None or new.blind.version in now.slots.values()


def _sort(
    sealed: Sealed, wanted: Wanted, rows: Iterable[PageRow], deks: Mapping[KeyRef, DekAge]
) -> _Sorted:
    """Say what is to be done in each row. Pure: the page and its keys were read."""
    found = _Sorted([], set(), defaultdict(Counter), [])
    kinds = [sealed.dek_class(one).value for one in sealed.fields]
    for row in rows:
        columns: list[int] = []
        fine: dict[int, KeyRef] = {}
        for nth, ref in enumerate(row.refs):
            if ref is None:
                continue
            state = _state(row, ref, deks)
            if isinstance(state, str):
                name = row_name(row.key)
                found.broken.append(Found(sealed.table, name, sealed.columns[nth], state))
            elif state.wrapped_dek is None:
                found.erased += 1
            else:
                assert isinstance(ref, KeyRef), "what has a key names it"
                fine[nth] = ref
                if wanted.since is not None and state.created_at < wanted.since:
                    columns.append(nth)
                    kind = kinds[nth]
                    found.seals[kind][row.subject] += 1
        index = _index_wanted(sealed, wanted, row, fine)
        if index is not None:
            found.needed.add(fine[index])
        found.needed |= {fine[nth] for nth in columns}
        if columns or index is not None:
            found.stale.append(Stale(row, tuple(columns), index is not None))
    return found


def _state(row: PageRow, ref: KeyRef | str, deks: Mapping[KeyRef, DekAge]) -> DekAge | str:
    """Return the key of a value, or why it cannot be opened."""
    if isinstance(ref, str):
        return ref
    dek = deks.get(ref)
    if dek is None:
        return "unknown_key"
    return dek if dek.subject_id == row.subject else "of_another"


def _index_wanted(
    sealed: Sealed, wanted: Wanted, row: PageRow, fine: Mapping[int, KeyRef]
) -> int | None:
    """Return the column from which an index is to be made, if one is wanted and can be."""
    if wanted.index is None or row.indexed is None:
        return None
    if row.slots[statements.slot_of(wanted.index)] == wanted.index:
        return None
    nth = sealed.fields.index(row.indexed.field)
    return nth if nth in fine else None
