"""Backed-up keys as values, and which of two is kept (Client-Server API, "Server-side key backups")."""

from typing import Annotated, Any, NamedTuple

import msgspec

from teahouse.errors import BadJson, Invalid, Kind, Refused, TooLarge

INTEGER_MAX = 2**53 - 1
ALGORITHM = "m.megolm_backup.v1.curve25519-aes-sha2"
FAMILY = "m.megolm_backup."  # of algorithms: what the data of another is like, only it says
ALGORITHM_BYTES_MAX = 255
AUTH_DATA_BYTES_MAX = 64 * 1024
SESSION_BYTES_MAX = 32 * 1024
NAME_BYTES_MAX = 255
KEYS_MAX = 200_000  # of one version
VERSIONS_MAX = 100  # of one person, the deleted ones not counted
BODY_BYTES_MAX = 8 * 1024 * 1024

Object = dict[str, Any]
Count = Annotated[int, msgspec.Meta(ge=0, le=INTEGER_MAX)]


class NoSuchBackup(Refused):
    """There is no such backup."""

    code = "keybackups.no_backup"
    kind = Kind.NOT_FOUND


class NoSuchKey(Refused):
    """That key is not in the backup."""

    code = "keybackups.no_key"
    kind = Kind.NOT_FOUND


class WrongVersion(Refused):
    """That is not the newest backup. ``fields`` has ``current_version``."""

    code = "keybackups.wrong_version"
    kind = Kind.FORBIDDEN


class TooManyBackups(Refused):
    """There are as many backups as one account may have: delete some of them first."""

    code = "keybackups.too_many"
    kind = Kind.TOO_LARGE


class Backup(msgspec.Struct, frozen=True):
    """A version of a person's backup."""

    version: int
    algorithm: str
    auth_data: bytes
    count: int
    etag: int


class SessionKey(msgspec.Struct, frozen=True):
    """The key of a conversation as a client brings it."""

    first_message_index: Count
    forwarded_count: Count
    is_verified: bool
    session_data: Object | str


class KeptKey(NamedTuple):
    """The same as it is kept."""

    room_id: str
    session_id: str
    first_message_index: int
    forwarded_count: int
    is_verified: bool
    session_data: bytes

    @property
    def place(self) -> tuple[str, str]:
        """What it is the key of."""
        return self.room_id, self.session_id

    @property
    def rank(self) -> tuple[bool, int, int]:
        """How good it is: the less, the better."""
        return not self.is_verified, self.first_message_index, self.forwarded_count


class Tally(NamedTuple):
    """How many keys there are, and a word that changes when they do."""

    key_count: int
    etag: int


def read_version(text: str) -> int:
    """Return a version's number. Raises ``NoSuchBackup`` for what cannot be one."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise NoSuchBackup
    return int(text)


def check_data(algorithm: str, name: str, text: bytes) -> None:
    """Refuse data of another shape than an algorithm has, where that is known: ``BadJson``."""
    if algorithm == ALGORITHM and not text.startswith(b"{"):
        raise BadJson(f"{name} must be an object.")


def check_backup(algorithm: str, auth_data: Object | str) -> bytes:
    """Return ``auth_data`` as it is kept. Raises ``Invalid``, ``BadJson``, ``TooLarge``."""
    if not algorithm.startswith(FAMILY) or len(algorithm.encode()) > ALGORITHM_BYTES_MAX:
        raise Invalid(f"algorithm begins with {FAMILY}")
    text = msgspec.json.encode(auth_data)
    check_data(algorithm, "auth_data", text)
    if len(text) > AUTH_DATA_BYTES_MAX:
        raise TooLarge(f"auth_data may have at most {AUTH_DATA_BYTES_MAX} bytes.")
    return text


def kept_key(room_id: str, session_id: str, key: SessionKey) -> KeptKey:
    """Return a key as it is kept. Raises ``Invalid``, ``TooLarge``."""
    if not room_id.startswith("!") or not session_id:
        raise Invalid("Keys are named by their room, which begins with !, and their session.")
    if max(len(room_id.encode()), len(session_id.encode())) > NAME_BYTES_MAX:
        raise Invalid(f"A room or session is named in at most {NAME_BYTES_MAX} bytes.")
    data = msgspec.json.encode(key.session_data)
    if len(data) > SESSION_BYTES_MAX:
        raise TooLarge(f"session_data may have at most {SESSION_BYTES_MAX} bytes.")
    numbers = key.first_message_index, key.forwarded_count
    return KeptKey(room_id, session_id, *numbers, key.is_verified, data)


def better(brought: list[KeptKey], before: dict[tuple[str, str], KeptKey]) -> list[KeptKey]:
    """Return those that are to be kept: better than what is there, or all there is.

    Verified goes before unverified, then the lower first index, then the fewer hands it went
    through; of two that are as good the one that is there stays.
    """
    return [
        key for key in brought if (there := before.get(key.place)) is None or key.rank < there.rank
    ]
