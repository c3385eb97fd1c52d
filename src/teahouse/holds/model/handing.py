"""Handing out what a hold has put aside: its life as a table, and what a package is. Pure.

A package is an archive (``notices/model/archives``) of JSON files, locked to the recipient's key.
"""

import enum
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from teahouse.errors import Conflict, Kind, NotFound, Refused
from teahouse.holds.model.hold import (
    HOLDING,
    TEXT_LETTERS_MAX,
    Asker,
    BadHold,
    Hold,
    HoldSamePerson,
    check_said,
)
from teahouse.notices.model.archives import checked
from teahouse.notices.model.chain import Document

FORMAT = "teahouse-held/1"
CONTEXT = "held-package"  # what its signature is made for
HANDINGS_MAX = 50  # of one hold
TAKEN_WITHIN = timedelta(days=7)  # of when the second operator agreed
AT_ONCE = 500  # opened in one transaction
A_FILE = 5_000  # of what was put aside, in one file of a package
PACKAGE_ENTRIES_MAX = 100_000


class HandingState(enum.Enum):
    """Where a handing stands. The names are stored and told."""

    ASKED = "asked"
    AGREED = "agreed"  # the package can be made
    REFUSED = "refused"


class HandingAct(enum.Enum):
    """What is done with a handing. The names are stored and told."""

    AGREE = "agree"
    REFUSE = "refuse"
    TAKE = "take"


_S, _A = HandingState, HandingAct
HANDING_PROCEDURE: dict[HandingState, dict[HandingAct, HandingState]] = {
    _S.ASKED: {_A.AGREE: _S.AGREED, _A.REFUSE: _S.REFUSED},
    _S.AGREED: {_A.TAKE: _S.AGREED, _A.REFUSE: _S.REFUSED},
    _S.REFUSED: {},
}


class HeldHandingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator asks to hand out: by which paper, why, and to whose key of age."""

    reference: str
    reason: str
    recipient: str


class Handing(msgspec.Struct, frozen=True, kw_only=True):
    """A handing, as its row has it. ``sha256`` is of the archive that was made last."""

    handing_id: str
    hold_id: str
    state: HandingState
    reference: str
    reason: str
    recipient: str
    asked_by: str
    asked_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    end_reason: str = ""
    taken_at: datetime | None = None
    sha256: str = ""


class HeldProof(msgspec.Struct, frozen=True, kw_only=True):
    """What the verification of a package found; ``wrong`` says why it is not right, in a code."""

    wrong: str = ""
    key_id: str = ""
    server_name: str = ""
    handing_id: str = ""
    reference: str = ""
    files: int = 0


class BadRecipient(Refused):
    """The recipient is no key of age: it is age1 and 58 letters."""

    code = "holds.bad_recipient"
    kind = Kind.UNPROCESSABLE


class NobodyToHandTo(Refused):
    """The house's own lawyers asked for this hold: no authority or court is named to hand anything to."""

    code = "holds.nobody_to_hand_to"
    kind = Kind.FORBIDDEN


class NoSuchHanding(NotFound):
    """There is no such handing of this hold."""

    code = "holds.no_handing"


class HandingOver(Conflict):
    """The hold has ended, or the week after the agreement is over: ask again."""

    code = "holds.handing_over"


class TooMuchHeld(Refused):
    """The hold has put aside more than one package takes."""

    code = "holds.too_much"
    kind = Kind.UNPROCESSABLE


def check_handing(hold: Hold, body: HeldHandingBody, *, locks: bool) -> None:
    """Refuse what cannot be handed out. ``locks``: whether the recipient is a key of age.

    Raises ``NobodyToHandTo``, ``HandingOver``, ``BadRecipient``, ``BadHold``.
    """
    if hold.asker is not Asker.AUTHORITY:
        raise NobodyToHandTo
    if hold.state not in HOLDING:
        raise HandingOver
    if not locks:
        raise BadRecipient
    if not 0 < len(body.reference.strip()) <= TEXT_LETTERS_MAX:
        raise BadHold("reference names the paper that asks for it.")
    check_said(body.reason)


def handed_after(
    one: Handing, hold: Hold, act: HandingAct, actor: str, reason: str, now: datetime
) -> Handing:
    """Return a handing after an act. Raises ``HandingOver``, ``HoldSamePerson``."""
    state = HANDING_PROCEDURE[one.state].get(act)
    if state is None or (act is not HandingAct.REFUSE and hold.state not in HOLDING):
        raise HandingOver
    if act is HandingAct.TAKE:
        if one.decided_at is None or now > one.decided_at + TAKEN_WITHIN:
            raise HandingOver
        return msgspec.structs.replace(one, taken_at=now)
    if act is HandingAct.AGREE:
        if actor == one.asked_by:
            raise HoldSamePerson
        return msgspec.structs.replace(one, state=state, decided_by=actor, decided_at=now)
    return msgspec.structs.replace(one, state=state, end_reason=reason)


def acts_of_handing(one: Handing, hold: Hold, now: datetime) -> list[HandingAct]:
    """Return what can be done next."""
    over = one.decided_at is not None and now > one.decided_at + TAKEN_WITHIN
    if hold.state not in HOLDING or (one.state is HandingState.AGREED and over):
        return []
    return list(HANDING_PROCEDURE[one.state])


def said_of(body: bytes, *, whole: bool) -> dict[str, Any]:
    """Return what is told of a message: all of it, or what it is without what it says."""
    event: dict[str, Any] = msgspec.json.decode(body)
    if whole:
        return {"event": event}
    told = ("type", "sender", "origin_server_ts")
    return {name: event[name] for name in told if name in event}


def manifest(one: Handing, hold: Hold, server_name: str, at: str, public: str) -> Document:
    """Return a manifest that names no files yet."""
    return {
        "format": FORMAT,
        "handing_id": one.handing_id,
        "hold_id": hold.hold_id,
        "server_name": server_name,
        "made_at": at,
        "public": public,
        "requester": hold.requester,
        "hold_reference": hold.reference,
        "reference": one.reference,
        "recipient": one.recipient,
        "covers_content": hold.covers_content,
    }


def paper(hold: Hold) -> dict[str, object]:
    """Return what a package says of its hold."""
    return {
        "requester": hold.requester,
        "reference": hold.reference,
        "legal_basis": hold.legal_basis,
        "covers_content": hold.covers_content,
        "objects": [{"kind": one.kind.value, "target": one.target} for one in hold.objects],
        "agreed_at": hold.agreed_at,
        "until_at": hold.until_at,
    }


def in_files(name: str, entries: list[dict[str, Any]]) -> Mapping[str, bytes]:
    """Return entries as files, so many in each; none: one empty file, so that this is said."""
    parts = [entries[at : at + A_FILE] for at in range(0, len(entries), A_FILE)] or [[]]
    return {
        f"{name}-{nth:03d}.json" if len(parts) > 1 else f"{name}.json": as_json(part)
        for nth, part in enumerate(parts, 1)
    }


def as_json(told: object) -> bytes:
    """Return a file of a package, to be read by people, too."""
    return msgspec.json.format(msgspec.json.encode(told), indent=2)


def verify(raw: bytes, pinned: Iterable[str] = (), revoked: Iterable[str] = ()) -> HeldProof:
    """Check a package that its recipient has opened, offline: see ``archives.checked``."""
    wrong, document, files = checked(raw, FORMAT, CONTEXT, pinned, revoked)
    return HeldProof(
        wrong=wrong,
        key_id=str(document.get("key_id", "")),
        server_name=str(document.get("server_name", "")),
        handing_id=str(document.get("handing_id", "")),
        reference=str(document.get("reference", "")),
        files=files,
    )
