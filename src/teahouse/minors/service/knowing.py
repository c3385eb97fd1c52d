"""What is known of somebody's age, and what it lets them do.

Every worker remembers whom it was asked about, so that an act of somebody of whom nothing is known
costs no query. What is remembered is dropped when the log tells of a change.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec

from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.vault import Vault
from teahouse.minors import store
from teahouse.minors.events import MinorChanged
from teahouse.minors.model.ages import (
    Age,
    BadAge,
    Source,
    Token,
    Told,
    age_of,
    token_at,
    token_of,
    token_told,
)
from teahouse.minors.model.limits import Limits
from teahouse.minors.model.profile import Capability, MayNot, Profile, Verdict, verdict
from teahouse.minors.store import AGE, TOKEN, ToldRow
from teahouse.realnames.model import AgeBand, Confirmed

REMEMBERED_MAX = 100_000
PAGE = 200


class Known(msgspec.Struct, frozen=True):
    """What was told of somebody, what guardians said, who these are, and to whom they agreed."""

    told: tuple[Told, ...] = ()
    words: dict[Capability, bool] = {}
    guardians: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    limits: Limits = Limits()


@dataclass
class Memory:
    """What this worker knows. ``changes`` counts what was heard, so that late readings are seen."""

    known: OrderedDict[str, Known] = field(default_factory=OrderedDict[str, Known])
    changes: int = 0


@dataclass(frozen=True, repr=False)
class Knowing:
    """How old people count as. ``listen`` once."""

    db: Database
    log: Log
    vault: Vault
    clock: Clock
    config: Config
    profiles: Mapping[str, Profile]  # by the house's own profile, which operators may change
    memory: Memory = field(default_factory=Memory, repr=False)

    @property
    def profile(self) -> Profile:
        """The rules in force."""
        return self.profiles[self.config.profile]

    def listen(self) -> None:
        """Hear of changes."""
        self.log.hear(MinorChanged, self._changed)

    def _changed(self, _pos: int, told: MinorChanged) -> None:
        self.memory.changes += 1
        self.memory.known.pop(told.account_id, None)

    # -- asked by those who do things ----------------------------------------------------------

    async def may(
        self, account_id: str, capability: Capability, at: datetime | None = None
    ) -> Verdict:
        """Return whether an account's person may do something at a moment: now, unless told."""
        return self._verdict(await self.known(account_id), capability, at or self.clock.now())

    async def check(self, account_id: str, capability: Capability) -> None:
        """Refuse with ``MayNot`` what somebody's age does not let them do now."""
        found = await self.may(account_id, capability)
        if found.why is not None:
            why, articles = found.why.value, msgspec.to_builtins(found.articles)
            raise MayNot(capability=capability.value, why=why, articles=articles)

    async def verdicts(self, account_id: str) -> list[Verdict]:
        """Return what somebody may now, capability by capability."""
        known, now = await self.known(account_id), self.clock.now()
        return [self._verdict(known, capability, now) for capability in Capability]

    async def age(self, account_id: str) -> Age:
        """Return how old somebody counts as today."""
        return self._age(await self.known(account_id), self.today())

    async def known(self, account_id: str) -> Known:
        """Return what is known of somebody."""
        memory = self.memory
        found = memory.known.get(account_id)
        if found is not None:
            return found
        changes = memory.changes
        async with self.db.read() as tx:
            found = await self._read(tx, account_id)
        if changes == memory.changes:
            memory.known[account_id] = found
            if len(memory.known) > REMEMBERED_MAX:
                memory.known.popitem(last=False)
        return found

    async def age_within(self, tx: Tx, account_id: str) -> Age:
        """Like :meth:`age`, in somebody's transaction; what it reads is not remembered."""
        known = self.memory.known.get(account_id) or await self._read(tx, account_id)
        return self._age(known, self.today())

    def today(self) -> date:
        """Return which day it is where the profile holds."""
        return self.profile.day(self.clock.now())

    # -- telling -------------------------------------------------------------------------------

    async def counted(self) -> tuple[int, int]:
        """Return of how many the age is told, and how many minors have a guardian."""
        async with self.db.read() as tx:
            return await store.counted(tx)

    async def born(self, tx: Tx, account_id: str, source: Source, born_on: date) -> MinorChanged:
        """Note the band of somebody who was born on a day; the day itself is not kept.

        Raises ``BadAge``. The caller puts what is returned on the log.
        """
        token = token_of(born_on, self.today(), self.profile.nodes)
        return await self.tell(tx, account_id, source, token)

    def band_told(self, word: Confirmed) -> AgeBand | None:
        """Return the band of what a provider of identities told; ``None``: nothing that can be meant."""
        today, nodes = self.today(), self.profile.nodes
        try:
            if word.band is not None:
                told = token_told(Token(word.band.at_least, word.band.turns_on), today, nodes)
            elif word.born_on is not None:
                told = token_of(word.born_on, today, nodes)
            else:
                return None
        except BadAge:
            return None
        return AgeBand(told.at_least, told.turns_on)

    async def tell(self, tx: Tx, account_id: str, source: Source, token: Token) -> MinorChanged:
        """Note an age that somebody told, instead of what they told before; as :meth:`born`."""
        row = ToldRow(account_id, source.value, b"", self.clock.now())
        await self.vault.grant(tx, account_id, [AGE])
        await store.put_told(tx, row._replace(token=await self._seal(tx, row, token)))
        return MinorChanged(account_id)

    async def grow(self) -> int:
        """Move on the tokens whose next band has begun; return how many.

        Who counts as what does not wait for it: a band is worked out on the day of asking. But of
        who has become eighteen no day is to be kept.
        """
        after, count = ("", ""), 0
        while True:
            async with self.db.transaction() as tx:
                page = await store.told_after(tx, after, PAGE)
                for row in page:
                    count += await self._grow(tx, row)
            if len(page) < PAGE:
                return count
            after = (page[-1].account_id, page[-1].source)

    # -- inside --------------------------------------------------------------------------------

    async def _grow(self, tx: Tx, row: ToldRow) -> bool:
        before = await self._token(tx, row)
        token = token_at(before, self.today(), self.profile.nodes)
        if token == before:
            return False
        return await store.renew(tx, row, await self._seal(tx, row, token))

    async def _read(self, tx: Tx, account_id: str) -> Known:
        told = [
            Told(Source(row.source), await self._token(tx, row), row.told_at)
            for row in await store.told(tx, account_id)
        ]
        links = await store.links_of_child(tx, account_id)
        if not told and not links:
            return Known()
        words = await store.words_for(tx, account_id)
        contacts = await store.contacts(tx, account_id)
        return Known(
            tuple(told),
            {Capability(name): allowed for name, allowed in words.items()},
            frozenset(link.guardian_id for link in links if link.agreed_at is not None),
            frozenset(one.contact_id for one in contacts if one.agreed_at is not None),
            await store.limits(tx, account_id),
        )

    async def _token(self, tx: Tx, row: ToldRow) -> Token:
        word = self.vault.own_word(row.account_id, "age")
        text = await self.vault.open(tx, TOKEN, row.account_id, row.row_id, row.token, word)
        return msgspec.json.decode(text, type=Token)

    async def _seal(self, tx: Tx, row: ToldRow, token: Token) -> bytes:
        text = msgspec.json.encode(token)
        return await self.vault.seal(tx, TOKEN, row.account_id, row.row_id, text)

    def _age(self, known: Known, today: date) -> Age:
        return age_of(known.told, today, self.profile.nodes)

    def _verdict(self, known: Known, capability: Capability, at: datetime) -> Verdict:
        day = self.profile.day(at)
        return verdict(self.profile, self._age(known, day), known.words, capability, day)
