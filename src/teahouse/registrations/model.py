"""The steps of a registration, as a table, and what goes wrong on the way."""

import enum
from datetime import datetime, timedelta

import msgspec

from teahouse.accounts.model import Account, OpenedSession
from teahouse.errors import Kind, Refused
from teahouse.gate.model.doors import Door
from teahouse.gate.model.policies import REGIONS

REGISTRATION_LIFE = timedelta(minutes=30)
HELD_LIFE = timedelta(days=14)  # how long a decision may take, and one may take to come back
APPROVED_LIFE = timedelta(days=7)  # for its owner to finish it
TRACES_LIFE = timedelta(hours=24)  # of the emptied row of a registration that has ended
DETAILS_BYTES_MAX = 16 * 1024
OPEN_CLASSES = ("personal", "official")  # classes that people can register today


class Stage(enum.Enum):
    """How far a registration has come."""

    STARTED = "started"
    CONSENTED = "consented"
    CONTACT_SENT = "contact_sent"
    VERIFIED = "verified"
    DETAILED = "detailed"  # an official account's particulars are in
    CREATED = "created"
    REFUSED = "refused"
    EXPIRED = "expired"


ENDED = (Stage.CREATED, Stage.REFUSED, Stage.EXPIRED)

# From which stages a step may be taken. Finishing differs by class, see ``check_step``.
STEPS: dict[str, frozenset[Stage]] = {
    "consent": frozenset({Stage.STARTED}),
    "contact": frozenset({Stage.CONSENTED, Stage.CONTACT_SENT}),
    "code": frozenset({Stage.CONTACT_SENT}),
    "official": frozenset({Stage.VERIFIED, Stage.DETAILED}),
    "finish": frozenset({Stage.VERIFIED, Stage.DETAILED}),
}


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """A registration under way. ``contact`` and ``details`` are sealed."""

    digest: bytes
    doors: tuple[Door, ...]
    account_class: str
    service_region: str
    region: str
    stage: Stage
    lang: str = "en"
    receipt_id: str | None = None
    contact_kind: str | None = None
    contact: bytes | None = None
    details: bytes | None = None
    code_id: str | None = None
    invite_digest: bytes | None = None
    held_for: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    turned_away: str = ""
    created_at: datetime
    expires_at: datetime

    @property
    def row_id(self) -> str:
        """The name under which its sealed values are bound to it."""
        return self.digest.hex()


class Started(msgspec.Struct, frozen=True):
    """A registration that may go on. The id is the secret by which its owner goes on."""

    registration_id: str
    expires_at: datetime
    steps: tuple[str, ...]


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks for when everything is decided."""

    username: str | None = None  # None: we choose
    password: str | None = None
    display_name: str | None = None
    device_id: str | None = None
    device_name: str | None = None
    refresh: bool = False
    sign_in: bool = True
    administrator: bool = False
    service_id: str = ""  # of the application service that asks
    guest: str | None = None  # the access token of the guest who registers, and keeps the account


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a Matrix client asks for, without its ``auth``; keys that we do not know are passed by."""

    username: str | None = None
    password: str | None = None
    device_id: str | None = None
    initial_device_display_name: str | None = None
    inhibit_login: bool = False
    refresh_token: bool = False
    guest_access_token: str | None = None


class Created(msgspec.Struct, frozen=True):
    """An account that has come to be, and its first session unless none was wanted."""

    account: Account
    session: OpenedSession | None


class Registered(msgspec.Struct, frozen=True):
    """What finishers are given, inside the transaction that makes the account.

    ``registration`` is ``None`` for accounts that are made in one step.
    """

    account: Account
    details: str | None = None
    registration: Registration | None = None
    invite_digest: bytes | None = None  # of the pass that was used


class Progress(msgspec.Struct, frozen=True):
    """How far a registration has come, as its owner may see."""

    stage: str
    held_for: tuple[str, ...]
    turned_away: str
    expires_at: datetime


class NoSuchRegistration(Refused):
    """There is no such registration, or no longer: begin again."""

    code = "gate.no_registration"
    kind = Kind.NOT_FOUND


class HeldBack(Refused):
    """Everything is in. The account is made once a decision was taken: come back for it."""

    code = "gate.held"
    kind = Kind.FORBIDDEN


class TurnedAway(Refused):
    """The registration was not accepted."""

    code = "gate.turned_away"
    kind = Kind.FORBIDDEN


class WrongStep(Refused):
    """This registration is not at that step."""

    code = "gate.wrong_step"
    kind = Kind.CONFLICT


class GuestsRefused(Refused):
    """Guests are not admitted here: read without an account, or register."""

    code = "gate.guests"
    kind = Kind.FORBIDDEN


class WrongContact(Refused):
    """This registration goes by the other kind of contact."""

    code = "gate.wrong_contact"
    kind = Kind.INVALID


class NotRegistrable(Refused):
    """There is no such account class, door or region to register by."""

    code = "gate.not_registrable"
    kind = Kind.INVALID


def check_start(account_class: str, door: str, service_region: str) -> tuple[Door, ...]:
    """Return the doors of a registration that somebody wants to begin, or ``NotRegistrable``."""
    if account_class not in OPEN_CLASSES or service_region not in REGIONS:
        raise NotRegistrable
    if door not in (Door.PHONE.value, Door.EMAIL.value):
        raise NotRegistrable
    if account_class == "official":
        return (Door.OFFICIAL, Door(door))
    return (Door(door),)


def steps(account_class: str) -> tuple[str, ...]:
    """Return the steps ahead, in order."""
    official = ("official",) if account_class == "official" else ()
    return ("consent", "contact", "code", *official, "finish")


def check_step(registration: Registration, step: str | None, now: datetime) -> None:
    """Refuse a step that is not next: ``NoSuchRegistration`` once it has ended, ``WrongStep``.

    ``None`` is any step: only an end is refused.
    """
    if registration.stage in ENDED or registration.expires_at <= now:
        raise NoSuchRegistration
    if step is None:
        return
    allowed = STEPS[step]
    if registration.account_class == "official" and step == "finish":
        allowed = frozenset({Stage.DETAILED})
    wrong_class = registration.account_class != "official" and step == "official"
    if registration.stage not in allowed or wrong_class:
        raise WrongStep(stage=registration.stage.value)
