"""Passkeys as the outside sees them. ``options`` and ``credential`` are WebAuthn's own JSON."""

from typing import Any

import msgspec


class PasskeyBeginIn(msgspec.Struct):
    """Nothing for a session just opened; else the password, or a code to one's own contact."""

    password: str | None = None
    kind: str | None = None
    code: str | None = None


class PasskeyOptionsOut(msgspec.Struct):
    """What to give to the browser's ``navigator.credentials``."""

    options: dict[str, Any]


class PasskeyAddIn(msgspec.Struct):
    """The passkey that the browser has made, and what its owner calls it."""

    credential: dict[str, Any]
    label: str


class PasskeyLabelIn(msgspec.Struct):
    """Another name."""

    label: str


class PasskeyRemoveIn(msgspec.Struct):
    """Whether the caller is sure, even if it is the only way in; proof as for adding one."""

    sure: bool = False
    password: str | None = None
    kind: str | None = None
    code: str | None = None


class PasskeySignInIn(msgspec.Struct):
    """What the browser has shown, and how the device is called."""

    credential: dict[str, Any]
    device_name: str | None = None
    device_id: str | None = None


class PasskeySessionOut(msgspec.Struct):
    """A session was opened."""

    user_id: str
    access_token: str
    device_id: str
