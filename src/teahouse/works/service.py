"""Opening a work, telling how far it is, and ending it. Only code that does the work calls these."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.errors import NotFound
from teahouse.ids import Ids
from teahouse.infra.bus.log import Announcement, Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.works import store
from teahouse.works.events import WorkEnded
from teahouse.works.model import (
    REASON_LETTERS_MAX,
    Steps,
    Work,
    WorkOver,
    WorkState,
    check_digest,
    check_steps,
    check_work,
    seen,
)

WORKS_MAX = 200

# What must happen with a verified end, in its transaction; returns what is to be announced of it.
WhenVerified = Callable[[Tx, Work], Awaitable[Sequence[Announcement]]]


@dataclass(frozen=True, repr=False)
class Works:
    """What registration may wait for. ``when_verified`` are those who wait."""

    db: Database
    log: Log
    audit: Audit
    clock: Clock
    ids: Ids
    when_verified: list[WhenVerified] = field(default_factory=list[WhenVerified], repr=False)

    async def open(self, tx: Tx, kind: str, title: str, actor: str = "system") -> Work:
        """Begin a work. Raises ``BadWork``."""
        check_work(kind, title)
        now = self.clock.now()
        work = Work(
            work_id=self.ids.ulid(),
            kind=kind.strip(),
            title=title.strip(),
            state=WorkState.RUNNING,
            done=0,
            total=0,
            opened_by=actor,
            opened_at=now,
            heartbeat_at=now,
        )
        await store.insert(tx, work)
        await self.audit.append(
            tx, actor, "works.opened", work.work_id, {"kind": kind, "title": work.title}
        )
        return work

    async def beat(self, tx: Tx, work_id: str) -> None:
        """Give a sign of life. Raises ``WorkOver``."""
        if not await store.beat(tx, work_id, self.clock.now()):
            raise WorkOver

    async def progress(self, tx: Tx, work_id: str, done: int, total: int) -> None:
        """Say how far a work has come, which is a sign of life too. Raises ``BadWork``, ``WorkOver``."""
        check_steps(Steps(done, total))
        if not await store.progress(tx, work_id, self.clock.now(), done, total):
            raise WorkOver

    async def verified(self, tx: Tx, work_id: str, report_digest: str) -> None:
        """End a work as done, with the digest of its report; what waits for it goes on now.

        Whatever follows is in ``tx``. Raises ``BadWork``, ``WorkOver``.
        """
        check_digest(report_digest)
        if not await store.verify(tx, work_id, self.clock.now(), report_digest):
            raise WorkOver
        work = await self.work(tx, work_id)
        told = [one for act in self.when_verified for one in await act(tx, work)]
        detail: dict[str, object] = {"report_digest": report_digest}
        await self.audit.append(tx, "system", "works.verified", work_id, detail)
        await self.log.put(tx, *told, WorkEnded(work_id, "verified"))

    async def failed(self, tx: Tx, work_id: str, reason: str) -> None:
        """End a work as not done: what waits for it goes on waiting. Raises ``WorkOver``."""
        said = (reason.strip() or "no reason was given")[:REASON_LETTERS_MAX]
        if not await store.fail(tx, work_id, self.clock.now(), said):
            raise WorkOver
        await self.audit.append(tx, "system", "works.failed", work_id, {"reason": said})
        await self.log.put(tx, WorkEnded(work_id, "failed"))

    async def work(self, tx: Tx, work_id: str) -> Work:
        """Return a work as it stands now. Raises ``NotFound``."""
        found = await store.work(tx, work_id)
        if found is None:
            raise NotFound
        return seen(found, self.clock.now())

    async def newest(self) -> list[Work]:
        """Return works as they stand now, the newest first."""
        now = self.clock.now()
        async with self.db.read() as tx:
            return [seen(work, now) for work in await store.newest(tx, WORKS_MAX)]
