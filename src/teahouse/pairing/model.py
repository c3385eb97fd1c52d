"""How two devices are paired: the states, and what each side is told."""

import enum
from datetime import datetime, timedelta

import msgspec

from teahouse.accounts.model import DEVICE_NAME_LETTERS_MAX
from teahouse.errors import Kind, Refused

CODE_LETTERS = 8
CODE_LIFE = timedelta(minutes=2)
APPROVAL_LIFE = timedelta(minutes=2)  # from when the two devices have met
TRACES_LIFE = timedelta(minutes=10)
WAY = ("pairing",)  # of a device that signs in: all were told when it was approved


class Way(enum.Enum):
    """Which device shows the code."""

    ASKED = "asked"  # the new one
    OFFERED = "offered"  # the signed-in one


class State(enum.Enum):
    """How far a pairing is."""

    SHOWN = "shown"  # a code, and nobody has come with it
    SEEN = "seen"  # the two devices have met
    APPROVED = "approved"  # the new one may take its session
    REFUSED = "refused"
    DONE = "done"  # it has


class PairingShown(msgspec.Struct, frozen=True):
    """What the device that shows a code puts on its screen."""

    code: str
    link: str
    qr_svg: str
    expires_at: datetime
    pairing_id: str  # for the signed-in device
    secret: str  # for the new device: what takes the session


class PairingEntered(msgspec.Struct, frozen=True):
    """What a new device is told that came with a code: a number to show, and its secret."""

    secret: str
    number: str
    expires_at: datetime


class PairingTold(msgspec.Struct, frozen=True):
    """A pairing as the signed-in device sees it. ``place`` is part of a network address."""

    pairing_id: str
    state: str
    device_name: str | None
    place: str | None
    number_needed: bool
    expires_at: datetime


class NoSuchPairing(Refused):
    """This code is not right, was used, or has expired: have a new one shown."""

    code = "pairing.not_found"
    kind = Kind.NOT_FOUND


class WrongNumber(Refused):
    """That is not the number on the new device, so this pairing has ended: begin again."""

    code = "pairing.wrong_number"
    kind = Kind.FORBIDDEN


# What each act needs, and where it leads.
STEPS: dict[str, tuple[State, State]] = {
    "meet": (State.SHOWN, State.SEEN),
    "approve": (State.SEEN, State.APPROVED),
    "refuse": (State.SEEN, State.REFUSED),
    "take": (State.APPROVED, State.DONE),
}


def next_state(state: State, act: str) -> State:
    """Return where an act leads, or raise ``NoSuchPairing`` when it is not its turn."""
    needed, after = STEPS[act]
    if state is not needed:
        raise NoSuchPairing
    return after


def plain_code(written: str) -> str:
    """Return a code as it was made, however somebody typed it."""
    return "".join(letter for letter in written.lower() if letter.isalnum())[: CODE_LETTERS + 1]


def check_device_name(written: str) -> str:
    """Return what a new device calls itself, cut to what may be kept."""
    name = "".join(letter for letter in written.strip() if letter.isprintable())
    return name[:DEVICE_NAME_LETTERS_MAX]
