"""Labels as operators see them."""

import msgspec

from teahouse.labels.model import Labels


class LabelWire(msgspec.Struct, frozen=True, kw_only=True):
    """A place where data lies. ``why`` says why what is sensitive is not sealed there."""

    name: str
    kind: str  # table, column or bucket
    label: str
    sealed: bool
    purpose: str  # of the register of purposes; empty for none
    why: str


class LabelsWire(msgspec.Struct, frozen=True, kw_only=True):
    """Every place where data lies, with its label; ``version`` is that of our own list."""

    version: str
    labels: list[LabelWire]


def labels_wire(labels: Labels, sealed: frozenset[str]) -> LabelsWire:
    """Return the labels; ``sealed`` are the columns whose values are ciphertext."""
    book = labels.book
    purpose_of = {name: one for one, names in labels.purposes.items() for name in names}
    kinds = (("column", book.columns), ("table", book.tables), ("bucket", book.buckets))
    found = [
        LabelWire(
            name=name,
            kind=kind,
            label=label.value,
            sealed=name in sealed,
            purpose=purpose_of.get(name, ""),
            why=book.unsealed.get(name, ""),
        )
        for kind, some in kinds
        for name, label in some.items()
    ]
    return LabelsWire(version=book.version, labels=found)
