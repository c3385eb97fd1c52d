"""Classes of data that can be made anew, each a :class:`Step`: keys first, then what they protect.

Every verb can be done twice and changes nothing the second time: it looks at the key's state first.
What cannot be done yet is told in words, and tried again; nothing here waits.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import msgspec

from teahouse.errors import Refused
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.events import KeysChanged
from teahouse.infra.vault.lifecycle import (
    OPENING,
    KeyPurpose,
    KeyState,
    TwoPersons,
)
from teahouse.infra.vault.locksmith import Locksmith
from teahouse.infra.vault.model import (
    SHARED,
    KeyInUse,
    KeyNotEverywhere,
    KeyNotRested,
    KeyNotSettled,
    KeyRef,
)
from teahouse.infra.vault.rewrap import START, Rewrap
from teahouse.infra.vault.store import count_astray, count_under_kek, sweeping
from teahouse.infra.vault.store.keys import KeyRow
from teahouse.infra.vault.store.sweeping import Found
from teahouse.infra.vault.sweep.slots import IndexHoldings
from teahouse.renewals import store
from teahouse.renewals.model import (
    DEK,
    HOUSE,
    INDEX,
    KEK,
    NEW,
    OLD,
    Finding,
    KeptBackup,
    Paged,
    Renewal,
    say,
)

DEK_BYTES = 220  # of a data key's row, about


# Who knows which back-ups a key is needed for.
Keeper = Callable[[KeyRef], Awaitable[Sequence[KeptBackup]]]


class Step(Protocol):
    """A class of data. ``""`` says that a thing is done; other words, what it waits for."""

    @property
    def name(self) -> str: ...

    @property
    def zh(self) -> str: ...

    @property
    def en(self) -> str: ...

    @property
    def has_pages(self) -> bool: ...

    async def size(self, tx: Tx, scope: str = SHARED) -> tuple[int, int]: ...

    async def core_seconds(self) -> float: ...

    async def distribute(self, at: Renewal) -> str: ...

    async def dual_write(self, at: Renewal) -> str: ...

    async def page(self, at: Renewal, cursor: str, rows_max: int) -> Paged: ...

    async def check(self, at: Renewal) -> list[Finding]: ...

    async def read_new(self, at: Renewal) -> str: ...

    async def retire(self, at: Renewal) -> str: ...

    async def rest(self, at: Renewal) -> str: ...

    async def destroy(self, at: Renewal, agreed: TwoPersons) -> None: ...

    async def give_up(self, at: Renewal) -> str: ...

    async def gave_up(self, at: Renewal) -> str: ...


def forced(at: Renewal) -> TwoPersons | None:
    """Return who force what some worker is not ready for."""
    return None if at.forced_by is None else TwoPersons(*at.forced_by)


def waits(refused: Refused) -> str:
    """Say what a key waits for."""
    told = refused.fields
    if isinstance(refused, KeyNotEverywhere):
        return say("workers", names=", ".join(told["workers"]))
    if isinstance(refused, KeyNotRested):
        return say("rests", until=told["until"])
    if isinstance(refused, KeyInUse):
        return say("in_use", held=told["held"])
    return say("refused", code=refused.code)


@dataclass(frozen=True, repr=False)
class KeySmith:
    """The keys of runs: one transaction a deed, told to every worker."""

    db: Database
    log: Log
    locksmith: Locksmith

    async def keys(self, tx: Tx, run_id: str) -> dict[tuple[str, str], KeyRef]:
        """Return the keys of a run by purpose and role."""
        return await store.keys(tx, run_id)

    async def of(self, tx: Tx, run: Renewal, purpose: KeyPurpose, role: str) -> KeyRow | None:
        """Return a key of a run, as it is now."""
        ref = (await store.keys(tx, run.run_id)).get((purpose.value, role))
        return None if ref is None else await self.locksmith.key(tx, purpose, ref.version)

    async def distribute(self, at: Renewal, purpose: KeyPurpose) -> str:
        """Make the new key of a run, once, and have every worker open with it."""
        async with self.db.transaction() as tx:
            await store.lock(tx)
            if await self.of(tx, at, purpose, NEW) is None:
                await self._add(tx, at, purpose)
        for _ in range(2):  # the second time to look
            async with self.db.transaction() as tx:
                key = await self.of(tx, at, purpose, NEW)
                assert key is not None, "it was made"
                if key.state is KeyState.PENDING:
                    try:
                        told = await self.locksmith.distribute(tx, purpose, key.version, forced(at))
                    except KeyNotEverywhere as refused:
                        return waits(refused)
                    await self.log.put(tx, told)
                    continue
                lacking = await self.locksmith.lacking(tx, purpose, key.version)
                if lacking and at.forced_by is None:
                    return waits(KeyNotEverywhere(workers=list(lacking)))
        return ""

    async def move(
        self, at: Renewal, purpose: KeyPurpose, verb: str, role: str, *states: KeyState
    ) -> str:
        """Do a verb to a key of a run, if it is in one of the states from which it is due."""
        async with self.db.transaction() as tx:
            key = await self.of(tx, at, purpose, role)
            if key is None or key.state not in states:
                return ""
            try:
                told = await self._verb(tx, verb, key, forced(at))
            except (KeyNotEverywhere, KeyNotRested, KeyNotSettled, KeyInUse) as refused:
                return waits(refused)
            await self.log.put(tx, told)
        return ""

    async def _verb(self, tx: Tx, verb: str, key: KeyRow, agreed: TwoPersons | None) -> KeysChanged:
        smith = self.locksmith
        if verb == "promote":
            return await smith.promote(tx, key.purpose, key.version, agreed)
        if verb == "write_also":
            return await smith.write_also(tx, key.version)
        if verb == "write_no_more":
            return await smith.write_no_more(tx, key.version)
        if verb == "retire":
            return await smith.retire(tx, key.purpose, key.version)
        if verb == "soft_disable":
            return await smith.soft_disable(tx, key.purpose, key.version)
        assert verb == "destroy", verb
        return await smith.destroy(tx, key.purpose, key.version, agreed)

    async def _add(self, tx: Tx, run: Renewal, purpose: KeyPurpose) -> None:
        scope = run.scope if purpose is KeyPurpose.KEK else SHARED
        normaliser = run.normaliser if purpose is KeyPurpose.INDEX else None
        former = await self.locksmith.primary(tx, purpose, scope)

        async def add() -> KeysChanged:
            return await self.locksmith.add(tx, purpose, run.suite, scope, normaliser)

        told = [await add()]
        if purpose is KeyPurpose.INDEX and former is not None:
            if told[0].version % 2 == former.version % 2:  # its slot is in use: leave it out
                left_out = await self.locksmith.destroy(tx, purpose, told[0].version)
                told += [left_out, await add()]
        if former is not None:
            await store.put(tx, run.run_id, purpose.value, OLD, former.ref)
        new = KeyRef(told[-1].key_id, told[-1].version)
        await store.put(tx, run.run_id, purpose.value, NEW, new)
        await self.log.put(tx, *told)


@dataclass(frozen=True)
class PlainStep:
    """A class that has no key of its own to change, and nothing to say. What there is, overrides."""

    name: str
    zh: str
    en: str

    @property
    def has_pages(self) -> bool:
        """Whether it is gone through by pages of its own."""
        return False

    async def size(self, tx: Tx, scope: str = SHARED) -> tuple[int, int]:
        """Return how many rows, and bytes, are made anew by pages."""
        del tx, scope
        return 0, 0

    async def core_seconds(self) -> float:
        """Return what a row takes on this machine; 0: as those of other classes."""
        return 0.0

    async def distribute(self, at: Renewal) -> str:
        """Make the new key, and have every worker open with it."""
        return self._nothing(at)

    async def dual_write(self, at: Renewal) -> str:
        """Make what is new with the new key."""
        return self._nothing(at)

    async def page(self, at: Renewal, cursor: str, rows_max: int) -> Paged:
        """Do the next page."""
        del cursor, rows_max
        self._nothing(at)
        return Paged(0, 0, 0, None)

    async def check(self, at: Renewal) -> list[Finding]:
        """Look whether all is done."""
        self._nothing(at)
        return []

    async def read_new(self, at: Renewal) -> str:
        """Let the new key lead."""
        return self._nothing(at)

    async def retire(self, at: Renewal) -> str:
        """Write nothing by the old key any more."""
        return self._nothing(at)

    async def rest(self, at: Renewal) -> str:
        """Let the old key open nothing any more."""
        return self._nothing(at)

    async def destroy(self, at: Renewal, agreed: TwoPersons) -> None:
        """Destroy the old key."""
        del agreed
        self._nothing(at)

    async def give_up(self, at: Renewal) -> str:
        """Go back where that is possible."""
        return self._nothing(at)

    async def gave_up(self, at: Renewal) -> str:
        """Take the new key back."""
        return self._nothing(at)

    def _nothing(self, at: Renewal) -> str:
        assert self.name in at.classes, "nobody else asks"
        return ""


@dataclass(frozen=True, repr=False)
class KeyStep(PlainStep):
    """A class whose key changes and is known again by all that open: nothing is walked."""

    smith: KeySmith
    purpose: KeyPurpose

    async def distribute(self, at: Renewal) -> str:
        """Make the new key, and have every worker open with it."""
        return await self.smith.distribute(at, self.purpose)

    async def dual_write(self, at: Renewal) -> str:
        """Make what is new with the new key."""
        return await self.smith.move(at, self.purpose, "promote", NEW, KeyState.READABLE)

    async def read_new(self, at: Renewal) -> str:
        """Let the new key lead."""
        return await self.smith.move(at, self.purpose, "promote", NEW, KeyState.READABLE)

    async def rest(self, at: Renewal) -> str:
        """Let the old key open nothing any more."""
        at = replace(at, forced_by=None)
        return await self.smith.move(at, self.purpose, "soft_disable", OLD, KeyState.DECRYPT_ONLY)

    async def destroy(self, at: Renewal, agreed: TwoPersons) -> None:
        """Destroy the old key."""
        at = replace(at, forced_by=(agreed.one, agreed.other))
        said = await self.smith.move(at, self.purpose, "destroy", OLD, KeyState.SOFT_DISABLED)
        if said:
            raise KeyInUse(said)

    async def give_up(self, at: Renewal) -> str:
        """Go back where that is possible; a new key that leads already goes on leading."""
        await self.smith.move(at, self.purpose, "destroy", NEW, KeyState.PENDING)
        return await self.smith.move(at, self.purpose, "retire", NEW, KeyState.READABLE)


@dataclass(frozen=True, repr=False)
class KekStep(KeyStep):
    """The key that wraps all others: every data key is wrapped anew."""

    rewrap: Rewrap

    async def destroy(self, at: Renewal, agreed: TwoPersons) -> None:
        """Destroy the old key, and take it out of the key source even if that failed before.

        The source is changed after the commit, so a kill between the two left the key there.
        """
        await super().destroy(at, agreed)
        async with self.smith.db.read() as tx:
            old = await self.smith.of(tx, at, self.purpose, OLD)
        if old is not None and old.state is KeyState.DESTROYED:
            await self.smith.locksmith.ring.source.remove(old.ref)

    @property
    def has_pages(self) -> bool:
        """Whether it is gone through by pages of its own."""
        return True

    async def size(self, tx: Tx, scope: str = SHARED) -> tuple[int, int]:
        """Return how many data keys there are under the present key, or of a region."""
        if scope != SHARED:
            rows = await count_astray(tx, scope, START)
            return rows, rows * DEK_BYTES
        former = await self.smith.locksmith.primary(tx, KeyPurpose.KEK)
        assert former is not None, "there is one"
        rows = await count_under_kek(tx, former.ref)
        return rows, rows * DEK_BYTES

    async def page(self, at: Renewal, cursor: str, rows_max: int) -> Paged:
        """Wrap the next page of data keys anew; first, the house's own keys."""
        async with self.smith.db.transaction() as tx:
            old = await self.smith.of(tx, at, KeyPurpose.KEK, OLD)
            if not cursor and at.scope == SHARED:
                await self.rewrap.house(tx)
        after = KeyRef(*msgspec.json.decode(cursor)) if cursor else START
        former = None if old is None else old.ref
        if at.scope != SHARED:
            page = await self.rewrap.scope_page(at.scope, former, after, rows_max)
        else:
            assert former is not None, "there always is one"
            page = await self.rewrap.page(former, after, rows_max)
        if page.broken:
            names = [
                Found("vault_deks", f"{r.key_id}/{r.version}", "wrapped_dek", "tampered")
                for r in page.broken
            ]
            async with self.smith.db.transaction() as tx:
                now = self.smith.locksmith.clock.now()
                await sweeping.quarantine(tx, "vault_deks", names, now)
        last = page.last
        following = None if last is None else msgspec.json.encode([last.key_id, last.version])
        return Paged(
            rows=page.done + page.passed,
            missed=0,
            broken=len(page.broken),
            cursor=None if following is None else following.decode(),
        )

    async def check(self, at: Renewal) -> list[Finding]:
        """Look whether nothing is under the old key; in a region, whether all is under its own."""
        found = await held(self.smith, at, KeyPurpose.KEK)
        if at.scope != SHARED:
            async with self.smith.db.read() as tx:
                new = await self.smith.of(tx, at, KeyPurpose.KEK, NEW)
                assert new is not None, "it was made"
                count = await count_astray(tx, at.scope, new.ref)
            found += [Finding("astray", KEK, count)] if count else []
        return found


@dataclass(frozen=True, repr=False)
class IndexStep(KeyStep):
    """Blind indexes: two versions are written, until all rows have the new one."""

    holdings: IndexHoldings

    async def dual_write(self, at: Renewal) -> str:
        """Write both versions."""
        async with self.smith.db.read() as tx:
            key = await self.smith.of(tx, at, KeyPurpose.INDEX, NEW)
        assert key is not None, "it was made"
        if key.written or key.state not in (KeyState.READABLE, KeyState.DECRYPT_ONLY):
            return ""
        return await self.smith.move(at, KeyPurpose.INDEX, "write_also", NEW, KeyState.READABLE)

    async def check(self, at: Renewal) -> list[Finding]:
        """Look whether every row can be found by the new version."""
        async with self.smith.db.transaction() as tx:
            key = await self.smith.of(tx, at, KeyPurpose.INDEX, NEW)
            assert key is not None, "it was made"
            lacking = await self.holdings.lacking(tx, key.version)
        return [Finding("unindexed", table, count) for table, count in lacking.items() if count]

    async def retire(self, at: Renewal) -> str:
        """Write the new version only."""
        async with self.smith.db.read() as tx:
            key = await self.smith.of(tx, at, KeyPurpose.INDEX, OLD)
        if key is None or not key.written:
            return ""
        return await self.smith.move(at, KeyPurpose.INDEX, "write_no_more", OLD, *OPENING)

    async def give_up(self, at: Renewal) -> str:
        """Go back: the old version leads, and is the only one that is written."""
        said = await self.smith.move(at, self.purpose, "destroy", NEW, KeyState.PENDING)
        async with self.smith.db.read() as tx:
            old = await self.smith.of(tx, at, KeyPurpose.INDEX, OLD)
        if old is not None and old.state is KeyState.DECRYPT_ONLY:
            said = await self.smith.move(at, self.purpose, "promote", OLD, KeyState.DECRYPT_ONLY)
        async with self.smith.db.read() as tx:
            new = await self.smith.of(tx, at, KeyPurpose.INDEX, NEW)
        if not said and new is not None and new.written:
            said = await self.smith.move(at, self.purpose, "write_no_more", NEW, *OPENING)
        return said

    async def gave_up(self, at: Renewal) -> str:
        """Take the new key back, when its slot is empty."""
        said = await self.smith.move(at, self.purpose, "retire", NEW, KeyState.READABLE)
        at = replace(at, forced_by=None)
        await self.smith.move(at, self.purpose, "soft_disable", NEW, KeyState.DECRYPT_ONLY)
        return said


async def held(smith: KeySmith, at: Renewal, purpose: KeyPurpose) -> list[Finding]:
    """Return, as a finding, how much is still under the old key."""
    async with smith.db.transaction() as tx:
        old = await smith.of(tx, at, purpose, OLD)
        count = 0 if old is None else await smith.locksmith.held(tx, purpose, old.version)
    return [Finding("held", purpose.value, count)] if count else []


def own_steps(smith: KeySmith, rewrap: Rewrap, holdings: IndexHoldings) -> list[Step]:
    """Return the classes that the vault itself has, in the order in which they are done."""
    kinds = KeyPurpose
    return [
        KekStep(KEK, *_WORDS[KEK], smith, kinds.KEK, rewrap),
        PlainStep(DEK, *_WORDS[DEK]),  # who drives the run says since when data keys are young
        IndexStep(INDEX, *_WORDS[INDEX], smith, kinds.INDEX, holdings),
        KeyStep(HOUSE, *_WORDS[HOUSE], smith, kinds.HOUSE),
    ]


_WORDS = {
    KEK: (
        "锁住其他密钥的主密钥：更换后，旧的密钥文件打不开新的数据库",
        "the master key, which locks the others: after it, an old key file opens nothing in the new database",
    ),
    DEK: (
        "个人数据：在新的数据密钥下重新加密，旧密钥对新的数据不再有用",
        "personal data: encrypted again under new data keys, for which the old ones are no use",
    ),
    INDEX: (
        "号码与邮箱的查找索引：换用新密钥后，旧索引密钥查不出任何号码",
        "the index of numbers and addresses: after it, the old index key finds nobody by a number",
    ),
    HOUSE: (
        "本站发出的限时链接与凭据：换用新的签发密钥；旧密钥要等最后一份过期才停用，需要数周",
        (
            "links and tickets that expire: made with a new key; the old one rests until the "
            "last of them has run out, which takes weeks"
        ),
    ),
}
