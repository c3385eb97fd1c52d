"""Consent's verbs: tell the policy, take an answer, turn it into grounds, take it back."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.consent import store
from teahouse.consent.events import ConsentChanged
from teahouse.consent.model import (
    NOT_SAID,
    Answer,
    Basis,
    Both,
    Item,
    PolicyText,
    Receipt,
    Recipient,
    StalePolicy,
    changed,
    check_lang,
    check_withdrawable,
    decide,
    write_policy,
)
from teahouse.consent.model.recipients import recipients_of
from teahouse.consent.model.versions import (
    Difference,
    Due,
    Kept,
    NoSuchVersion,
    Published,
    difference,
    unanswered,
)
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.field import Necessity, Purpose, PurposeRegister, Wording
from teahouse.infra.vault.vault import Ground, Vault

RECEIPTS_MAX = 200
VERSIONS_MAX = 200
Stop = Callable[[Tx, str], Awaitable[None]]
Giving = Callable[[], Iterable[Recipient]]
Named = Callable[[str, str], bool]
Answered = Callable[[Tx, ConsentChanged], Awaitable[None]]


@dataclass(frozen=True, repr=False)
class Consent:
    """What people are told, what they answered, what that allows.

    ``stops`` has by purpose what ends, and erases, what was done on it: called in the transaction
    of the withdrawal [L-15]. ``giving`` adds recipients that the configuration does not name, and
    ``named`` tell, by the id and the host, which of those that it names are added by another name.
    ``answered`` are told of each change in its transaction.
    """

    db: Database
    log: Log
    vault: Vault
    register: PurposeRegister
    config: Config
    clock: Clock
    ids: Ids
    stops: dict[str, list[Stop]] = field(default_factory=dict[str, list[Stop]])
    giving: list[Giving] = field(default_factory=list[Giving])
    named: list[Named] = field(default_factory=list[Named])
    answered: list[Answered] = field(default_factory=list[Answered])
    _kept: dict[tuple[str, str], Kept] = field(default_factory=dict[tuple[str, str], Kept])
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
        name = config.operator_name or config.server_name
        contact = config.privacy_contact or config.operator_contact
        recipients = tuple(self.recipients())
        written = self._written[0][0] if self._written else None
        told = written and (written.operator_name, written.operator_contact, written.recipients)
        if told != (name, contact or NOT_SAID, recipients):
            items = [item_of(purpose) for purpose in self.register.purposes()]
            text = write_policy(name, contact, items, recipients)
            self._written[:] = [(text, text.version)]
        return self._written[0]

    def recipients(self) -> list[Recipient]:
        """Return who outside receives anything: from the configuration, and what was added."""
        more = [one for giver in self.giving for one in giver()]
        configured = recipients_of(self.config)
        known = [one for one in configured if any(has(one.id, one.host) for has in self.named)]
        return [*(one for one in configured if one not in known), *more]

    async def effective_at(self) -> datetime:
        """Return from when on this policy counts, publishing it the first time.

        The first policy of all counts at once; a later one, after ``policy_notice_days``.
        """
        text, version = self._policy()
        if version in self._since:
            return self._since[version]
        async with self._publishing, self.db.transaction() as tx:
            texts = _archived(text, "zh"), _archived(text, "en")
            now, reason = self.clock.now(), self.config.policy_reason
            days = self.config.policy_notice_days if await store.any_published(tx) else 0
            await store.publish(tx, version, texts, now + timedelta(days=days), now, reason)
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

    async def record_separate(self, tx: Tx, reference: str, answer: Answer) -> Receipt:
        """Write the receipt of a consent of its own, of somebody who may have no account.

        It is for the purposes accepted and nothing else. Raises ``StalePolicy``,
        ``UnknownPurpose``, ``UnknownLang``.
        """
        self.check_current(answer.policy_version)
        decide(self.text.items, answer.accepted, "")
        receipt = Receipt(
            self.ids.ulid(),
            None,
            reference,
            answer.policy_version,
            check_lang(answer.lang),
            answer.accepted,
            (),
            answer.basis.value,
            answer.screen,
            self.clock.now(),
        )
        await store.insert_receipt(tx, receipt)
        return receipt

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

    async def told(
        self, tx: Tx, subject_id: str, about: str, purposes: Sequence[str], answer: Answer
    ) -> Receipt:
        """Write the receipt of somebody who was told of a few purposes, and put them on file.

        For what is asked for at the moment it is needed: a request, an export. ``about`` names it
        where the subject is no account. Raises like :meth:`record`.
        """
        receipt = self._receipt(None, about, answer, (tuple(purposes), ()))
        await store.insert_receipt(tx, receipt)
        await self.vault.grant(tx, subject_id, self._purposes(purposes))
        return receipt

    async def change(
        self,
        account_id: str,
        accept: Sequence[str],
        withdraw: Sequence[str],
        lang: str,
        screen: str,
        decline: Sequence[str] = (),
    ) -> Receipt:
        """Accept, withdraw and decline purposes in one step; all is one receipt [L-15].

        What is not named stays as it was. ``decline`` is a no to what was asked anew: nothing is
        taken away by it. Raises ``NecessaryPurpose`` for withdrawing what only ends with the
        account, ``UnknownPurpose``.
        """
        check_withdrawable(self.text.items, withdraw)
        await self.effective_at()
        async with self.db.transaction() as tx:
            # First, and also when there is none: it holds the grounds, so that whoever accepts at
            # the same moment does not bring back what is being withdrawn.
            await self.vault.revoke(tx, account_id, self._purposes(withdraw))
            grounds = await self.vault.grounds(tx, account_id)
            earlier = await store.receipts(tx, account_id, 1)
            earlier_no = earlier[0].declined if earlier else ()
            refuse = (*withdraw, *(one for one in decline if one not in accept))
            said = changed(self.text.items, grounds, earlier_no, accept, refuse)
            basis = Basis.WITHDRAWAL if withdraw else Basis.NOTICE
            answer = Answer(self.policy_version, said[0], lang, screen, basis)
            receipt = self._receipt(account_id, None, answer, said)
            await store.insert_receipt(tx, receipt)
            await self.vault.grant(tx, account_id, self._purposes(said[0]))
            for purpose_id in withdraw:
                for stop in self.stops.get(purpose_id, ()):
                    await stop(tx, account_id)
            event = ConsentChanged(account_id, tuple(accept), tuple(withdraw))
            for told in self.answered:
                await told(tx, event)
            await self.log.put(tx, event)
        return receipt

    async def withdraw(self, caller: Caller, purposes: Sequence[str], lang: str) -> Receipt:
        """Withdraw optional purposes, in as many steps as giving took."""
        return await self.change(caller.account_id, (), purposes, lang, "settings.consent")

    async def withdraw_again(self, account_id: str, purpose_id: str) -> bool:
        """Withdraw what was withdrawn in a time that was lost; tell whether it was on file.

        A purpose that is no longer optional, or of which the policy tells no more, stays as it is.
        """
        optional = {item.id for item in self.text.items if not item.necessary}
        async with self.db.read() as tx:
            grounds = await self.vault.grounds(tx, account_id)
            lang = await self.lang_of(tx, account_id) or "zh"
        if purpose_id not in optional & {ground.partition("@")[0] for ground in grounds}:
            return False
        await self.change(account_id, (), [purpose_id], lang, "backups.ledger")
        return True

    async def lang_of(self, tx: Tx, account_id: str) -> str | None:
        """Return the language in which a person last answered us; ``None``: they never did."""
        found = await store.receipts(tx, account_id, 1)
        return found[0].lang if found else None

    async def receipts(self, account_id: str) -> Sequence[Receipt]:
        """Return an account's receipts, newest first."""
        async with self.db.read() as tx:
            return await store.receipts(tx, account_id, RECEIPTS_MAX)

    # -- versions ------------------------------------------------------------------------------

    async def versions(self) -> Sequence[Published]:
        """Return every version that was ever published, newest first."""
        await self.effective_at()
        async with self.db.read() as tx:
            return await store.published(tx, VERSIONS_MAX)

    async def kept(self, version: str, lang: str) -> Kept:
        """Return a policy as it was published. Raises ``NoSuchVersion``."""
        found = await self._policies([version], check_lang(lang))
        if version not in found:
            raise NoSuchVersion
        return found[version]

    async def difference(self, before: str, after: str, lang: str) -> Difference:
        """Return how two versions differ. Raises ``NoSuchVersion``."""
        return difference(await self.kept(before, lang), await self.kept(after, lang))

    async def due(self, caller: Caller, lang: str) -> Due:
        """Return what a person has to be asked anew: only what changed since they answered."""
        effective_at = await self.effective_at()
        async with self.db.read() as tx:
            grounds = await self.vault.grounds(tx, caller.account_id)
            receipts = await store.receipts(tx, caller.account_id, RECEIPTS_MAX)
        versions = {self.policy_version, *(receipt.policy_version for receipt in receipts)}
        policies = await self._policies(sorted(versions), check_lang(lang))
        latest = policies[self.policy_version]
        changes = unanswered(
            self.text.items, latest, receipts, policies, grounds, caller.account_class
        )
        return Due(self.policy_version, effective_at, changes)

    async def _policies(self, versions: Sequence[str], lang: str) -> dict[str, Kept]:
        """Return published policies, which never change, from memory when they were read before."""
        missing = [one for one in versions if (one, lang) not in self._kept]
        if missing:
            async with self.db.read() as tx:
                for version, text in (await store.kept(tx, missing, lang)).items():
                    self._kept[version, lang] = msgspec.json.decode(text, type=Kept)
        found = {one: self._kept.get((one, lang)) for one in versions}
        return {version: kept for version, kept in found.items() if kept is not None}

    # -- inside --------------------------------------------------------------------------------

    async def _write(
        self,
        tx: Tx,
        account_id: str | None,
        registration_id: str | None,
        answer: Answer,
        account_class: str,
    ) -> Receipt:
        said = decide(self.text.items, answer.accepted, account_class)
        receipt = self._receipt(account_id, registration_id, answer, said)
        await store.insert_receipt(tx, receipt)
        return receipt

    def _receipt(
        self,
        account_id: str | None,
        registration_id: str | None,
        answer: Answer,
        said: tuple[tuple[str, ...], tuple[str, ...]],
    ) -> Receipt:
        self.check_current(answer.policy_version)
        return Receipt(
            self.ids.ulid(),
            account_id,
            registration_id,
            answer.policy_version,
            check_lang(answer.lang),
            *said,
            answer.basis.value,
            answer.screen,
            self.clock.now(),
        )

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
            "recipients": [
                {
                    "id": one.id,
                    "name": one.name.in_lang(lang),
                    "host": one.host,
                    "what": one.what.in_lang(lang),
                }
                for one in text.recipients
            ],
        }
    ).decode()
