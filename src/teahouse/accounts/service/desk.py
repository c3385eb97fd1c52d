"""What operators do with accounts, each act in the audit log."""

from dataclasses import dataclass

from teahouse.accounts import model, store
from teahouse.accounts.events import AccountStateChanged, SessionEnded
from teahouse.accounts.model import Account, AccountState, NoSuchAccount, NoSuchDevice
from teahouse.accounts.service.finder import Finder
from teahouse.accounts.store import sessions as session_rows
from teahouse.audit.service import Audit
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx


@dataclass(frozen=True, slots=True, repr=False)
class Desk:
    """The operators' desk. ``actor`` is as in ``audit``."""

    db: Database
    log: Log
    audit: Audit
    finder: Finder

    async def search(self, actor: str, term: str, limit: int) -> list[Account]:
        """Find accounts by name, id, exact phone or exact address; the term is not written down."""
        kind = self.finder.kind_of(term)
        if kind == "user":
            found = await self.finder.search(term, limit, gone_too=True)
        else:
            one = await self.finder.find((kind, term))
            found = [one] if one else []
        async with self.db.transaction() as tx:
            detail: dict[str, object] = {"by": kind, "found": len(found)}
            await self.audit.append(tx, actor, "accounts.search", "", detail)
        return found

    async def look(self, actor: str, account_id: str) -> Account:
        """Return an account. Raises ``NoSuchAccount``."""
        async with self.db.transaction() as tx:
            account = await self._there(tx, account_id)
            await self.audit.append(tx, actor, "accounts.look", account_id)
        return account

    async def sign_out(self, actor: str, account_id: str, device_id: str) -> None:
        """Sign out somebody's device. Raises ``NoSuchAccount``, ``NoSuchDevice``."""
        async with self.db.transaction() as tx:
            account = await self._there(tx, account_id)
            ended = await session_rows.end_sessions(tx, account_id, [device_id])
            if not ended:
                raise NoSuchDevice
            detail: dict[str, object] = {"device_id": device_id}
            await self.audit.append(tx, actor, "accounts.sign_out", account_id, detail)
            await self.log.put(tx, SessionEnded(account_id, account.user_id, ended))

    async def change(self, actor: str, act: str, account_id: str, reason: str) -> Account:
        """Change an account's state by an act of ``model.TRANSITIONS``; see ``Accounts.lock``."""
        reason = model.check_reason(reason)
        async with self.db.transaction() as tx:
            account = await store.account_locked(tx, account_id)
            if account is None:
                raise NoSuchAccount
            state = model.next_state(account.state, act, account.state_before)
            back = act == "unlock" and account.state_before is not None
            kept = account.reason_before if back else reason
            before = (account.state.value, account.state_reason) if act == "lock" else (None, "")
            kept = "" if state is AccountState.ACTIVE else kept
            await store.set_state(tx, account_id, state, kept, None, before)
            detail: dict[str, object] = {"reason": reason, "from": account.state.value}
            await self.audit.append(tx, actor, f"accounts.{act}", account_id, detail)
            await self.log.put(tx, AccountStateChanged(account_id, account.user_id, state.value))
            return await self._there(tx, account_id)

    async def _there(self, tx: Tx, account_id: str) -> Account:
        account = await store.account(tx, account_id)
        if account is None:
            raise NoSuchAccount
        return account
