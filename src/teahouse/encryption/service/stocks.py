"""How many keys each device has left here, at hand for every sync."""

from collections import OrderedDict
from dataclasses import dataclass, field

from teahouse.encryption import store
from teahouse.encryption.events import KeyStockChanged
from teahouse.encryption.model.keys import Stock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database

STOCKS_IN_MEMORY_MAX = 100_000


@dataclass(repr=False)
class Stocks:
    """Counts by session. ``turn`` counts changes, so that a slow read is not kept when stale."""

    db: Database
    turn: int = 0
    _kept: OrderedDict[str, Stock] = field(default_factory=OrderedDict[str, Stock])

    def listen(self, log: Log) -> None:
        """Begin to hear."""
        log.hear(KeyStockChanged, self._changed)

    async def of(self, session_id: str) -> Stock:
        """Return what a device has here."""
        known = self._kept.get(session_id)
        if known is not None:
            self._kept.move_to_end(session_id)
            return known
        turn = self.turn
        async with self.db.read() as tx:
            found = await store.stock(tx, session_id)
        if turn == self.turn:
            self._kept[session_id] = found
            if len(self._kept) > STOCKS_IN_MEMORY_MAX:
                self._kept.popitem(last=False)
        return found

    def _changed(self, _pos: int, told: KeyStockChanged) -> None:
        self.turn += 1
        for session_id in told.session_ids:
            self._kept.pop(session_id, None)
