"""What minors may spend: a count that two payments at once cannot pass."""

from dataclasses import dataclass
from datetime import date, timedelta

from teahouse.clock import Clock
from teahouse.infra.db.pool import Database, Tx
from teahouse.minors import store
from teahouse.minors.model.profile import Capability
from teahouse.minors.model.spending import (
    Booked,
    Caps,
    OverMonth,
    Reservation,
    Spent,
    caps_of,
    check_amount,
)
from teahouse.minors.service.knowing import Knowing

BOOKED_MAX = 200
KEPT = timedelta(days=31)  # a refund comes later than its payment


@dataclass(frozen=True, repr=False)
class Spending:
    """Reservations of what minors spend: asked by every product that moves money."""

    db: Database
    clock: Clock
    knowing: Knowing

    async def caps(self, account_id: str) -> Caps:
        """Return what an account may spend: nothing is capped for grown-ups and unknown ages.

        Raises ``MayNot`` for who may not pay at all. Ask before the transaction that pays.
        """
        await self.knowing.check(account_id, Capability.PAY)
        return await self.set_for(account_id)

    async def set_for(self, account_id: str) -> Caps:
        """Return the caps of an account, whether or not it may pay now."""
        known, age = await self.knowing.known(account_id), await self.knowing.age(account_id)
        return caps_of(self.knowing.profile.spending, age, known.limits.caps)

    async def reserve(self, tx: Tx, caps: Caps, wanted: Reservation) -> None:
        """Count an amount in the transaction that pays it; the same reservation counts once.

        Two at a time do not pass a cap together: the statement that adds holds the month's row.
        When it raises, the transaction is given up: ``OverOnce``, ``OverMonth``, ``OtherCurrency``.
        """
        check_amount(self.knowing.profile.spending, caps, wanted)
        month = self.month()
        if not await store.reserve(tx, wanted, month, self.clock.now()):
            return
        if not await store.spend(tx, wanted, month, caps.month_minor):
            raise OverMonth(month_minor=caps.month_minor, currency=wanted.currency)

    async def release(self, tx: Tx, reservation_id: str) -> bool:
        """Take back a reservation that came to nothing or was refunded; false the second time."""
        return await store.release(tx, reservation_id)

    async def booked(self, tx: Tx, account_id: str) -> list[Booked]:
        """Return what somebody spent, payment by payment: the newest, and as long as it is kept."""
        return await store.booked(tx, account_id, BOOKED_MAX)

    async def booking(self, tx: Tx, reservation_id: str) -> Booked | None:
        """Return one payment that counts; ``None``: it was taken back, or is of long ago."""
        return await store.booking(tx, reservation_id)

    async def spent(self, account_id: str) -> list[Spent]:
        """Return what was spent this month, by currency."""
        async with self.db.read() as tx:
            return await store.spent(tx, account_id, self.month())

    async def purge(self, tx: Tx) -> None:
        """Forget what was spent before the month that it was a month ago."""
        await store.purge_spending(tx, (self.knowing.today() - KEPT).replace(day=1))

    def month(self) -> date:
        """Return the first day of the month that it is where the profile holds."""
        return self.knowing.today().replace(day=1)
