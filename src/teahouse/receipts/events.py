"""What receipts tell the house."""

from typing import ClassVar

import msgspec

from teahouse.receipts.model import Receipt


class ReceiptMoved(msgspec.Struct, frozen=True, array_like=True):
    """Somebody has read further."""

    kind: ClassVar[str] = "receipts.ReceiptMoved"
    receipt: Receipt

    @property
    def key(self) -> str:
        """The room."""
        return self.receipt.room_id
