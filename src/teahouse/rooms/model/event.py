"""An event as it is kept: encoded once, served many times.

``body`` is the event's JSON as a client sees it in ``/sync``: no room id, and ``unsigned`` last, so
that a room id goes in at the front and a transaction id at the back without decoding anything.
"""

from typing import Any

import msgspec

EVENT_BYTES_MAX = 65_536
ID_BYTES_MAX = 255

_encode = msgspec.json.Encoder().encode
_END = b"}}"
_EMPTY_END = b'"unsigned":{}}'


class RoomEvent(msgspec.Struct, frozen=True, array_like=True):
    """One event of one room. ``device_id`` and ``txn_id`` tell who sent it under which number."""

    event_id: str
    room_id: str
    type: str
    sender: str
    ts: int
    body: bytes
    state_key: str | None = None
    device_id: str = ""
    txn_id: str = ""
    redacts: str = ""

    @property
    def is_state(self) -> bool:
        """Whether the event sets something."""
        return self.state_key is not None

    @property
    def content(self) -> dict[str, Any]:
        """The decoded content."""
        return content_of(self.body)


class _Content(msgspec.Struct):
    content: dict[str, Any]


class _RawContent(msgspec.Struct):
    content: msgspec.Raw


class _Time(msgspec.Struct):
    origin_server_ts: int


_decode_content = msgspec.json.Decoder(_Content).decode
_decode_raw = msgspec.json.Decoder(_RawContent).decode
_decode_time = msgspec.json.Decoder(_Time).decode


def content_of(body: bytes) -> dict[str, Any]:
    """Return a body's content."""
    return _decode_content(body).content


def raw_content_of(body: bytes) -> bytes:
    """Return a body's content, still encoded."""
    return bytes(_decode_raw(body).content)


def encode_event(
    event_id: str,
    event_type: str,
    sender: str,
    ts: int,
    content: dict[str, Any] | bytes,
    state_key: str | None = None,
    unsigned: dict[str, Any] | None = None,
    redacts: str = "",
) -> bytes:
    """Return an event's body. ``redacts`` is what a redaction names at the top."""
    parts = [
        b'{"content":',
        content if isinstance(content, bytes) else _encode(content),
        b',"event_id":',
        _encode(event_id),
        b',"origin_server_ts":%d,"sender":' % ts,
        _encode(sender),
    ]
    if redacts:
        parts += [b',"redacts":', _encode(redacts)]
    if state_key is not None:
        parts += [b',"state_key":', _encode(state_key)]
    parts += [b',"type":', _encode(event_type), b',"unsigned":', _encode(unsigned or {}), b"}"]
    return b"".join(parts)


def is_first(body: bytes) -> bool:
    """Tell whether a piece of state, as it is kept, surely is the first of its type and key."""
    return body.endswith(_EMPTY_END)


def with_room(body: bytes, room_id: str) -> bytes:
    """Return a body with its room id, as every answer but ``/sync`` wants it."""
    return b'{"room_id":' + _encode(room_id) + b"," + body[1:]


def with_unsigned(body: bytes, key: str, value: Any) -> bytes:
    """Return a body with one more field in ``unsigned``."""
    comma = b"" if body.endswith(_EMPTY_END) else b","
    return body[:-2] + comma + _encode(key) + b":" + _encode(value) + _END


def aged(body: bytes, now_ms: int) -> bytes:
    """Return a body that tells how long ago it was sent, in ms: what no kept body can tell."""
    comma = b"" if body.endswith(_EMPTY_END) else b","
    age = now_ms - _decode_time(body).origin_server_ts
    return b'%b%b"age":%d}}' % (body[:-2], comma, age)


def stripped(body: bytes) -> bytes:
    """Return a state event as those outside the room may see it ("stripped state")."""
    event = msgspec.json.decode(body)
    kept = {key: event[key] for key in ("content", "sender", "state_key", "type") if key in event}
    return _encode(kept)
