"""Who waits, and what has changed lately.

Waking costs what is awake: the smaller of the room's members and those who wait. What has changed
since a place costs what did.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from teahouse.accountdata.events import AccountDataChanged
from teahouse.accounts.events import (
    AccountStateChanged,
    DeviceRenamed,
    SessionEnded,
    SessionOpened,
)
from teahouse.accounts.model import AccountLocked, AccountState
from teahouse.encryption.events import DeviceKeysChanged, LettersSent
from teahouse.errors import UnknownToken
from teahouse.infra.bus.log import Log
from teahouse.infra.http.caller import Caller
from teahouse.receipts.events import ReceiptMoved
from teahouse.receipts.model import READ_PRIVATE
from teahouse.rooms.model.state import MEMBER
from teahouse.rooms.service import Rooms
from teahouse.sync.service.lately import KeysMoved, Lately
from teahouse.sync.service.pacing import Pacing
from teahouse.timeline.events import Posted

SHORT_POSITIONS_MAX = 4_000

TICK_SECONDS = 0.1  # nobody waits longer than they wish by more than this

# Is given what to call when the client hangs up, and returns what calls that off.
WhenGone = Callable[[Callable[[], object]], Callable[[], object]]

Waiting = tuple[str, "asyncio.Future[bool]"]  # a device, and what it waits for


@dataclass(repr=False)
class _Alarms:
    """When waits end: one timer for all that end in the same tick, not one for each."""

    _ending: dict[int, set["asyncio.Future[bool]"]] = field(
        default_factory=dict[int, set["asyncio.Future[bool]"]]
    )

    def add(self, seconds: float, future: "asyncio.Future[bool]") -> set["asyncio.Future[bool]"]:
        """End a wait some time after now; return those that end with it, to be taken out of."""
        loop = future.get_loop()
        tick = int((loop.time() + seconds) / TICK_SECONDS) + 1
        together = self._ending.get(tick)
        if together is None:
            together = self._ending[tick] = set()
            loop.call_at(tick * TICK_SECONDS, self._end, tick)
        together.add(future)
        return together

    def _end(self, tick: int) -> None:
        for future in self._ending.pop(tick):
            if not future.done():
                future.set_result(False)


@dataclass(repr=False)
class Hub:
    """This worker's waiting clients."""

    log: Log
    rooms: Rooms
    moved_rooms: Lately = field(default_factory=Lately)
    moved_data: Lately = field(default_factory=Lately)  # what people keep with us, by person
    moved_keys: KeysMoved = field(default_factory=KeysMoved)
    _waiting: dict[str, list[Waiting]] = field(default_factory=dict[str, list[Waiting]])
    _who: set[str] = field(default_factory=set[str])
    _woken: set[str] = field(default_factory=set[str])
    _alarms: _Alarms = field(default_factory=_Alarms)
    _pacing: Pacing = field(default_factory=Pacing)
    _peeking: dict[str, list[str]] = field(default_factory=dict[str, list[str]])  # who, by room
    closed: bool = False

    def listen(self) -> None:
        """Begin to hear, from the position that the log stands at."""
        for moved in (self.moved_rooms, self.moved_data, self.moved_keys):
            moved.floor = self.log.applied
        self.log.hear(Posted, self._posted)
        self.log.hear(ReceiptMoved, self._receipt)
        self.log.hear(AccountDataChanged, self._account_data)
        self.log.hear(DeviceKeysChanged, self._keys)
        self.log.hear(LettersSent, self._letters)
        self.log.hear(SessionEnded, self._signed_out)
        self.log.hear(SessionOpened, self._device)
        self.log.hear(SessionEnded, self._device)
        self.log.hear(DeviceRenamed, self._device)
        self.log.hear(AccountStateChanged, self._state_changed)
        self.log.on_applied(self._settle)

    # -- what changed ----------------------------------------------------------------------

    def reaches(self, after: int, until: int) -> bool:
        """Tell whether little enough has happened in a range, and memory tells what."""
        short = SHORT_POSITIONS_MAX * self.log.shards  # of several, positions lie so far apart
        return after >= self.moved_rooms.floor and until - after <= short

    def _posted(self, pos: int, posted: Posted) -> None:
        event = posted.event
        self.moved_rooms.put(event.room_id, pos)
        self.wake_room(event.room_id)
        if event.type == MEMBER and event.state_key in self._who:
            self._woken.add(event.state_key)

    def _receipt(self, pos: int, moved: ReceiptMoved) -> None:
        receipt = moved.receipt
        self.moved_rooms.put(receipt.room_id, pos)
        if receipt.type == READ_PRIVATE:
            self._woken |= {receipt.user_id} & self._who
        else:
            self.wake_room(receipt.room_id)

    def _account_data(self, pos: int, changed: AccountDataChanged) -> None:
        self.moved_data.put(changed.user_id, pos)
        self._woken |= {changed.user_id} & self._who

    def _keys(self, pos: int, changed: DeviceKeysChanged) -> None:
        self.moved_keys.put((changed.user_id, changed.told), pos)
        self._woken |= {changed.told or changed.user_id} & self._who
        for room_id in changed.room_ids:
            self.wake_room(room_id)

    def _device(self, pos: int, told: SessionOpened | SessionEnded | DeviceRenamed) -> None:
        """A device came, went, or is called otherwise: its owner's list has changed."""
        if isinstance(told, SessionOpened) and not told.new_device:
            return
        self.moved_keys.put((told.user_id, ""), pos)
        if not isinstance(told, SessionOpened):
            self._woken |= {told.user_id} & self._who
            for room_id in self.rooms.joined_known(told.user_id):
                self.wake_room(room_id)

    def _letters(self, _pos: int, sent: LettersSent) -> None:
        self._woken |= {sent.user_id} & self._who

    def _signed_out(self, _pos: int, ended: SessionEnded) -> None:
        for device_id, future in self._waiting.get(ended.user_id, ()):
            if device_id in ended.device_ids and not future.done():
                future.set_exception(UnknownToken())

    def _state_changed(self, _pos: int, changed: AccountStateChanged) -> None:
        if changed.state != AccountState.LOCKED.value:
            return
        for _, future in self._waiting.get(changed.user_id, ()):
            if not future.done():
                future.set_exception(AccountLocked())

    def _settle(self, applied: int) -> None:
        self._pacing.applied(asyncio.get_running_loop().time(), applied)
        self._wake(self._woken)
        self._woken = set()

    # -- waiting -----------------------------------------------------------------------------

    def wake_room(self, room_id: str) -> None:
        """Mark a room's members, and who looks at it, for waking at the end of this run of entries."""
        self._woken |= self.rooms.joined_among(room_id, self._who)
        self._woken.update(self._peeking.get(room_id, ()))

    def wake_room_now(self, room_id: str) -> None:
        """Wake a room's members for what is not in the log."""
        self._wake(self.rooms.joined_among(room_id, self._who))

    def wake_now(self, people: Iterable[str]) -> None:
        """Wake people for what is not in the log."""
        self._wake(people)

    def _wake(self, people: Iterable[str]) -> None:
        for user_id in people:
            for _, future in self._waiting.get(user_id, ()):
                if not future.done():
                    future.set_result(True)

    async def rest(self, pos: int) -> None:
        """Wait a little before news since a place are told, while a crowd is told."""
        end = self._pacing.rest(asyncio.get_running_loop().time(), pos)
        if end is not None and not self.closed:
            await end.wait()

    async def wait(
        self,
        caller: Caller,
        seconds: float,
        unless: Callable[[], bool],
        when_gone: WhenGone | None = None,
    ) -> bool:
        """Wait until something happens for a person; tell whether it did in ``seconds``.

        ``when_gone`` is told what ends the waiting once the client has hung up, and returns what
        calls that off. Raises ``CancelledError`` then, ``UnknownToken`` when the device is signed
        out meanwhile, ``AccountLocked``.
        """
        if unless():
            return True
        if self.closed:
            return False
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        user_id, mine = caller.user_id, (caller.device_id, future)
        self._waiting.setdefault(user_id, []).append(mine)
        self._who.add(user_id)
        together = self._alarms.add(seconds, future)
        call_off = when_gone(future.cancel) if when_gone is not None else None
        try:
            return await future
        finally:
            if call_off is not None:
                call_off()
            together.discard(future)
            others = self._waiting[user_id]
            others.remove(mine)
            if not others:
                del self._waiting[user_id]
                self._who.discard(user_id)

    async def wait_at(
        self, room_id: str, caller: Caller, seconds: float, unless: Callable[[], bool]
    ) -> bool:
        """Wait likewise until something happens in a room, which the person need not be in."""
        looking = self._peeking.setdefault(room_id, [])
        looking.append(caller.user_id)
        try:
            return await self.wait(caller, seconds, unless)
        finally:
            looking.remove(caller.user_id)
            if not looking:
                self._peeking.pop(room_id, None)

    def close(self) -> None:
        """Let everybody who waits go, and nobody wait any more."""
        self.closed = True
        self._wake(list(self._waiting))

    @property
    def waiting_count(self) -> int:
        """How many long polls are waiting."""
        return sum(map(len, self._waiting.values()))
