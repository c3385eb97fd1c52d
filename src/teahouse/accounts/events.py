"""What accounts tell the rest of the house. Nothing personal: values are asked for by id."""

from typing import ClassVar

import msgspec


class _AboutUser(msgspec.Struct, frozen=True):
    """What every announcement here has: whom it is about."""

    account_id: str
    user_id: str

    @property
    def key(self) -> str:
        """Whom it is about."""
        return self.user_id


class AccountCreated(_AboutUser, frozen=True):
    """An account came to be, by the gate's admission."""

    kind: ClassVar[str] = "accounts.AccountCreated"
    account_class: str
    region: str
    door: str


class AccountStateChanged(_AboutUser, frozen=True):
    """An account was locked, suspended, or let go again."""

    kind: ClassVar[str] = "accounts.AccountStateChanged"
    state: str


class AccountDeactivated(_AboutUser, frozen=True):
    """An account is gone for good; ``erase`` asks that what it said be hidden from newcomers."""

    kind: ClassVar[str] = "accounts.AccountDeactivated"
    erase: bool


class SessionOpened(_AboutUser, frozen=True):
    """A device signed in, or an old one got a new token."""

    kind: ClassVar[str] = "accounts.SessionOpened"
    device_id: str
    session_id: str
    new_device: bool = False


class SessionEnded(_AboutUser, frozen=True):
    """Devices were signed out."""

    kind: ClassVar[str] = "accounts.SessionEnded"
    device_ids: list[str]


class DeviceRenamed(_AboutUser, frozen=True):
    """A device has another name."""

    kind: ClassVar[str] = "accounts.DeviceRenamed"
    device_id: str
