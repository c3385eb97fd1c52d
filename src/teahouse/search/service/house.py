"""Putting the parts of the search together."""

from dataclasses import dataclass

from teahouse.accountdata.service import AccountData
from teahouse.directory.service import Directory
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.relations.service import Relations
from teahouse.search.service.answering import Answering
from teahouse.search.service.finding import Finding
from teahouse.search.service.indexing import Indexing
from teahouse.search.service.knowing import Knowing
from teahouse.search.service.looking import Looking
from teahouse.timeline.service.house import Timeline


@dataclass(frozen=True, repr=False)
class Search:
    """The search's verbs, by what they are about."""

    indexing: Indexing
    finding: Finding
    answering: Answering
    knowing: Knowing
    account_data: AccountData


def open_search(
    *,
    db: Database,
    log: Log,
    timeline: Timeline,
    relations: Relations,
    directory: Directory,
    account_data: AccountData,
) -> Search:
    """Put the parts together, and forget words wherever the timeline takes a text away."""
    reading, rooms = timeline.reading, timeline.reading.rooms
    indexing = Indexing(db, log, reading)
    timeline.erasing.emptying.append(indexing.empty)
    return Search(
        indexing=indexing,
        finding=Finding(db, log, rooms, reading, Looking(db, reading, relations), account_data),
        answering=Answering(reading),
        knowing=Knowing(rooms, directory),
        account_data=account_data,
    )
