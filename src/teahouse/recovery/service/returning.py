"""Coming back in: when a code alone is not enough, and when everything is lost."""

from dataclasses import dataclass
from datetime import timedelta

from teahouse.accounts.model import (
    Account,
    AccountLeaving,
    Device,
    OpenedSession,
    WrongCredentials,
)
from teahouse.accounts.service import Accounts
from teahouse.codes.model import CodeRequest, CodeShown, StartedCode
from teahouse.ids import token_digest
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.normal import email, phone
from teahouse.proofs.model import Shown
from teahouse.proofs.service import Proofs
from teahouse.recovery.model import (
    CODE_GROUP_LETTERS,
    CODE_GROUPS,
    CODES_PRINTED,
    RETURN_LIFE,
    TICKET_ATTEMPTS_MAX,
    TICKET_LIFE,
    CannotReturn,
    HelpState,
    Means,
    MoreProof,
    MustWait,
    Return,
    Step,
    What,
    by_code,
)
from teahouse.recovery.service.helping import Helping
from teahouse.recovery.service.telling import Telling
from teahouse.recovery.store import ways

Entered = tuple[Account, OpenedSession]


@dataclass(frozen=True, slots=True, repr=False)
class Returning:
    """Lets owners back in, and tells everybody."""

    accounts: Accounts
    confirming: Proofs
    telling: Telling
    helping: Helping
    wait: timedelta

    # -- a code that alone is not enough -------------------------------------------------------

    async def check_code(self, account_id: str, kind: str, value: str) -> None:
        """Refuse a right code that is not enough: ``MoreProof``, ``MustWait``, ``AccountLeaving``.

        Called before the session is opened. The refusal has a ticket, good for ten minutes.
        """
        now = self.accounts.clock.now()
        async with self.accounts.db.transaction() as tx:
            account = await self.accounts.by_id(tx, account_id)
            means, others = await self._means(tx, account_id, kind, value)
            step = by_code(means)
            if step is Step.ENTER and account.ends_at is None:
                return
            needs = needed(means, others) if step is Step.MORE else []
            begun = await self._begin(tx, account_id) if step is Step.WAIT else None
            ticket = self.accounts.ids.token("tht")
            if begun is None:
                kept = ways.Ticket(account_id, kind, needs)
                await ways.insert_ticket(tx, token_digest(ticket), kept, now + TICKET_LIFE)
        if begun is not None:
            raise MustWait(token=begun.token, ready_at=begun.ready_at.isoformat())
        if account.ends_at is not None and not needs:
            raise AccountLeaving(ends_at=account.ends_at.isoformat(), ticket=ticket, needs=[])
        raise MoreProof(ticket=ticket, needs=needs)

    async def send_code(self, ticket: str, kind: str, lang: str) -> StartedCode:
        """Send a code to another contact of the account that a ticket is for."""
        async with self.accounts.db.transaction() as tx:
            found = await ways.ticket(tx, token_digest(ticket), self.accounts.clock.now())
            if found is None or kind not in found.needs:
                raise CannotReturn
            contacts = await self.accounts.finder.contacts_in_use(tx, found.account_id, kind)
            if not contacts:
                raise CannotReturn
            request = CodeRequest(kind, contacts[0], "confirm", lang)
            return await self.accounts.codes.start(tx, request)

    async def prove(self, ticket: str, shown: Shown, device: Device, restore: bool) -> Entered:
        """Let in who shows the rest, or calls an account back.

        Raises ``CannotReturn``, ``WrongCredentials``, ``WrongCode``; ``AccountLeaving`` with the
        ticket, which needs no more than the wish to call it back: what was shown may be spent.
        """
        digest, now = token_digest(ticket), self.accounts.clock.now()
        async with self.accounts.db.read() as tx:
            found = await ways.try_ticket(tx, digest, now, TICKET_ATTEMPTS_MAX)
        if found is None:
            raise CannotReturn
        if found.needs:
            await self._check_rest(found, shown)
            async with self.accounts.db.read() as tx:
                await ways.complete_ticket(tx, digest)
        try:
            entered = await self.accounts.sign_in(found.account_id, device, restore)
        except AccountLeaving as leaving:
            raise AccountLeaving(**leaving.fields, ticket=ticket, needs=[]) from leaving
        async with self.accounts.db.read() as tx:
            await ways.delete_ticket(tx, digest)
            proved = await self.accounts.finder.contacts_in_use(tx, found.account_id, found.kind)
        for value in proved[:1]:
            await self.accounts.proved_again(found.account_id, found.kind, value)
        return entered

    # -- everything is lost --------------------------------------------------------------------

    async def print_codes(self, caller: Caller, shown: Shown) -> list[str]:
        """Make eight codes to print, instead of those there were. Each is good once."""
        await self.confirming.check(caller, shown)
        ids, now = self.accounts.ids, self.accounts.clock.now()
        codes = [
            "-".join(ids.readable(CODE_GROUP_LETTERS) for _ in range(CODE_GROUPS))
            for _ in range(CODES_PRINTED)
        ]
        async with self.accounts.db.transaction() as tx:
            await self.accounts.hold(tx, caller.account_id)
            digests = [token_digest(_plain(code)) for code in codes]
            await ways.put_codes(tx, caller.account_id, digests, now)
            await self.telling.tell(tx, caller.account_id, What.CODES_MADE, caller)
        return codes

    async def begin(self, printed: str) -> Return:
        """Begin to come back by a printed code. Raises ``CannotReturn``."""
        now = self.accounts.clock.now()
        async with self.accounts.db.transaction() as tx:
            account_id = await ways.use_code(tx, token_digest(_plain(printed)), now)
            if account_id is None:
                raise CannotReturn
            return await self._begin(tx, account_id)

    async def finish(self, token: str, password: str | None, device: Device) -> Entered:
        """Come in once the wait is over: every other way in ends. Raises ``MustWait``."""
        now = self.accounts.clock.now()
        phc = await self.accounts.hash_password(password) if password else None
        async with self.accounts.db.transaction() as tx:
            found = await ways.return_by_token(tx, token_digest(token))
            if found is None or found[2] + RETURN_LIFE < now:
                raise CannotReturn
            _, account_id, ready_at = found
            if now < ready_at:
                raise MustWait(token=token, ready_at=ready_at.isoformat())
            ended = await self.accounts.shut_out(tx, account_id)
            if phc is not None:
                await self.accounts.set_password(tx, account_id, phc)
            await ways.end_return(tx, account_id, now)
            await self.telling.tell(tx, account_id, What.RETURN_DONE)
            await self.helping.ended(tx, account_id, HelpState.DONE)
            if ended:
                await self.accounts.log.put(tx, *ended)
        return await self.accounts.sign_in(account_id, device, restore=True)

    async def cancel(self, caller: Caller) -> None:
        """Stop a way back, from any device that is signed in."""
        async with self.accounts.db.transaction() as tx:
            await self.stop(tx, caller.account_id, caller)

    async def stop(self, tx: Tx, account_id: str, by: Caller | None = None) -> None:
        """Stop a way back within ``tx``; there need not be one."""
        if await ways.end_return(tx, account_id, self.accounts.clock.now()):
            await self.telling.tell(tx, account_id, What.RETURN_CANCELLED, by)
            await self.helping.ended(tx, account_id, HelpState.STOPPED, f"account:{account_id}")

    async def _begin(self, tx: Tx, account_id: str) -> Return:
        """Begin to wait. Raises ``MustWait`` when somebody waits: only one of them is the owner."""
        ids, now = self.accounts.ids, self.accounts.clock.now()
        await self.accounts.hold(tx, account_id)  # two may begin at once, and one is to be told
        going = await ways.open_return(tx, account_id)
        if going is not None:
            raise MustWait(ready_at=going[1].isoformat())
        token, ready_at = ids.token("thb"), now + self.wait
        digest = token_digest(token)
        await ways.insert_return(tx, ids.ulid(), account_id, digest, now, ready_at)
        await self.telling.tell(tx, account_id, What.RETURN_BEGUN, undo=("return", ""))
        return Return(token, ready_at)

    async def _check_rest(self, ticket: ways.Ticket, shown: Shown) -> None:
        """Refuse who shows nothing that only the owner has: ``WrongCredentials``, ``WrongCode``."""
        async with self.accounts.db.read() as tx:
            account = await self.accounts.by_id(tx, ticket.account_id)
            digest = token_digest(_plain(shown.printed or ""))
            now = self.accounts.clock.now()
            if await ways.use_code_of(tx, digest, ticket.account_id, now):
                return
            kind = shown.kind if shown.kind in ticket.needs else None
            values = []
            if kind is not None:
                values = await self.accounts.finder.contacts_in_use(tx, ticket.account_id, kind)
        if kind is not None and values and shown.code is not None:
            code = CodeShown(shown.code)
            await self.accounts.codes.check_contact(kind, values[0], "confirm", code)
        elif not await self.accounts.check_password(account, shown.password or ""):
            raise WrongCredentials

    async def _means(
        self, tx: Tx, account_id: str, kind: str, value: str
    ) -> tuple[Means, list[str]]:
        """Return what an account has beside a contact, and the kinds of its other contacts."""
        found = await self.accounts.finder.contacts_within(tx, account_id)
        written = phone(value) if kind == "phone" else email(value)
        proved = [one.proved_at for one in found if (one.kind, one.value) == (kind, written)]
        others = sorted({one.kind for one in found if one.rank > 0} - {kind})
        means = Means(
            kind=kind,
            proved_ago=self.accounts.clock.now() - proved[0],
            password=(await self.accounts.activity(tx, account_id)).password,
            other_contact=bool(others),
            printed=await ways.codes_left(tx, account_id) > 0,
        )
        return means, others


def needed(means: Means, others: list[str]) -> list[str]:
    """Return what may be shown beside a code."""
    found = [*others]
    found += ["password"] if means.password else []
    return [*found, "printed"] if means.printed else found


def _plain(code: str) -> str:
    """Return a printed code without what people put between its groups."""
    return "".join(code.lower().split()).replace("-", "")
