"""What a case does to an account, by the verbs that there are, and how it ends again.

Two cases may hold the same account: what one lets go, another may still hold.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from teahouse.accounts.model import AccountState
from teahouse.accounts.service import Accounts
from teahouse.cases import store
from teahouse.cases.model.case import Case, Told
from teahouse.cases.model.procedure import SANCTIONED, SHUT, Act
from teahouse.infra.db.pool import Tx
from teahouse.standing.service import Standing

WHY = "case"

# Called in the transaction that bans an account for good, or takes that back.
Barring = Callable[[Tx, Case], Awaitable[None]]


@dataclass(frozen=True, repr=False)
class Sanctions:
    """Restricts, suspends and bans authors, and lets them go. What is returned is put last."""

    accounts: Accounts
    standing: Standing
    barring: list[Barring] = field(default_factory=list[Barring])
    letting_go: list[Barring] = field(default_factory=list[Barring])

    async def impose(self, tx: Tx, case: Case, act: Act) -> Told:
        """Do what a step of a case does to its author. Raises ``BadTransition``."""
        if case.account_id is None:
            return []
        if act is Act.RESTRICT:
            return await self.standing.silence(tx, case.account_id, WHY)
        if act in (Act.SUSPEND, Act.HALT):
            return await self._suspend(tx, case.account_id, case.case_id)
        if act is Act.BAN:
            for bar in self.barring:
                await bar(tx, case)
        return []

    async def lift(self, tx: Tx, case: Case) -> Told:
        """Let an author go, unless another case holds them."""
        if case.account_id is None:
            return []
        account_id, told = case.account_id, list[Any]()
        for let_go in self.letting_go:
            await let_go(tx, case)
        if not await store.still(tx, account_id, case.case_id, SANCTIONED):
            told += await self.standing.unsilence(tx, account_id, WHY)
        if not await store.still(tx, account_id, case.case_id, SHUT):
            told += await self._let_speak(tx, account_id)
        return told

    async def unlock(self, tx: Tx, case: Case) -> Told:
        """End a lock that came with an emergency: what is left of it is a suspension."""
        if case.account_id is None:
            return []
        account = await self.accounts.hold(tx, case.account_id)
        of_this = account.state_reason == f"{WHY} {case.case_id}"
        if account.state is not AccountState.LOCKED or not of_this:
            return []
        _, told = await self.accounts.change_state(tx, account.account_id, "unlock", "")
        return [told]

    async def _suspend(self, tx: Tx, account_id: str, case_id: str) -> Told:
        account = await self.accounts.hold(tx, account_id)
        if account.state is AccountState.SUSPENDED:
            return []
        why = f"{WHY} {case_id}"
        _, told = await self.accounts.change_state(tx, account_id, "suspend", why)
        return [told]

    async def _let_speak(self, tx: Tx, account_id: str) -> Told:
        """End a suspension that a case began, also behind a lock; one of operators' own goes on."""
        account = await self.accounts.hold(tx, account_id)
        if account.state is AccountState.LOCKED and account.reason_before.startswith(WHY):
            await self.accounts.unsuspend_behind(tx, account_id)
        if account.state is not AccountState.SUSPENDED or not account.state_reason.startswith(WHY):
            return []
        _, told = await self.accounts.change_state(tx, account_id, "unsuspend", "")
        return [told]
