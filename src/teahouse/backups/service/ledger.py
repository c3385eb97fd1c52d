"""The ledger of erasures: noted with each erasure, numbered, and written beside the keys.

The file outlives the database. When it tells of erasures that the database does not know, the
database has gone back in time, by whatever way: those are erased again before anybody is served.
"""

import asyncio
import fcntl
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

import structlog

from teahouse.accounts.events import AccountDeactivated
from teahouse.accounts.model import NoSuchAccount
from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.backups import store
from teahouse.backups.model import words
from teahouse.backups.model.ledger import (
    CONTEXT,
    Again,
    BadLedger,
    End,
    Erasure,
    answer,
    check_ledger,
    end_of,
    last_noes,
    line_hash,
    lines_of,
    redacted,
    redaction,
)
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.consent.events import ConsentChanged
from teahouse.consent.service import Consent
from teahouse.errors import Refused
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx, UniqueViolation
from teahouse.infra.vault.model import UnknownSubject
from teahouse.infra.vault.sources import key_file
from teahouse.infra.vault.vault import Vault
from teahouse.notices.model.chain import Document, canonical
from teahouse.notices.model.status import plain
from teahouse.notices.service.history import History
from teahouse.timeline.service.erasing import Erasing

PAGE_ROWS = 500
LOOK_SECONDS = 60.0
FILE_NAME = "erasures"

Purge = Callable[[Tx], Awaitable[None]]
_log = structlog.get_logger("teahouse.backups")


@dataclass(frozen=True, repr=False)
class Ledger:
    """Keeps the ledger. ``purges`` are run before what is no account is erased again."""

    db: Database
    vault: Vault
    accounts: Accounts
    history: History
    audit: Audit
    config: Config
    clock: Clock
    path: Path
    purges: Sequence[Purge]
    erasing: Erasing
    consent: Consent
    ids: Ids

    def listen(self) -> None:
        """Note every erasure, redaction and answer in its transaction."""
        self.vault.endings.append(self.note)
        self.erasing.redacting.append(self.note_redaction)
        self.consent.answered.append(self.note_answer)

    async def note(self, tx: Tx, subject_id: str, hidden: bool) -> None:
        """Note that a subject is erased."""
        await store.note(tx, subject_id, self.clock.now(), hidden)

    async def note_redaction(self, tx: Tx, event_id: str) -> None:
        """Note that an event's text was taken away."""
        await store.note(tx, redaction(event_id), self.clock.now(), False)

    async def note_answer(self, tx: Tx, told: ConsentChanged) -> None:
        """Note what somebody allowed or withdrew, of which the last word holds."""
        now = self.clock.now()
        for purpose_ids, yes in ((told.accepted, True), (told.withdrawn, False)):
            for purpose_id in purpose_ids:
                named = answer(told.account_id, purpose_id, self.ids.ulid(), yes=yes)
                await store.note(tx, named, now, False)

    async def write(self) -> int:
        """Number what is new, write what this host's file lacks, and return how much that was."""
        async with self.db.transaction() as tx:
            await store.number(tx)
            newest = await store.newest(tx)
        end = await asyncio.to_thread(_end, self.path)
        if newest <= end.seq:
            return 0
        written = 0
        while rows := await self._after(end.seq):
            lines = await self._lines(end, rows)
            if not await asyncio.to_thread(_append, self.path, end, lines):
                return written  # another worker of this host writes
            end, written = end_of(lines), written + len(rows)
        return written

    async def catch_up(self, pinned: Mapping[str, str] | None = None) -> Again:
        """Take back again whatever the file tells of and the database does not know; return how much.

        Raises ``BadLedger`` when the file was changed.
        """
        end = await asyncio.to_thread(_end, self.path)
        async with self.db.read() as tx:
            newest = await store.newest(tx)
        if end.seq <= newest:
            return Again()
        told = await self.read(self.path, pinned or {})
        done, noes = Again(), last_noes(told)
        for start in range(0, len(told), PAGE_ROWS):
            done += await self._again(told[start : start + PAGE_ROWS], noes)
        if any(done):
            async with self.db.transaction() as tx:
                detail: dict[str, object] = done._asdict()
                await self.audit.append(tx, "system", "backups.erased_again", "", detail)
        return done

    async def read(self, path: Path, pinned: Mapping[str, str]) -> list[Erasure]:
        """Return what a ledger tells, proved by the keys of this house. Raises ``BadLedger``."""
        lines = lines_of(await asyncio.to_thread(path.read_bytes))
        known = {row.key_id: row.public for row in await self.history.keys()}
        return await asyncio.to_thread(check_ledger, lines, known | dict(pinned))

    async def _again(self, told: Sequence[Erasure], noes: Mapping[str, tuple[str, str]]) -> Again:
        async with self.db.read() as tx:
            lacking = await store.lacking(tx, told)
        new = [one for one in told if one.subject_id in lacking]
        done = Again()
        for one in new:
            done += await self._take_back(one, noes)
        try:
            async with self.db.transaction() as tx:
                await store.take_over(tx, new)
        except UniqueViolation:
            raise BadLedger("it has other erasures than the database under one number") from None
        return done

    async def _take_back(self, told: Erasure, noes: Mapping[str, tuple[str, str]]) -> Again:
        event_id, no = redacted(told.subject_id), noes.get(told.subject_id)
        if event_id is not None:
            return Again(redacted=int(await self.erasing.redact_again(event_id)))
        if no is not None:
            return Again(withdrawn=int(await self.consent.withdraw_again(*no)))
        if " " in told.subject_id:
            return Again()  # an answer that another one followed
        await self._erase(told)
        return Again(erased=1)

    async def _erase(self, told: Erasure) -> None:
        with suppress(NoSuchAccount):
            await self.accounts.deactivate(told.subject_id, told.hidden)
            return
        # An operator, a request, or an account that is younger than the back-up.
        async with self.db.transaction() as tx:
            for purge in self.purges:
                await purge(tx)
            with suppress(UnknownSubject):
                await self.vault.destroy_subject(tx, told.subject_id, hidden=told.hidden)

    async def _after(self, seq: int) -> list[Erasure]:
        async with self.db.read() as tx:
            return await store.after(tx, seq, PAGE_ROWS)

    async def _lines(self, end: End, rows: Sequence[Erasure]) -> list[Document]:
        """Return the next lines, signed; before them one that names the key, if it is another."""
        keys = await self.history.keys()
        (primary,) = [row for row in keys if row.state == "primary"]
        lines: list[Document] = []
        prev = end.prev
        if end.key_id != primary.key_id:
            named: Document = {
                "at": plain(self.clock.now()),
                "public": primary.public,
                "server_name": self.config.server_name,
                "prev": prev,
            }
            # Who signed last hands on; a key of the time that was lost cannot, it is not here.
            former = end.key_id if end.key_id in [row.key_id for row in keys] else primary.key_id
            lines.append(await self.history.sign(CONTEXT, named, former))
            prev = line_hash(lines[-1])
        for row in rows:
            told: Document = {
                "seq": row.seq,
                "at": row.at,
                "subject_id": row.subject_id,
                "hidden": row.hidden,
                "prev": prev,
            }
            lines.append(await self.history.sign(CONTEXT, told, primary.key_id))
            prev = line_hash(lines[-1])
        return lines


@dataclass(repr=False)
class Keeper:
    """Writes the file of one worker's host as erasures come, and looks by itself now and then."""

    ledger: Ledger
    _nudge: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    def listen(self, log: Log) -> None:
        """Be told of accounts that end, and of answers; others are found within the minute."""

        def gone(_pos: int, _told: AccountDeactivated) -> None:
            self._nudge.set()

        def answered(_pos: int, _told: ConsentChanged) -> None:
            self._nudge.set()

        log.hear(AccountDeactivated, gone)
        log.hear(ConsentChanged, answered)

    async def start(self) -> None:
        """Take back again what is to be, and then go on by itself. Raises ``BadLedger``."""
        done = await self.ledger.catch_up()
        if any(done):
            async with self.ledger.db.transaction() as tx:
                await self.ledger.history.put_restore(tx, partial(words.gone_back, done))
        self._task = asyncio.get_running_loop().create_task(self._go_on())

    async def stop(self) -> None:
        """Write what is left, and stop; after a kill, what is left is found at the next start."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._write()

    async def _write(self) -> None:
        try:
            await self.ledger.write()
        except (Refused, OSError) as fault:
            _log.error("the ledger of erasures was not written", fault=str(fault))

    async def _go_on(self) -> None:
        while True:
            self._nudge.clear()
            await self._write()
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._nudge.wait()
            except TimeoutError:
                continue


def ledger_file(config: Config) -> Path:
    """Return where the ledger lies: beside the keys, unless it was given a place of its own."""
    if config.ledger_file:
        return Path(config.ledger_file)
    return key_file(config).with_name(FILE_NAME)


def _end(path: Path) -> End:
    """Return the end of a ledger from its last lines; what was not finished does not count."""
    try:
        with path.open("rb") as file:
            return end_of(lines_of(_tail(file)))
    except FileNotFoundError:
        return End()


def _tail(file: BinaryIO, bytes_max: int = 16 * 1024) -> bytes:
    """Return whole lines from the end of a file: the last, and some before it."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - bytes_max))
    text = file.read()
    return text if size <= bytes_max else text.partition(b"\n")[2]


def _append(path: Path, end: End, lines: Sequence[Document]) -> bool:
    """Add lines to a ledger that ends as we think, and put them on the disk; else add nothing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = _tail(file)
        if end_of(lines_of(text)) != end:
            return False
        half = len(text) - (text.rfind(b"\n") + 1)
        file.seek(-half, os.SEEK_END)
        file.truncate()
        file.write(b"".join(canonical(line) + b"\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    return True
