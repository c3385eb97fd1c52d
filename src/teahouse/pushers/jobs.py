"""What pushers do because of others: wake whom something concerns, and tell them."""

from typing import ClassVar

import msgspec

from teahouse.accounts.events import SessionEnded
from teahouse.consent.events import ConsentChanged
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.pushers import store
from teahouse.pushers.service.delivering import Delivering
from teahouse.pushers.service.pushers import Pushers
from teahouse.pushers.service.scouting import Scouting
from teahouse.pushers.store import BROWSER_PURPOSE
from teahouse.receipts.events import ReceiptMoved
from teahouse.timeline.events import Posted

LOOK_SECONDS = 10


class Deliver(msgspec.Struct, frozen=True):
    """Somebody is due to be told."""

    kind: ClassVar[str] = "pushers.Deliver"


class LookAtRoom(msgspec.Struct, frozen=True):
    """Something was said in a room that was not in memory."""

    kind: ClassVar[str] = "pushers.LookAtRoom"

    room_id: str


def register(scouting: Scouting, delivering: Delivering, jobs: Jobs) -> None:
    """Register the jobs and the schedule of this domain."""

    async def begin(tx: Tx) -> None:
        await jobs.enqueue(tx, Deliver(), unique="all")

    async def deliver(_job: Deliver) -> None:
        if await delivering.due():
            async with delivering.db.transaction() as tx:
                await begin(tx)

    async def look_at(job: LookAtRoom) -> None:
        room = await scouting.rooms.find(job.room_id)
        async with delivering.db.transaction() as tx:
            if room is not None and await scouting.room(tx, room):
                await begin(tx)

    async def look(tx: Tx) -> None:
        if await store.is_due(tx, jobs.clock.now()):
            await begin(tx)

    jobs.handle_outside(Deliver, deliver)
    jobs.handle_outside(LookAtRoom, look_at)
    jobs.every("pushers.look", LOOK_SECONDS, look)


def follow(pushers: Pushers, scouting: Scouting, jobs: Jobs, log: Log) -> None:
    """Follow what is said, what is read, who signs out and who changes their mind."""

    async def said(tx: Tx, pos: int, told: Posted) -> None:
        woken = await scouting.posted(tx, pos, told.event)
        if woken is None:
            room_id = told.event.room_id
            await jobs.enqueue(tx, LookAtRoom(room_id), unique=room_id)
        elif woken:
            await jobs.enqueue(tx, Deliver(), unique="all")

    async def read(tx: Tx, _pos: int, told: ReceiptMoved) -> None:
        if await scouting.read(tx, told.receipt.user_id):
            await jobs.enqueue(tx, Deliver(), unique="all")

    async def signed_out(tx: Tx, _pos: int, told: SessionEnded) -> None:
        await scouting.signed_out(tx, told.user_id, told.device_ids)

    async def changed(tx: Tx, _pos: int, told: ConsentChanged) -> None:
        if BROWSER_PURPOSE.id in told.withdrawn:
            await pushers.settle_consent(tx, told.account_id)

    log.follow(
        "pushers.following",
        (Posted, said),
        (ReceiptMoved, read),
        (SessionEnded, signed_out),
        (ConsentChanged, changed),
    )
