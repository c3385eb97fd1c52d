"""The merge report of a run: whom a newer normaliser would have made one, and who has seen it."""

from dataclasses import dataclass
from typing import NamedTuple

from teahouse.audit.service import Audit
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault import normal
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.store import merges
from teahouse.renewals import store
from teahouse.renewals.model import INDEX, NEW, NORMALISERS, KeptApart, NothingUnseen
from teahouse.renewals.service import KeySmith

assert NORMALISERS == normal.NORMALISERS, "all that there are can be asked for"

LISTED_MAX = 1000
REASON_LETTERS_MAX = 500


class Merged(NamedTuple):
    """Who were kept apart in a run, the first of them, and how many there are."""

    normaliser: int | None
    total: int
    unseen: int
    pairs: list[KeptApart]


@dataclass(frozen=True, repr=False)
class Merging:
    """Tells who were kept apart, and notes who has looked at it."""

    smith: KeySmith
    audit: Audit

    async def report(self, run_id: str) -> Merged:
        """Return the merge report of a run; an empty one when it makes no index key."""
        async with self.smith.db.snapshot() as tx:
            ref = (await store.keys(tx, run_id)).get((INDEX, NEW))
            if ref is None:
                return Merged(None, 0, 0, [])
            key = await self.smith.locksmith.key(tx, KeyPurpose.INDEX, ref.version)
            total, unseen = await merges.count(tx, ref.version)
            pairs = [_told(one) for one in await merges.listed(tx, ref.version, LISTED_MAX)]
        return Merged(key.normaliser, total, unseen, pairs)

    async def count(self, tx: Tx, run_id: str) -> tuple[int, int]:
        """Return how many pairs a run has, and how many of them nobody has looked at."""
        ref = (await store.keys(tx, run_id)).get((INDEX, NEW))
        return (0, 0) if ref is None else await merges.count(tx, ref.version)

    async def seen(self, actor: str, run_id: str, reason: str) -> Merged:
        """Note that somebody has looked at the report as it is. Raises ``NothingUnseen``."""
        said = " ".join(reason.split())[:REASON_LETTERS_MAX]
        async with self.smith.db.transaction() as tx:
            ref = (await store.keys(tx, run_id)).get((INDEX, NEW))
            now = self.smith.locksmith.clock.now()
            count = 0 if ref is None else await merges.see(tx, ref.version, actor, now)
            if not count:
                raise NothingUnseen
            detail: dict[str, object] = {"reason": said, "count": count}
            await self.audit.append(tx, actor, "upgrades.merges_seen", run_id, detail)
        return await self.report(run_id)


def _told(pair: merges.Pair) -> KeptApart:
    assert pair.found_at is not None, "it was read"
    return KeptApart(pair.place, pair.what, pair.kept, pair.apart, pair.found_at, pair.seen_by)
