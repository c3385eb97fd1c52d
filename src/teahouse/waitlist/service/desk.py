"""Operators' verbs: look at the lines, let people in, pause, take off. Every act is audited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import msgspec

from teahouse.accounts.model import masked
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.gate.model.policies import ANY, REGIONS, State
from teahouse.gate.model.queues import LINE_CLASSES, LINE_DOORS, Line, has_list
from teahouse.gate.service.keeper import Keeper
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.model import HOUSE
from teahouse.infra.vault.vault import SealedRow, Vault
from teahouse.waitlist import store
from teahouse.waitlist.model import (
    LET_IN_MAX,
    PLACES_SHOWN_MAX,
    BadRequestOfLine,
    LineRow,
    LineShown,
    PlaceShown,
    calls_per_minute,
    check_reason,
    estimate,
)
from teahouse.waitlist.service.places import Places
from teahouse.waitlist.service.turns import Turns
from teahouse.waitlist.store import CONTACT

LATELY = timedelta(hours=24)


@dataclass(frozen=True, repr=False)
class Desk:
    """What operators do with the lines. ``actor`` is the operator's id, or ``cli:<user>``."""

    db: Database
    keeper: Keeper
    places: Places
    turns: Turns
    audit: Audit
    vault: Vault
    clock: Clock

    async def lines(self) -> list[LineShown]:
        """Return every line that there is or could be now."""
        async with self.db.read() as tx:
            known = {line.line: line for line in await store.lines(tx)}
            wanted = await self._wanted(tx, known)
            shown = [await self._shown(tx, known.get(line), line) for line in wanted]
        return [
            line for line in shown if line.waiting or line.called or line.state is not State.OPEN
        ]

    async def people(self, actor: str, wanted: Line) -> list[PlaceShown]:
        """Return the first who wait in a line, their contacts masked; that is audited."""
        async with self.db.transaction() as tx:
            line = await store.line_row(tx, wanted)
            found = [] if line is None else await store.shown(tx, line, PLACES_SHOWN_MAX)
            rows = [SealedRow(HOUSE, one.place_id, one.contact or b"") for one in found]
            contacts = await self.vault.open_many(tx, CONTACT, rows)
            await self.audit.append(
                tx, actor, "waitlist.looked", _named(wanted), {"places": len(found)}
            )
        return [
            PlaceShown(
                place.place_id,
                place.ordinal or 0,
                place.at,
                place.contact_kind or "",
                masked(place.contact_kind or "", value or ""),
            )
            for place, value in zip(found, contacts, strict=True)
        ]

    async def let_in(self, actor: str, wanted: Line, count: int, reason: str) -> int:
        """Call the next of a line, beside what its pace calls; return how many there were.

        Raises ``BadRequestOfLine``.
        """
        why = check_reason(reason)
        if not 0 < count <= LET_IN_MAX:
            raise BadRequestOfLine(f"Between 1 and {LET_IN_MAX} can be let in at once.")
        async with self.db.transaction() as tx:
            line = await store.hold_line(tx, wanted, self.clock.now())
            called = await self.turns.let_in(tx, line, count)
            detail: dict[str, object] = {"asked": count, "called": called, "reason": why}
            await self.audit.append(tx, actor, "waitlist.let_in", _named(wanted), detail)
        return called

    async def expire(self, actor: str, wanted: Line, before: datetime, reason: str) -> int:
        """Take those off who joined before a moment, some thousands at a time; they are told."""
        why = check_reason(reason)
        async with self.db.transaction() as tx:
            line = await store.hold_line(tx, wanted, self.clock.now())
            gone = await self.turns.expire(tx, line, before)
            detail: dict[str, object] = {
                "before": before.isoformat(),
                "places": gone,
                "reason": why,
            }
            await self.audit.append(tx, actor, "waitlist.expired", _named(wanted), detail)
        return gone

    async def pause(self, actor: str, wanted: Line, paused: bool, reason: str) -> None:
        """Stop calling a line, or go on; those who wait read that it is paused."""
        why = check_reason(reason)
        act = "waitlist.paused" if paused else "waitlist.resumed"
        now = self.clock.now()
        async with self.db.transaction() as tx:
            line = await store.hold_line(tx, wanted, now)
            still = msgspec.structs.replace(line, paused=paused, tokens=0.0, filled_at=now)
            await store.save_line(tx, still)
            await self.audit.append(tx, actor, act, _named(wanted), {"reason": why})

    async def _wanted(self, tx: Tx, known: Mapping[Line, LineRow]) -> list[Line]:
        """Return the lines to look at: of all doors, and of those that have or keep one."""
        found: list[Line] = []
        for region, of_class in product(REGIONS, LINE_CLASSES):
            found.append(Line(region, of_class))
            for door in LINE_DOORS:
                line = Line(region, of_class, door.value)
                policy = (decision := await self.keeper.line(tx, line)).policy
                its_own = policy is not None and policy.door == line.door
                if line in known or (its_own and has_list(decision, of_class)):
                    found.append(line)
        return found

    async def _shown(self, tx: Tx, line: LineRow | None, wanted: Line) -> LineShown:
        decision = await self.keeper.line(tx, wanted)
        pace = calls_per_minute(decision.policy)
        facts, measured = store.Facts(0, 0, 0, None, None), None
        if line is not None:
            facts = await store.facts(tx, line, self.clock.now() - LATELY)
            measured = await self.places.measured(tx, line)
        waiting = line.waiting if line is not None else 0
        paused = line is not None and line.paused
        called = pace is not None and not paused
        return LineShown(
            region=wanted.region,
            account_class=wanted.account_class,
            door=wanted.door,
            state=State.OPEN if decision.policy is None else decision.policy.state,
            policy_id=None if decision.policy is None else decision.policy.policy_id,
            pace_per_minute=pace,
            called_per_minute=measured,
            waiting=waiting,
            called=facts.called,
            used_lately=facts.used_lately,
            lapsed_lately=facts.lapsed_lately,
            oldest_at=facts.oldest_at,
            newest_at=facts.newest_at,
            estimate=estimate(waiting, (pace, measured)) if called and waiting else None,
            paused=paused,
        )


def _named(line: Line) -> str:
    """Return a line as the audit log names it."""
    return "/".join(line[:2] if line.door == ANY else line)
