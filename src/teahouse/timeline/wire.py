"""The timeline as Matrix clients see it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from teahouse.accountdata.model import RoomEventFilter, parse_room_event_filter
from teahouse.errors import BadJson
from teahouse.timeline.model import json_list

_encode = msgspec.json.Encoder().encode


def read_filter(text: str | None) -> RoomEventFilter:
    """Return the filter in a query field. Raises ``BadJson``."""
    if not text:
        return RoomEventFilter()
    try:
        return parse_room_event_filter(msgspec.json.decode(text, type=dict[str, Any]))
    except (msgspec.DecodeError, UnicodeEncodeError) as wrong:
        raise BadJson("filter is not a filter in JSON.") from wrong


def event_id_answer(event_id: str) -> bytes:
    """Return ``{"event_id": …}``."""
    return b'{"event_id":' + _encode(event_id) + b"}"


def chunk_answer(
    chunk: Sequence[bytes], start: str, end: str | None, state: Sequence[bytes]
) -> bytes:
    """Return a page of ``/messages``."""
    parts = [b'{"chunk":', json_list(chunk), b',"start":', _encode(start)]
    if end is not None:
        parts += [b',"end":', _encode(end)]
    if state:
        parts += [b',"state":', json_list(state)]
    return b"".join([*parts, b"}"])
