"""What listings do because of others: the end of an order lets go what it held."""

from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.listings.service import Listings
from teahouse.orders.events import OrdersChanged


def register(listings: Listings, log: Log) -> None:
    """Follow the log."""

    async def changed(tx: Tx, _pos: int, told: OrdersChanged) -> None:
        await listings.order_changed(tx, told.order_id, told.state)

    log.follow("listings.orders", (OrdersChanged, changed))
