"""Operators let somebody back in who has lost everything: two of them, a wait, and a link.

Neither sees what opens the account. The link's token is made from the house's key when it is sent,
and nothing is kept of it but a digest, so that nobody who reads the database has it either.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from teahouse.accounts.model import AccountGone, AccountLocked, AccountState, masked
from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.ids import token_digest
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import OperatorCaller
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.senders.model import CodeMessage, Lang, NeverSent
from teahouse.infra.vault.normal import email, phone
from teahouse.infra.vault.vault import Ground
from teahouse.recovery import model
from teahouse.recovery.model import Help, HelpAsked, HelpState, SendReturn, What
from teahouse.recovery.service.telling import Telling
from teahouse.recovery.store import helps, ways
from teahouse.recovery.store.helps import HelpRow
from teahouse.recovery.store.personal import EVIDENCE, HELP_CONTACT, HELP_PURPOSE


@dataclass(frozen=True, slots=True, repr=False)
class Helping:
    """What operators do for those who have lost everything."""

    accounts: Accounts
    telling: Telling
    audit: Audit
    jobs: Jobs
    wait: timedelta

    async def ask(self, operator: OperatorCaller, asked: HelpAsked) -> str:
        """Begin, for another operator to decide; return its id. Audited.

        Raises ``HelpWithoutWords``, ``BadPhone``, ``BadEmail``, ``CannotBeSent``,
        ``NoSuchAccount``, ``AccountGone``, ``AccountLocked`` and what :func:`check_help` raises.
        """
        reason = model.check_written(asked.reason, model.HELP_REASON_LETTERS_MAX)
        evidence = model.check_written(asked.evidence, model.EVIDENCE_LETTERS_MAX)
        kind = "phone" if asked.contact_kind == "phone" else "email"
        contact = phone(asked.contact) if kind == "phone" else email(asked.contact)
        if not self.accounts.codes.offers(kind):
            raise model.CannotBeSent
        help_id, now = self.accounts.ids.ulid(), self.accounts.clock.now()
        ground = Ground(help_id, frozenset({HELP_PURPOSE}))  # the word of whoever asks
        async with self.accounts.db.transaction() as tx:
            await self._check_account(tx, asked.account_id)
            await self._check_history(tx, operator.operator_id, asked.account_id)
            seal = self.accounts.vault.seal_pending
            row = HelpRow(
                help_id, asked.account_id, HelpState.ASKED.value, kind,
                await seal(tx, HELP_CONTACT, help_id, contact, ground),
                await seal(tx, EVIDENCE, help_id, evidence, ground),
                reason, operator.operator_id, now, None, None, None,
            )  # fmt: skip
            await helps.insert(tx, row)
            await self._note(tx, operator.operator_id, "asked", row, reason=reason)
        return help_id

    async def decide(
        self, operator: OperatorCaller, help_id: str, *, agrees: bool, reason: str
    ) -> None:
        """Agree, which begins the wait and tells everybody; or decline. Audited.

        Raises ``HelpWithoutWords``, what :func:`check_second` raises, and
        ``MustWait`` while somebody is on their way back already.
        """
        reason = model.check_written(reason, model.HELP_REASON_LETTERS_MAX)
        who, now = operator.operator_id, self.accounts.clock.now()
        async with self.accounts.db.transaction() as tx:
            row = await helps.one(tx, help_id)
            if row is None:
                raise model.HelpOver
            same = row.asked_by == who
            model.check_second(HelpState(row.state), now - row.asked_at, same=same, agrees=agrees)
            if agrees:
                await self._check_account(tx, row.account_id)
                await self._begin(tx, row, who)
            else:
                await helps.declined(tx, help_id, who, now)
            await self._note(tx, who, "agreed" if agrees else "declined", row, reason=reason)

    async def listed(self) -> list[Help]:
        """Return the newest, each contact masked."""
        async with self.accounts.db.read() as tx:
            found = await helps.listed(tx, model.HELPS_LISTED_MAX)
            return [await self._shown(tx, row) for row in found]

    async def send(self, job: SendReturn) -> None:
        """Send the link, if nobody has stopped it. Raises ``NotSent``, ``NeverSent``."""
        async with self.accounts.db.transaction() as tx:
            row = await helps.one(tx, job.help_id)
            if row is None or row.state != HelpState.WAITING.value or row.contact is None:
                return
            token = await self._token(tx, row.help_id)
            to = await self.accounts.vault.open_pending(tx, HELP_CONTACT, row.help_id, row.contact)
            spoken = await self.telling.lang_of(tx, row.account_id)
        if token is None:
            raise NeverSent("the key is gone from which the link was made")
        lang: Lang = "zh" if spoken == "zh" or to.startswith("+86") else "en"
        link = f"{self.accounts.config.base_url}/#/recover/{token}"
        message = CodeMessage(to, "", 0, lang, "help_ready", row.help_id, link)
        await self.accounts.codes.tell(row.contact_kind, message)
        async with self.accounts.db.transaction() as tx:
            if await helps.sent(tx, row.help_id):
                await self._note(tx, "system", "link_sent", row)

    async def ended(self, tx: Tx, account_id: str, state: HelpState, actor: str = "system") -> None:
        """Note that a way back has ended, if operators had begun it."""
        help_id = await helps.ended(tx, account_id, state.value, self.accounts.clock.now())
        if help_id is not None:
            act = f"recovery.help_{state.value}"
            await self.audit.append(tx, actor, act, account_id, {"help": help_id})

    async def purge(self, tx: Tx) -> None:
        """End what nobody decided or used in time, and delete what ended long ago."""
        now = self.accounts.clock.now()
        await helps.lapse(tx, now, now - model.HELP_LIFE, now - model.RETURN_LIFE)
        await helps.purge(tx, now - model.NOTICES_LIFE)

    # -- inside --------------------------------------------------------------------------------

    async def _begin(self, tx: Tx, row: HelpRow, who: str) -> None:
        now = self.accounts.clock.now()
        ready = now + max(self.wait, model.HELP_WAIT_MIN)
        going = await ways.open_return(tx, row.account_id)
        if going is not None:
            raise model.MustWait(ready_at=going[1].isoformat())
        digest = token_digest(self._tokens(row.help_id)[0])
        await ways.insert_return(tx, row.help_id, row.account_id, digest, now, ready)
        await helps.agreed(tx, row.help_id, who, now, ready)
        await self.telling.tell(tx, row.account_id, What.HELP_BEGUN, undo=("return", ""))
        await self.jobs.enqueue(tx, SendReturn(row.help_id), ready)

    async def _check_account(self, tx: Tx, account_id: str) -> None:
        account = await self.accounts.hold(tx, account_id)
        if account.state is AccountState.DEACTIVATED:
            raise AccountGone
        if account.state is AccountState.LOCKED:
            raise AccountLocked

    async def _check_history(self, tx: Tx, operator_id: str, account_id: str) -> None:
        now = self.accounts.clock.now()
        since = now - timedelta(days=1)
        there, today, stopped = await helps.history(tx, account_id, operator_id, since)
        there = there or await ways.open_return(tx, account_id) is not None
        model.check_help(there, today, stopped and now - stopped)

    async def _shown(self, tx: Tx, row: HelpRow) -> Help:
        vault, contact = self.accounts.vault, ""
        account = await self.accounts.by_id(tx, row.account_id)
        if row.contact is not None:
            contact = await vault.open_pending(tx, HELP_CONTACT, row.help_id, row.contact)
        return Help(
            row.help_id, row.account_id, account.user_id, HelpState(row.state), row.contact_kind,
            masked(row.contact_kind, contact) if contact else "",
            await vault.open_pending(tx, EVIDENCE, row.help_id, row.evidence),
            row.reason, row.asked_by, row.asked_at, row.decided_by, row.ready_at, row.ended_at,
        )  # fmt: skip

    async def _note(self, tx: Tx, actor: str, what: str, row: HelpRow, **detail: object) -> None:
        detail["help"] = row.help_id
        await self.audit.append(tx, actor, f"recovery.help_{what}", row.account_id, detail)

    async def _token(self, tx: Tx, help_id: str) -> str | None:
        """Return the token that the wait was begun for, whichever key was the newest then."""
        for token in self._tokens(help_id):
            if await ways.return_by_token(tx, token_digest(token)) is not None:
                return token
        return None

    def _tokens(self, help_id: str) -> list[str]:
        """Return what the house's keys make of it, the newest key's first."""
        word = b"recovery.help/" + help_id.encode()
        keys = self.accounts.vault.ring.house_keys()
        return [f"thb_{hmac.digest(key, word, 'sha256').hex()}" for key in keys]
