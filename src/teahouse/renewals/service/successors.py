"""Whoever wraps too often gets a successor."""

from dataclasses import dataclass

from teahouse.audit.service import Audit
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.lifecycle import KeyPurpose, succession
from teahouse.infra.vault.model import SHARED
from teahouse.infra.vault.store import keys as keys_store
from teahouse.renewals.service import KeySmith


@dataclass(frozen=True, repr=False)
class Successors:
    """Gives the key that wraps keys a successor before it has wrapped too often [U-04].

    By itself, one step each time it is asked; each is in the audit log. What is under the former
    stays there, and opens.
    """

    smith: KeySmith
    audit: Audit

    async def look(self, tx: Tx) -> str:
        """Bring the counts up to date, or do what is due next; return what that was."""
        for scope in (SHARED, *await self.smith.locksmith.scopes(tx)):
            due = await self._look(tx, scope)
            if due:
                return due
        await keys_store.add_up_wraps(tx)
        return ""

    async def _look(self, tx: Tx, scope: str) -> str:
        """Do what is due for the key that wraps the data keys of a scope."""
        locksmith = self.smith.locksmith
        primary = await locksmith.primary(tx, KeyPurpose.KEK, scope)
        assert primary is not None, "there is one"
        newest = await locksmith.newest(tx, KeyPurpose.KEK, scope)
        wraps = (await keys_store.wraps(tx)).get(primary.ref, 0)
        due = succession(wraps, newest.state)
        if not due:
            return ""
        if due != "add" and await locksmith.lacking(tx, KeyPurpose.KEK, newest.version):
            return ""  # some worker does not have it yet: the next time
        detail: dict[str, object] = {"count": wraps}
        await self.audit.append(tx, "system", "renewals.successor", newest.key_id, detail)
        if due == "add":
            told = await locksmith.add(tx, KeyPurpose.KEK, primary.suite, scope)
        elif due == "distribute":
            told = await locksmith.distribute(tx, KeyPurpose.KEK, newest.version)
        else:
            told = await locksmith.promote(tx, KeyPurpose.KEK, newest.version)
        await self.smith.log.put(tx, told)
        return due
