"""Lists: making them, giving them versions, and telling how they do. Every change is audited."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import NamedTuple

import msgspec

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.detectors import store
from teahouse.detectors.model.lists import (
    FIGURED_MAX,
    LATEST_MAX,
    LISTS_MAX,
    BadList,
    Description,
    DetectorHit,
    ListExists,
    ListFigures,
    ListKind,
    ListVersion,
    Mode,
    NoSuchList,
    Wanted,
    check_description,
    check_entries,
    check_mode,
    check_note,
    check_people,
    figures,
)
from teahouse.infra.db.pool import Database, Tx

# Tells of cases what became of them: upheld, dismissed, or undecided.
Outcomes = Callable[[Tx, Sequence[str]], Awaitable[Mapping[str, str]]]
READY = ("inducement", "gambling", "exchange", "pornography", "violence")


class Ready(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list that comes with the house, to be taken over by who wants it."""

    kind: ListKind
    category: str
    language: str
    name: str
    entries: list[str]


class Listed(msgspec.Struct, frozen=True):
    """A list with the version that counts now, the one that will next, and its figures."""

    description: Description
    now: ListVersion | None
    next: ListVersion | None
    figures: ListFigures


class Finds(NamedTuple):
    """What was found, and the lists that found it."""

    hits: list[DetectorHit]
    lists: list[Description]


class Detail(msgspec.Struct, frozen=True):
    """A list with its newest versions and what it found of late."""

    description: Description
    versions: list[ListVersion]
    hits: list[DetectorHit]


@dataclass(frozen=True, repr=False)
class Lists:
    """What operators do with lists. ``actor`` is an operator's id."""

    db: Database
    audit: Audit
    clock: Clock
    outcomes: Outcomes

    async def all(self) -> list[Listed]:
        """Return every list."""
        async with self.db.read() as tx:
            here, later = await store.now_and_next(tx, self.clock.now())
            found = await store.found(tx)
            return [
                Listed(
                    one,
                    here.get(one.list_id),
                    later.get(one.list_id),
                    await self._figures(tx, one.list_id, found.get(one.list_id, 0)),
                )
                for one in await store.lists(tx, LISTS_MAX)
            ]

    async def add(self, actor: str, one: Description) -> None:
        """Make a list that has nothing on it and is off. Raises ``BadList``, ``ListExists``."""
        await self._add(actor, check_description(one), [])

    async def take_over(self, actor: str, ready: str, list_id: str) -> None:
        """Make a list of one that comes with the house; it is off. Raises as :meth:`add`.

        ``list_id`` is its name here; so there may be an older one beside it.
        """
        if ready not in READY:
            raise BadList("There is no such ready-made list.")
        found = read_ready(ready)
        one = Description(list_id, found.kind, found.category, found.language, found.name)
        await self._add(actor, check_description(one), found.entries)

    async def change(self, actor: str, list_id: str, wanted: Wanted) -> ListVersion:
        """Give a list a version, from a moment on. Raises ``NoSuchList``, ``BadEntry``, ``BadList``."""
        mode, note = check_mode(wanted.mode), check_note(wanted.note)
        async with self.db.transaction() as tx:
            one = await store.held(tx, list_id)
            if one is None:
                raise NoSuchList
            before = await store.last(tx, list_id)
            if wanted.entries is None:
                entries = await store.entries(tx, list_id, before) or []
            else:
                entries = _checked(one, wanted.entries)
            return await self._keep(tx, actor, one, (before + 1, mode, note), wanted, entries)

    async def detail(self, list_id: str) -> Detail:
        """Return a list with its versions. Raises ``NoSuchList``."""
        async with self.db.read() as tx:
            one = await store.one(tx, list_id)
            if one is None:
                raise NoSuchList
            versions = await store.versions(tx, list_id, LATEST_MAX)
            return Detail(one, versions, await store.hits(tx, list_id, LATEST_MAX))

    async def entries(self, list_id: str, version: int) -> list[str]:
        """Return what is on a version of a list. Raises ``NoSuchList``."""
        async with self.db.read() as tx:
            found = await store.entries(tx, list_id, version)
        if found is None:
            raise NoSuchList
        return found

    async def hits_of_case(self, case_id: str) -> Finds:
        """Return what was found that a case was made of; nothing for one that people began."""
        async with self.db.read() as tx:
            hits = await store.hits_of_case(tx, case_id, LATEST_MAX)
            lists = await store.lists(tx, LISTS_MAX) if hits else []
        there = {one.list_id for one in hits}
        return Finds(hits, [one for one in lists if one.list_id in there])

    async def _add(self, actor: str, one: Description, entries: Sequence[str]) -> None:
        now = self.clock.now()
        kept = _checked(one, entries)
        async with self.db.transaction() as tx:
            await store.lock(tx)
            if await store.count(tx) >= LISTS_MAX or not await store.add(tx, one, actor, now):
                raise ListExists
            detail: dict[str, object] = {"kind": one.kind.value}
            await self.audit.append(tx, actor, "detectors.added", one.list_id, detail)
            wanted = Wanted(kept, Mode.OFF.value, None, "")
            await self._keep(tx, actor, one, (1, Mode.OFF, ""), wanted, kept)

    async def _keep(
        self,
        tx: Tx,
        actor: str,
        one: Description,
        what: tuple[int, Mode, str],
        wanted: Wanted,
        entries: Sequence[str],
    ) -> ListVersion:
        number, mode, note = what
        now = self.clock.now()
        since = max(wanted.effective_at or now, now)
        version = ListVersion(number, mode.value, since, len(entries), note, actor, now)
        await store.keep(tx, one.list_id, version, entries)
        detail: dict[str, object] = {"version": number, "mode": mode.value, "count": len(entries)}
        await self.audit.append(tx, actor, "detectors.changed", one.list_id, detail)
        return version

    async def _figures(self, tx: Tx, list_id: str, found: int) -> ListFigures:
        case_ids = await store.cases(tx, list_id, FIGURED_MAX)
        outcomes = await self.outcomes(tx, case_ids) if case_ids else {}
        return figures(found, [outcomes.get(one, "undecided") for one in case_ids])


def _checked(one: Description, entries: Sequence[str]) -> list[str]:
    """Return entries of a list as they are kept. Raises ``BadEntry``."""
    if one.kind is ListKind.WEIGHTS:
        check_people(one.category, entries)
    return check_entries(one.kind, entries)


def read_ready(name: str) -> Ready:
    """Return a list that comes with the house."""
    file = resources.files("teahouse.detectors") / "sets" / f"{name}.json"
    return msgspec.json.decode(file.read_bytes(), type=Ready)
