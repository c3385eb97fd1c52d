"""Consent's verbs: tell the policy, take an answer, turn it into grounds, take it back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.consent import store
from teahouse.consent.events import ConsentChanged
from teahouse.consent.model import (
    Answer,
    Basis,
    Both,
    Item,
    PolicyText,
    Receipt,
    StalePolicy,
    check_lang,
    check_withdrawable,
    decide,
    write_policy,
)
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.field import Necessity, Purpose, PurposeRegister, Wording
from teahouse.infra.vault.vault import Ground, Vault

RECEIPTS_MAX = 200


@dataclass(frozen=True)
class Consent:
    """What people are told, what they answered, what that allows."""

    db: Database
    log: Log
    vault: Vault
    register: PurposeRegister
    config: Config
    clock: Clock
    ids: Ids
    _written: list[tuple[PolicyText, str]] = field(
        default_factory=list[tuple[PolicyText, str]], repr=False
    )
    _since: dict[str, datetime] = field(default_factory=dict[str, datetime], repr=False)
    _publishing: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def text(self) -> PolicyText:
        """The policy in force, generated from the register once."""
        return self._policy()[0]

    @property
    def policy_version(self) -> str:
        """The version of the policy in force."""
        return self._policy()[1]

    def _policy(self) -> tuple[PolicyText, str]:
        config = self.config
        name, contact = config.operator_name or config.server_name, config.operator_contact
        written = self._written[0][0] if self._written else None
        if written is None or (written.operator_name, written.operator_contact) != (name, contact):
            items = [item_of(purpose) for purpose in self.register.purposes()]
            text = write_policy(name, contact, items)
            self._written[:] = [(text, text.version)]
        return self._written[0]

    async def effective_at(self) -> datetime:
        """Return since when this policy has been in force, keeping its text the first time."""
        text, version = self._policy()
        if version in self._since:
            return self._since[version]
        async with self._publishing, self.db.transaction() as tx:
            zh, en = _archived(text, "zh"), _archived(text, "en")
            await store.publish(tx, version, zh, en, self.clock.now())
            since = await store.effective_at(tx, version)
        assert since is not None, "it has just been published"
        self._since[version] = since
        return since

    def check_current(self, policy_version: str) -> None:
        """Raise ``StalePolicy`` unless ``policy_version`` is the one in force."""
        if policy_version != self.policy_version:
            raise StalePolicy(policy_version=self.policy_version)

    async def record(
        self,
        tx: Tx,
        subject_id: str,
        registration_id: str | None,
        answer: Answer,
        account_class: str = "personal",
    ) -> Receipt:
        """Write an account's receipt and put its purposes on file in the vault.

        The subject must have been created in this transaction or before. Raises ``StalePolicy``,
        ``UnknownPurpose``, ``UnknownLang``.
        """
        receipt = await self._write(tx, subject_id, registration_id, answer, account_class)
        await self.vault.grant(tx, subject_id, self._purposes(receipt.accepted))
        return receipt

    async def record_pending(
        self, tx: Tx, registration_id: str, answer: Answer, account_class: str
    ) -> Receipt:
        """Write the receipt of somebody who has no account yet. Raises like :meth:`record`."""
        return await self._write(tx, None, registration_id, answer, account_class)

    async def ground(self, tx: Tx, receipt_id: str) -> Ground:
        """Return what a pending receipt allows, in the shape that the vault asks for."""
        receipt = await store.receipt(tx, receipt_id)
        assert receipt is not None, "a registration's receipt is never deleted"
        return Ground(receipt_id, frozenset(self._purposes(receipt.accepted)))

    async def adopt(self, tx: Tx, receipt_id: str, account_id: str, account_class: str) -> Receipt:
        """Give a pending receipt to the account that came of it, and put its purposes on file.

        Raises ``StalePolicy`` when the policy has changed in between.
        """
        pending = await store.receipt(tx, receipt_id)
        assert pending is not None, "a registration's receipt is never deleted"
        answer = Answer(
            pending.policy_version,
            tuple(item.id for item in self.text.items if item.id in pending.accepted),
            pending.lang,
            pending.screen,
        )
        return await self.record(tx, account_id, pending.registration_id, answer, account_class)

    async def change(
        self, caller: Caller, accept: Sequence[str], withdraw: Sequence[str], lang: str, screen: str
    ) -> Receipt:
        """Accept and withdraw optional purposes in one step; both are one receipt [L-15].

        Raises ``NecessaryPurpose`` for what only ends with the account, ``UnknownPurpose``.
        """
        check_withdrawable(self.text.items, withdraw)
        await self.effective_at()
        async with self.db.transaction() as tx:
            # First, and also when there is none: it holds the grounds, so that whoever accepts at
            # the same moment does not bring back what is being withdrawn.
            await self.vault.revoke(tx, caller.account_id, self._purposes(withdraw))
            grounds = await self.vault.grounds(tx, caller.account_id)
            kept = [i.id for i in self.text.items if i.ground in grounds and i.id not in withdraw]
            basis = Basis.WITHDRAWAL if withdraw else Basis.NOTICE
            accepted = tuple(dict.fromkeys([*kept, *accept]))
            answer = Answer(self.policy_version, accepted, lang, screen, basis)
            receipt = await self.record(tx, caller.account_id, None, answer, caller.account_class)
            event = ConsentChanged(caller.account_id, tuple(accept), tuple(withdraw))
            await self.log.put(tx, event)
        return receipt

    async def withdraw(self, caller: Caller, purposes: Sequence[str], lang: str) -> Receipt:
        """Withdraw optional purposes, at the same depth at which they were given."""
        return await self.change(caller, (), purposes, lang, "settings.consent")

    async def receipts(self, account_id: str) -> Sequence[Receipt]:
        """Return an account's receipts, newest first."""
        async with self.db.read() as tx:
            return await store.receipts(tx, account_id, RECEIPTS_MAX)

    async def _write(
        self,
        tx: Tx,
        account_id: str | None,
        registration_id: str | None,
        answer: Answer,
        account_class: str,
    ) -> Receipt:
        self.check_current(answer.policy_version)
        accepted, declined = decide(self.text.items, answer.accepted, account_class)
        receipt = Receipt(
            self.ids.ulid(),
            account_id,
            registration_id,
            answer.policy_version,
            check_lang(answer.lang),
            accepted,
            declined,
            answer.basis.value,
            answer.screen,
            self.clock.now(),
        )
        await store.insert_receipt(tx, receipt)
        return receipt

    def _purposes(self, purpose_ids: Sequence[str]) -> list[Purpose]:
        wanted = set(purpose_ids)
        return [purpose for purpose in self.register.purposes() if purpose.id in wanted]


def _both(words: Wording) -> Both:
    return Both(words.zh, words.en)


def item_of(purpose: Purpose) -> Item:
    """Return a purpose of the register as the policy tells it."""
    return Item(
        id=purpose.id,
        ground=purpose.ground,
        name=_both(purpose.name),
        purpose=_both(purpose.purpose),
        means=_both(purpose.means),
        category=purpose.category.value,
        basis=purpose.basis.value,
        necessary=purpose.necessity is Necessity.NECESSARY,
        function=_both(purpose.function),
        retention=_both(purpose.retention),
        recipients=_both(purpose.recipients),
    )


def _archived(text: PolicyText, lang: str) -> str:
    """Return a policy in one language as JSON, for the archive of what was in force."""
    return msgspec.json.encode(
        {
            "operator": {"name": text.operator_name, "contact": text.operator_contact},
            "sections": [
                {"title": s.title.in_lang(lang), "body": [p.in_lang(lang) for p in s.paragraphs]}
                for s in text.sections
            ],
            "items": [
                {
                    "id": item.id,
                    "ground": item.ground,
                    "name": item.name.in_lang(lang),
                    "purpose": item.purpose.in_lang(lang),
                    "means": item.means.in_lang(lang),
                    "category": item.category,
                    "basis": item.basis,
                    "necessary": item.necessary,
                    "function": item.function.in_lang(lang),
                    "retention": item.retention.in_lang(lang),
                    "recipients": item.recipients.in_lang(lang),
                }
                for item in text.items
            ],
        }
    ).decode()
