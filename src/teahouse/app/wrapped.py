"""Passwords as a class of data of an upgrade: legacy digests are wrapped, under a new pepper."""

import time
from dataclasses import dataclass

from teahouse.accounts.service.wrapping import Wrapping
from teahouse.app.renewed import SessionStep
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.lifecycle import KeyPurpose, TwoPersons
from teahouse.infra.vault.model import SHARED
from teahouse.renewals.model import NEW, Finding, Paged, Renewal
from teahouse.renewals.service import KeySmith, Step

PASSWORDS = "passwords"
PAGE_ROWS = 40  # about a second of one thread: so soon pause and a new rate are obeyed
SAMPLES = 3


@dataclass(frozen=True, repr=False)
class PasswordStep(SessionStep):
    """Wraps what is legacy. Nothing is taken from under an older pepper but by who signs in.

    So older peppers are left as tokens' keys are: those that no digest names any more are disabled,
    also of runs before, and the others open on. In a region, what is legacy is wrapped under the
    pepper that there is: a new one would be everybody's.
    """

    wrapping: Wrapping

    async def distribute(self, at: Renewal) -> str:
        """Make the new key; in a region only where the house has none yet."""
        if at.scope != SHARED:
            async with self.smith.db.read() as tx:
                mine = await self.smith.of(tx, at, self.purpose, NEW)
                if mine is None and await self.smith.locksmith.primary(tx, self.purpose):
                    return ""
        return await super().distribute(at)

    async def rest(self, at: Renewal) -> str:
        """Let the old keys open nothing; in a region they are not its own."""
        return await super().rest(at) if at.scope == SHARED else ""

    async def destroy(self, at: Renewal, agreed: TwoPersons) -> None:
        """Destroy the keys that are disabled; in a region they are not its own."""
        if at.scope == SHARED:
            await super().destroy(at, agreed)

    @property
    def has_pages(self) -> bool:
        """Whether it is gone through by pages of its own."""
        return True

    async def size(self, tx: Tx, scope: str = SHARED) -> tuple[int, int]:
        """Return how many digests are legacy."""
        return await self.wrapping.count_legacy(tx, scope)

    async def core_seconds(self) -> float:
        """Return what one takes on this machine: the quickest of a few."""
        took: list[float] = []
        for _ in range(SAMPLES):
            began = time.perf_counter()
            await self.wrapping.passwords.hash("a password to measure by")
            took.append(time.perf_counter() - began)
        return min(took)

    async def page(self, at: Renewal, cursor: str, rows_max: int) -> Paged:
        """Wrap the next digests."""
        self._nothing(at)
        page = await self.wrapping.wrap_page(cursor, min(rows_max, PAGE_ROWS), at.scope)
        rows = page.wrapped + page.passed + page.unknown
        return Paged(rows, page.passed, page.unknown, page.after)

    async def check(self, at: Renewal) -> list[Finding]:
        """Look whether nothing is legacy any more."""
        self._nothing(at)
        async with self.smith.db.read() as tx:
            count, _ = await self.wrapping.count_legacy(tx, at.scope)
        return [Finding("legacy", "accounts_passwords", count)] if count else []


def password_step(smith: KeySmith, wrapping: Wrapping) -> Step:
    """Return this class."""
    return PasswordStep(
        PASSWORDS,
        "密码：从其他系统带来的密码全部加固，任何人都不必改密码",
        "passwords: those that came from other systems are locked better, and nobody changes theirs",
        smith,
        KeyPurpose.PEPPER,
        wrapping,
    )
