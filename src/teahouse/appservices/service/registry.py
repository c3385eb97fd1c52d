"""Which services there are, as this worker knows: whose a token is, and whose a name.

They are read once, and then the log tells who comes and who goes.
"""

from collections import OrderedDict
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from teahouse.accounts.model import (
    Account,
    AccountGone,
    AccountLocked,
    AccountState,
    NoSuchAccount,
)
from teahouse.accounts.service import Accounts
from teahouse.appservices import store
from teahouse.appservices.events import ServicesChanged
from teahouse.appservices.model import (
    LISTED_MAX,
    ROOMS_REMEMBERED_MAX,
    Exclusive,
    NotItsUser,
    NotRegistered,
    Service,
    UnknownDevice,
    said_at,
    service_of,
)
from teahouse.directory.service import Directory
from teahouse.errors import UnknownToken
from teahouse.ids import token_digest
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.rooms.service import Rooms


@dataclass
class Memory:
    """What this worker knows, and what it heard before it had read."""

    services: dict[str, Service] = field(default_factory=dict[str, Service])
    by_token: dict[bytes, Service] = field(default_factory=dict[bytes, Service])
    rooms: "OrderedDict[str, tuple[int, frozenset[str]]]" = field(
        default_factory=OrderedDict[str, tuple[int, frozenset[str]]]
    )
    read: bool = False
    heard: dict[str, ServicesChanged] = field(default_factory=dict[str, ServicesChanged])


@dataclass(frozen=True, repr=False)
class Registry:
    """Knows the services. ``listen`` once."""

    db: Database
    log: Log
    accounts: Accounts
    rooms: Rooms
    directory: Directory
    server_name: str
    memory: Memory = field(default_factory=Memory, repr=False)

    def listen(self) -> None:
        """Hear of services that come and go."""

        def changed(_pos: int, told: ServicesChanged) -> None:
            if self.memory.read:
                self._apply(told)
            else:
                self.memory.heard[told.service_id] = told

        self.log.hear(ServicesChanged, changed)

    def _apply(self, told: ServicesChanged) -> None:
        memory, service_id = self.memory, told.service_id
        memory.services.pop(service_id, None)
        memory.rooms.clear()
        for digest, one in list(memory.by_token.items()):
            if one.service_id == service_id:
                del memory.by_token[digest]
        if told.kept is not None:
            service = service_of(service_id, told.subject_id, self.server_name, told.kept)
            memory.services[service_id] = memory.by_token[told.token_digest] = service

    async def refresh(self, tx: Tx) -> None:
        """Read which services there are, if they have not been read."""
        memory = self.memory
        if memory.read:
            return
        rows = await store.every(tx, LISTED_MAX)
        if memory.read:
            return  # somebody else was quicker
        memory.read = True
        for row in rows:
            self._apply(ServicesChanged(*row))
        for told in memory.heard.values():
            self._apply(told)
        memory.heard.clear()

    async def fresh(self) -> None:
        """Read which services there are, for who holds no connection."""
        if not self.memory.read:
            async with self.db.read() as tx:
                await self.refresh(tx)

    def every(self) -> list[Service]:
        """Return the services that this worker knows of."""
        return list(self.memory.services.values())

    # -- tokens --------------------------------------------------------------------------------

    async def shown(self, token: str) -> Service:
        """Return whose token it is. Raises ``UnknownToken``."""
        await self.fresh()
        service = self.memory.by_token.get(token_digest(token))
        if service is None:
            raise UnknownToken
        return service

    def has_one_of(self, service_id: str, people: AbstractSet[str]) -> bool:
        """Tell whether one of some people is a service's."""
        service = self.memory.services.get(service_id)
        return service is not None and service.cares_for_people(people)

    def spared(self, token: str) -> bool:
        """Tell whether a token is a service's: those are not counted by address."""
        known = self.memory.by_token
        return bool(known) and token_digest(token) in known

    async def caller(self, token: str, asked: Callable[[str], str | None]) -> Caller | None:
        """Return as whom a service acts, ``None`` when the token is no service's.

        ``asked`` reads the query by name: ``user_id``, ``device_id``, ``ts``.

        Raises ``NotItsUser``, ``NotRegistered``, ``UnknownDevice``, ``AccountLocked``,
        ``AccountGone``.
        """
        await self.fresh()
        known = self.memory.by_token
        service = known.get(token_digest(token)) if known else None
        if service is None:
            return None
        who, device_id = asked("user_id") or service.sender, asked("device_id")
        if not service.owns_user(who):
            raise NotItsUser
        account = await self._account(who)
        session_id = ""
        if device_id:
            async with self.db.read() as tx:
                found = await self.accounts.sessions.of_device(tx, account.account_id, device_id)
            if found is None:
                raise UnknownDevice
            session_id = found
        return Caller(
            account_id=account.account_id,
            user_id=account.user_id,
            device_id=device_id or "",
            session_id=session_id,
            account_class=account.account_class.value,
            suspended=account.state is AccountState.SUSPENDED,
            service_id=service.service_id,
            said_at=said_at(asked("ts")),
            unlimited=not service.kept.rate_limited or who == service.sender,
        )

    async def _account(self, user_id: str) -> Account:
        try:
            account = await self.accounts.account(user_id)
        except NoSuchAccount:
            raise NotRegistered from None
        if account.state is AccountState.DEACTIVATED:
            raise AccountGone
        if account.state is AccountState.LOCKED:
            raise AccountLocked
        return account

    # -- names ---------------------------------------------------------------------------------

    def check_name(self, localpart: str, service_id: str) -> None:
        """Refuse a new name that another service keeps: ``Exclusive``."""
        user_id = f"@{localpart}:{self.server_name}"
        if any(one.keeps_user(user_id) for one in self.every() if one.service_id != service_id):
            raise Exclusive

    def check_alias(self, alias: str, user_id: str, service_id: str) -> None:
        """Refuse an alias that another service keeps, and to a service what is not its own."""
        for one in self.every():
            mine = one.service_id == service_id
            if mine and not one.owns_alias(alias):
                raise Exclusive
            if not mine and one.keeps_alias(alias) and not one.keeps_user(user_id):
                raise Exclusive

    async def listed(self, tx: Tx, instance_id: str | None) -> list[str]:
        """Return the rooms that services list for a network; ``None`` is for all of them."""
        return await store.listed(tx, instance_id, LISTED_MAX)

    # -- rooms ---------------------------------------------------------------------------------

    async def interested_in(self, tx: Tx, room_id: str) -> frozenset[str]:
        """Return the services that a room concerns, by its people, its aliases or its id."""
        near = await self._near(tx, room_id)
        others = [one for one in self.every() if one.aliases and one.service_id not in near]
        if not others:
            return near
        aliases = await self.directory.aliases_in(tx, room_id)  # come and go while the state stands
        return near | {one.service_id for one in others if any(map(one.owns_alias, aliases))}

    async def _near(self, tx: Tx, room_id: str) -> frozenset[str]:
        """Return the services that a room concerns by its people or its id; remembered."""
        room = self.rooms.in_memory(room_id)
        remembered = self.memory.rooms.get(room_id)
        if remembered and room is not None and remembered[0] == room.state.pos:
            return remembered[1]
        joined = room.state.joined if room else await self.rooms.people_in(tx, room_id)
        found = frozenset(
            one.service_id
            for one in self.every()
            if one.cares_for_room(room_id) or one.cares_for_people(joined)
        )
        if room is not None:
            self.memory.rooms[room_id] = (room.state.pos, found)
            if len(self.memory.rooms) > ROOMS_REMEMBERED_MAX:
                self.memory.rooms.popitem(last=False)
        return found
