"""Complaints as clients and the console see them."""

from datetime import datetime
from typing import Any

import msgspec

from teahouse.complaints.model import Complaint, ComplaintLine


class EventBody(msgspec.Struct, frozen=True):
    """The body of a report of an event."""

    reason: str | None = None
    category: str = msgspec.field(default="", name="org.teahouse.category")


class ReasonBody(msgspec.Struct, frozen=True):
    """The body of a report of a room or a person; the reason may be blank."""

    reason: str
    category: str = msgspec.field(default="", name="org.teahouse.category")


class DecisionBody(msgspec.Struct, frozen=True):
    """What operators decide: ``acted`` or ``dismissed``, and what whoever reported it reads."""

    outcome: str
    answer: str


class OwnComplaintWire(msgspec.Struct, frozen=True):
    """Something one has reported, and what became of it."""

    complaint_id: str
    kind: str
    room_id: str
    event_id: str
    about: str
    reason: str
    made_at: datetime
    decided_at: datetime | None
    outcome: str | None
    answer: str | None


class OwnComplaintsWire(msgspec.Struct, frozen=True):
    """What one has reported, the newest first."""

    complaints: list[OwnComplaintWire]


class ComplaintWire(msgspec.Struct, frozen=True):
    """A report as operators see it; ``account_id`` is gone when its maker's account is."""

    complaint_id: str
    kind: str
    account_id: str | None
    user_id: str
    room_id: str
    event_id: str
    about: str
    reason: str
    made_at: datetime
    decided_at: datetime | None
    outcome: str | None
    answer: str | None


class ComplaintsWire(msgspec.Struct, frozen=True):
    """Reports that wait, the oldest first; or those decided, the newest first; not what they say."""

    complaints: list[ComplaintLine]


class ComplaintDetailWire(msgspec.Struct, frozen=True):
    """A report, and the event as it is now; ``event`` is null when it is of none, or erased."""

    complaint: ComplaintWire
    event: dict[str, Any] | None


def own_wire(one: Complaint) -> OwnComplaintWire:
    """Return a report for whoever made it."""
    told = msgspec.structs.asdict(one)
    return OwnComplaintWire(**{name: told[name] for name in OwnComplaintWire.__struct_fields__})


def complaint_wire(one: Complaint) -> ComplaintWire:
    """Return a report for operators."""
    return ComplaintWire(**msgspec.structs.asdict(one))
