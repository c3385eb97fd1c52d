"""Audit packs as operators see them."""

import msgspec

from teahouse.packs.model import AuditDue, Pack


class PacksWire(msgspec.Struct, frozen=True):
    """Packs that were made, the newest first; ``due`` is null where no law says how often."""

    packs: list[Pack]
    due: AuditDue | None
