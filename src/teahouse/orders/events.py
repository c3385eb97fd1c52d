"""What orders tell the house."""

from typing import ClassVar

import msgspec


class OrdersChanged(msgspec.Struct, frozen=True):
    """An order began to bind, began, or ended: every worker reads which hold."""

    kind: ClassVar[str] = "orders.OrdersChanged"

    order_id: str
    state: str

    @property
    def key(self) -> str:
        """The order."""
        return self.order_id
