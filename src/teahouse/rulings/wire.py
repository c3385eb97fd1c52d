"""The register of decisions as programs read it."""

import csv
import io
from collections.abc import Sequence

import msgspec

from teahouse.rulings.model import PublicRuling


class RulingsWire(msgspec.Struct, frozen=True):
    """Decisions, the oldest first; ``after`` is what to ask for the next page with, if there is one."""

    rulings: list[PublicRuling]
    after: str | None


def page_wire(rulings: list[PublicRuling], full: int) -> RulingsWire:
    """Return a page; one that is full may have another behind it."""
    return RulingsWire(rulings, rulings[-1].ruling_id if len(rulings) >= full else None)


def as_csv(rulings: Sequence[PublicRuling]) -> bytes:
    """Return decisions as lines of fields, with their names first; what is null is empty."""
    text = io.StringIO()
    lines = csv.writer(text)
    names = PublicRuling.__struct_fields__
    lines.writerow(names)
    for one in rulings:
        fields = [getattr(one, name) for name in names]
        lines.writerow(["" if value is None else value for value in fields])
    return text.getvalue().encode()
