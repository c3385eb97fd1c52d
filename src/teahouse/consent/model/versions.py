"""How one published policy differs from another, purpose by purpose [L-14, R-043]."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from teahouse.consent.model import Item, Receipt, concerns
from teahouse.errors import NotFound

TOLD = ("name", "purpose", "means", "category", "basis", "necessary", "function", "retention",
        "recipients")  # fmt: skip


class NoSuchVersion(NotFound):
    """There was never a privacy policy of that version."""

    code = "consent.no_version"


class KeptOperator(msgspec.Struct, frozen=True):
    """Who was responsible."""

    name: str = ""
    contact: str = ""


class KeptSection(msgspec.Struct, frozen=True):
    """A chapter as it read."""

    title: str = ""
    body: list[str] = []


class KeptItem(msgspec.Struct, frozen=True):
    """A purpose as it read."""

    id: str
    ground: str
    name: str
    purpose: str
    means: str
    category: str
    basis: str
    necessary: bool
    function: str
    retention: str
    recipients: str


class KeptRecipient(msgspec.Struct, frozen=True):
    """A recipient as the policy told of it."""

    id: str
    name: str
    host: str
    what: str


class Kept(msgspec.Struct, frozen=True):
    """A policy in one language, as it was published."""

    operator: KeptOperator = KeptOperator()
    sections: list[KeptSection] = []
    items: list[KeptItem] = []
    recipients: list[KeptRecipient] = []

    def item(self, purpose_id: str) -> KeptItem | None:
        """Return a purpose by its id."""
        return next((item for item in self.items if item.id == purpose_id), None)


class Published(msgspec.Struct, frozen=True):
    """A version: when it was published, from when on it counts, and why it came."""

    version: str
    published_at: datetime
    effective_at: datetime
    reason: str


class Change(msgspec.Struct, frozen=True):
    """A purpose that was added, changed or removed; ``fields`` says what reads differently."""

    kind: str  # added, changed, removed
    before: KeptItem | None
    after: KeptItem | None
    fields: tuple[str, ...] = ()

    @property
    def purpose_id(self) -> str:
        """Which purpose."""
        either = self.after or self.before
        assert either is not None, "a change is of something"
        return either.id


class Difference(msgspec.Struct, frozen=True):
    """All that differs between two versions, for people to read."""

    changes: tuple[Change, ...]
    recipients_added: tuple[KeptRecipient, ...]
    recipients_removed: tuple[KeptRecipient, ...]
    operator_changed: bool
    sections_changed: tuple[str, ...]  # their titles


def difference(before: Kept, after: Kept) -> Difference:
    """Return what differs from ``before`` to ``after``, in the order of the later one."""
    old_sections = {section.title: section.body for section in before.sections}
    old_to, new_to = set(before.recipients), set(after.recipients)
    return Difference(
        changes=tuple(_changes(before.items, after.items)),
        recipients_added=tuple(one for one in after.recipients if one not in old_to),
        recipients_removed=tuple(one for one in before.recipients if one not in new_to),
        operator_changed=before.operator != after.operator,
        sections_changed=tuple(
            section.title
            for section in after.sections
            if old_sections.get(section.title) != section.body
        ),
    )


def _changes(before: Sequence[KeptItem], after: Sequence[KeptItem]) -> Iterable[Change]:
    old, new = {item.id: item for item in before}, {item.id: item for item in after}
    for item in after:
        was = old.get(item.id)
        if was is None:
            yield Change("added", None, item)
        elif fields := tuple(one for one in TOLD if getattr(was, one) != getattr(item, one)):
            yield Change("changed", was, item, fields)
        elif was.ground != item.ground:
            yield Change("changed", was, item)
    for item in before:
        if item.id not in new:
            yield Change("removed", item, None)


class Due(msgspec.Struct, frozen=True):
    """What a person has not answered yet: only what is new or differs from what they answered."""

    policy_version: str
    effective_at: datetime
    changes: tuple[Change, ...]


def answered(receipts: Iterable[Receipt], policies: dict[str, Kept], item: Item) -> bool | None:
    """Return what a person last said to a purpose as it stands now, ``None`` if nothing.

    ``receipts`` are newest first. An answer to an earlier version of the purpose is none to this.
    """
    for receipt in receipts:
        said = item.id in receipt.accepted
        if not said and item.id not in receipt.declined:
            continue
        kept = policies.get(receipt.policy_version)
        was = kept.item(item.id) if kept else None
        return said if was is not None and was.ground == item.ground else None
    return None


def before_answer(
    receipts: Iterable[Receipt], policies: dict[str, Kept], purpose_id: str
) -> KeptItem | None:
    """Return a purpose as it read when a person last accepted it."""
    for receipt in receipts:
        if purpose_id in receipt.accepted:
            kept = policies.get(receipt.policy_version)
            return kept.item(purpose_id) if kept else None
    return None


def unanswered(
    items: Sequence[Item],
    latest: Kept,
    receipts: Sequence[Receipt],
    policies: dict[str, Kept],
    grounds: frozenset[str],
    account_class: str,
) -> tuple[Change, ...]:
    """Return what a person has to be asked: what they have neither a ground for nor declined."""
    found: list[Change] = []
    for item in items:
        told = latest.item(item.id)
        if told is None or item.ground in grounds or not concerns(item.id, account_class):
            continue
        if answered(receipts, policies, item) is not None:
            continue
        was = before_answer(receipts, policies, item.id)
        if was is None:
            found.append(Change("added", None, told))
        else:
            fields = tuple(one for one in TOLD if getattr(was, one) != getattr(told, one))
            found.append(Change("changed", was, told, fields))
    return tuple(found)
