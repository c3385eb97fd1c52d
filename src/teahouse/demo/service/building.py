"""Building the town: its people, their pictures, their rooms, and what they say in them.

What is made is written down before the next thing is made, so that a town that was left half built
can be removed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from teahouse.clock import FixedClock
from teahouse.consent.model import Basis
from teahouse.demo import store
from teahouse.demo.model import script
from teahouse.demo.model.pictures import emblem, picture
from teahouse.demo.model.portraits import portrait
from teahouse.demo.model.rules import INVITE_LIFE, Made, closed_scope
from teahouse.demo.model.script import Line
from teahouse.demo.model.sounds import tune
from teahouse.demo.model.town import PEOPLE, PLACES, Inhabitant, Place
from teahouse.demo.service.house import HouseVerbs
from teahouse.gate.model.doors import Door
from teahouse.gate.model.policies import Attempt
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import Caller
from teahouse.media.model.files import Upload
from teahouse.officials.model import Details, SubjectKind
from teahouse.registrations.model import NewAccount
from teahouse.rooms.model.creation import RoomPlan
from teahouse.rooms.model.version import version_named

STEPS = len(PEOPLE) + len(PLACES) + 1
DEVICE = "TOWN"
NAME_TRIES_MAX = 50
CLASSES = tuple(dict.fromkeys(person.account_class for person in PEOPLE))
ONE_VOICE: dict[str, Any] = {  # who is not the owner may put a reaction, and no more
    "events_default": 50,
    "events": {
        "m.reaction": 0,
        "m.room.name": 50,
        "m.room.avatar": 50,
        "m.room.canonical_alias": 50,
        "m.room.power_levels": 100,
        "m.room.history_visibility": 100,
        "m.room.server_acl": 100,
        "m.room.tombstone": 100,
    },
}
Progress = Callable[[int], Awaitable[None]]


@dataclass
class Builder:
    """Builds one town. ``actor`` is as in ``audit``; ``told`` is called after each step."""

    house: HouseVerbs
    actor: str
    told: Progress
    people: dict[str, Caller] = field(default_factory=dict[str, Caller])
    files: dict[str, str] = field(default_factory=dict[str, str])
    steps: int = 0

    async def build(self) -> None:
        """Make everything. Raises ``GateClosed`` when the gate lets no test account in."""
        invite = await self._invitation()
        for person in PEOPLE:
            self.people[person.key] = await self._arrive(person, invite)
            await self._step()
        now = self.house.clock.now()
        for place in PLACES:
            await self._furnish(place, now)
            await self._step()
        await self._direct()
        draft = closed_scope(self.house.config.profile, now)
        policy = await self.house.gate.policies.set(self.actor, "demo", draft)
        await self._write(Made("policy", policy.policy_id, "closed"))
        await self._step()

    async def _step(self) -> None:
        self.steps += 1
        await self.told(self.steps)

    async def _write(self, made: Made) -> None:
        async with self.house.db.transaction() as tx:
            await store.add(tx, made)

    # -- people ----------------------------------------------------------------------------------

    async def _invitation(self) -> str | None:
        """Return an invitation for the people where the gate asks for one."""
        gate = self.house.gate
        attempts = [_attempt(self.house, kind, invited=False) for kind in CLASSES]
        told = [await gate.keeper.told_to_wait(attempt) for attempt in attempts]
        if not any(told):
            return None
        until = self.house.clock.now() + INVITE_LIFE
        token, invite = await self.house.invites.make(
            self.actor, "Demo town · 演示小镇", len(PEOPLE), until, ("*", "*")
        )
        await self._write(Made("invite", invite.invite_id, "people"))
        return token

    async def _arrive(self, person: Inhabitant, invite: str | None) -> Caller:
        """Make an account, and dress it."""
        new = NewAccount(
            username=await self._free_name(person.localpart),
            display_name=person.name,
            sign_in=False,
        )

        async def also(tx: Tx, account: Any) -> None:
            await store.add(tx, Made("account", account.account_id, person.key))

        created = await self.house.registrations.steps.at_once(
            _attempt(self.house, person.account_class, invited=invite is not None),
            new,
            Basis.TEST,
            also,
            invite_token=invite,
            details=_particulars(person),
        )
        account = created.account
        caller = Caller(
            account.account_id, account.user_id, DEVICE, "demo", account.account_class.value
        )
        body = await asyncio.to_thread(portrait, person.look)
        uri = await self._upload(caller, body, "image/jpeg", f"{person.key}.jpg")
        await self.house.membership.coming.set_profile(caller, "avatar_url", uri)
        return caller

    async def _free_name(self, wanted: str) -> str:
        """Return a name that was never given; those of an earlier town stay taken for ever."""
        accounts = self.house.accounts
        async with self.house.db.read() as tx:
            for number in range(1, NAME_TRIES_MAX):
                name = wanted if number == 1 else f"{wanted}{number}"
                if await accounts.name_free(tx, name):
                    return name
        return f"{wanted}.{self.house.ids.readable(6)}"

    async def _upload(self, caller: Caller, body: bytes, content_type: str, name: str) -> str:
        media = self.house.media
        media_id = await media.upload(caller.account_id, Upload(body, content_type, name))
        return media.uri(media_id)

    # -- rooms -----------------------------------------------------------------------------------

    async def _furnish(self, place: Place, now: datetime) -> None:
        """Make a room, let people in, and let them talk."""
        talk = script.lines(place.script)
        moments = script.moments(talk, now)
        clock = FixedClock(moments[0] - script.BETWEEN_LINES_MIN)
        verbs = self.house.dated(clock)
        owner = self.people[place.owner]
        room_id = await self._room(verbs, place, owner)
        for key in place.people:
            await verbs.membership.coming.join(self.people[key], room_id)
        said: list[str] = []
        for line, at in zip(talk, moments, strict=True):
            clock.move(at - clock.now())
            said.append(await self._say(verbs, room_id, line, dict(_labels(talk, said))))
        for key in place.invited:
            await verbs.membership.coming.invite(owner, room_id, self.people[key].user_id)

    async def _room(self, verbs: HouseVerbs, place: Place, owner: Caller) -> str:
        initial: list[tuple[str, str, dict[str, Any]]] = []
        if place.picture:
            body = await asyncio.to_thread(emblem, place.picture)
            uri = await self._upload(owner, body, "image/jpeg", f"{place.key}.jpg")
            initial.append(("m.room.avatar", "", {"url": uri}))
        alias = await self._free_alias(place.alias) if place.alias else None
        others = tuple(self.people[key].user_id for key in place.people)
        plan = RoomPlan(
            creator=owner.user_id,
            version=version_named(self.house.config.default_room_version),
            preset="public_chat" if place.public else "private_chat",
            is_direct=place.direct,
            name=place.name or None,
            topic=place.topic or None,
            alias=alias,
            invites=() if place.public else others,
            power_override=ONE_VOICE if place.only_owner_speaks else {},
            initial_state=tuple(initial),
        )
        room_id = await verbs.membership.making.create(owner, plan, place.public)
        await self._write(Made("room", room_id, place.key))
        if alias is not None:
            await self._write(Made("alias", alias, place.owner))
        return room_id

    async def _free_alias(self, wanted: str) -> str:
        making, directory = self.house.membership.making, self.house.directory
        alias = making.full_alias(wanted)
        if await directory.resolve(alias) is None:
            return alias
        return making.full_alias(f"{wanted}-{self.house.ids.readable(4)}")

    async def _say(self, verbs: HouseVerbs, room_id: str, line: Line, known: dict[str, str]) -> str:
        """Say a line, with what others do about it, and return its event's id."""
        speaker = self.people[line.who]
        content = await self._content(speaker, line)
        if line.answers:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": known[line.answers]}}
        speaking = verbs.timeline.speaking
        event_id = await self._send(speaking, speaker, room_id, "m.room.message", content)
        if line.kind and line.text:  # not every client shows words that are in a picture
            content = {"msgtype": "m.text", "body": line.text}
            event_id = await self._send(speaking, speaker, room_id, "m.room.message", content)
        for emoji, who in line.reactions:
            relation = {"rel_type": "m.annotation", "event_id": event_id, "key": emoji}
            reaction = {"m.relates_to": relation}
            await self._send(speaking, self.people[who], room_id, "m.reaction", reaction)
        for who in line.read_by:
            await verbs.receipts.move(self.people[who], room_id, "m.read", event_id, None)
        return event_id

    async def _send(
        self, speaking: Any, who: Caller, room_id: str, kind: str, content: dict[str, Any]
    ) -> str:
        return await speaking.send(who, room_id, kind, content, self.house.ids.readable(12))

    async def _content(self, speaker: Caller, line: Line) -> dict[str, Any]:
        if line.kind == "picture":
            return await self._picture(speaker, line)
        if line.kind == "voice":
            return await self._voice(speaker, line)
        return {"msgtype": "m.text", "body": line.text}

    async def _picture(self, speaker: Caller, line: Line) -> dict[str, Any]:
        body, width, height = await asyncio.to_thread(picture, line.file)
        name = f"{line.file}.jpg"
        url = await self._upload(speaker, body, "image/jpeg", name)
        info = {"mimetype": "image/jpeg", "size": len(body), "w": width, "h": height}
        return {"msgtype": "m.image", "url": url, "info": info, "body": name}

    async def _voice(self, speaker: Caller, line: Line) -> dict[str, Any]:
        body, duration, waveform = await asyncio.to_thread(tune, line.file)
        url = await self._upload(speaker, body, "audio/wav", f"{line.file}.wav")
        return {
            "msgtype": "m.audio",
            "body": f"{line.file}.wav",
            "url": url,
            "info": {"mimetype": "audio/wav", "size": len(body), "duration": duration},
            "org.matrix.msc1767.audio": {"duration": duration, "waveform": waveform},
            "org.matrix.msc3245.voice": {},
        }

    async def _direct(self) -> None:
        """Note for each which rooms are of two, as clients do."""
        async with self.house.db.read() as tx:
            rooms = {made.key: made.id for made in await store.made(tx) if made.kind == "room"}
        direct: dict[str, dict[str, list[str]]] = {}
        for place in PLACES:
            if place.direct:
                pair = (place.owner, place.people[0])
                for me, other in (pair, pair[::-1]):
                    whose = direct.setdefault(me, {})
                    whose.setdefault(self.people[other].user_id, []).append(rooms[place.key])
        for key, content in direct.items():
            user_id = self.people[key].user_id
            await self.house.receipts.account_data.set(
                user_id, "", "m.direct", msgspec.json.encode(content)
            )


async def check_gate(house: HouseVerbs) -> None:
    """Refuse a town whose people would not be let in: ``GateClosed`` or ``GatePaced``."""
    for account_class in CLASSES:
        attempt = _attempt(house, account_class, invited=False)
        invited = await house.gate.keeper.told_to_wait(attempt) is not None
        await house.gate.check(_attempt(house, account_class, invited=invited))


def _attempt(house: HouseVerbs, account_class: str, *, invited: bool) -> Attempt:
    doors = (Door.TEST_ACCOUNT, Door.INVITE) if invited else (Door.TEST_ACCOUNT,)
    return Attempt(
        doors=doors, account_class=account_class, region=house.config.profile, invited=invited
    )


def _labels(talk: list[Line], said: list[str]) -> list[tuple[str, str]]:
    return [(line.label, event) for line, event in zip(talk, said, strict=False) if line.label]


def _particulars(person: Inhabitant) -> str | None:
    """Return what an official account is asked for; it says that it is a demonstration."""
    if person.account_class != "official":
        return None
    details = Details(
        subject_kind=SubjectKind.PERSON,
        name=person.name,
        subject_name="演示 Demonstration",
        licence={},
    )
    return msgspec.json.encode(details).decode()
