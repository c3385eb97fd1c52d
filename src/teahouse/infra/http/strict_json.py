"""JSON read strictly: what two parsers could read in two ways is refused.

Refused: invalid UTF-8, a byte-order mark, duplicate keys, NaN and infinities, NUL characters, lone
surrogates, nesting deeper than ``DEPTH_MAX``. RFC 8259 calls most of these unpredictable; a server
that checks one reading and stores another has a hole.
"""

import json
import math
from typing import Any

import msgspec

from teahouse.errors import BadJson, NotJson

DEPTH_MAX = 60
INTEGER_MAX = 2**53 - 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("The same key is given twice in one object.")
    return found


def _constant(name: str) -> Any:
    raise NotJson(f"{name} is not JSON.")


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise BadJson("A number is too large.")
    return number


_decoder = json.JSONDecoder(parse_float=_float, object_pairs_hook=_object, parse_constant=_constant)


def loads(raw: bytes) -> Any:
    """Return the value of a JSON text.

    Raises ``NotJson`` when it is none, ``BadJson`` when it is one that we do not accept.
    """
    try:
        value = _decoder.decode(raw.decode("utf-8"))
    except (ValueError, RecursionError) as wrong:
        raise NotJson("The body is not valid JSON in UTF-8.") from wrong
    suspicious = b"\\u0000" in raw or b"\\ud" in raw or b"\\uD" in raw
    if suspicious or raw.count(b"{") + raw.count(b"[") > DEPTH_MAX:
        check_value(value, 0)
    return value


def check_value(value: Any, depth: int) -> None:
    """Refuse nesting that is too deep and text that PostgreSQL or UTF-8 cannot hold."""
    if depth > DEPTH_MAX:
        raise BadJson(f"The body is nested deeper than {DEPTH_MAX} levels.")
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, dict):
        items: dict[str, Any] = value
        for key, inner in items.items():
            check_text(key)
            check_value(inner, depth + 1)
    elif isinstance(value, list):
        inners: list[Any] = value
        for inner in inners:
            check_value(inner, depth + 1)


def check_text(text: str) -> None:
    """Refuse a NUL or half of a surrogate pair."""
    if "\0" in text:
        raise BadJson("A text holds the character NUL.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as wrong:
        raise BadJson("A text holds half of a surrogate pair.") from wrong


def check_canonical(value: Any) -> None:
    """Refuse numbers that Matrix's canonical JSON has no room for (room versions 6 and later)."""
    if type(value) is str or value is None or type(value) is bool:
        return
    if isinstance(value, dict):
        items: dict[str, Any] = value
        for inner in items.values():
            check_canonical(inner)
    elif isinstance(value, list):
        inners: list[Any] = value
        for inner in inners:
            check_canonical(inner)
    elif isinstance(value, float):
        raise BadJson("An event holds a number that is not an integer.")
    elif isinstance(value, int) and abs(value) > INTEGER_MAX:
        raise BadJson("An event holds an integer beyond 53 bits.")


encode = msgspec.json.Encoder().encode
