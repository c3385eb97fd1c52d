"""Telling who is there, to who shares a room with them, without a row for every sign of life."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec

from teahouse.accounts.model import NoSuchAccount
from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.model import Restricted
from teahouse.infra.vault.vault import Vault
from teahouse.presence import store
from teahouse.presence.model import (
    NAMED,
    OFFLINE,
    ONLINE,
    STAYS_MS,
    MayNotSee,
    NotYourPresence,
    Told,
    Whisper,
    arrived,
    check_presence,
    named,
)
from teahouse.profiles.events import ProfileChanged
from teahouse.profiles.model import Profile
from teahouse.profiles.service import Profiles, Replacing
from teahouse.rooms.service import Rooms
from teahouse.timeline.events import Posted

TOLD = "presence.shown"
PEOPLE_IN_MEMORY_MAX = 100_000
CHANGES_MAX = 1_000
ROOM_MEMBERS_MAX = 1_000  # in a larger room nobody is woken because somebody came

WakeRoom = Callable[[str], None]
Wake = Callable[[Iterable[str]], None]


class _Held(msgspec.Struct):
    """What was last told of somebody, and the number of the change that showed it.

    ``named`` is what they are called since they were last called otherwise, ``read`` that change.
    """

    told: Told
    shown: str
    serial: int
    named: Profile | None = None
    read: int = 0


@dataclass(repr=False)
class Presence:
    """Who is there, as this worker has heard. ``serial`` counts the changes."""

    db: Database
    vault: Vault
    accounts: Accounts
    profiles: Profiles
    clock: Clock
    log: Log
    rooms: Rooms
    config: Config
    serial: int = 0
    replacing: list[Replacing] = field(default_factory=list[Replacing])
    telling: list[Callable[[str], None]] = field(default_factory=list[Callable[[str], None]])
    _ours: set[str] = field(default_factory=set[str])  # those of whom this worker tells others
    _wake_room: WakeRoom = lambda _room_id: None
    _wake: Wake = lambda _people: None
    _held: OrderedDict[str, _Held] = field(default_factory=OrderedDict[str, _Held])
    _showing: set[str] = field(default_factory=set[str])
    _timers: dict[str, asyncio.TimerHandle] = field(default_factory=dict[str, asyncio.TimerHandle])
    _telling: set["asyncio.Future[None]"] = field(default_factory=set["asyncio.Future[None]"])

    def listen(self, wake_room: WakeRoom, wake: Wake) -> None:
        """Begin to hear; a change wakes the rooms that somebody is in, and themselves."""
        self._wake_room, self._wake = wake_room, wake
        self.accounts.endings.append(store.drop)
        self.log.on_whisper(TOLD, self._heard)
        self.log.hear(Posted, self._acted)
        self.log.hear(ProfileChanged, self._renamed)

    async def close(self) -> None:
        """Tell nobody any more."""
        for timer in self._timers.values():
            timer.cancel()
        for telling in self._telling:
            telling.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    @property
    def is_on(self) -> bool:
        """Whether operators let presence be told."""
        return self.config.presence

    # -- saying ----------------------------------------------------------------------------------

    async def show(self, caller: Caller, user_id: str, presence: str, status: str | None) -> None:
        """Say what the caller is shown as. Raises ``NotYourPresence``, ``Invalid``, ``NoGround``."""
        if user_id != caller.user_id:
            raise NotYourPresence
        check_presence(presence, status)
        if not self.is_on:
            return
        status = status or None
        if status != (await self._known(user_id)).status:
            await self._keep(caller, status)
        now = self._now()
        await self._tell(Told(user_id, presence, status, now, now + STAYS_MS))

    async def _keep(self, caller: Caller, status: str | None) -> None:
        account_id = caller.account_id
        async with self.db.transaction() as tx:
            earlier = partial(self._earlier, tx, caller.user_id)
            for replaced in self.replacing:
                await replaced(tx, (account_id, caller.user_id), "status", earlier)
            if status is None:
                await store.drop(tx, account_id)
                return
            sealed = await self.vault.seal(tx, store.STATUS, account_id, account_id, status)
            await store.keep(tx, account_id, caller.user_id, sealed)

    async def _earlier(self, tx: Tx, user_id: str) -> str:
        found = await store.status(tx, user_id)
        if found is None:
            return ""
        account_id, sealed = found
        word = self.vault.own_word(account_id, "to change it for its owner")
        text = await self.vault.open(tx, store.STATUS, account_id, account_id, sealed, word)
        return msgspec.json.encode(text).decode()

    async def seen(self, user_id: str, asked: str | None) -> None:
        """Note that a client of somebody asks what is new; cheap, since every sync comes by."""
        if not self.is_on or asked == OFFLINE:
            return
        told = arrived(await self._known(user_id), asked, self._now())
        if told is not None:
            await self._tell(told)

    async def _tell(self, told: Told) -> None:
        self._ours.add(told.user_id)
        whisper = msgspec.msgpack.encode(told.whisper(self._now()))
        await self.log.whisper(TOLD, told.user_id, whisper)

    def _now(self) -> int:
        """Return milliseconds that no jump of the machine's clock moves; never 0, which is never."""
        return int(self.clock.monotonic() * 1000) + 1

    # -- looking ---------------------------------------------------------------------------------

    async def of(self, user_id: str, other: str) -> dict[str, Any]:
        """Return what somebody shows to who asks. Raises ``MayNotSee``."""
        if user_id != other and not await self._share_room(user_id, other):
            raise MayNotSee
        if not self.is_on:
            return {"presence": OFFLINE}
        return (await self._known(other)).content(self._now())

    async def kept(self, user_id: str) -> str | None:
        """Return what somebody wrote of themselves, if it is kept."""
        return (await self._known(user_id)).status

    def event(self, user_id: str) -> dict[str, Any]:
        """Return ``m.presence`` of somebody, as far as it is known here."""
        held = self._held.get(user_id) or _Held(Told(user_id), OFFLINE, 0)
        content = held.told.content(self._now()) | named(held.named)
        return {"type": "m.presence", "sender": user_id, "content": content}

    def changed_since(self, serial: int) -> list[str]:
        """Return those of whom something was told after a number, the newest first."""
        found: list[str] = []
        for user_id, held in reversed(self._held.items()):
            if held.serial <= serial or len(found) >= CHANGES_MAX:
                break
            found.append(user_id)
        return found

    @property
    def showing(self) -> set[str]:
        """Those who show anything; kept current, not to be changed."""
        return self._showing

    async def _share_room(self, user_id: str, other: str) -> bool:
        mine = set(await self.rooms.joined_rooms(user_id))
        return not mine.isdisjoint(await self.rooms.joined_rooms(other))

    async def _known(self, user_id: str) -> Told:
        """Return what was last told of somebody; of who was not heard of yet, what is kept."""
        held = self._held.get(user_id)
        if held is not None:
            return held.told
        async with self.db.read() as tx:
            found = await store.status(tx, user_id)
            if found is None:
                return Told(user_id)
            account_id, sealed = found
            try:
                status = await self.vault.open(tx, store.STATUS, account_id, account_id, sealed)
            except Restricted:
                return Told(user_id)
        return Told(user_id, status=status)

    # -- hearing ---------------------------------------------------------------------------------

    def _heard(self, user_id: str, body: bytes) -> None:
        self._take(msgspec.msgpack.decode(body, type=Whisper).heard(self._now()))

    def _acted(self, _pos: int, posted: Posted) -> None:
        """Whoever says something is there."""
        held = self._held.get(posted.event.sender)
        if held is not None and held.told.presence == ONLINE:
            now = self._now()
            self._take(msgspec.structs.replace(held.told, active_ms=now))

    def _take(self, told: Told) -> None:
        """Take in what was told; a change that shows is a new number."""
        user_id, now = told.user_id, self._now()
        shown = told.at(now)
        held = self._held.get(user_id)
        same = held is not None and (held.shown, held.told.status) == (shown, told.status)
        if held is not None and same:
            held.told = told
        else:
            self.serial += 1
            name, read = (held.named, held.read) if held is not None else (None, 0)
            self._keep_told(_Held(told, shown, self.serial, name, read))
            if user_id in self._ours:
                for tell in self.telling:
                    tell(user_id)
                if shown == OFFLINE:
                    self._ours.discard(user_id)
        self._set_timer(told, now)

    def _keep_told(self, held: _Held) -> None:
        """Keep what is told of somebody from now on, and wake whom it concerns."""
        user_id = held.told.user_id
        self._held[user_id] = held
        self._held.move_to_end(user_id)
        if held.shown != OFFLINE or held.told.status:
            self._showing.add(user_id)
        else:
            self._showing.discard(user_id)
        self._begin(self._wake_rooms_of(user_id))
        self._let_some_go()

    def _renamed(self, pos: int, told: ProfileChanged) -> None:
        """Whoever is called otherwise, or looks otherwise, is told of with it."""
        if self.is_on and told.name in NAMED:
            self._begin(self._show_profile(told.user_id, pos))

    async def _show_profile(self, user_id: str, pos: int) -> None:
        if user_id not in self._held and not await self.rooms.joined_rooms(user_id):
            return  # as of a new account: there is nobody to tell
        try:
            profile = await self.profiles.one(user_id)
        except NoSuchAccount:
            return
        known = await self._known(user_id)
        held = self._held.get(user_id)
        if held is not None and held.read > pos:
            return
        told = held.told if held is not None else known
        self.serial += 1
        self._keep_told(_Held(told, told.at(self._now()), self.serial, profile, pos))

    def settle(self) -> None:
        """Look at everybody again: who has been still for long is shown so."""
        for held in list(self._held.values()):
            self._take(held.told)

    def _set_timer(self, told: Told, now: int) -> None:
        timer = self._timers.pop(told.user_id, None)
        if timer is not None:
            timer.cancel()
        changes_at = told.changes_at(now)
        if changes_at is not None:
            seconds = max(0.001, (changes_at - now) / 1000)
            loop = asyncio.get_running_loop()
            self._timers[told.user_id] = loop.call_later(seconds, self._passed, told.user_id)

    def _passed(self, user_id: str) -> None:
        held = self._held.get(user_id)
        if held is not None:
            self._take(held.told)

    def _let_some_go(self) -> None:
        if len(self._held) <= PEOPLE_IN_MEMORY_MAX:
            return
        away = [user_id for user_id, held in self._held.items() if held.shown == OFFLINE]
        for user_id in away[: PEOPLE_IN_MEMORY_MAX // 10]:
            del self._held[user_id]
            self._showing.discard(user_id)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        telling = asyncio.ensure_future(work)
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def _wake_rooms_of(self, user_id: str) -> None:
        self._wake([user_id])
        for room_id in await self.rooms.joined_rooms(user_id):
            room = self.rooms.in_memory(room_id)
            if room is None or len(room.state.joined) <= ROOM_MEMBERS_MAX:
                self._wake_room(room_id)
