"""The policy and receipts as the outside sees them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from teahouse.accounts.model import AccountClass
from teahouse.consent.model import PolicyText, Receipt, concerns
from teahouse.consent.model.asks import Declined, again_at
from teahouse.consent.model.versions import Change, Difference, Due, Kept, KeptItem, Published


class OperatorWire(msgspec.Struct, frozen=True):
    """Who is responsible."""

    name: str
    contact: str


class SectionWire(msgspec.Struct, frozen=True):
    """A chapter of the policy in one language."""

    id: str
    title: str
    body_paragraphs: list[str]


class ItemWire(msgspec.Struct, frozen=True):
    """One purpose in one language, and the classes of account that it concerns."""

    id: str
    name: str
    purpose: str
    means: str
    category: str
    basis: str
    necessity: str
    function: str
    retention: str
    recipients: str
    classes: list[str]


class RecipientWire(msgspec.Struct, frozen=True):
    """Somebody outside who is given something, in one language."""

    id: str
    name: str
    host: str
    role: str
    what: str
    why: str
    when: str
    purposes: list[str]


class PolicyWire(msgspec.Struct, frozen=True):
    """The privacy policy in one language."""

    version: str
    lang: str
    operator: OperatorWire
    effective_at: datetime
    sections: list[SectionWire]
    items: list[ItemWire]
    recipients: list[RecipientWire]


class ReceiptWire(msgspec.Struct, frozen=True):
    """A receipt as its owner sees it."""

    receipt_id: str
    policy_version: str
    lang: str
    accepted: list[str]
    declined: list[str]
    basis: str
    screen: str
    at: datetime


class ReceiptsWire(msgspec.Struct, frozen=True):
    """An account's receipts, newest first."""

    receipts: list[ReceiptWire]


class ConsentsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to accept, to withdraw, and to decline that was asked anew, by purpose id."""

    accept: list[str] = []
    withdraw: list[str] = []
    decline: list[str] = []
    policy_version: str | None = None  # the one that was shown; refused when it has changed since
    lang: str = "en"


class VersionWire(msgspec.Struct, frozen=True):
    """A version of the policy: when it was published, from when on it counts, and why."""

    version: str
    published_at: datetime
    effective_at: datetime
    reason: str
    current: bool


class VersionsWire(msgspec.Struct, frozen=True):
    """Every version there ever was, newest first."""

    versions: list[VersionWire]


class KeptItemWire(msgspec.Struct, frozen=True):
    """A purpose as it read in a version."""

    id: str
    name: str
    purpose: str
    means: str
    category: str
    basis: str
    necessity: str
    function: str
    retention: str
    recipients: str


class ChangeWire(msgspec.Struct, frozen=True):
    """A purpose that was added, changed or removed; ``fields`` names what reads differently."""

    kind: str
    id: str
    before: KeptItemWire | None
    after: KeptItemWire | None
    fields: list[str]


class DifferenceWire(msgspec.Struct, frozen=True):
    """What differs between two versions."""

    before: str
    after: str
    changes: list[ChangeWire]
    recipients_added: list[str]
    recipients_removed: list[str]
    operator_changed: bool
    sections_changed: list[str]


class DueWire(msgspec.Struct, frozen=True):
    """What is to be answered anew, and from when on people are asked."""

    policy_version: str
    effective_at: datetime
    in_force: bool
    changes: list[ChangeWire]


class AskWire(msgspec.Struct, frozen=True):
    """Something declined: the app asks by itself again from ``again_at`` on."""

    ask: str
    times: int
    again_at: datetime


class AsksWire(msgspec.Struct, frozen=True):
    """All that was declined."""

    declined: list[AskWire]


class AskBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to something that the app asked by itself."""

    ask: str
    accepted: bool


class StepUpOut(msgspec.Struct, frozen=True):
    """Until when what is sensitive is shown."""

    until: datetime


def policy_wire(text: PolicyText, version: str, lang: str, effective_at: datetime) -> PolicyWire:
    """Return the policy in one language."""
    return PolicyWire(
        version=version,
        lang=lang,
        operator=OperatorWire(text.operator_name, text.operator_contact),
        effective_at=effective_at,
        sections=[
            SectionWire(s.id, s.title.in_lang(lang), [p.in_lang(lang) for p in s.paragraphs])
            for s in text.sections
        ],
        items=[
            ItemWire(
                id=item.id,
                name=item.name.in_lang(lang),
                purpose=item.purpose.in_lang(lang),
                means=item.means.in_lang(lang),
                category=item.category,
                basis=item.basis,
                necessity="necessary" if item.necessary else "optional",
                function=item.function.in_lang(lang),
                retention=item.retention.in_lang(lang),
                recipients=item.recipients.in_lang(lang),
                classes=[one.value for one in AccountClass if concerns(item.id, one.value)],
            )
            for item in text.items
        ],
        recipients=[
            RecipientWire(
                one.id,
                one.name.in_lang(lang),
                one.host,
                one.role,
                one.what.in_lang(lang),
                one.why.in_lang(lang),
                one.when.in_lang(lang),
                list(one.purposes),
            )
            for one in text.recipients
        ],
    )


def receipt_wire(receipt: Receipt) -> ReceiptWire:
    """Return a receipt as its owner sees it."""
    return ReceiptWire(
        receipt.receipt_id,
        receipt.policy_version,
        receipt.lang,
        list(receipt.accepted),
        list(receipt.declined),
        receipt.basis,
        receipt.screen,
        receipt.at,
    )


def versions_wire(found: Sequence[Published], current: str) -> VersionsWire:
    """Return the versions."""
    return VersionsWire(
        [
            VersionWire(v.version, v.published_at, v.effective_at, v.reason, v.version == current)
            for v in found
        ]
    )


def change_wire(change: Change) -> ChangeWire:
    """Return a change."""
    before, after = _kept(change.before), _kept(change.after)
    fields = ["necessity" if one == "necessary" else one for one in change.fields]
    return ChangeWire(change.kind, change.purpose_id, before, after, fields)


def difference_wire(before: str, after: str, found: Difference) -> DifferenceWire:
    """Return what differs between two versions."""
    return DifferenceWire(
        before,
        after,
        [change_wire(change) for change in found.changes],
        [f"{one.name} ({one.host}): {one.what}" for one in found.recipients_added],
        [f"{one.name} ({one.host}): {one.what}" for one in found.recipients_removed],
        found.operator_changed,
        list(found.sections_changed),
    )


def due_wire(due: Due, now: datetime) -> DueWire:
    """Return what is to be answered anew."""
    changes = [change_wire(change) for change in due.changes]
    return DueWire(due.policy_version, due.effective_at, due.effective_at <= now, changes)


def asks_wire(declined: Sequence[Declined]) -> AsksWire:
    """Return what was declined."""
    return AsksWire([AskWire(one.ask, one.times, again_at(one)) for one in declined])


def kept_wire(kept: Kept, lang: str, told: Published) -> PolicyWire:
    """Return a policy as it was published."""
    return PolicyWire(
        version=told.version,
        lang=lang,
        operator=OperatorWire(kept.operator.name, kept.operator.contact),
        effective_at=told.effective_at,
        sections=[
            SectionWire(str(at), section.title, list(section.body))
            for at, section in enumerate(kept.sections)
        ],
        items=[
            ItemWire(**msgspec.structs.asdict(one), classes=[])
            for one in (_kept(item) for item in kept.items)
            if one is not None
        ],
        recipients=[
            RecipientWire(one.id, one.name, one.host, "", one.what, "", "", [])
            for one in kept.recipients
        ],
    )


def _kept(item: KeptItem | None) -> KeptItemWire | None:
    if item is None:
        return None
    return KeptItemWire(
        item.id,
        item.name,
        item.purpose,
        item.means,
        item.category,
        item.basis,
        "necessary" if item.necessary else "optional",
        item.function,
        item.retention,
        item.recipients,
    )
