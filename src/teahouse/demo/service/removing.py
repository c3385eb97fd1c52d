"""Unmaking the town: what was written down, and nothing else.

Each thing is struck out once it is gone, so that removing can be stopped and begun again. What
visitors said in the town's rooms stays theirs, and so do the rooms while somebody is in them.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from teahouse.accounts.model import AccountState
from teahouse.demo import store
from teahouse.demo.model.rules import Made
from teahouse.demo.service.house import HouseVerbs
from teahouse.directory.model import NoSuchAlias, NotYours
from teahouse.errors import NotFound, Refused
from teahouse.gate.model.policies import BadTimes

ORDER = ("policy", "invite", "alias", "room", "account")
REASON = "The demo town is removed."
Progress = Callable[[int], Awaitable[None]]


@dataclass(frozen=True)
class Remover:
    """Removes the town. ``actor`` is as in ``audit``; ``told`` is called after each step."""

    house: HouseVerbs
    actor: str
    told: Progress

    async def remove(self, everything: list[Made]) -> None:
        """Unmake all of it."""
        users = await self._users(everything)
        in_order = sorted(everything, key=lambda made: ORDER.index(made.kind))
        for done, made in enumerate(in_order, 1):
            if made.kind == "account":
                await self._account(made, users.get(made.id))
            elif made.kind == "room":
                await self._room(made, list(users.values()))
            elif made.kind == "alias":
                await self._alias(made, everything, users)
            else:
                await self._at_the_gate(made)
            async with self.house.db.transaction() as tx:
                await store.forget(tx, made)
            await self.told(done)

    async def _users(self, everything: list[Made]) -> dict[str, str]:
        """Return the user ids of the town's people who are still there, by account."""
        found: dict[str, str] = {}
        async with self.house.db.read() as tx:
            for made in everything:
                if made.kind == "account":
                    account = await self.house.accounts.by_id(tx, made.id)
                    if account.state is not AccountState.DEACTIVATED:
                        found[made.id] = account.user_id
        return found

    async def _at_the_gate(self, made: Made) -> None:
        with suppress(NotFound, BadTimes):  # an operator has ended it already
            if made.kind == "policy":
                await self.house.gate.policies.end(self.actor, made.id, REASON)
            else:
                await self.house.invites.revoke(self.actor, made.id)

    async def _alias(self, made: Made, everything: list[Made], users: dict[str, str]) -> None:
        owners = {one.key: users.get(one.id) for one in everything if one.kind == "account"}
        owner = owners.get(made.key)
        if owner is not None:
            with suppress(NoSuchAlias, NotYours):
                await self.house.directory.remove_alias(owner, made.id)

    async def _room(self, made: Made, users: list[str]) -> None:
        """Take a room off the list, and its people out of it."""
        coming, directory = self.house.membership.coming, self.house.directory
        room = await coming.rooms.find(made.id)
        if room is None:
            return
        with suppress(Refused):  # it is on the list only if it is public
            if await directory.is_listed(made.id):
                await directory.set_listed(room.state.creator, made.id, listed=False)
        for user_id in users:
            if room.state.membership(user_id) in ("join", "invite", "knock"):
                await coming.leave(user_id, made.id)

    async def _account(self, made: Made, user_id: str | None) -> None:
        """Erase somebody: what they said, what they sent, what they showed, and their key."""
        if user_id is None:
            return
        house = self.house
        await house.membership.coming.leave_everything(user_id)
        await house.timeline.erasing.erase(user_id)
        for room_id in list(await house.membership.coming.rooms.memberships(user_id)):
            await house.membership.coming.rooms.forget(room_id, user_id)
        async with house.db.transaction() as tx:
            await house.media.forget(tx, made.id)
        await house.accounts.deactivate(made.id, erase=True)
