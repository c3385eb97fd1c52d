"""What operators, and Matrix's administrators, do with accounts: each act is in the audit log."""

from dataclasses import dataclass

from teahouse.accounts.model import Account, check_reason
from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database


@dataclass(frozen=True, slots=True, repr=False)
class Desk:
    """The operators' desk. ``actor`` is as in ``audit``."""

    db: Database
    log: Log
    audit: Audit
    accounts: Accounts

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

    async def sign_out(self, actor: str, account_id: str, device_id: str) -> None:
        """Sign out somebody's device. Raises ``NoSuchAccount``, ``NoSuchDevice``."""
        async with self.db.transaction() as tx:
            told = await self.accounts.sign_out(tx, account_id, device_id)
            detail: dict[str, object] = {"device_id": device_id}
            await self.audit.append(tx, actor, "accounts.sign_out", account_id, detail)
            await self.log.put(tx, told)

    async def lock(self, actor: str, account_id: str, reason: str) -> Account:
        """Shut an account; its sessions stay, and answer that it is locked.

        Raises ``BadTransition``, ``ReasonNeeded``, ``NoSuchAccount``.
        """
        return await self._change(actor, "lock", account_id, reason)

    async def unlock(self, actor: str, account_id: str, reason: str) -> Account:
        """Open a locked account again. Raises like :meth:`lock`."""
        return await self._change(actor, "unlock", account_id, reason)

    async def suspend(self, actor: str, account_id: str, reason: str) -> Account:
        """Let an account read and leave only. Raises like :meth:`lock`."""
        return await self._change(actor, "suspend", account_id, reason)

    async def unsuspend(self, actor: str, account_id: str, reason: str) -> Account:
        """Let a suspended account speak again. Raises like :meth:`lock`."""
        return await self._change(actor, "unsuspend", account_id, reason)

    async def _change(self, actor: str, act: str, account_id: str, reason: str) -> Account:
        reason = check_reason(reason)
        async with self.db.transaction() as tx:
            before, told = await self.accounts.change_state(tx, account_id, act, reason)
            detail: dict[str, object] = {"reason": reason, "from": before.value}
            await self.audit.append(tx, actor, f"accounts.{act}", account_id, detail)
            await self.log.put(tx, told)
            return await self.accounts.by_id(tx, account_id)
