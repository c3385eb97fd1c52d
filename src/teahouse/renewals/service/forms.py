"""Whose form becomes free gives it to whoever was kept apart from them."""

from dataclasses import dataclass
from typing import ClassVar

import msgspec

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.normal import EXACT
from teahouse.infra.vault.store import merges
from teahouse.infra.vault.sweep.freed import Freed
from teahouse.renewals.service import KeySmith

PAIRS_MAX = 200  # a minute


class GiveForms(msgspec.Struct, frozen=True):
    """Look at the next pairs."""

    kind: ClassVar[str] = "renewals.GiveForms"


@dataclass(frozen=True, repr=False)
class Forms:
    """Looks at the pairs of the index key that leads."""

    smith: KeySmith
    freed: Freed
    jobs: Jobs

    async def look(self, tx: Tx) -> None:
        """Have pairs looked at, if there are any."""
        key = await self.smith.locksmith.primary(tx, KeyPurpose.INDEX)
        if key is not None and key.normaliser > EXACT and (await merges.count(tx, key.version))[0]:
            await self.jobs.enqueue(tx, GiveForms(), unique="forms")

    async def give(self, _job: GiveForms) -> None:
        """Look at some."""
        await self.freed.page(PAIRS_MAX)
