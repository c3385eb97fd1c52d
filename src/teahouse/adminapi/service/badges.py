"""Who may do what by the tools: administrators, as far as the role reaches that they were given."""

from dataclasses import dataclass

from teahouse.accounts.model import Account, NotAdministrator
from teahouse.adminapi import store
from teahouse.adminapi.model import READERS, may
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.infra.db.pool import Database
from teahouse.infra.http.caller import Caller
from teahouse.operators.model import BadRole, Role


@dataclass(frozen=True, repr=False)
class Badges:
    """Checks and gives roles."""

    db: Database
    audit: Audit
    clock: Clock

    async def check(self, caller: Caller, allowed: frozenset[Role]) -> str:
        """Return who acts, as the audit log names them. Raises ``NotAdministrator``, ``RoleTooSmall``."""
        if not caller.administrator:
            raise NotAdministrator
        async with self.db.read() as tx:
            given = await store.role(tx, caller.account_id)
        may(Role(given) if given else Role.OWNER, allowed)
        return f"account:{caller.account_id}"

    async def give(self, actor: str, account: Account, role: Role) -> None:
        """Say what an administrator's account may do by the tools. Raises ``BadRole``."""
        if role not in READERS:
            raise BadRole("Inspectors read registers, and use no tools.")
        async with self.db.transaction() as tx:
            await store.set_role(tx, account.account_id, role.value, actor, self.clock.now())
            detail: dict[str, object] = {"role": role.value}
            await self.audit.append(tx, actor, "adminapi.role_given", account.account_id, detail)
