"""What operators, and Matrix's administrators, do with accounts: each act is in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from teahouse.accounts.model import Account, check_reason, next_state
from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.desk.model import check_cause
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.looking import is_withheld


class Emergency(Protocol):
    """Whoever gives reasons and a review to what is done at once. Its verbs run in the caller's ``tx``."""

    async def begin(
        self, tx: Tx, actor: str, account: Account, reason: str
    ) -> tuple[str, Sequence[Any]]:
        """Suspend an account; return why, as accounts keep it, and what is to be put last."""
        ...

    async def end(self, tx: Tx, actor: str, account: Account) -> Sequence[Any] | None:
        """End that; ``None``: it is nothing of the kind. May refuse."""
        ...


ENDS = ("unlock", "unsuspend")


@dataclass(frozen=True, slots=True, repr=False)
class Desk:
    """The operators' desk. ``actor`` is as in ``audit``."""

    db: Database
    log: Log
    audit: Audit
    accounts: Accounts
    emergencies: list[Emergency] = field(default_factory=list[Emergency])

    async def search(self, actor: str, term: str, limit: int) -> list[Account]:
        """Find accounts by name, id, exact phone or exact address; the term is not written down."""
        finder = self.accounts.finder
        kind = finder.kind_of(term)
        if kind == "user":
            found = await finder.search(term, limit, gone_too=True)
        else:
            one = await finder.find((kind, term))
            found = [one] if one else []
        async with self.db.transaction() as tx:
            detail: dict[str, object] = {"by": kind, "found": len(found)}
            await self.audit.append(tx, actor, "accounts.search", "", detail)
        return found

    async def look(self, actor: str, account_id: str) -> Account:
        """Return an account. Raises ``NoSuchAccount``."""
        async with self.db.transaction() as tx:
            account = await self.accounts.by_id(tx, account_id)
            await self.audit.append(tx, actor, "accounts.look", account_id)
        return account

    async def withholds(self, account_id: str) -> bool:
        """Tell whether what is sealed of an account is kept from who asks: it is a minor's."""
        async with self.db.read() as tx:
            return await is_withheld(tx, self.accounts.vault.guards, account_id)

    async def sign_out(self, actor: str, account_id: str, device_id: str) -> None:
        """Sign out somebody's device. Raises ``NoSuchAccount``, ``NoSuchDevice``."""
        async with self.db.transaction() as tx:
            told = await self.accounts.sign_out(tx, account_id, device_id)
            detail: dict[str, object] = {"device_id": device_id}
            await self.audit.append(tx, actor, "accounts.sign_out", account_id, detail)
            await self.log.put(tx, told)

    async def lock(self, actor: str, account_id: str, reason: str, cause: str = "") -> Account:
        """Shut an account; its sessions stay, and answer that it is locked.

        For its own safety, it has a ``cause`` of ``model.CAUSES``, and lasts. Without one it is
        something done to somebody: an emergency, which another operator reviews, or it ends.
        Raises ``BadTransition``, ``ReasonNeeded``, ``NoSuchAccount``, ``NoSuchCause``, and what cases do.
        """
        return await self._change(actor, "lock", account_id, reason, check_cause(cause))

    async def unlock(self, actor: str, account_id: str, reason: str) -> Account:
        """Open a locked account again. Raises like :meth:`lock`."""
        return await self._change(actor, "unlock", account_id, reason)

    async def suspend(self, actor: str, account_id: str, reason: str) -> Account:
        """Let an account read and leave only: an emergency, like a lock without a cause."""
        return await self._change(actor, "suspend", account_id, reason)

    async def unsuspend(self, actor: str, account_id: str, reason: str) -> Account:
        """Let a suspended account speak again. Raises like :meth:`lock`, ``HeldByCase``."""
        return await self._change(actor, "unsuspend", account_id, reason)

    async def _change(
        self, actor: str, act: str, account_id: str, reason: str, cause: str = ""
    ) -> Account:
        reason = check_reason(reason)
        async with self.db.transaction() as tx:
            account = await self.accounts.by_id(tx, account_id)
            next_state(account.state, act, account.state_before)
            if act in ENDS:
                told = await self._end(tx, actor, account, act, reason)
            else:
                told = await self._begin(tx, actor, account, act, (reason, cause))
            detail: dict[str, object] = {"reason": reason, "from": account.state.value}
            if cause:
                detail["cause"] = cause
            await self.audit.append(tx, actor, f"accounts.{act}", account_id, detail)
            await self.log.put(tx, *told)
            return await self.accounts.by_id(tx, account_id)

    async def _begin(
        self, tx: Tx, actor: str, account: Account, act: str, said: tuple[str, str]
    ) -> list[Any]:
        (why, cause), told = said, list[Any]()
        for emergency in () if cause else self.emergencies:
            why, more = await emergency.begin(tx, actor, account, why)
            told += more
        if act == "lock" or not told:
            _, changed = await self.accounts.change_state(tx, account.account_id, act, why)
            told.append(changed)
        return told

    async def _end(self, tx: Tx, actor: str, account: Account, act: str, reason: str) -> list[Any]:
        for emergency in self.emergencies:
            ended = await emergency.end(tx, actor, account)
            if ended is not None:
                return [*ended]
        _, changed = await self.accounts.change_state(tx, account.account_id, act, reason)
        return [changed]
