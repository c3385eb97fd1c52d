"""Putting the parts of the timeline together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from teahouse.clock import Clock
from teahouse.directory.service import Directory
from teahouse.ids import Ids
from teahouse.infra.bus.appender import Appender
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.rooms.service import Rooms
from teahouse.standing.service import Standing
from teahouse.timeline.events import Erased, Posted, Removed, TakenAgain
from teahouse.timeline.service.appending import Additions, TimelineWriter
from teahouse.timeline.service.erasing import Erasing
from teahouse.timeline.service.reading import Reading
from teahouse.timeline.service.removing import Removing
from teahouse.timeline.service.speaking import Speaking
from teahouse.timeline.service.tails import Tails
from teahouse.timeline.service.withholding import Withholding


@dataclass(frozen=True)
class Timeline:
    """The timeline's verbs, by what they are about."""

    speaking: Speaking
    additions: Additions
    reading: Reading
    tails: Tails
    erasing: Erasing
    withholding: Withholding
    removing: Removing
    writer: TimelineWriter


def open_timeline(
    *,
    db: Database,
    log: Log,
    appender: Appender,
    rooms: Rooms,
    directory: Directory,
    clock: Clock,
    ids: Ids,
    standing: Standing,
    may_encrypt: Callable[[], bool],
    blocks_invites: Callable[[str, str], Awaitable[bool]],
) -> Timeline:
    """Put the parts together and begin to listen to the log."""
    reading, tails = Reading(db, rooms), Tails()
    erasing = Erasing(db, log, rooms)
    withholding = Withholding(erasing)
    withholding.listen()
    writer = TimelineWriter(rooms, directory, erasing)
    additions = Additions(clock, ids, log, appender, rooms, writer, may_encrypt, blocks_invites)
    tails.begin(log.applied)

    def posted(pos: int, told: Posted) -> None:
        rooms.apply(pos, told.event)
        reading.apply(pos, told.event)
        tails.apply(pos, told.event)
        for event_id, body in told.rewritten:
            rooms.apply_redaction(told.event.room_id, event_id, body)
            tails.redact(told.event.room_id, event_id, body)

    def erased(_pos: int, told: Erased) -> None:
        rooms.apply_erasure(told.room_id, told.user_id)
        tails.erase(told.room_id, told.user_id)

    def taken(_pos: int, told: TakenAgain) -> None:
        for event_id, body in told.rewritten:
            rooms.apply_redaction(told.room_id, event_id, body)
            tails.redact(told.room_id, event_id, body)

    def removed(_pos: int, told: Removed) -> None:
        tails.cut(told.room_id, told.until)

    log.hear(Posted, posted)
    log.hear(Removed, removed)
    log.hear(TakenAgain, taken)
    log.hear(Erased, erased)
    return Timeline(
        speaking=Speaking(db, rooms, directory, additions, standing),
        additions=additions,
        reading=reading,
        tails=tails,
        erasing=erasing,
        withholding=withholding,
        removing=Removing(log, erasing.emptying),
        writer=writer,
    )
