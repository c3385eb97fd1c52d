"""Turns: calling those who wait, in order, at the pace of the gate; and telling them.

A line is held by whoever changes who waits in it, so that any number of workers call each place
once. A turn's token is made from the place and the house's key: it is kept nowhere, and telling
somebody twice tells the same.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from teahouse.clock import Clock
from teahouse.codes.service import Codes
from teahouse.config import Config
from teahouse.gate.model.invites import Invite, PassKind
from teahouse.gate.model.policies import ANY
from teahouse.gate.service.keeper import Keeper
from teahouse.ids import Ids, token_digest, urlsafe
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.senders.model import CodeMessage, NeverSent
from teahouse.infra.vault.vault import Vault
from teahouse.waitlist import store
from teahouse.waitlist.model import (
    CALLS_MAX,
    EXPIRE_MAX,
    TRACES_LIFE,
    TURN_LIFE,
    UNTOLD_LIFE,
    WAIT_MAX,
    LineRow,
    Place,
    Stage,
    Tell,
    calls_per_minute,
    refilled,
)
from teahouse.waitlist.store import CONTACT

TURN, TURN_OVER, LIST_ENDED = "turn", "turn_over", "list_ended"
_ABOUT = {TURN: Stage.CALLED, TURN_OVER: Stage.LAPSED, LIST_ENDED: Stage.EXPIRED}


@dataclass(frozen=True, repr=False)
class Turns:
    """Calls those who wait."""

    db: Database
    keeper: Keeper
    codes: Codes
    vault: Vault
    jobs: Jobs
    config: Config
    clock: Clock
    ids: Ids

    async def call(self, tx: Tx) -> None:
        """Call, in every line, as many as its pace allows by now."""
        for found in await store.lines(tx):
            decision = await self.keeper.line(tx, found.line)
            pace = calls_per_minute(decision.policy)
            if pace is None or found.paused or not found.waiting:
                continue
            now = self.clock.now()
            line = await store.hold_line(tx, found.line, now)
            tokens = refilled(line, pace, now)
            line = msgspec.structs.replace(line, tokens=tokens, filled_at=now)
            count = min(int(tokens), CALLS_MAX)
            paid = msgspec.structs.replace(line, tokens=tokens - count)
            await self.let_in(tx, paid, count)

    async def let_in(self, tx: Tx, line: LineRow, count: int) -> int:
        """Call the next ``count`` of a line that is held, and write it; return how many there were."""
        now = self.clock.now()
        found = await store.next_places(tx, line, count) if count else []
        ends = now + TURN_LIFE
        key = self.vault.ring.house_keys()[0]
        turns = [(place_id, token_digest(_token(key, place_id))) for place_id, _ in found]
        for place_id, digest in turns:
            await self.keeper.give_pass(tx, digest, self._pass(place_id, line, now, ends))
        called = await store.called(tx, turns, now, ends) if turns else 0
        assert called == len(found), "who waits in a line that is held goes on waiting"
        if found:
            await store.count_calls(tx, line.line, now, len(found))
            line = msgspec.structs.replace(line, called_through=found[-1][1])
        await self.changed(tx, line, waiting=line.waiting - len(found))
        await self._have_told(tx, [place_id for place_id, _ in found], TURN)
        return len(found)

    async def expire(self, tx: Tx, line: LineRow, before: datetime) -> int:
        """Take those off a line that is held who joined before a moment; they are told."""
        gone = await store.expire(tx, line, before, self.clock.now(), EXPIRE_MAX)
        if gone:  # they were the first, so that nobody before them waits
            through = max(ordinal for _, ordinal in gone)
            line = msgspec.structs.replace(line, called_through=through)
        await self.changed(tx, line, waiting=line.waiting - len(gone))
        await self._have_told(tx, [place_id for place_id, _ in gone], LIST_ENDED)
        return len(gone)

    async def changed(self, tx: Tx, line: LineRow, waiting: int) -> None:
        """Write a line that is held, and let the gate know whether people wait in it."""
        await store.save_line(tx, msgspec.structs.replace(line, waiting=waiting))
        if (line.waiting > 0) != (waiting > 0):
            await self.keeper.people_wait(tx, line.line, waiting > 0)

    async def lapse(self, tx: Tx) -> None:
        """End the turns that were not used in time, and places that are a year old."""
        now = self.clock.now()
        await self._have_told(tx, await store.lapse(tx, now, EXPIRE_MAX), TURN_OVER)
        for found in await store.lines(tx):
            oldest_at = await store.oldest(tx, found)
            if oldest_at is not None and oldest_at < now - WAIT_MAX:
                line = await store.hold_line(tx, found.line, now)
                await self.expire(tx, line, now - WAIT_MAX)

    async def purge(self, tx: Tx) -> None:
        """Forget what is over: contacts that could not be told, then the traces."""
        now = self.clock.now()
        await store.purge(tx, now, now - UNTOLD_LIFE, now - TRACES_LIFE)

    async def take_back(self, tx: Tx, pass_digest: bytes) -> None:
        """Make a turn good for nothing."""
        await self.keeper.end_pass(tx, pass_digest)

    async def tell(self, job: Tell) -> None:
        """Tell somebody about their place. Raises ``NotSent``, ``NeverSent``."""
        async with self.db.read() as tx:
            place = await store.one(tx, job.place_id)
            if place is None or place.contact is None or place.stage is not _ABOUT[job.template]:
                return
            to = await self.vault.open_pending(tx, CONTACT, place.place_id, place.contact)
        assert place.contact_kind is not None, "a contact is of a kind"
        sender = self.codes.sender(place.contact_kind)
        if sender is None:
            raise NeverSent("the configuration has changed")
        await sender.send(self._news(place, to, job.template))
        async with self.db.transaction() as tx:
            await store.erase(tx, place.place_id)  # unless it is still their turn

    def token_of(self, place: Place) -> str:
        """Return the token of a place's turn, under whichever key of the house it was made."""
        for key in self.vault.ring.house_keys():
            token = _token(key, place.place_id)
            if token_digest(token) == place.pass_digest:
                return token
        raise AssertionError("the key of a turn is kept for longer than the turn")

    def _pass(self, place_id: str, line: LineRow, now: datetime, ends: datetime) -> Invite:
        return Invite(
            invite_id=self.ids.ulid(),
            label=place_id,
            region=line.region,
            account_class=line.account_class,
            uses_left=1,
            expires_at=ends,
            created_by="waitlist",
            created_at=now,
            kind=PassKind.TURN,
            door=line.door,
        )

    def _news(self, place: Place, to: str, template: str) -> CodeMessage:
        base = f"{self.config.base_url}/#"
        where = place.line[:2] if place.door == ANY else place.line
        link = "/".join((base, "waitlist", *where))
        if template == TURN:
            link = f"{base}/turn/{self.token_of(place)}"
        if template == LIST_ENDED:
            link = f"{base}/registration"
        return CodeMessage(
            to,
            code="",
            minutes=0,
            lang="zh" if place.lang == "zh" else "en",
            template=template,
            message_id=f"{place.place_id}-{template}",
            link=link,
        )

    async def _have_told(self, tx: Tx, place_ids: Sequence[str], template: str) -> None:
        for place_id in place_ids:
            await self.jobs.enqueue(tx, Tell(place_id, template))


def _token(key: bytes, place_id: str) -> str:
    message = b"teahouse waitlist turn 1\0" + place_id.encode()
    return urlsafe(hmac.digest(key, message, hashlib.sha256)[:18])
