"""Processors as operators see them, and as everybody may."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import msgspec

from teahouse.gate.model.policies import Both
from teahouse.processors.model.proof import ProcessorKey, ProcessorProof
from teahouse.processors.model.register import (
    Clearing,
    Fit,
    Handing,
    Processor,
    ProcessorBody,
    ProcessorRole,
    Providing,
    acts_of,
    is_good,
)


class ProcessorReasonBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a processor ends, or is dropped."""

    reason: str


class HandedWire(msgspec.Struct, frozen=True):
    """The record of what was handed over."""

    handing_id: str


class ReceiverWire(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is given personal data, for everybody."""

    processor_id: str
    name: Both
    country: str
    role: str
    what: Both
    why: Both
    when: Both
    since: datetime | None


class ReceiversWire(msgspec.Struct, frozen=True):
    """Who is given personal data by this house now, on a contract."""

    receivers: list[ReceiverWire]


class ProcessorWire(msgspec.Struct, frozen=True, kw_only=True):
    """A processor for operators; ``may`` is what comes next."""

    processor: ProcessorBody
    state: str
    holds: bool  # in use, on a contract whose last day is not past
    proposed_by: str
    proposed_at: datetime
    agreed_by: str | None
    agreed_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    clearing: Clearing | None
    key: ProcessorKey | None
    may: list[str]


class ProcessorProofWire(ProcessorProof, frozen=True, kw_only=True):
    """The proof of a processor's end, with its signature."""

    key_id: str
    signature: str


class DestinationWire(msgspec.Struct, frozen=True, kw_only=True):
    """Where the configuration sends something, and whether the register has it."""

    way: str
    host: str
    personal: bool
    fit: str
    processor_id: str
    held: bool


class ProcessorsWire(msgspec.Struct, frozen=True, kw_only=True):
    """The register for operators, the newest first; ``mode`` is ``off``, ``warn`` or ``on``."""

    mode: str
    processors: list[ProcessorWire]
    destinations: list[DestinationWire]


class ProvidingsWire(msgspec.Struct, frozen=True, kw_only=True):
    """What was handed on, the newest first: by the day, and by acts."""

    days: list[Providing]
    handings: list[Handing]


def processors_wire(
    mode: str,
    found: Iterable[Processor],
    keys: Mapping[str, ProcessorKey],
    to: list[DestinationWire],
    today: date,
) -> ProcessorsWire:
    """Return the register for operators."""
    every = [_wire(one, keys.get(one.body.processor_id), today) for one in found]
    return ProcessorsWire(mode=mode, processors=every, destinations=to)


def receivers_wire(found: Iterable[Processor], today: date) -> ReceiversWire:
    """Return the register for everybody: who is in use, and is not the house's own."""
    return ReceiversWire(
        [
            ReceiverWire(
                processor_id=one.body.processor_id,
                name=one.body.name,
                country=one.body.country,
                role=one.body.role.value,
                what=one.body.what,
                why=one.body.why,
                when=one.body.when,
                since=one.started_at,
            )
            for one in found
            if is_good(one, today) and one.body.role is not ProcessorRole.OWN
        ]
    )


def destination_wire(
    way: str, host: str, found: tuple[Fit, str], *, personal: bool, held: bool
) -> DestinationWire:
    """Return where something goes."""
    fit, whose = found
    return DestinationWire(
        way=way,
        host=host,
        personal=personal,
        fit=fit.value if personal else "",
        processor_id=whose,
        held=held,
    )


def _wire(one: Processor, key: ProcessorKey | None, today: date) -> ProcessorWire:
    return ProcessorWire(
        processor=one.body,
        state=one.state.value,
        holds=is_good(one, today),
        proposed_by=one.proposed_by,
        proposed_at=one.proposed_at,
        agreed_by=one.agreed_by,
        agreed_at=one.agreed_at,
        started_at=one.started_at,
        ended_at=one.ended_at,
        end_reason=one.end_reason,
        clearing=one.clearing,
        key=key,
        may=[act.value for act in acts_of(one.state)],
    )
