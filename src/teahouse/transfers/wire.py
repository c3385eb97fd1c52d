"""Transfers as operators see them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec

from teahouse.transfers.model import (
    LIMITS,
    Transfer,
    TransferBody,
    Volume,
    VolumeLimit,
    acts_of,
    asked,
    holds,
    strength,
    total,
)


class TransferReasonBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a transfer ends, or is dropped."""

    reason: str


class TransferWire(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer for operators; ``may`` is what comes next.

    ``enough`` tells whether its mechanism answers for as many people as all transfers of the year.
    """

    transfer: TransferBody
    state: str
    holds: bool
    enough: bool
    people: int
    sensitive: int
    proposed_by: str
    proposed_at: datetime
    agreed_by: str | None
    agreed_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    may: list[str]


class TransfersWire(msgspec.Struct, frozen=True, kw_only=True):
    """The register, the newest first; of how many people at most since 1 January, and what that asks."""

    profile: str
    year: int
    people: int
    sensitive: int
    asks: str
    limits: list[VolumeLimit]
    transfers: list[TransferWire]


def transfers_wire(
    profile: str, found: Iterable[Transfer], volumes: Sequence[Volume], today: date
) -> TransfersWire:
    """Return the register for operators."""
    people, sensitive = total(volumes, today.year)
    asks = asked(profile, people, sensitive)
    own = {one.transfer_id: one for one in volumes if one.year == today.year}
    every: list[TransferWire] = []
    for one in found:
        volume = own.get(one.body.transfer_id)
        every.append(
            TransferWire(
                transfer=one.body,
                state=one.state.value,
                holds=holds(one, today),
                enough=strength(one.body.mechanism) >= strength(asks),
                people=volume.people if volume else 0,
                sensitive=volume.sensitive if volume else 0,
                proposed_by=one.proposed_by,
                proposed_at=one.proposed_at,
                agreed_by=one.agreed_by,
                agreed_at=one.agreed_at,
                ended_at=one.ended_at,
                end_reason=one.end_reason,
                may=[act.value for act in acts_of(one.state)],
            )
        )
    return TransfersWire(
        profile=profile,
        year=today.year,
        people=people,
        sensitive=sensitive,
        asks=asks.value,
        limits=list(LIMITS.get(profile, ())),
        transfers=every,
    )
