"""Looking at whom an order touches, and at what less would do, before anybody acknowledges it."""

from dataclasses import dataclass

from teahouse.accounts.model import Account, NoSuchAccount
from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.gate.service.policies import Policies
from teahouse.infra.db.pool import Database
from teahouse.measures.service import Measures
from teahouse.orders.model.checks import (
    NARROWER_MAX,
    DoorsReach,
    Narrower,
    OrderReach,
    counted,
    draft_of,
    smaller,
)
from teahouse.orders.model.order import MeasureKind, Order, OutOfScope
from teahouse.orders.model.reach import Who, touches
from teahouse.rooms.service import Rooms


@dataclass(frozen=True, repr=False)
class Checking:
    """Looks at orders."""

    db: Database
    accounts: Accounts
    rooms: Rooms
    policies: Policies
    measures: Measures
    clock: Clock

    async def reach(self, order: Order) -> OrderReach:
        """Return whom an order touches now. Raises ``OutOfScope``, and what the gate refuses."""
        now = self.clock.now()
        async with self.db.snapshot() as tx:
            groups = counted(order, await self.accounts.census(tx))
        rooms, people, missing = await self._targets(order)
        return OrderReach(
            at=now,
            accounts=sum(group.accounts for group in groups),
            touched=sum(group.touched for group in groups),
            at_most=order.scope.country != "",
            groups=groups,
            doors=await self._doors(order),
            rooms=rooms,
            people=people,
            missing=missing,
            narrower=[*await self._narrower(order), *smaller(order, groups)][:NARROWER_MAX],
        )

    async def _doors(self, order: Order) -> DoorsReach:
        now = self.clock.now()
        drafts = [
            draft_of(order, one, now)
            for one in order.measures
            if one.kind is MeasureKind.STOP_REGISTRATION
        ]
        if not drafts:
            return DoorsReach([], 0, 0)
        shown = await self.policies.preview(*drafts)
        shut = [(one.region, one.account_class, one.door) for one in shown.changed if one.built]
        return DoorsReach(shut, shown.unchanged_count, shown.in_flight_refused)

    async def _narrower(self, order: Order) -> list[Narrower]:
        now, found = self.clock.now(), list[Narrower]()
        for measure in order.measures:
            if measure.kind is MeasureKind.STOP_REGISTRATION:
                less = await self.measures.narrowest(draft_of(order, measure, now))
                found += [Narrower(measure.kind.value, one.why) for one in less]
        return found

    async def _targets(self, order: Order) -> tuple[int, int, list[str]]:
        """Count the rooms and people that an order names, and return who is not there."""
        rooms = people = 0
        missing: list[str] = []
        for target in sorted({one for measure in order.measures for one in measure.targets}):
            if target.startswith("!"):
                there = await self.rooms.find(target) is not None
                rooms += there
            else:
                account = await self._account(target)
                there = account is not None
                people += there
                if account is not None and not touches(order.scope, _who(account)):
                    raise OutOfScope(target=target)
            if not there:
                missing.append(target)
        return rooms, people, missing

    async def _account(self, user_id: str) -> Account | None:
        try:
            return await self.accounts.account(user_id)
        except NoSuchAccount:
            return None


def _who(account: Account) -> Who:
    return Who(account.region, account.account_class.value)
