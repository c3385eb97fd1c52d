"""What is held of a person's talking, read through each domain's own verbs."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from teahouse.rights.model.holdings import File, Held, Holding, Row, Whose, Words
from teahouse.rights.service.holdings import Sources
from teahouse.rooms.model.event import content_of


def moment(ms: int) -> datetime:
    """Return a moment from Matrix's milliseconds."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def talk_holdings(of: Sources) -> list[Holding]:
    """Return what is held of a person's talking."""
    said = Said(of)
    return [
        Holding(
            "settings",
            Words("设置、标签与筛选条件", "Settings, tags and filters"),
            ("accountdata_values.content", "accountdata_filters.body"),
            said.settings,
        ),
        Holding(
            "notification_rules",
            Words("通知规则", "Notification rules"),
            ("push_rules.actions", "push_rules.conditions"),
            said.push_rules,
        ),
        Holding(
            "rooms",
            Words("所在房间", "Rooms"),
            ("rooms_members.membership", "rooms_state.body"),
            said.rooms,
            left=said.rooms_left,
        ),
        Holding(
            "messages",
            Words("您发送的消息", "Messages you sent"),
            ("timeline_events.body", "timeline_withheld.body"),
            said.messages,
            "asked",
            count=said.messages_count,
            left=said.messages_left,
        ),
        Holding(
            "read_receipts",
            Words("您读到了哪里", "How far you have read"),
            ("receipts_receipts.event_id",),
            said.receipts,
        ),
        *_encryption_holdings(said),
        Holding(
            "files",
            Words("您上传的文件", "Files you uploaded"),
            ("media_files.name",),
            said.files,
            "asked",
            files=said.bytes_of_files,
        ),
    ]


def _encryption_holdings(said: "Said") -> list[Holding]:
    """Return what is held of a person's encryption: all public, or locked by them."""
    return [
        Holding(
            "encryption_keys",
            Words("公开密钥与签名", "Public keys and signatures"),
            (
                "encryption_devices.keys",
                "encryption_one_time_keys.body",
                "encryption_fallback_keys.body",
                "encryption_cross_keys.body",
                "encryption_signatures.signature",
            ),
            said.encryption_keys,
        ),
        Holding(
            "key_backups",
            Words("加密聊天的密钥备份", "Backup of the keys of encrypted conversations"),
            ("keybackups_versions.auth_data", "keybackups_sessions.session_data"),
            said.key_backups,
        ),
    ]


@dataclass(frozen=True)
class Said:
    """What is held of a person's talking."""

    of: Sources

    async def settings(self, whose: Whose) -> AsyncIterator[Row]:
        """What clients keep here."""
        values, filters = await self.of.account_data.kept(whose.user_id)
        for one in values:
            content = msgspec.json.decode(one.content)
            yield {"room_id": one.room_id, "type": one.type, "content": content}
        for filter_id, body in filters:
            yield {"filter_id": filter_id, "filter": msgspec.json.decode(body)}

    async def push_rules(self, whose: Whose) -> AsyncIterator[Row]:
        """Where the rules differ from the predefined ones."""
        for one in await self.of.push.differences(whose.user_id):
            yield msgspec.to_builtins(one)

    async def rooms(self, whose: Whose) -> AsyncIterator[Row]:
        """Rooms, what the person is there, and what they are called there."""
        for room_id, one in (await self.of.rooms.memberships(whose.user_id)).items():
            room = await self.of.rooms.find(room_id)
            state = room.state if room else None
            yield {
                "room_id": room_id,
                "name": state.text("m.room.name", "name") if state else "",
                "membership": one.membership,
                "as": state.content("m.room.member", whose.user_id) if state else {},
            }

    async def rooms_left(self, whose: Whose) -> int:
        """In how many rooms the person still is; that they were is kept for the rooms' order."""
        return len(await self.of.rooms.joined_rooms(whose.user_id))

    async def messages(self, whose: Whose) -> AsyncIterator[Row]:
        """All that the person sent, room by room; what is withheld from others, too."""
        apart = await self.of.reading.withheld(whose.user_id)
        for room_id in list(await self.of.rooms.memberships(whose.user_id)):
            after = 0
            while page := await self.of.reading.spoken(room_id, whose.user_id, after):
                for _, event in page:
                    yield {
                        "room_id": room_id,
                        "event_id": event.event_id,
                        "type": event.type,
                        "content": content_of(apart.get(event.event_id, event.body)),
                        "at": moment(event.ts),
                    }
                after = page[-1][0]

    async def messages_count(self, whose: Whose) -> Held:
        """How much the person sent, and when last."""
        room_ids = list(await self.of.rooms.memberships(whose.user_id))
        count, ts = await self.of.reading.spoken_count(room_ids, whose.user_id)
        return Held(count, None if ts is None else moment(ts))

    async def messages_left(self, whose: Whose) -> int:
        """In how many rooms something the person said can be read, and how much of it be found."""
        room_ids = list(await self.of.rooms.memberships(whose.user_id))
        unerased = await self.of.reading.unerased(room_ids, whose.user_id)
        return unerased + await self.of.search.indexing.kept_of(room_ids, whose.user_id)

    async def receipts(self, whose: Whose) -> AsyncIterator[Row]:
        """How far the person has read."""
        for one in await self.of.receipts.of_user(whose.user_id):
            place = {"room_id": one.room_id, "event_id": one.event_id}
            yield place | {"type": one.type, "at": moment(one.ts)}

    async def encryption_keys(self, whose: Whose) -> AsyncIterator[Row]:
        """What the person's devices show of themselves, and what they have signed."""
        for kind, name, key in await self.of.encryption.keys.held(whose.user_id):
            yield {"kind": kind, "name": name, "key": key}
        for one in await self.of.encryption.signing.signed_by(whose.user_id):
            yield {"kind": "signature", "name": one.key_id, "of": one.user_id, "key": one.signature}

    async def key_backups(self, whose: Whose) -> AsyncIterator[Row]:
        """Backed-up keys, as locked as they are here."""
        for row in await self.of.key_backups.held(whose.account_id):
            yield row

    async def files(self, whose: Whose) -> AsyncIterator[Row]:
        """Files, and where they are in the export."""
        for one in await self.of.media.files_of(whose.account_id):
            yield {
                "address": self.of.media.uri(one.media_id),
                "name": one.name,
                "content_type": one.content_type,
                "bytes": one.bytes_count,
                "file": f"files/{one.media_id}",
                "at": one.created_at,
            }

    async def bytes_of_files(self, whose: Whose) -> list[File]:
        """The files' bytes."""
        found = await self.of.media.files_of(whose.account_id)
        return [File(one.blob, f"files/{one.media_id}") for one in found]
