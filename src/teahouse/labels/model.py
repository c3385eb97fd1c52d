"""What a label is, how a house's own file raises some, and what each lets be done. Pure.

Data Security Law 21; Personal Information Protection Law 28; Network Data Security Regulation 29, 37.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from teahouse.errors import Kind, Refused

WHY_LETTERS_MAX = 300


class Label(enum.Enum):
    """How much harm it would do, from the least on. The names are stored and told."""

    GENERAL = "general"  # of the house itself; nobody is hurt
    PERSONAL = "personal"  # about somebody
    SENSITIVE = (
        "sensitive"  # hurts dignity, safety or property of whom it is about, or is a child's
    )
    IMPORTANT = "important"  # a catalogue of the state's names it
    CORE = "core"  # of the state's own safety


ORDER = tuple(Label)
OPEN_TO_INSPECTORS = Label.PERSONAL  # and what is less
MAY_LEAVE = Label.SENSITIVE  # to a processor in the same country
MAY_CROSS = Label.SENSITIVE  # a border, with an entry in the register of transfers


class BadLabels(Refused):
    """The labels of the house cannot be used as they are written."""

    code = "labels.bad_file"
    kind = Kind.UNPROCESSABLE


class LabelBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Labels by table, by ``table.column`` and by bucket; and why what is sensitive is not sealed."""

    version: str
    tables: dict[str, Label]
    columns: dict[str, Label]
    buckets: dict[str, Label]
    unsealed: dict[str, str]


class Raised(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a house's own file raises: by a table, a ``table.column`` or a bucket."""

    raised: dict[str, Label]


@dataclass(frozen=True)
class Labels:
    """The labels in force. ``purposes`` has by a purpose the columns that it declares."""

    book: LabelBook
    purposes: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def of(self, store: str) -> Label:
        """Return the label of a table, a ``table.column`` or a bucket. ``KeyError`` for none."""
        book = self.book
        for kind in (book.columns, book.tables, book.buckets):
            if store in kind:
                return kind[store]
        raise KeyError(store)

    def of_purpose(self, purpose_id: str) -> Label:
        """Return the highest label of what a purpose declares; what it says of nothing is personal."""
        return highest(self.of(name) for name in self.purposes.get(purpose_id, ()))

    def of_purposes(self, purpose_ids: Iterable[str]) -> Label:
        """Return the highest label of some purposes."""
        return highest(self.of_purpose(one) for one in purpose_ids)

    def closed_to_inspectors(self, stores: Iterable[str]) -> list[str]:
        """Return which of some tables and columns no inspector reads."""
        return [one for one in stores if above(self.of(one), OPEN_TO_INSPECTORS)]


def above(label: Label, limit: Label) -> bool:
    """Tell whether a label is higher than another."""
    return ORDER.index(label) > ORDER.index(limit)


def highest(labels: Iterable[Label]) -> Label:
    """Return the highest of some labels, ``PERSONAL`` for none."""
    return max((Label.PERSONAL, *labels), key=ORDER.index)


def read_labels(raw: bytes) -> LabelBook:
    """Return labels as they are written in our own file."""
    return msgspec.json.decode(raw, type=LabelBook)


def raise_labels(book: LabelBook, raw: bytes) -> LabelBook:
    """Return labels with those raised that a house's own file names. Raises ``BadLabels``."""
    try:
        wanted = msgspec.json.decode(raw, type=Raised).raised
    except (msgspec.ValidationError, msgspec.DecodeError) as wrong:
        raise BadLabels(f"labels.json: {wrong}") from wrong
    every = {
        "tables": dict(book.tables),
        "columns": dict(book.columns),
        "buckets": dict(book.buckets),
    }
    for name, label in wanted.items():
        kind = next((some for some in every.values() if name in some), None)
        if kind is None:
            raise BadLabels(f"labels.json: there is nothing called {name[:WHY_LETTERS_MAX]}.")
        if above(kind[name], label):
            raise BadLabels(f"labels.json: {name} is {kind[name].value}, and no label is lowered.")
        kind[name] = label
    return msgspec.structs.replace(book, **every)
