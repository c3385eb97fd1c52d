"""Where apps can be had: taking lists in, removing by an order, a finding or a store, and letting go.

Locks: listings in the order of their ids, then the audit log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.findings.model.procedure import Rung
from teahouse.findings.service import Findings
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.listings import model, store
from teahouse.listings.model import (
    HOUSE,
    LISTED_MAX,
    DoesNotHold,
    Hold,
    HoldKind,
    HoldsStill,
    Listing,
    ListingAct,
    ListingState,
    ListingStep,
    NoSuchListing,
    NotHeld,
    Removal,
)
from teahouse.orders.model.procedure import BINDING, OVER, OrderState
from teahouse.orders.service.orders import Orders

_LIFTED = "The order is over."


class Shown(NamedTuple):
    """A listing with what holds it, the oldest first."""

    listing: Listing
    holds: Sequence[Hold]


@dataclass(frozen=True, repr=False)
class Listings:
    """The apps of the house in their channels. ``actor``: as in ``audit``."""

    db: Database
    audit: Audit
    orders: Orders
    findings: Findings
    clock: Clock
    ids: Ids

    async def take(self, actor: str, form: str, text: str, dry_run: bool) -> tuple[int, int]:
        """Take a list in; return how many are new, and how many were there. Raises ``BadListings``.

        What was there keeps where it stands; its name, version and address are the list's.
        """
        entries = model.read(form, text)
        now, new = self.clock.now(), 0
        async with self.db.transaction() as tx:
            if dry_run:
                there = {(one.app, one.channel, one.store) for one in await self._all(tx)}
                new = sum((one.app, one.channel, one.store) not in there for one in entries)
                return new, len(entries) - new
            for entry in entries:
                new += await store.take(tx, self.ids.ulid(), entry, actor, now)
            detail: dict[str, object] = {"count": new, "rows": len(entries)}
            await self.audit.append(tx, actor, "listings.taken", "", detail)
        return new, len(entries) - new

    async def act(
        self, actor: str, listing_ids: Sequence[str], act: ListingAct, words: str
    ) -> list[Shown]:
        """Note that channels put apps up, or have a version to look at.

        Raises ``BadListingStep``, ``NoSuchListing``.
        """
        said = model.check_words(words)
        async with self.db.transaction() as tx:
            found = await self._held(tx, listing_ids)
            for one in found:
                await self._move(tx, one, model.next_state(one, act), act, actor, said)
            await self._audited(tx, actor, act, found, "")
            return await self._shown(tx, [one.listing_id for one in found])

    async def remove(
        self, actor: str, listing_ids: Sequence[str], removal: Removal, words: str
    ) -> list[Shown]:
        """Remove apps from their channels, for new people only.

        Raises ``DoesNotHold``, ``BadRemoval``, ``NoSuchListing``, and what the order or finding does.
        """
        said = model.check_words(words)
        removal = await self._checked(removal)
        model.check_removal(removal)
        now, act = self.clock.now(), ListingAct.REMOVE
        async with self.db.transaction() as tx:
            found = await self._held(tx, listing_ids)
            for one in found:
                hold = Hold(self.ids.ulid(), one.listing_id, *removal, now)
                if await store.hold(tx, hold, actor):
                    await self._move(tx, one, model.next_state(one, act), act, actor, said)
            await self._audited(tx, actor, act, found, removal.by_id)
            return await self._shown(tx, [one.listing_id for one in found])

    async def let_go(
        self, actor: str, listing_ids: Sequence[str], kind: HoldKind, by_id: str, words: str
    ) -> list[Shown]:
        """Let go what a store, a finding that is done, or an order that is over has held.

        Raises ``HoldsStill``, ``NotHeld``, ``BadListingStep``.
        """
        said = model.check_words(words)
        if await self._holds(kind, by_id):
            raise HoldsStill
        async with self.db.transaction() as tx:
            found = await self._held(tx, listing_ids)
            held = set(await store.held_by(tx, kind, by_id))
            if not held.issuperset(one.listing_id for one in found):
                raise NotHeld
            await self._let_go(tx, found, (kind, by_id), actor, said)
            return await self._shown(tx, [one.listing_id for one in found])

    async def order_changed(self, tx: Tx, order_id: str, state: str) -> None:
        """Let go what an order has held that is over now."""
        if OrderState(state) not in OVER:
            return
        held = await store.held_by(tx, HoldKind.ORDER, order_id)
        if held:
            found = await store.some_locked(tx, held)
            await self._let_go(tx, found, (HoldKind.ORDER, order_id), HOUSE, _LIFTED)

    # -- looking ---------------------------------------------------------------------------------

    async def listed(self) -> list[Shown]:
        """Return every listing with what holds it."""
        async with self.db.snapshot() as tx:
            found = await self._all(tx)
            holds = await store.holds(tx, [one.listing_id for one in found])
        return [Shown(one, holds[one.listing_id]) for one in found]

    async def look(self, listing_id: str) -> tuple[Shown, Sequence[ListingStep]]:
        """Return a listing with all that was done about it. Raises ``NoSuchListing``."""
        async with self.db.snapshot() as tx:
            found = await store.one(tx, listing_id)
            if found is None:
                raise NoSuchListing
            holds = await store.holds(tx, [listing_id])
            return Shown(found, holds[listing_id]), await store.steps(tx, listing_id)

    # -- inside ----------------------------------------------------------------------------------

    async def _all(self, tx: Tx) -> list[Listing]:
        return await store.everything(tx, LISTED_MAX)

    async def _checked(self, removal: Removal) -> Removal:
        """Return a removal with what its order says. Raises ``DoesNotHold`` for one that says nothing."""
        if removal.kind is HoldKind.STORE:
            return removal._replace(by_id="")
        if not await self._holds(removal.kind, removal.by_id):
            raise DoesNotHold
        if removal.kind is HoldKind.FINDING:
            return removal
        order = (await self.orders.whole(removal.by_id)).row.order
        basis = () if order.confidential else order.legal_basis
        return removal._replace(reason=order.reason, legal_basis=basis)

    async def _holds(self, kind: HoldKind, by_id: str) -> bool:
        """Tell whether an order or a finding asks now that something is removed."""
        if kind is HoldKind.ORDER:
            return (await self.orders.whole(by_id)).row.state in BINDING
        if kind is HoldKind.FINDING:
            return (await self.findings.look(by_id)).finding.rung is not Rung.RECTIFY
        return False

    async def _held(self, tx: Tx, listing_ids: Sequence[str]) -> list[Listing]:
        wanted = set(listing_ids)
        found = await store.some_locked(tx, sorted(wanted))
        if not wanted or len(found) < len(wanted):
            raise NoSuchListing
        return found

    async def _let_go(
        self, tx: Tx, found: Sequence[Listing], by: tuple[HoldKind, str], actor: str, words: str
    ) -> None:
        ids, act = [one.listing_id for one in found], ListingAct.LET_GO
        await store.let_go(tx, ids, *by)
        left: Mapping[str, Sequence[Hold]] = await store.holds(tx, ids)
        for one in found:
            state = model.next_state(one, act, held=bool(left[one.listing_id]))
            await self._move(tx, one, state, act, actor, words)
        await self._audited(tx, actor, act, found, by[1])

    async def _move(
        self, tx: Tx, one: Listing, state: ListingState, act: ListingAct, actor: str, words: str
    ) -> None:
        now = self.clock.now()
        await store.move(tx, model.moved(one, state, now))
        step = ListingStep(act.value, state.value, actor, words, now)
        await store.note_step(tx, self.ids.ulid(), one.listing_id, step)

    async def _audited(
        self, tx: Tx, actor: str, act: ListingAct, found: Sequence[Listing], target: str
    ) -> None:
        detail: dict[str, object] = {
            "count": len(found),
            "names": sorted({one.app for one in found}),
        }
        await self.audit.append(tx, actor, f"listings.{act.value}", target, detail)

    async def _shown(self, tx: Tx, listing_ids: Sequence[str]) -> list[Shown]:
        holds = await store.holds(tx, listing_ids)
        found = await store.some_locked(tx, listing_ids)
        return [Shown(one, holds[one.listing_id]) for one in found]
