"""What a worker does by the orders that hold: it refuses, it hides, and it says since when.

A worker that has not heard of a change yet reads the orders before it answers the next request.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import phonenumbers

from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.infra.bus.log import Log
from teahouse.infra.bus.rereading import Rereading
from teahouse.infra.db.pool import Database
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.store.workers import WorkerRow
from teahouse.orders import store
from teahouse.orders.events import OrdersChanged
from teahouse.orders.model.order import CountryRestricted, FunctionStopped, MeasureKind
from teahouse.orders.model.reach import (
    HeldOrder,
    Hindrance,
    OrderNotice,
    Who,
    hindrance,
    hindrances,
    holds,
    public,
    targets,
    told,
)
from teahouse.orders.store import WorkerApplied

BINDING_MAX = 500
REMEMBERED_MAX = 50_000
WHO_LIFE = timedelta(seconds=60)  # a number may be changed


@dataclass
class Known:
    """The orders that bind, as this worker read them, and whom it has asked about."""

    held: tuple[HeldOrder, ...] = ()
    serves: bool = False  # and is not a command, or a hand of an upgrade
    reread: Rereading = field(default_factory=Rereading)
    who: OrderedDict[str, tuple[Who, datetime]] = field(
        default_factory=OrderedDict[str, tuple[Who, datetime]]
    )


@dataclass(frozen=True, repr=False)
class Restraints:
    """Carries orders out in this worker. ``listen`` once, ``serve`` before anybody asks."""

    db: Database
    log: Log
    accounts: Accounts
    clock: Clock
    worker: WorkerRow
    known: Known = field(default_factory=Known, repr=False)

    def listen(self) -> None:
        """Hear of orders that bind, begin and end."""
        self.log.hear(OrdersChanged, self._heard)

    async def close(self) -> None:
        """Stop reading."""
        await self.known.reread.close()

    async def serve(self) -> None:
        """Say from now on which orders this worker carries out: people ask it."""
        self.known.serves = True
        await self.refresh()

    async def refresh(self) -> None:
        """Read the orders that bind, and note those that this worker carries out from now on."""
        await self.known.reread.anew(self._read)

    async def _read(self) -> None:
        known, now = self.known, self.clock.now()
        async with self.db.read() as tx:
            known.held = tuple(await store.binding(tx, BINDING_MAX))
            mine = [one.order.order_id for one in known.held if holds(one, now)]
            row = self.worker
            said = WorkerApplied(row.worker_id, row.host, row.pid, now)
            if mine and known.serves:
                await store.applied(tx, mine, said)

    # -- asked by the server and by the directory ----------------------------------------------

    async def check(self, caller: Caller, request: tuple[str, str]) -> None:
        """Refuse what an order keeps somebody from: ``FunctionStopped``, ``CountryRestricted``."""
        held = await self._held()
        if not held:
            return
        found = hindrances(held, request, self.clock.now())
        if not found:
            return
        why = hindrance(found, await self._who(caller))
        if why is not None:
            raise refusal(why)

    async def hidden(self, searching: bool) -> frozenset[str]:
        """Return the rooms and people that are not listed now; ``searching``: nor found."""
        held, now = await self._held(), self.clock.now()
        if not held:
            return frozenset()
        off = targets(held, MeasureKind.DELIST, now)
        return off | targets(held, MeasureKind.HIDE_FROM_SEARCH, now) if searching else off

    async def notices(self) -> list[OrderNotice]:
        """Return what everybody may know of the orders that hold."""
        return told(await self._held(), self.clock.now())

    # -- inside ----------------------------------------------------------------------------------

    def _heard(self, _pos: int, _told: OrdersChanged) -> None:
        self.known.reread.heard(self._read)  # an idle worker says since when it carries it out, too

    async def _held(self) -> tuple[HeldOrder, ...]:
        await self.known.reread.ensure(self._read)
        return self.known.held

    async def _who(self, caller: Caller) -> Who:
        known, now = self.known.who, self.clock.now()
        remembered = known.get(caller.account_id)
        if remembered is not None and now - remembered[1] < WHO_LIFE:
            return remembered[0]
        async with self.db.read() as tx:
            account = await self.accounts.by_id(tx, caller.account_id)
            phones = [
                one.value
                for one in await self.accounts.finder.contacts_within(tx, caller.account_id)
                if one.kind == "phone" and one.rank == 1
            ]
        country = country_of(phones[0]) if phones else ""
        who = Who(account.region, account.account_class.value, country)
        known[caller.account_id] = (who, now)
        if len(known) > REMEMBERED_MAX:
            known.popitem(last=False)
        return who


def country_of(phone: str) -> str:
    """Return the country of a number, nothing when nobody can tell."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or ""
    except phonenumbers.NumberParseException:
        return ""


def refusal(why: Hindrance) -> FunctionStopped | CountryRestricted:
    """Return the refusal of a request, with what everybody may know of the order."""
    notice = public(why.order)
    fields: dict[str, Any] = {
        "order_id": notice.order_id,
        "confidential": notice.confidential,
        "authority": notice.authority,
        "number": notice.number,
        "reason": {"zh": notice.reason.zh, "en": notice.reason.en},
        "until": None if notice.until is None else notice.until.isoformat(),
    }
    if why.measure.kind is MeasureKind.RESTRICT_COUNTRY:
        return CountryRestricted(**fields)
    return FunctionStopped(function=why.measure.function, **fields)
