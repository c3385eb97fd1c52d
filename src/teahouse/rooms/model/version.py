"""Room versions (Matrix specification, "Room Versions"): what differs between 10, 11 and 12."""

from dataclasses import dataclass

from teahouse.errors import Kind, Refused


class UnsupportedVersion(Refused):
    """This server does not make rooms of that version."""

    code = "rooms.unsupported_version"
    kind = Kind.INVALID


@dataclass(frozen=True)
class RoomVersion:
    """What a room version changes for a server without federation."""

    name: str
    redacts_in_content: bool  # v11: a redaction's target is part of its content
    keeps_whole_create: bool  # v11: redacting m.room.create keeps all its content
    privileged_creators: bool  # v12: creators stand above every power level
    id_is_create_hash: bool  # v12: the room id is the create event's id with another sigil


VERSIONS = {
    "10": RoomVersion("10", False, False, False, False),
    "11": RoomVersion("11", True, True, False, False),
    "12": RoomVersion("12", True, True, True, True),
}


def version_named(name: str) -> RoomVersion:
    """Return a room version. Raises ``UnsupportedVersion``."""
    version = VERSIONS.get(name)
    if version is None:
        raise UnsupportedVersion(f"Room version {name!r} is not supported.")
    return version
