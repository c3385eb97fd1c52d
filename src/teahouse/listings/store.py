"""Every statement over listings' tables."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from teahouse.gate.model.policies import Both, LegalBasis
from teahouse.infra.db.pool import Row, Tx
from teahouse.listings.model import (
    Entry,
    Hold,
    HoldKind,
    Listing,
    ListingState,
    ListingStep,
)

TAKE = """
insert into listings_listings (
    listing_id, app, name, version, channel, store, url, state, was, taken_by, since
) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10)
on conflict (app, channel, store) do update
set name = excluded.name, version = excluded.version, url = excluded.url
returning listing_id = $1"""

ALL = """
select listing_id, app, name, version, channel, store, url, state, was, since
from listings_listings order by name, app, channel, store limit $1"""

ONE = """
select listing_id, app, name, version, channel, store, url, state, was, since
from listings_listings where listing_id = $1"""

SOME_LOCKED = """
select listing_id, app, name, version, channel, store, url, state, was, since
from listings_listings where listing_id = any ($1::text[])
order by listing_id for no key update"""

MOVE = """
update listings_listings set state = $2, was = $3, since = $4 where listing_id = $1"""

HOLD = """
insert into listings_holds (
    hold_id, listing_id, kind, by_id, reason, legal_basis, held_by, since
) values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (listing_id, kind, by_id) do nothing"""

HOLDS = """
select hold_id, listing_id, kind, by_id, reason, legal_basis, since from listings_holds
where listing_id = any ($1::text[]) order by since, hold_id"""

HELD_BY = """
select listing_id from listings_holds where kind = $1 and by_id = $2 order by listing_id"""

LET_GO = """
delete from listings_holds where listing_id = any ($1::text[]) and kind = $2 and by_id = $3"""

STEP = """
insert into listings_steps (step_id, listing_id, act, state, actor, words, at)
values ($1, $2, $3, $4, $5, $6, $7)"""

STEPS = """
select act, state, actor, words, at from listings_steps where listing_id = $1 order by step_id"""


async def take(tx: Tx, listing_id: str, entry: Entry, actor: str, now: datetime) -> bool:
    """Keep an app in a channel, or what is new of one that is there; tell whether it is new."""
    values = (entry.app, entry.name, entry.version, entry.channel, entry.store, entry.url)
    return await tx.value(TAKE, listing_id, *values, entry.state.value, actor, now)


async def everything(tx: Tx, limit: int) -> list[Listing]:
    """Return listings, by the apps' names."""
    return [_listing(row) for row in await tx.rows(ALL, limit)]


async def one(tx: Tx, listing_id: str) -> Listing | None:
    """Return a listing."""
    row = await tx.row(ONE, listing_id)
    return None if row is None else _listing(row)


async def some_locked(tx: Tx, listing_ids: Sequence[str]) -> list[Listing]:
    """Return listings and hold them, in the order of their ids."""
    return [_listing(row) for row in await tx.rows(SOME_LOCKED, list(listing_ids))]


async def move(tx: Tx, after: Listing) -> None:
    """Write where a listing stands."""
    await tx.run(MOVE, after.listing_id, after.state.value, after.was.value, after.since)


async def hold(tx: Tx, new: Hold, held_by: str) -> bool:
    """Keep what holds a listing; tell whether it did not yet."""
    reason = msgspec.json.encode(new.reason).decode()
    basis = msgspec.json.encode(new.legal_basis).decode()
    place = (new.hold_id, new.listing_id, new.kind.value, new.by_id)
    return await tx.run(HOLD, *place, reason, basis, held_by, new.since) == 1


async def holds(tx: Tx, listing_ids: Sequence[str]) -> dict[str, list[Hold]]:
    """Return what holds some listings, the oldest first."""
    found: dict[str, list[Hold]] = {listing_id: [] for listing_id in listing_ids}
    for row in await tx.rows(HOLDS, list(listing_ids)):
        found[row[1]].append(_hold(row))
    return found


async def held_by(tx: Tx, kind: HoldKind, by_id: str) -> list[str]:
    """Return which listings something holds."""
    return [row[0] for row in await tx.rows(HELD_BY, kind.value, by_id)]


async def let_go(tx: Tx, listing_ids: Sequence[str], kind: HoldKind, by_id: str) -> None:
    """Have something hold some listings no more."""
    await tx.run(LET_GO, list(listing_ids), kind.value, by_id)


async def note_step(tx: Tx, step_id: str, listing_id: str, step: ListingStep) -> None:
    """Keep what was done about a listing."""
    values = (step.act, step.state, step.actor, step.words, step.at)
    await tx.run(STEP, step_id, listing_id, *values)


async def steps(tx: Tx, listing_id: str) -> list[ListingStep]:
    """Return what was done about a listing, the oldest first."""
    return [ListingStep(*row) for row in await tx.rows(STEPS, listing_id)]


def _listing(row: Row) -> Listing:
    parts = list(row)
    parts[7], parts[8] = ListingState(parts[7]), ListingState(parts[8])
    return Listing(*parts)


def _hold(row: Row) -> Hold:
    hold_id, listing_id, kind, by_id, reason, basis, since = row
    words = msgspec.json.decode(reason, type=Both)
    laws = msgspec.json.decode(basis, type=tuple[LegalBasis, ...])
    return Hold(hold_id, listing_id, HoldKind(kind), by_id, words, laws, since)
