"""Official accounts' changes on our own API."""

from datetime import datetime

import msgspec

from teahouse.approvals.model import Decision, State, Verdict, sentence
from teahouse.officials.model import (
    Change,
    ChangeRound,
    Compared,
    Details,
    Own,
    SubjectKind,
    licence_fields,
)


class KeptWire(msgspec.Struct, frozen=True):
    """The particulars are in."""

    kept: bool


class ProposeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an official account would like its particulars to be."""

    details: Details
    lang: str = "en"


class OwnChangeWire(msgspec.Struct, frozen=True):
    """How one's last change stands. ``said`` is what an operator told, in one's language."""

    change_id: str
    state: str
    fields: tuple[str, ...]
    proposed: Details | None
    said: str
    created_at: datetime
    decided_at: datetime | None
    expires_at: datetime


class OwnChangesWire(msgspec.Struct, frozen=True):
    """What is in force, which licence fields are asked of each kind of subject, and the last change."""

    in_force: Details
    needed: dict[str, tuple[str, ...]]
    change: OwnChangeWire | None


class OfficialChangeWire(msgspec.Struct, frozen=True):
    """A change, without anything that is personal."""

    change_id: str
    account_id: str
    fields: tuple[str, ...]
    state: str
    rounds: int
    template: str
    words: str
    decided_by: str
    decided_at: datetime | None
    created_at: datetime
    expires_at: datetime


class OfficialChangesWire(msgspec.Struct, frozen=True):
    """Changes that wait, oldest first, or that were decided, newest first."""

    changes: list[OfficialChangeWire]


class ComparedWire(msgspec.Struct, frozen=True):
    """A change beside what is in force; ``proposed`` is gone once it was decided."""

    change: OfficialChangeWire
    in_force: Details
    proposed: Details | None
    rounds: list[ChangeRound]


class VerdictBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision about a change, with its reason."""

    decision: str
    template: str
    words: str = ""

    def verdict(self) -> Verdict | None:
        """Return what was decided; ``None`` when there is no such decision."""
        if self.decision not in {one.value for one in Decision}:
            return None
        return Verdict(Decision(self.decision), self.template, self.words)


_SAID = {
    State.MORE: Decision.ASK,
    State.DECLINED: Decision.DECLINE,
    State.APPROVED: Decision.APPROVE,
}


def own_changes(own: Own) -> OwnChangesWire:
    """Return what is in force and how the last change stands, for the account itself."""
    needed = {kind.value: licence_fields(own.region, kind) for kind in SubjectKind}
    if own.change is None:
        return OwnChangesWire(own.in_force, needed, None)
    return OwnChangesWire(own.in_force, needed, _own_change(own.change, own.proposed))


def _own_change(change: Change, proposed: Details | None) -> OwnChangeWire:
    decision = _SAID.get(change.state)
    said = (
        "" if decision is None else sentence(decision, change.template, change.words, change.lang)
    )
    return OwnChangeWire(
        change_id=change.change_id,
        state=change.state.value,
        fields=change.fields,
        proposed=proposed,
        said=said,
        created_at=change.created_at,
        decided_at=change.decided_at,
        expires_at=change.expires_at,
    )


def change_wire(change: Change) -> OfficialChangeWire:
    """Return a change as operators see it in the list."""
    return OfficialChangeWire(
        change_id=change.change_id,
        account_id=change.account_id,
        fields=change.fields,
        state=change.state.value,
        rounds=change.rounds,
        template=change.template,
        words=change.words,
        decided_by=change.decided_by,
        decided_at=change.decided_at,
        created_at=change.created_at,
        expires_at=change.expires_at,
    )


def compared_wire(compared: Compared) -> ComparedWire:
    """Return a change as an operator reviews it."""
    return ComparedWire(
        change_wire(compared.change), compared.in_force, compared.proposed, compared.rounds
    )
