"""Coming, going and new rooms as Matrix clients ask for them."""

from typing import Any, Literal

import msgspec

from teahouse.elsewhere.model import NO_LETTERS, ContactDenied
from teahouse.errors import BadJson, Invalid
from teahouse.rooms.model.creation import INITIAL_STATE_MAX, INVITES_MAX, PRESETS, RoomPlan
from teahouse.rooms.model.version import version_named


class Reason(msgspec.Struct, frozen=True):
    """A body that may say why."""

    reason: str | None = None


class Target(msgspec.Struct, frozen=True):
    """Somebody, and perhaps why."""

    user_id: str
    reason: str | None = None


class InitialState(msgspec.Struct, frozen=True):
    """A piece of state that a new room begins with."""

    type: str
    content: dict[str, Any]
    state_key: str = ""


class CreateRoom(msgspec.Struct, frozen=True):
    """The body of ``POST /createRoom``."""

    visibility: Literal["public", "private"] = "private"
    room_alias_name: str | None = None
    name: str | None = None
    topic: str | None = None
    invite: list[str] = []
    invite_3pid: list[Any] = []
    room_version: str | None = None
    creation_content: dict[str, Any] = {}
    initial_state: list[InitialState] = []
    preset: str | None = None
    is_direct: bool = False
    power_level_content_override: dict[str, Any] | None = None

    def plan(self, creator: str, default_version: str, alias: str | None) -> RoomPlan:
        """Return the room asked for. Raises ``Invalid``, ``UnsupportedVersion``."""
        if self.invite_3pid:
            raise ContactDenied(NO_LETTERS)
        if len(self.invite) > INVITES_MAX:
            raise Invalid(f"At most {INVITES_MAX} people are invited at once.")
        if len(self.initial_state) > INITIAL_STATE_MAX:
            raise Invalid(f"At most {INITIAL_STATE_MAX} pieces of initial state are taken.")
        preset = self.preset or ("public_chat" if self.visibility == "public" else "private_chat")
        if preset not in PRESETS:
            raise Invalid(f"{preset!r} is not a preset.")
        if any(state.type in ("m.room.create", "m.room.member") for state in self.initial_state):
            raise BadJson("initial_state may hold neither m.room.create nor m.room.member.")
        return RoomPlan(
            creator=creator,
            version=version_named(self.room_version or default_version),
            preset=preset,
            is_direct=self.is_direct,
            name=self.name,
            topic=self.topic,
            alias=alias,
            invites=tuple(dict.fromkeys(self.invite)),
            creation_content=self.creation_content,
            power_override=self.power_level_content_override or {},
            initial_state=tuple((s.type, s.state_key, s.content) for s in self.initial_state),
        )
