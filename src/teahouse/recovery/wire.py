"""Proofs and grave acts as the outside sees them: Matrix's shapes, then ours."""

from datetime import datetime
from typing import Any

import msgspec

from teahouse.accounts.model import Contact, masked
from teahouse.proofs.model import Shown
from teahouse.recovery.model import Help, HelpAsked, Notice


class PasswordIn(msgspec.Struct):
    """``POST /account/password``."""

    new_password: str | None = None
    logout_devices: bool = True
    auth: dict[str, Any] | None = None


class DeactivateIn(msgspec.Struct):
    """``POST /account/deactivate``."""

    erase: bool = False
    auth: dict[str, Any] | None = None


class DevicesIn(msgspec.Struct):
    """``POST /delete_devices``."""

    devices: list[str]
    auth: dict[str, Any] | None = None


class ConfirmCodeIn(msgspec.Struct):
    """Ask for a code to one's own phone or address."""

    kind: str
    lang: str = "en"


class SentCodeOut(msgspec.Struct):
    """A code is on its way."""

    resend_after_seconds: int
    expires_at: datetime


class ProofIn(msgspec.Struct):
    """The password, or a code asked for with ``/api/v1/account/code``, and the act's own words."""

    password: str | None = None
    kind: str | None = None
    code: str | None = None
    erase: bool = True


class NewPasswordIn(msgspec.Struct):
    """A new password, and proof: the old one, or a code."""

    new_password: str
    password: str | None = None
    kind: str | None = None
    code: str | None = None
    logout_devices: bool = True


class LeftOut(msgspec.Struct):
    """Until when a deleted account can be called back; ``null``: it is gone."""

    until: datetime | None


class NoticeOut(msgspec.Struct):
    """What happened, when, and from which device."""

    notice_id: str
    what: str
    at: datetime
    device_name: str | None
    here: bool  # this device did it
    seen: bool  # this device has shown it
    about: str | None  # what was added, as its owner calls it
    place: str | None  # from which network


class ContactOut(msgspec.Struct):
    """A contact, masked; ``rank`` 1 is the main one, 0 one that was replaced or removed."""

    kind: str
    masked: str
    rank: int
    leaves_at: datetime | None
    claimed: bool  # somebody else says that it is theirs


class SecurityOut(msgspec.Struct):
    """All that keeps an account safe."""

    notices: list[NoticeOut]
    contacts: list[ContactOut]
    printed_left: int
    return_ready_at: datetime | None


class SeenIn(msgspec.Struct):
    """Notices that were shown."""

    notice_ids: list[str]


class ContactIn(msgspec.Struct):
    """A new contact, and proof of who adds it."""

    contact_kind: str
    value: str
    lang: str = "en"
    password: str | None = None
    kind: str | None = None
    code: str | None = None


class ContactDoneIn(msgspec.Struct):
    """The code that came to the new contact; ``replace`` puts it instead of the main one."""

    contact_kind: str
    value: str
    code: str
    replace: bool = False


class ContactGoneIn(msgspec.Struct):
    """Which contact goes, and proof."""

    contact_kind: str
    rank: int = 1
    password: str | None = None
    kind: str | None = None
    code: str | None = None


class ContactKeptIn(msgspec.Struct):
    """A contact that is still the caller's: the code that came to it."""

    contact_kind: str
    code: str


class PrintedOut(msgspec.Struct):
    """Codes to print; the only time that anybody can read them here."""

    codes: list[str]


class LinkIn(msgspec.Struct):
    """The word of a link in a message."""

    word: str


class LinkOut(msgspec.Struct):
    """What was taken back: changed, removed or return."""

    what: str


class ReturnIn(msgspec.Struct):
    """A printed code."""

    printed: str


class ReturnOut(msgspec.Struct):
    """A way back that has begun; keep the token."""

    token: str
    ready_at: datetime


class ReturnDoneIn(msgspec.Struct):
    """The token of a way back, and a new password if one is wanted."""

    token: str
    password: str | None = None
    device_name: str | None = None


class TicketCodeIn(msgspec.Struct):
    """Ask for a code to another contact of an account that one has a ticket for."""

    ticket: str
    kind: str
    lang: str = "en"


class TicketIn(msgspec.Struct):
    """A ticket, and one of the things that it needs; ``restore`` calls a deleted account back."""

    ticket: str
    password: str | None = None
    kind: str | None = None
    code: str | None = None
    printed: str | None = None
    restore: bool = False
    device_name: str | None = None


class EnteredOut(msgspec.Struct):
    """Back in."""

    user_id: str
    access_token: str
    device_id: str


class HelpIn(HelpAsked, frozen=True):
    """Whose account, why, what was shown, where the link goes, and the operator's own password."""

    password: str


class HelpBegunOut(msgspec.Struct):
    """It has begun, and waits for another operator."""

    help_id: str


class HelpDecisionIn(msgspec.Struct):
    """Why, and the operator's own password."""

    reason: str
    password: str


class HelpsOut(msgspec.Struct):
    """The newest."""

    recoveries: list[Help]


def shown(body: ProofIn | NewPasswordIn | ContactIn | ContactGoneIn | TicketIn) -> Shown:
    """Return what somebody shows of themselves."""
    printed = body.printed if isinstance(body, TicketIn) else None
    return Shown(body.password, body.kind, body.code, printed)


def notice_out(notice: Notice, device_id: str) -> NoticeOut:
    """Return a notice as a device sees it."""
    here = notice.device_id == device_id
    return NoticeOut(
        notice.notice_id, notice.what, notice.at, notice.device_name, here, notice.seen,
        notice.about, notice.place,
    )  # fmt: skip


def contact_masked(contact: Contact, claimed: set[str]) -> ContactOut:
    """Return a contact as its owner sees it in a list."""
    return ContactOut(
        contact.kind,
        masked(contact.kind, contact.value),
        contact.rank,
        contact.leaves_at,
        contact.kind in claimed and contact.rank == 1,
    )


def contact_out(kind: str, value: str, proved_at: datetime) -> dict[str, Any]:
    """Return Matrix's third-party identifier."""
    at = int(proved_at.timestamp() * 1000)
    return {
        "medium": "msisdn" if kind == "phone" else "email",
        "address": value.lstrip("+") if kind == "phone" else value,
        "validated_at": at,
        "added_at": at,
    }
