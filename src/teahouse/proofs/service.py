"""Showing again that it is you, before a grave act (Matrix "User-Interactive Authentication")."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from teahouse.accounts.model import WrongCredentials
from teahouse.accounts.service import Accounts
from teahouse.codes.model import CodeRequest, CodeShown, StartedCode, WrongCode
from teahouse.entry.model import uia_user
from teahouse.errors import Invalid
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import Caller
from teahouse.proofs import model, store
from teahouse.proofs.model import Challenge, Elsewhere, Shown, UiaMismatch

# Tells where a session shows who it is before an operation; ``None``: here.
Aside = Callable[[Caller, str], Awaitable[Elsewhere | None]]


@dataclass(frozen=True, slots=True, repr=False)
class Proofs:
    """Asks for the password, or where there is none for a code, once more. ``listen`` once."""

    accounts: Accounts
    others: dict[str, Callable[[Caller, str], Awaitable[None]]] = field(default_factory=dict)
    elsewhere: list[Aside] = field(default_factory=list[Aside])

    def listen(self) -> None:
        """Forget what an account has begun when it ends."""
        self.accounts.endings.append(store.forget)

    async def confirm(
        self, caller: Caller, operation: str, auth: dict[str, Any] | None
    ) -> Challenge | None:
        """Return what is still to be shown before ``operation``; ``None``: go on.

        Raises ``UiaMismatch`` when the session was begun for something else.
        """
        session = (auth or {}).get("session")
        if session is not None and not await self._stands(caller, operation, session):
            raise UiaMismatch
        for aside in self.elsewhere:
            if (told := await aside(caller, operation)) is not None:
                if told.done:
                    return None
                session = session or await self._begin(caller, operation)
                return Challenge(session, (model.BROWSER_STAGE,), url=told.url)
        known = await self.accounts.has_password(caller.account_id)
        stage = model.PASSWORD_STAGE if known else model.CODE_STAGE
        tried = auth is not None and "type" in auth
        if auth is not None and auth.get("type") == stage and await self._shown(caller, auth):
            if session is not None:
                async with self.accounts.db.read() as tx:
                    await store.delete(tx, session)
            return None
        if session is None:
            session = await self._begin(caller, operation)
        return Challenge(session, (stage,), wrong=tried)

    async def prove(
        self, caller: Caller, password: str | None, kind: str | None, code: str | None
    ) -> None:
        """Refuse who shows neither the password nor a code: ``WrongCredentials``, ``WrongCode``."""
        account = await self.accounts.account(caller.user_id)
        if code is not None and kind in self.others:
            await self.others[kind](caller, code)
        elif code is not None and kind is not None:
            contacts = await self.accounts.identifiers(caller.account_id)
            if kind not in contacts:
                raise WrongCredentials
            shown = CodeShown(code)
            await self.accounts.codes.check_contact(kind, contacts[kind], "confirm", shown)
            await self.accounts.proved_again(caller.account_id, kind, contacts[kind])
        elif password is None or not await self.accounts.check_password(account, password):
            raise WrongCredentials

    async def check(self, caller: Caller, shown: Shown) -> None:
        """Like :meth:`prove`, of what came in one piece."""
        await self.prove(caller, shown.password, shown.kind, shown.code)

    async def send_code(self, caller: Caller, kind: str, lang: str) -> StartedCode:
        """Send a code to the caller's own phone or address. Raises ``Invalid``, ``TooManyCodes``."""
        contacts = await self.accounts.identifiers(caller.account_id)
        if kind not in contacts:
            raise Invalid("kind must be phone or email, and one that the account has.")
        wanted = CodeRequest(kind, contacts[kind], "confirm", lang)
        async with self.accounts.db.transaction() as tx:
            return await self.accounts.codes.start(tx, wanted)

    async def purge(self, tx: Tx) -> None:
        """Delete what expired more than a quarter of an hour ago."""
        await store.purge(tx, self.accounts.clock.now() - model.PROOF_LIFE)

    async def _begin(self, caller: Caller, operation: str) -> str:
        session = self.accounts.ids.opaque(24)
        until = self.accounts.clock.now() + model.PROOF_LIFE
        async with self.accounts.db.read() as tx:
            await store.insert(tx, session, caller.account_id, operation, until)
        return session

    async def _stands(self, caller: Caller, operation: str, session: Any) -> bool:
        if not isinstance(session, str):
            return False
        now = self.accounts.clock.now()
        async with self.accounts.db.read() as tx:
            return await store.stands(tx, session, caller.account_id, operation, now)

    async def _shown(self, caller: Caller, auth: dict[str, Any]) -> bool:
        if auth["type"] == model.PASSWORD_STAGE:
            return await self._password_shown(caller, auth)
        kind, code = auth.get("kind"), auth.get("code")
        contacts = await self.accounts.identifiers(caller.account_id)
        if not isinstance(kind, str) or not isinstance(code, str) or kind not in contacts:
            return False
        try:
            codes = self.accounts.codes
            shown = await codes.check_contact(kind, contacts[kind], "confirm", CodeShown(code))
        except WrongCode:
            return False
        return shown == caller.account_id

    async def _password_shown(self, caller: Caller, auth: dict[str, Any]) -> bool:
        who, password = uia_user(auth), auth.get("password")
        account = await self.accounts.account(caller.user_id)
        named = await self.accounts.finder.find(who) if who else account
        mine = named is not None and named.account_id == caller.account_id
        given = password if isinstance(password, str) else ""
        return await self.accounts.check_password(account, given) and mine
