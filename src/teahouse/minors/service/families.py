"""Guardians and their wards: a minor asks, a grown-up agrees, and says what the minor may."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import msgspec

from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.guardians.service import Guardians
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.minors import store
from teahouse.minors.events import MinorChanged
from teahouse.minors.model.ages import GROWN, Age, Source, born_after, token_of
from teahouse.minors.model.families import (
    ASK_LIFE,
    GUARDIANS_MAX,
    WARDS_MAX,
    AlreadyLinked,
    GrownUp,
    Link,
    NoSuchGuardian,
    NoSuchWard,
    TooManyLinks,
    UnderFourteen,
)
from teahouse.minors.model.profile import Capability, Verdict
from teahouse.minors.service.knowing import Knowing

PAGE = 200

# Called in the transaction in which a guardian of a child, or with ``None`` all of them, stop.
Parting = Callable[[Tx, str, str | None], Awaitable[None]]


class Ward(msgspec.Struct, frozen=True):
    """A minor as a guardian of theirs sees them, or whoever is asked to be one."""

    user_id: str
    link: Link
    age: Age
    verdicts: list[Verdict]
    words: dict[Capability, bool]  # this and other guardians' together


@dataclass(frozen=True, repr=False)
class Families:
    """Who answers for whom. ``listen`` once, before anybody registers."""

    db: Database
    log: Log
    clock: Clock
    accounts: Accounts
    guardians: Guardians
    knowing: Knowing
    partings: list[Parting] = field(default_factory=list[Parting])

    def listen(self) -> None:
        """Take over children whose account began with a guardian; forget accounts that end."""
        self.guardians.linked.append(self._linked)
        self.accounts.endings.append(store.forget)

    async def _linked(self, tx: Tx, child_id: str, guardian_id: str, month: str) -> bool:
        """Note a child's guardian, and the band of the month they told; false when known."""
        now = self.clock.now()
        if not await store.link_at_once(tx, child_id, guardian_id, now):
            return False
        born = born_after(month, self.knowing.today())
        await self.knowing.born(tx, child_id, Source.GUARDIAN, born)
        return True

    async def adopt(self) -> int:
        """Take over children whose accounts were made before there were ages; return how many."""
        after, count = "", 0
        while True:
            async with self.db.transaction() as tx:
                page = await self.guardians.page(tx, after, PAGE)
                told: list[MinorChanged] = []
                for child_id, guardian_id, month in page:
                    if await self._linked(tx, child_id, guardian_id, month):
                        told.append(MinorChanged(child_id))
                if told:
                    await self.log.put(tx, *told)
            count += len(told)
            if len(page) < PAGE:
                return count
            after = page[-1][0]

    async def ask(self, caller: Caller, user_id: str) -> None:
        """Ask somebody to be one's guardian; the ask holds for a week.

        Raises ``NoSuchGuardian``, ``TooManyLinks``, ``AlreadyLinked``, ``GrownUp``.
        """
        age = await self.knowing.age(caller.account_id)
        if age.at_least is not None and not age.minor:
            raise GrownUp
        async with self.db.transaction() as tx:
            guardian_id = await self.accounts.id_of(tx, user_id)
            if guardian_id is None or guardian_id == caller.account_id:
                raise NoSuchGuardian
            links = await store.links_of_child(tx, caller.account_id)
            if any(link.guardian_id == guardian_id for link in links):
                raise AlreadyLinked
            if len(links) >= GUARDIANS_MAX:
                raise TooManyLinks
            await store.ask(tx, caller.account_id, guardian_id, self.clock.now())

    async def agree(self, caller: Caller, user_id: str, birth_month: str) -> None:
        """Agree to answer for a minor who asked, and tell their month of birth.

        The caller has proved that it is they. Raises ``NoSuchWard``, ``BadAge``, ``GrownUp``,
        ``TooManyLinks``, ``NotAGuardian``.
        """
        born, today = born_after(birth_month, self.knowing.today()), self.knowing.today()
        if token_of(born, today, self.knowing.profile.nodes).at_least >= GROWN:
            raise GrownUp
        if (await self.knowing.age(caller.account_id)).minor:
            raise NoSuchWard
        async with self.db.transaction() as tx:
            await self.guardians.check_guardian(tx, caller)
            link = await self._held(tx, caller, user_id)
            if link.agreed_at is not None:
                raise AlreadyLinked
            others = await store.links_of_guardian(tx, caller.account_id, WARDS_MAX + 1)
            if sum(one.agreed_at is not None for one in others) >= WARDS_MAX:
                raise TooManyLinks
            await store.agree(tx, link.child_id, link.guardian_id, self.clock.now())
            told = await self.knowing.born(tx, link.child_id, Source.GUARDIAN, born)
            await self.log.put(tx, told)

    async def end(self, caller: Caller, user_id: str) -> None:
        """Stop answering for a minor, or decline to; what was said goes with it.

        Raises ``NoSuchWard``, and ``UnderFourteen`` for whom the account itself depends on it.
        """
        async with self.db.transaction() as tx:
            link = await self._held(tx, caller, user_id)
            if await self.guardians.answers_for(tx, caller.account_id, link.child_id):
                raise UnderFourteen
            await store.drop_link(tx, link.child_id, link.guardian_id)
            for part in self.partings:
                await part(tx, link.child_id, link.guardian_id)
            await self.log.put(tx, MinorChanged(link.child_id))

    async def say(
        self, caller: Caller, user_id: str, capability: Capability, allowed: bool | None
    ) -> None:
        """Say that a ward may or may not do something; ``None`` takes the word back.

        The caller has proved that it is they. Raises ``NoSuchWard``.
        """
        async with self.db.transaction() as tx:
            link = await self.held(tx, caller, user_id)
            await store.say(tx, link, capability.value, allowed, self.clock.now())
            await self.log.put(tx, MinorChanged(link.child_id))

    async def wards(self, caller: Caller) -> list[Ward]:
        """Return for whom the caller answers, or is asked to; of the latter nothing is told."""
        async with self.db.read() as tx:
            links = await store.links_of_guardian(tx, caller.account_id, 2 * WARDS_MAX)
            names = [(await self.accounts.by_id(tx, link.child_id)).user_id for link in links]
        return [await self._ward(link, name) for link, name in zip(links, names, strict=True)]

    async def of_child(self, child_id: str) -> list[tuple[str, Link]]:
        """Return (name, link) of those who answer for a minor, or are asked to."""
        async with self.db.read() as tx:
            links = await store.links_of_child(tx, child_id)
            return [
                ((await self.accounts.by_id(tx, link.guardian_id)).user_id, link) for link in links
            ]

    async def purge(self, tx: Tx) -> None:
        """Forget who was asked and did not answer in a week."""
        await store.purge_asks(tx, self.clock.now() - ASK_LIFE)

    async def release_grown(self) -> int:
        """End the links of everybody who has become eighteen; return how many."""
        after, count = "", 0
        while True:
            async with self.db.read() as tx:
                page = await store.children_after(tx, after, PAGE)
            for child_id in page:
                count += await self.release(child_id)
            if len(page) < PAGE:
                return count
            after = page[-1]

    async def release(self, account_id: str) -> bool:
        """End the links of who needs no guardian any more; false when they do, or had none."""
        if (await self.knowing.age(account_id)).minor:
            return False
        async with self.db.transaction() as tx:
            if not await store.drop_links_of_child(tx, account_id):
                return False
            for part in self.partings:
                await part(tx, account_id, None)
            await self.log.put(tx, MinorChanged(account_id))
        return True

    async def _ward(self, link: Link, user_id: str) -> Ward:
        if link.agreed_at is None:
            return Ward(user_id, link, Age(), [], {})
        known = await self.knowing.known(link.child_id)
        age = await self.knowing.age(link.child_id)
        return Ward(
            user_id, link, age, await self.knowing.verdicts(link.child_id), dict(known.words)
        )

    async def guardians_of(self, tx: Tx, child_id: str) -> list[str]:
        """Return the accounts of those who answer for a minor."""
        links = await store.links_of_child(tx, child_id)
        return [link.guardian_id for link in links if link.agreed_at is not None]

    async def held(self, tx: Tx, caller: Caller, user_id: str) -> Link:
        """Return the link to a ward for whom the caller answers, held. Raises ``NoSuchWard``."""
        link = await self._held(tx, caller, user_id)
        if link.agreed_at is None:
            raise NoSuchWard
        return link

    async def _held(self, tx: Tx, caller: Caller, user_id: str) -> Link:
        child_id = await self.accounts.id_of(tx, user_id)
        link = await store.hold_link(tx, child_id, caller.account_id) if child_id else None
        if link is None:
            raise NoSuchWard
        return link
