"""At the door: lists, proof of work, and limits that hold on any number of workers.

In this order, cheap things first: what an operator said about the network; whether work is to be
shown, and whether it was; then the buckets, the narrow one first, so that a flood from one place
empties its own and not everybody's. What is refused has taken nothing.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from teahouse.ids import token_digest
from teahouse.infra.senders.model import NeverSent
from teahouse.infra.vault.normal import email, phone
from teahouse.screening.model.mail import mail_kind
from teahouse.screening.model.proofs import (
    CHALLENGE_LIFE,
    LEVEL_MAX,
    LINE_LIFE,
    LINE_WAIT,
    PARTS,
    Challenge,
    Token,
    bits_for,
    make_token,
    read_token,
    solves,
)
from teahouse.screening.model.refusals import (
    BadProof,
    BudgetSpent,
    MailRefused,
    NetworkRefused,
    NotYourTurn,
    ProofNeeded,
    TooManyHere,
)
from teahouse.screening.model.rules import Rule, domain_action, network_action
from teahouse.screening.model.signals import Knock, Proof, address_network, contact_part
from teahouse.screening.service.rulebook import Rulebook
from teahouse.screening.store import counts
from teahouse.screening.store.counts import Bucket

HOUR, DAY = 3600.0, 86400.0
LIMITED_SHARE = 0.1  # of what a prefix may, when an operator limits it
PREFIX_LEVELS = (0.1, 0.3, 0.6)  # of a bucket used: from here on so much work is asked
HOUSE_LEVELS = (0.5, 0.75, 0.9)
ROUNDING = 1e-9
LINE_AN_HOUR = 30  # places in line for one prefix
PROVED_LIFE = timedelta(minutes=40)
_log = structlog.get_logger("teahouse.screening")


@dataclass(frozen=True)
class Knocks:
    """What is asked of those who begin, and of those who want a code."""

    book: Rulebook
    house_keys: Callable[[], Sequence[bytes]] = field(repr=False)

    async def check_start(self, knock: Knock, door: str, proved: bool = False) -> None:
        """Refuse who may not begin now.

        Raises ``NetworkRefused``, ``ProofNeeded`` and ``BadProof`` with a challenge,
        ``NotYourTurn``, ``TooManyHere`` with ``retry_after_ms``.
        """
        await self.book.read()
        share = await self._check_network(knock)
        buckets = await self._start_buckets(knock, door, share)
        level = 0 if proved else await self._level(buckets)
        if level:
            await self._check_proof(knock.proof, level)
        await self._take(buckets)

    async def demands(self, knock: Knock, door: str) -> Challenge | None:
        """Return the work that would be asked of somebody now, ``None`` when there is none."""
        await self.book.read()
        level = await self._level(await self._start_buckets(knock, door, 1.0))
        if not level or not self.book.acts(Rule.PROOF):
            return None
        return self.challenge(level)

    async def prove(self, what: str, proof: Proof) -> None:
        """Take a proof ahead of a step, for those who show it on its own. Raises ``BadProof``."""
        await self.book.read()
        await self._check_proof(proof, 1)
        async with self.book.db.transaction() as tx:
            ends = self.book.clock.now() + PROVED_LIFE
            await counts.spend(tx, _proved(what), ends)

    async def is_proved(self, what: str) -> bool:
        """Tell whether a proof was shown for a registration."""
        async with self.book.db.read() as tx:
            return await counts.is_spent(tx, _proved(what), self.book.clock.now())

    async def stand_in_line(self, challenge: str, knock: Knock) -> tuple[str, datetime]:
        """Give a place in line for a challenge that somebody does not solve, and when it is up.

        For devices that cannot, and for people who would rather wait. Raises ``BadProof``,
        ``TooManyHere``.
        """
        await self.book.read()
        token = self._read(challenge, "p")
        prefix, _ = await self.book.prefixes(address_network(knock.address))
        await self._take([(Rule.PROOF, Bucket("line", prefix, LINE_AN_HOUR, LINE_AN_HOUR / HOUR))])
        await self._spend(token)
        clock, nonce = self.book.clock, self.book.ids.bytes(12)
        place = make_token(self.house_keys()[0], "l", token.bits, clock.ms(), nonce)
        return place, clock.now() + LINE_WAIT

    async def check_contact(self, knock: Knock, kind: str, value: str) -> None:
        """Refuse a code that may not be sent now.

        Raises ``BadPhone``, ``BadEmail``, ``MailRefused``, ``TooManyHere``, ``BudgetSpent``.
        """
        await self.book.read()
        written = phone(value) if kind == "phone" else email(value)
        if kind == "email":
            await self._check_mail(contact_part(kind, written))
        prefix, _ = await self.book.prefixes(address_network(knock.address))
        most = self.book.setting(Rule.PREFIX_CODES).amount
        mine = self.book.setting(Rule.CONTACT_CODES).amount
        contact = self.book.digest("contact", f"{kind}:{written}")
        await self._take(
            [
                (Rule.CONTACT_CODES, Bucket("contact", contact, mine, mine / DAY)),
                (Rule.PREFIX_CODES, Bucket("prefix_codes", prefix, most, most / HOUR)),
            ]
        )
        if kind == "phone":
            await self.check_budget()

    async def check_budget(self) -> None:
        """Refuse when the house has sent as many text messages as it may: ``BudgetSpent``."""
        await self.book.read()
        buckets = self._budget()
        async with self.book.db.read() as tx:
            left = await counts.levels(tx, [bucket for _, bucket in buckets], self.book.clock.now())
        for (rule, _), tokens in zip(buckets, left, strict=True):
            if tokens < 1 and self.book.looks(rule):
                await self.book.spoke(rule, did=self.book.acts(rule))
                if self.book.acts(rule):
                    raise BudgetSpent(retry_after_ms=self._until_next(rule))

    async def count_message(self, kind: str) -> None:
        """Count a text message that is about to be sent; beyond the budget, ``NeverSent``."""
        if kind != "phone":
            return
        await self.book.read()
        try:
            await self._take(self._budget())
        except TooManyHere:
            _log.error("text messages are at their limit, and not sent")
            raise NeverSent("this house has sent as many text messages as it may") from None

    async def budget_left(self) -> dict[str, tuple[int, int]]:
        """Return how many messages may still be sent in this hour and day, and of how many."""
        await self.book.read()
        buckets = self._budget()
        async with self.book.db.read() as tx:
            left = await counts.levels(tx, [bucket for _, bucket in buckets], self.book.clock.now())
        return {
            rule.value: (int(tokens), int(bucket.burst))
            for (rule, bucket), tokens in zip(buckets, left, strict=True)
        }

    async def house_level(self) -> int:
        """Return how much work is asked of everybody now, 0 to 3."""
        buckets = (await self._start_buckets(Knock(), "", 1.0))[2:]
        async with self.book.db.read() as tx:
            left = await counts.levels(tx, [bucket for _, bucket in buckets], self.book.clock.now())
        used = 1 - left[0] / buckets[0][1].burst
        return sum(used >= share for share in HOUSE_LEVELS)

    # -- inside --------------------------------------------------------------------------------

    def challenge(self, level: int) -> Challenge:
        """Make a challenge for a level of pressure, 1 to 3."""
        bits = bits_for(self.book.setting(Rule.PROOF).amount, level)
        clock, ids = self.book.clock, self.book.ids
        return Challenge(
            challenge=make_token(self.house_keys()[0], "p", bits, clock.ms(), ids.bytes(12)),
            parts=PARTS,
            bits=bits,
            expires_in_seconds=int(CHALLENGE_LIFE.total_seconds()),
            wait_seconds=int(LINE_WAIT.total_seconds()),
        )

    async def _check_network(self, knock: Knock) -> float:
        if not self.book.looks(Rule.LISTS):
            return 1.0
        listed = network_action(self.book.networks(), knock.address)
        if listed is None or listed.action == "hold":
            return 1.0
        acts = self.book.acts(Rule.LISTS)
        if listed.action == "deny":
            await self.book.spoke(Rule.LISTS, did=acts)
            if acts:
                raise NetworkRefused(reason=listed.reason)
        return LIMITED_SHARE if acts else 1.0

    async def _check_mail(self, host: str) -> None:
        said = domain_action(self.book.domains(), host) if self.book.looks(Rule.LISTS) else None
        rule = Rule.LISTS if said == "deny" else Rule.DISPOSABLE_MAIL
        thrown_away = said is None and mail_kind(host) == "disposable"
        if (said == "deny" or thrown_away) and self.book.looks(rule):
            await self.book.spoke(rule, did=self.book.acts(rule))
            if self.book.acts(rule):
                raise MailRefused

    async def _start_buckets(
        self, knock: Knock, door: str, share: float
    ) -> list[tuple[Rule, Bucket]]:
        prefix, _ = await self.book.prefixes(address_network(knock.address))
        here = max(1.0, self.book.setting(Rule.PREFIX_STARTS).amount * share)
        by_door = self.book.setting(Rule.DOOR_STARTS).amount
        house = self.book.setting(Rule.HOUSE_STARTS).amount
        return [
            (Rule.PREFIX_STARTS, Bucket("prefix_starts", prefix, here, here / HOUR)),
            (Rule.DOOR_STARTS, Bucket("door_starts", _named(door), by_door, by_door / 60)),
            (Rule.HOUSE_STARTS, Bucket("house_starts", _named("house"), house, house / 60)),
        ]

    def _budget(self) -> list[tuple[Rule, Bucket]]:
        now = self.book.clock.now()
        hour, day = f"{now:%Y%m%d%H}", f"{now:%Y%m%d}"
        return [
            (rule, Bucket(rule.value, _named(window), self.book.setting(rule).amount, 0.0))
            for rule, window in ((Rule.SMS_HOUR, hour), (Rule.SMS_DAY, day))
        ]

    async def _level(self, buckets: Sequence[tuple[Rule, Bucket]]) -> int:
        """Return how much work is asked, 0 to 3: by how full this prefix and the house are."""
        if not self.book.looks(Rule.PROOF):
            return 0
        async with self.book.db.read() as tx:
            left = await counts.levels(tx, [bucket for _, bucket in buckets], self.book.clock.now())
        level = 0
        for nth, ((_, bucket), tokens) in enumerate(zip(buckets, left, strict=True)):
            used = 1 - tokens / bucket.burst + ROUNDING
            level = max(level, sum(used >= x for x in (HOUSE_LEVELS if nth else PREFIX_LEVELS)))
        return min(level, LEVEL_MAX)

    async def _check_proof(self, proof: Proof | None, level: int) -> None:
        acts = self.book.acts(Rule.PROOF)
        if proof is None:
            await self.book.spoke(Rule.PROOF, did=acts)
            if acts:
                raise ProofNeeded(challenge=_plain(self.challenge(level)))
            return
        try:
            await self._spend(self._solved(proof))
        except BadProof:
            raise BadProof(challenge=_plain(self.challenge(level))) from None

    def _solved(self, proof: Proof) -> Token:
        """Return a proof's token if it is solved, or if its place in line has come up."""
        if proof.answers:
            token = self._read(proof.challenge, "p")
            if not solves(token, proof.answers):
                raise BadProof
            return token
        token = self._read(proof.challenge, "l")
        wait_ms = token.made_ms + int(LINE_WAIT.total_seconds() * 1000) - self.book.clock.ms()
        if wait_ms > 0:
            raise NotYourTurn(retry_after_ms=wait_ms)
        return token

    def _read(self, text: str, kind: str) -> Token:
        token = read_token(self.house_keys(), text)
        life = CHALLENGE_LIFE if kind == "p" else LINE_LIFE
        if token is None or token.kind != kind:
            raise BadProof
        if self.book.clock.ms() - token.made_ms > life.total_seconds() * 1000:
            raise BadProof
        return token

    async def _spend(self, token: Token) -> None:
        """Use a token, once on any worker. Raises ``BadProof``."""
        digest = hashlib.sha256(b"spent\0" + token.text.encode()).digest()
        async with self.book.db.transaction() as tx:
            fresh = await counts.spend(tx, digest, self.book.clock.now() + LINE_LIFE)
        if not fresh:
            raise BadProof

    async def _take(self, buckets: Sequence[tuple[Rule, Bucket]]) -> None:
        """Take one from each bucket, or from none. Raises ``TooManyHere``."""
        now = self.book.clock.now()
        looked_at = [(rule, bucket) for rule, bucket in buckets if self.book.looks(rule)]
        empty: list[tuple[Rule, Bucket]] = []
        try:
            async with self.book.db.transaction() as tx:
                for rule, bucket in looked_at:
                    if not await counts.take(tx, bucket, now):
                        empty.append((rule, bucket))
                        if self.book.acts(rule):
                            raise TooManyHere
        except TooManyHere:
            rule, bucket = empty[-1]
            await self.book.spoke(rule, did=True)
            raise TooManyHere(retry_after_ms=self._wait_ms(rule, bucket)) from None
        for rule, _ in empty:
            await self.book.spoke(rule, did=False)

    def _wait_ms(self, rule: Rule, bucket: Bucket) -> int:
        if bucket.per_second == 0:
            return self._until_next(rule)
        return int(1000 / bucket.per_second)

    def _until_next(self, rule: Rule) -> int:
        now = self.book.clock.now()
        ends = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        if rule is Rule.SMS_DAY:
            ends = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return int((ends - now).total_seconds() * 1000)


def _plain(challenge: Challenge) -> dict[str, object]:
    return {name: getattr(challenge, name) for name in Challenge.__struct_fields__}


def _named(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]


def _proved(what: str) -> bytes:
    return token_digest(f"proved {what}")
