"""The public history: appended to with every change, signed, kept in memory, proved.

Locks: the audit log's end comes before the history's, the history's before the log's.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.errors import NotFound, Unavailable
from teahouse.gate.model.bindings import Transition
from teahouse.gate.model.policies import Both
from teahouse.gate.service import Gate
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx, UniqueViolation
from teahouse.infra.vault.envelope import KEY_BYTES, Place, key_of
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.vault import Vault
from teahouse.notices import store
from teahouse.notices.events import NoticePublished
from teahouse.notices.model.chain import (
    ALGORITHM,
    FORMAT,
    GENESIS,
    REPORT_CONTEXT,
    Document,
    Finding,
    Revoked,
    SigningKey,
    canonical,
    key_entry,
    revoked_entry,
    sealed_entry,
    sign,
    signing_key,
    verify_history,
)
from teahouse.notices.model.revoking import BadRevocation, check_reason
from teahouse.notices.model.status import (
    HistoryEnd,
    entry_of,
    key_change,
    plain,
    report_entry,
    restore_entry,
)
from teahouse.notices.store import KeyRow

READ_ENTRIES_MAX = 500


class Signed(NamedTuple):
    """A signed report: the entry of the history that tells of it, and its bytes."""

    seq: int
    body: bytes


@dataclass
class Known:
    """The history and its keys as this worker read them."""

    entries: list[Document] = field(default_factory=list[Document])
    keys: list[KeyRow] = field(default_factory=list[KeyRow])
    key: SigningKey | None = None
    current: bool = False  # false once something was published
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, repr=False)
class History:
    """Every change of registration since installation."""

    db: Database
    log: Log
    audit: Audit
    gate: Gate
    vault: Vault
    config: Config
    clock: Clock
    ids: Ids
    known: Known = field(default_factory=Known, repr=False)

    def listen(self) -> None:
        """Be told of every change of a policy in its transaction, and of entries elsewhere."""
        self.gate.policies.transitions.append(self.tell)
        self.log.hear(NoticePublished, self._published)

    def _published(self, _pos: int, _event: NoticePublished) -> None:
        self.known.current = False

    async def tell(self, tx: Tx, transitions: Sequence[Transition]) -> None:
        """Append what the gate decides, in the transaction in which it does."""
        seq, prev = await store.take_head(tx)
        if seq == 0:
            seq, prev = await self._begin(tx, transitions)
        key = await self._primary(tx)
        now = self.clock.now()
        for transition in transitions:
            seq, prev = await self._append(tx, key, (seq, prev), entry_of(transition, now))
        await self.log.put(tx, NoticePublished(seq))

    async def begin(self) -> None:
        """Make the first key and begin the history, unless that was done."""
        async with self.db.transaction() as tx:
            seq, _ = await store.take_head(tx)
            if seq == 0:
                seq, _ = await self._begin(tx, ())
                await self.log.put(tx, NoticePublished(seq))

    async def rotate(self, actor: str, run_id: str | None = None) -> str:
        """Sign with a new key from now on; the old one names it. Returns the new one's id.

        For a run of an upgrade it is done once.
        """
        await self.begin()
        try:
            async with self.db.transaction() as tx:
                made = await store.key_of_run(tx, run_id)
                if made is not None:
                    return made
                seq, new = await self._succeed(tx, actor, run_id)
                await self.log.put(tx, NoticePublished(seq))
        except UniqueViolation:  # another worker did it at this moment
            async with self.db.read() as tx:
                made = await store.key_of_run(tx, run_id)
            assert made is not None, "there is one for the run"
            return made
        return new.key_id

    async def put_report(self, tx: Tx, run_id: str, report: Document, reason: Both) -> Signed:
        """Sign the report of an upgrade, and tell its digest in the history, in one transaction."""
        now = self.clock.now()
        seq, prev = await store.take_head(tx)
        if seq == 0:
            seq, prev = await self._begin(tx, ())
        key = await self._primary(tx)
        named = {**report, "public": key.public}
        whole = canonical(sign(key, REPORT_CONTEXT, named))
        told = report_entry(now, run_id, hashlib.sha256(whole).hexdigest(), reason)
        seq, _ = await self._append(tx, key, (seq, prev), told)
        await self.log.put(tx, NoticePublished(seq))
        return Signed(seq, whole)

    async def put_restore(self, tx: Tx, words: Callable[[int], Both]) -> None:
        """Tell in the history that a time was lost; ``words`` are asked with its newest number."""
        seq, prev = await store.take_head(tx)
        if seq == 0:
            seq, prev = await self._begin(tx, ())
        told = restore_entry(self.clock.now(), words(seq))
        seq, _ = await self._append(tx, await self._primary(tx), (seq, prev), told)
        await self.log.put(tx, NoticePublished(seq))

    async def revoke(self, actor: str, key_id: str, since: datetime, reason: str) -> str:
        """Say that a key came into other hands, and believe it no more. Audited.

        One that signs now is followed by another first. What it signed in this history stays;
        nothing else does. Returns the id of the key that signs. Raises ``BadRevocation``.
        """
        words = check_reason(reason)
        await self.begin()
        now = self.clock.now()
        async with self.db.transaction() as tx:
            rows = {row.key_id: row for row in await store.keys(tx)}
            row = rows.get(key_id)
            if row is None:
                raise NotFound
            if row.revoked_at is not None or not row.created_at <= since <= now:
                raise BadRevocation
            detail: dict[str, object] = {"since": plain(since), "why": words}
            await self.audit.append(tx, actor, "notices.key_revoked", key_id, detail)
            (signs,) = [one for one in rows.values() if one.state == "primary"]
            if signs.key_id == key_id:
                await self._succeed(tx, actor)
            head, key = await store.take_head(tx), await self._primary(tx)
            last = await store.last_under(tx, key_id)
            assert last is not None, "a key that signs has signed, at least of itself"
            named = {"key_id": key_id, "algorithm": ALGORITHM, "public": row.public}
            named = revoked_entry(self.config.server_name, named, plain(since), last)
            told = key_change(now, named, "key_revoked", Both(words, words))
            seq, _ = await self._append(tx, key, head, told)
            if not await store.revoke_key(tx, key_id, since, last):
                raise BadRevocation
            await self.log.put(tx, NoticePublished(seq))
        return key.key_id

    async def revoked(self) -> dict[str, Revoked]:
        """Return how far keys are believed that are not believed any more, by public key."""
        entries = await self.entries()
        return {
            row.public: Revoked(row.revoked_seq, entries[row.revoked_seq - 1]["hash"])
            for row in self.known.keys
            if row.revoked_seq is not None and row.revoked_seq <= len(entries)
        }

    async def entries(self) -> list[Document]:
        """Return the whole history, oldest first; with PostgreSQL gone, what was read last."""
        await self._refresh()
        return self.known.entries

    async def keys(self) -> list[KeyRow]:
        """Return every key there was, oldest first."""
        await self._refresh()
        return self.known.keys

    async def sign(self, context: str, document: Document, key_id: str = "") -> Document:
        """Return a document signed by the key that signs now, or by a former one."""
        await self._refresh()
        assert self.known.key is not None, "a history that was begun has a key"
        if key_id in ("", self.known.key.key_id):
            return sign(self.known.key, context, document)
        (row,) = [row for row in self.known.keys if row.key_id == key_id]
        secret = await self.vault.ring.unwrap(row.sealed, self._place(key_id))
        return sign(signing_key(secret), context, document)

    async def end(self) -> HistoryEnd:
        """Return the newest entry."""
        newest = (await self.entries())[-1]
        return HistoryEnd(newest["seq"], newest["hash"])

    async def export(self) -> Document:
        """Return the whole history with its signed end, for a verifier."""
        entries = list(await self.entries())
        newest = entries[-1]
        name = self.config.server_name
        checkpoint: Document = {
            "server_name": name,
            "generated_at": plain(self.clock.now()),
            "seq": newest["seq"],
            "hash": newest["hash"],
        }
        signed = await self.sign("checkpoint", checkpoint)
        return {"format": FORMAT, "server_name": name, "entries": entries, "checkpoint": signed}

    async def verify(self) -> Finding:
        """Check the whole history as PostgreSQL has it, against our own keys."""
        self.known.current = False  # somebody may have published what we were not told of yet
        document = await self.export()
        async with self.db.snapshot() as tx:
            bodies = await self._bodies(tx, 0)
        told = bodies[: document["checkpoint"]["seq"]]  # what came since is not in its end
        document["entries"] = [msgspec.json.decode(body) for body in told]
        pinned, revoked = [row.public for row in self.known.keys], await self.revoked()
        return await asyncio.to_thread(verify_history, document, pinned, revoked)  # it takes time

    # -- the keys that wrap ours ---------------------------------------------------------------

    async def keys_under(self, tx: Tx, kek: KeyRef) -> int:
        """Count our keys that are wrapped by a key-encryption key; for the locksmith."""
        return sum(key_of(row.sealed) == kek for row in await store.keys(tx))

    async def rewrap_keys(self, tx: Tx) -> int:
        """Wrap our keys under the primary key-encryption key; return how many that were."""
        done = 0
        for row in await store.keys(tx):
            place = self._place(row.key_id)
            secret = await self.vault.ring.unwrap(row.sealed, place)
            done += await store.reseal_key(tx, row, await self.vault.ring.wrap(tx, secret, place))
        return done

    # -- within --------------------------------------------------------------------------------

    async def _refresh(self) -> None:
        known = self.known
        if known.current and not known.reading.locked():
            return
        async with known.reading:
            if known.current:
                return
            known.current = True  # first: what is published while we read counts
            try:
                await self._read()
                if known.key is None:
                    await self.begin()
                    await self._read()
            except BaseException as fault:
                known.current = False
                if known.key is None or not isinstance(fault, Unavailable):
                    raise

    async def _read(self) -> None:
        known = self.known
        async with self.db.snapshot() as tx:
            found = [
                msgspec.json.decode(body) for body in await self._bodies(tx, len(known.entries))
            ]
            keys = await store.keys(tx)
            key = await self._primary(tx) if keys else None
        known.entries += [entry for entry in found if entry["seq"] > len(known.entries)]
        known.keys, known.key = keys, key

    async def _bodies(self, tx: Tx, seq: int) -> list[str]:
        bodies: list[str] = []
        while page := await store.after(tx, seq + len(bodies), READ_ENTRIES_MAX):
            bodies += page
        return bodies

    async def _begin(self, tx: Tx, transitions: Sequence[Transition]) -> tuple[int, str]:
        """Make the first key, and tell what was before the history; its end is held."""
        now = self.clock.now()
        secret = self.ids.bytes(KEY_BYTES)
        key = signing_key(secret)
        await self._keep(tx, key, secret, now)
        first = key_change(now, key_entry(self.config.server_name, key))
        head = await self._append(tx, key, (0, GENESIS), first)
        for transition in await self._before(tx, transitions):
            head = await self._append(tx, key, head, entry_of(transition, now))
        return head

    async def _before(self, tx: Tx, transitions: Sequence[Transition]) -> list[Transition]:
        """Return what was decided before the history began, without what is being told now."""
        new = {one.policy.policy_id for one in transitions if one.change == "set"}
        moving = {one.policy.policy_id for one in transitions}
        found: list[Transition] = []
        for policy in await self.gate.policies.whole_history(tx):
            if policy.policy_id in new:
                continue
            begun = msgspec.structs.replace(
                policy, ended_at=None, ended_by=None, end_reason=None, slips=()
            )
            found.append(Transition(change="set", policy=begun, at=policy.created_at))
            if policy.ended_at is not None and policy.policy_id not in moving:
                change = "expired" if policy.ended_by == "system" else "ended"
                found.append(Transition(change=change, policy=policy, at=policy.ended_at))
        return sorted(found, key=lambda one: one.at)

    async def _append(
        self, tx: Tx, key: SigningKey, head: tuple[int, str], told: Document
    ) -> tuple[int, str]:
        seq, prev = head
        entry = sealed_entry(key, {**told, "seq": seq + 1, "prev": prev})
        at: Any = datetime.fromisoformat(entry["at"])
        await store.append(tx, seq + 1, at, canonical(entry).decode(), entry["hash"])
        return seq + 1, entry["hash"]

    async def _succeed(
        self, tx: Tx, actor: str, run_id: str | None = None
    ) -> tuple[int, SigningKey]:
        """Have the key that signs name another, which signs from then on; the end is held."""
        now, secret = self.clock.now(), self.ids.bytes(KEY_BYTES)
        new = signing_key(secret)
        await self.audit.append(tx, actor, "notices.key_rotated", new.key_id)
        head = await store.take_head(tx)
        old = await self._primary(tx)
        told = key_change(now, key_entry(self.config.server_name, new))
        seq, _ = await self._append(tx, old, head, told)
        await self._keep(tx, new, secret, now, run_id)
        return seq, new

    async def _keep(
        self, tx: Tx, key: SigningKey, secret: bytes, now: datetime, run_id: str | None = None
    ) -> None:
        sealed = await self.vault.ring.wrap(tx, secret, self._place(key.key_id))
        row = KeyRow(key.key_id, key.public, sealed, "primary", now, None)
        await store.insert_key(tx, row, run_id)

    async def _primary(self, tx: Tx) -> SigningKey:
        (row,) = [row for row in await store.keys(tx) if row.state == "primary"]
        if self.known.key is not None and self.known.key.key_id == row.key_id:
            return self.known.key
        return signing_key(await self.vault.ring.unwrap(row.sealed, self._place(row.key_id)))

    def _place(self, key_id: str) -> Place:
        return Place(self.config.tenant, "notices_keys", "sealed", key_id)
