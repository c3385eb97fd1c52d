"""What else a client asks for: letters, keys, account data, receipts, who is typing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.accountdata.model import Datum
from teahouse.accountdata.service import AccountData
from teahouse.encryption.service import Encryption
from teahouse.encryption.service.lists import Found
from teahouse.encryption.service.lists import Span as DeviceSpan
from teahouse.infra.db.pool import Database
from teahouse.infra.http.caller import Caller
from teahouse.receipts.model import contents
from teahouse.receipts.service import Receipts, Typing
from teahouse.rooms.model.state import Membership
from teahouse.slidingsync.model.asking import ANY, Asked, Letters, Scope

Told = dict[str, Any]
ALL = frozenset([ANY])


@dataclass
class Scene:
    """What a request is about, for the extensions."""

    caller: Caller
    asked: Asked
    since: int  # 0: from the beginning
    until: int
    before: str  # the extensions of which the client knows all there was
    windows: Mapping[str, Mapping[str, None]]
    looked_at: Collection[str]
    memberships: Mapping[str, Membership]
    touched: set[str]
    fresh: Mapping[str, int]  # rooms of which more than the news is told: after when, 0: everything
    typing: set[str]  # the rooms in which who types has changed
    spoken: Mapping[str, Sequence[str]]  # the events that are told of fresh rooms
    data: Sequence[Datum] = ()
    device: DeviceSpan | None = None  # none: a client that begins
    told: Told = field(default_factory=dict[str, Any])
    news: bool = False  # there is something worth waking for

    def among(self, scope: Scope, rooms: Iterable[str]) -> set[str]:
        """Return those of some rooms of which an extension is to tell."""
        lists = ALL if scope.lists is None else scope.lists
        named = ALL if scope.rooms is None else scope.rooms
        windows = [rooms for name, rooms in self.windows.items() if lists & {name, ANY}]
        return {
            one
            for one in rooms
            if (one in self.asked.rooms and (ANY in named or one in named))
            or any(one in window for window in windows)
        }

    def joined(self, rooms: Iterable[str]) -> list[str]:
        """Return those of some rooms that the person is in."""
        return [one for one in rooms if self.memberships[one].membership == "join"]

    def due(self, scope: Scope, letter: str, news: Iterable[str]) -> tuple[set[str], set[str]]:
        """Return the rooms of which an extension may have news, and those of which it tells more."""
        if self.since and letter in self.before:
            fresh = self.among(scope, self.fresh)
            return self.among(scope, news) | fresh, fresh
        everything = self.among(scope, self.looked_at)
        return everything, everything


@dataclass(frozen=True, repr=False)
class Extensions:
    """Answers each extension that is wanted."""

    db: Database
    encryption: Encryption
    account_data: AccountData
    receipts: Receipts
    typing: Typing

    async def tell(self, scene: Scene) -> None:
        """Add to a scene what is to be told."""
        asked = scene.asked
        if asked.letters.enabled:
            await self._letters(scene, asked.letters)
        if asked.encryption:
            await self._encryption(scene)
        if asked.account_data.enabled:
            await self._account_data(scene, asked.account_data)
        if asked.receipts.enabled:
            await self._receipts(scene, asked.receipts)
        if asked.typing.enabled:
            await self._typing(scene, asked.typing)

    async def _letters(self, scene: Scene, wish: Letters) -> None:
        """Tell the letters after the place that is named: those before it have arrived."""
        session_id = scene.caller.session_id
        after = min(wish.since, scene.until)
        found = await self.encryption.letters.fetch(session_id, after, scene.until, wish.limit)
        place = found.place or scene.until
        events = [msgspec.Raw(body) for body in found.bodies]
        scene.told["to_device"] = {"next_batch": str(place), "events": events}
        scene.news |= bool(events)

    async def _encryption(self, scene: Scene) -> None:
        caller, found = scene.caller, Found()
        if scene.device is not None:
            found = await self.encryption.lists.between(caller.user_id, scene.device)
        stock = await self.encryption.stocks.of(caller.session_id)
        told: Told = {
            "device_one_time_keys_count": stock.told,
            "device_unused_fallback_key_types": stock.unused,
        }
        if found.changed or found.left:
            lists = {"changed": sorted(found.changed), "left": sorted(found.left)}
            told["device_lists"] = lists
            scene.news = True
        scene.told["e2ee"] = told

    async def _account_data(self, scene: Scene, scope: Scope) -> None:
        """Tell what is kept: what changed, and all of it about rooms that are told of anew."""
        is_known = bool(scene.since) and "a" in scene.before
        data = list(scene.data)
        rooms, fresh = scene.due(scope, "a", {datum.room_id for datum in data})
        if fresh or not is_known:
            async with self.db.read() as tx:
                everything = await self.account_data.all(tx, scene.caller.user_id, scene.until)
            held = [one for one in everything if one.room_id in fresh]
            rest = [one for one in data if one.room_id not in fresh]
            data = held + (rest if is_known else [d for d in everything if not d.room_id])
        by_room: dict[str, list[Told]] = {}
        for datum in data:
            if datum.room_id in rooms:
                by_room.setdefault(datum.room_id, []).append(_event(datum))
        about = [_event(datum) for datum in data if not datum.room_id]
        if about or by_room:
            scene.told["account_data"] = {"global": about, "rooms": by_room}
            scene.news = True

    async def _receipts(self, scene: Scene, scope: Scope) -> None:
        """Tell receipts that moved; of rooms told anew the reader's own, and at the events told."""
        is_known = bool(scene.since) and "r" in scene.before
        rooms, fresh = scene.due(scope, "r", scene.touched)
        found: Told = {}
        ignored = await self.account_data.ignored(scene.caller.user_id)
        for room_id in sorted(scene.joined(rooms)):
            held = (await self.receipts.of_room(room_id)).values()
            due = [one for one in held if one.pos <= scene.until]
            if room_id in fresh:
                spoken, me = scene.spoken.get(room_id, ()), scene.caller.user_id
                after = scene.fresh.get(room_id, 0)
                new = [
                    one
                    for one in due
                    if one.receipt.user_id == me
                    or one.receipt.event_id in spoken
                    or 0 < after < one.pos
                    or (scene.since and not is_known)
                ]
            else:
                new = [one for one in due if one.pos > scene.since]
            # One event for each room: of a person's several at one place, the last to move counts.
            new.sort(key=lambda one: one.pos, reverse=True)
            told = contents((one.receipt for one in new), scene.caller.user_id, ignored)
            if told:
                found[room_id] = {"type": "m.receipt", "content": told[0]}
        if found:
            scene.told["receipts"] = {"rooms": found}
            scene.news = True

    async def _typing(self, scene: Scene, scope: Scope) -> None:
        rooms, fresh = scene.due(scope, "t", scene.typing)
        ignored = await self.account_data.ignored(scene.caller.user_id)
        told: Told = {}
        for room_id in sorted(scene.joined(rooms)):
            who = self.typing.who(room_id, ignored)
            if who or room_id in scene.typing or room_id not in fresh:
                told[room_id] = {"type": "m.typing", "content": {"user_ids": who}}
        if told:
            scene.told["typing"] = {"rooms": told}
            scene.news = True


def _event(datum: Datum) -> Told:
    return {"type": datum.type, "content": msgspec.Raw(datum.content)}
