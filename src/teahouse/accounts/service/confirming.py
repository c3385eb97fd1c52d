"""Showing again that it is you, before a grave act (Matrix "User-Interactive Authentication")."""

from dataclasses import dataclass
from typing import Any

from teahouse.accounts import model, store
from teahouse.accounts.model import CODE_STAGE, Challenge, UiaMismatch
from teahouse.accounts.service.finder import Finder
from teahouse.accounts.store import proofs
from teahouse.clock import Clock
from teahouse.codes.model import WrongCode
from teahouse.codes.service import Codes
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller

PASSWORD_STAGE = "m.login.password"  # noqa: S105 - the name of a stage


@dataclass(frozen=True, slots=True)
class Confirming:
    """Asks for the password, or where there is none for a code, once more."""

    db: Database
    clock: Clock
    ids: Ids
    finder: Finder
    codes: Codes

    async def confirm(
        self, caller: Caller, operation: str, auth: dict[str, Any] | None
    ) -> Challenge | None:
        """Return what is still to be shown before ``operation``; see ``Accounts.confirm``."""
        async with self.db.read() as tx:
            known = await store.password(tx, caller.account_id) is not None
        stage = PASSWORD_STAGE if known else CODE_STAGE
        session = (auth or {}).get("session")
        if session is not None and not await self._stands(caller, operation, session):
            raise UiaMismatch
        tried = auth is not None and "type" in auth
        if auth is not None and auth.get("type") == stage and await self._shown(caller, auth):
            if session is not None:
                async with self.db.read() as tx:
                    await proofs.delete_uia(tx, session)
            return None
        if session is None:
            session = await self._begin(caller, operation)
        return Challenge(session, (stage,), wrong=tried)

    async def purge(self, tx: Tx) -> None:
        """Delete what expired more than a quarter of an hour ago."""
        await proofs.purge(tx, self.clock.now() - model.UIA_LIFE)

    async def _begin(self, caller: Caller, operation: str) -> str:
        session = self.ids.opaque(24)
        until = self.clock.now() + model.UIA_LIFE
        async with self.db.read() as tx:
            await proofs.insert_uia(tx, session, caller.account_id, operation, until)
        return session

    async def _stands(self, caller: Caller, operation: str, session: Any) -> bool:
        if not isinstance(session, str):
            return False
        now = self.clock.now()
        async with self.db.read() as tx:
            return await proofs.uia_stands(tx, session, caller.account_id, operation, now)

    async def _shown(self, caller: Caller, auth: dict[str, Any]) -> bool:
        if auth["type"] == PASSWORD_STAGE:
            return await self._password_shown(caller, auth)
        kind, code = auth.get("kind"), auth.get("code")
        proved = await self.finder.identifiers(caller.account_id)
        value = next((value for known, value, _ in proved if known == kind), None)
        if value is None or not isinstance(kind, str) or not isinstance(code, str):
            return False
        try:
            shown = await self.codes.check_contact(kind, value, "confirm", code)
        except WrongCode:
            return False
        return shown == caller.account_id

    async def _password_shown(self, caller: Caller, auth: dict[str, Any]) -> bool:
        who, password = model.uia_user(auth), auth.get("password")
        async with self.db.read() as tx:
            account = await store.account(tx, caller.account_id)
        named = await self.finder.find(who) if who else account
        mine = named is not None and named.account_id == caller.account_id
        given = password if isinstance(password, str) else ""
        return await self.finder.check_password(account, given) and mine
