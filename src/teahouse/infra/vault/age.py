"""Locking something small to one recipient, in the format of age: who makes it cannot open it again."""

from typing import Any, cast

import pyrage

_age: Any = pyrage  # its types are in no package that we use


def is_recipient(text: str) -> bool:
    """Tell whether a text is a recipient's public key: ``age1`` and 58 letters."""
    try:
        _age.x25519.Recipient.from_str(text)
    except (_age.RecipientError, ValueError):
        return False
    return True


def locked_to(recipient: str, raw: bytes) -> bytes:
    """Return bytes locked to a recipient that ``is_recipient`` knows."""
    found = _age.x25519.Recipient.from_str(recipient)
    return cast("bytes", _age.encrypt(raw, [found]))
