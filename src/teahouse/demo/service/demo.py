"""The town as one thing: begun once, built, shown with its keys, removed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from teahouse.demo import store
from teahouse.demo.model.rules import (
    BuildTown,
    Key,
    NoTown,
    RemoveTown,
    TooManyPeople,
    Town,
    TownBusy,
    TownStands,
    is_busy,
)
from teahouse.demo.model.town import KEYS_FOR, PEOPLE, REAL_ACCOUNTS_MAX
from teahouse.demo.service.building import STEPS, Builder, check_gate
from teahouse.demo.service.house import HouseVerbs
from teahouse.demo.service.removing import Remover
from teahouse.errors import Refused

PASSWORD_LETTERS = 16


@dataclass(frozen=True)
class Demo:
    """The demo town. ``actor`` is as in ``audit``."""

    house: HouseVerbs

    async def town(self) -> Town | None:
        """Return the town as it is now, if there is one."""
        async with self.house.db.read() as tx:
            return await store.town(tx)

    async def begin(self, actor: str, yes: bool = False, later: bool = False) -> Town:
        """Stake the town out; :meth:`build` is next, or with ``later`` a job does it. Audited.

        Raises ``GateClosed`` where no test account may come in, ``TownStands``, ``TownBusy``, and ``TooManyPeople`` in a house that has people of
        its own, unless ``yes``.
        """
        house = self.house
        await check_gate(house)
        async with house.db.transaction() as tx:
            await store.lock(tx)
            await self._check_free(await store.town(tx))
            count = await house.accounts.count(tx)
            if count > REAL_ACCOUNTS_MAX and not yes:
                raise TooManyPeople(accounts=count)
            await store.begin(tx, STEPS, house.clock.now(), actor)
            await house.audit.append(tx, actor, "demo.begun")
            if later:
                await house.jobs.enqueue(tx, BuildTown(actor))
        town = await self.town()
        assert town is not None, "it has just been begun"
        return town

    async def build(self, actor: str, told: Callable[[int], Awaitable[None]] | None = None) -> None:
        """Build the town that was begun. Raises ``GateClosed``; then it is marked as failed."""

        async def progress(done: int) -> None:
            await self._move("building", done, STEPS)
            if told is not None:
                await told(done)

        try:
            await Builder(self.house, actor, progress).build()
        except Exception as fault:
            await self._failed(fault)
            raise
        await self._move("standing", STEPS, STEPS)

    async def begin_removal(self, actor: str, later: bool = False) -> int:
        """Say that the town is removed; :meth:`remove` is next, or with ``later`` a job does it.

        Returns of how much it is made. Audited.
        Raises ``NoTown``, ``TownBusy``.
        """
        house = self.house
        async with house.db.transaction() as tx:
            await store.lock(tx)
            town = await store.town(tx)
            if town is None:
                raise NoTown
            if is_busy(town, house.clock.now()):
                raise TownBusy
            total = len(await store.made(tx))
            await store.move(tx, "removing", (0, total), "", house.clock.now())
            await house.audit.append(tx, actor, "demo.removed", detail={"made": total})
            if later:
                await house.jobs.enqueue(tx, RemoveTown(actor))
        return total

    async def remove(self, actor: str) -> None:
        """Unmake everything that was written down, and the town itself."""
        async with self.house.db.read() as tx:
            everything = await store.made(tx)

        async def progress(done: int) -> None:
            await self._move("removing", done, len(everything))

        try:
            await Remover(self.house, actor, progress).remove(everything)
        except Exception as fault:
            await self._failed(fault)
            raise
        async with self.house.db.transaction() as tx:
            await store.end(tx)

    async def keys(self, actor: str) -> list[Key]:
        """Give two of the people new passwords, told this once. Audited. Raises ``NoTown``."""
        house = self.house
        town = await self.town()
        if town is None or town.state != "standing":
            raise NoTown
        async with house.db.read() as tx:
            accounts = {one.key: one.id for one in await store.made(tx) if one.kind == "account"}
        names = {person.key: person.name for person in PEOPLE}
        keys: list[Key] = []
        for who in KEYS_FOR:
            password = house.ids.readable(PASSWORD_LETTERS)
            phc = await house.accounts.hash_password(password)
            async with house.db.transaction() as tx:
                account = await house.accounts.by_id(tx, accounts[who])
                await house.accounts.set_password(tx, account.account_id, phc)
                await house.audit.append(tx, actor, "demo.key_made", account.account_id)
            keys.append(Key(account.user_id, names[who], password))
        return keys

    async def _check_free(self, town: Town | None) -> None:
        if town is None:
            return
        raise TownBusy if is_busy(town, self.house.clock.now()) else TownStands

    async def _move(self, state: str, done: int, total: int, fault: str = "") -> None:
        async with self.house.db.transaction() as tx:
            await store.move(tx, state, (done, total), fault, self.house.clock.now())

    async def _failed(self, fault: Exception) -> None:
        """Keep what went wrong, in a word that is ours."""
        word = fault.code if isinstance(fault, Refused) else type(fault).__name__
        structlog.get_logger("teahouse.demo").warning("demo failed", fault=word)
        town = await self.town()
        if town is not None:
            await self._move("failed", town.done, town.total, word)
