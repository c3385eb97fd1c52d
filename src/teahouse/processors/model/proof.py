"""The key of a processor, what was under it, and the proof that it is destroyed.

Personal Information Protection Law 21, GDPR 28(3)(g): what a processor has is returned or deleted. A proof
tells what the house did by itself beside what the processor says.
"""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from teahouse.errors import Conflict, NotFound
from teahouse.gate.model.policies import Both
from teahouse.notices.model.chain import Document
from teahouse.processors.model.register import (
    BadProcessor,
    Clearing,
    ProcessorBody,
    check_clearing,
)

FORMAT = "teahouse-processor-proof/1"
CONTEXT = "processor-proof"  # what its signature is made for
UNREADABLE = "unreadable"  # nobody states anything: the key is gone


class ProcessorKey(msgspec.Struct, frozen=True, kw_only=True):
    """The key under which lies what a processor keeps; ``digest`` is the SHA-256 of its secret half."""

    recipient: str
    digest: str
    made_at: datetime
    destroying_at: datetime | None = None  # from then on it counts as gone
    destroyed_at: datetime | None = None
    lost: bool = False  # it was not there to be destroyed, as an operator states


class KeptBy(msgspec.Struct, frozen=True):
    """With whom something is to lie: to whom one locks it, where, and until when it may go there."""

    processor_id: str
    recipient: str
    country: str
    until: date


class Under(msgspec.Struct, frozen=True):
    """Something that lies with a processor under its key."""

    kind: str
    object_id: str
    sha256: str
    bytes_count: int
    at: datetime


class Revocation(msgspec.Struct, frozen=True):
    """A credential by which a processor spoke to this house, and since when it is nobody's."""

    kind: str
    credential_id: str
    at: datetime


class ProcessorProof(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document, without its signature."""

    format: str
    server_name: str
    made_at: datetime
    public: str
    processor_id: str
    name: Both
    country: str
    contract: str
    started_at: datetime
    ended_at: datetime
    end_reason: str
    key: ProcessorKey | None
    under: list[Under]
    revoked: list[Revocation]
    clearing: Clearing


class ProcessorUnfit(Conflict):
    """Nothing can be left with that processor: it is not in use, or not for that."""

    code = "processors.unfit"


class ProcessorKeyElsewhere(Conflict):
    """The processor's key is not on this machine."""

    code = "processors.key_elsewhere"


class NoProof(NotFound):
    """There is no proof yet: the processor has not been ended to the end."""

    code = "processors.no_proof"


def check_keeps(body: ProcessorBody, way: str, until: date | None, *, good: bool) -> date:
    """Return until when everything may be left with a processor. Raises ``ProcessorUnfit``.

    ``way`` is by which it is given what is read back; ``until`` is what the register of transfers says; ``good``: it is in use, on a contract that holds.
    """
    if not good:
        raise ProcessorUnfit(f"{body.processor_id} is not in use on a contract that holds.")
    if way not in body.ways:
        raise ProcessorUnfit(f"{body.processor_id} has no {way} among its ways.")
    if until is None:
        raise ProcessorUnfit(
            f"{body.processor_id} is abroad: it needs transfers of every purpose of this house."
        )
    return until


def check_end(clearing: Clearing, key: ProcessorKey | None, ended_on: date, today: date) -> None:
    """Refuse an end that proves nothing: ``BadProcessor``.

    Where nobody states anything, what is left is that the key is gone; so there has to be one.
    """
    if key is None and (clearing.how == UNREADABLE or clearing.key_lost):
        raise BadProcessor("This processor has no key, so nothing becomes unreadable.")
    check_clearing(clearing, ended_on, today)


def proof_of(
    house: tuple[str, str],
    made_at: datetime,
    body: ProcessorBody,
    lived: tuple[datetime, datetime, str, Clearing],
    facts: tuple[ProcessorKey | None, Sequence[Under], Sequence[Revocation]],
) -> Document:
    """Return the document that is signed.

    ``house`` is its name and public key; ``lived``: from when, until when, why, and what was stated.
    """
    started_at, ended_at, reason, clearing = lived
    key, under, revoked = facts
    proof = ProcessorProof(
        format=FORMAT,
        server_name=house[0],
        made_at=made_at,
        public=house[1],
        processor_id=body.processor_id,
        name=body.name,
        country=body.country,
        contract=body.contract,
        started_at=started_at,
        ended_at=ended_at,
        end_reason=reason,
        key=key,
        under=list(under),
        revoked=list(revoked),
        clearing=clearing,
    )
    return msgspec.to_builtins(proof)
