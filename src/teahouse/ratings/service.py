"""Labels: said by authors and operators, and asked about by whatever lists or opens things.

A product that publishes anything asks ``check`` before it opens a thing to somebody, ``open_among``
before it lists or finds things, and ``say`` when its author labels one.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from teahouse.accounts.model import AccountClass
from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.errors import Refused
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.minors.model.ages import Age
from teahouse.minors.model.families import check_words
from teahouse.minors.model.profile import LabelRule
from teahouse.minors.service import Minors
from teahouse.ratings import store
from teahouse.ratings.model import (
    RATING,
    REASON_LETTERS_MAX,
    TARGET_BYTES_MAX,
    AboveAge,
    Barrier,
    NothingPublished,
    NotRated,
    Rated,
    Rating,
    Reach,
    Voice,
    Word,
    barrier,
    check_ceiling,
    check_rating,
    effective,
    rating_of,
    reach,
)
from teahouse.rooms.model.event import RoomEvent

# Refuses, in the transaction, a case by which a thing cannot be labelled: (tx, case, kind, target).
CaseCheck = Callable[[Tx, str, Rated, str], Awaitable[None]]


class Labelled(msgspec.Struct, frozen=True):
    """A label as it stands for somebody: what counts, who said what, and what keeps them from it."""

    rating: Rating
    words: list[Word]
    barrier: Barrier | None


class Band(msgspec.Struct, frozen=True):
    """How far a minor sees, what was set by the guardian who asks or the strictest of all.

    ``allowed`` is how far it would be by the profile alone.
    """

    reach: Reach
    allowed: int
    ceiling: int | None


@dataclass(frozen=True, repr=False)
class Ratings:
    """From which ages on things are meant to be seen. ``listen`` once."""

    db: Database
    audit: Audit
    clock: Clock
    accounts: Accounts
    minors: Minors
    casework: list[CaseCheck] = field(default_factory=list[CaseCheck], repr=False)

    def listen(self) -> None:
        """Let ceilings go with their guardians and accounts."""
        self.minors.families.partings.append(store.part)
        self.accounts.endings.append(self._forget)

    @property
    def rule(self) -> LabelRule:
        """The rule in force."""
        return self.minors.knowing.profile.content

    # -- asked by whatever lists, finds or opens things; never inside a transaction ---------------

    async def check(self, user_id: str | None, kind: Rated, target: str) -> None:
        """Refuse with ``AboveAge`` what is labelled above somebody's age; ``None``: a visitor's."""
        why = await self.barrier(user_id, kind, target)
        if why is not None:
            articles = msgspec.to_builtins(self.rule.articles)
            raise AboveAge(why=why.value, articles=articles)

    async def check_room(self, user_id: str, room_id: str) -> None:
        """As :meth:`check`, for who is about to read a room."""
        await self.check(user_id, Rated.ROOM, room_id)

    async def barrier(self, user_id: str | None, kind: Rated, target: str) -> Barrier | None:
        """Return what keeps somebody from a thing; who sees everything costs no query."""
        found = await self.reach(user_id)
        return None if found.whole else barrier(found, await self.rating(kind, target))

    async def open_among(
        self, user_id: str | None, kind: Rated, targets: Collection[str]
    ) -> dict[str, Rating]:
        """Return those of some things that are open to somebody, with their labels."""
        found, labels = await self.reach(user_id), await self.ratings(kind, targets)
        return {one: label for one, label in labels.items() if barrier(found, label) is None}

    async def rating(self, kind: Rated, target: str) -> Rating:
        """Return the label that counts for a thing."""
        return (await self.ratings(kind, [target]))[target]

    async def ratings(self, kind: Rated, targets: Collection[str]) -> dict[str, Rating]:
        """Return the labels that count for some things."""
        if not targets:
            return {}
        async with self.db.read() as tx:
            rows = await store.of_targets(tx, kind, list(targets))
        said: dict[str, list[Rating]] = {one: [] for one in targets}
        for target, rating in rows:
            said[target].append(rating)
        return {one: effective(words, self.rule) for one, words in said.items()}

    async def reach(self, user_id: str | None) -> Reach:
        """Return how far somebody sees; a visitor, or a name that is nobody's, is of unknown age."""
        account_id = None
        if user_id is not None:
            account_id = await self.minors.strangers.id_of(user_id)
        if account_id is None:
            return reach(self.rule, Age(), ())
        return await self._reach(account_id)

    async def labelled(self, user_id: str, kind: Rated, target: str) -> Labelled:
        """Return a label as it stands for somebody."""
        async with self.db.read() as tx:
            words = await store.words(tx, kind, target)
        rating = effective([one.rating for one in words], self.rule)
        return Labelled(rating, words, barrier(await self.reach(user_id), rating))

    # -- authors -----------------------------------------------------------------------------------

    async def say(self, tx: Tx, kind: Rated, target: str, rating: Rating | None) -> None:
        """Note what an author says of their own; ``None`` takes it back. Raises ``BadRating``."""
        if rating is None:
            await store.unsay(tx, kind, target, Voice.AUTHOR)
            return
        check_rating(rating, self.rule)
        word = Word(Voice.AUTHOR, rating, "", "", "", self.clock.now())
        await store.say(tx, kind, target, word)

    async def say_official(self, caller: Caller, rating: Rating | None) -> Labelled:
        """Have an official account label itself. Raises ``NothingPublished``, ``BadRating``."""
        async with self.db.transaction() as tx:
            account = await self.accounts.by_id(tx, caller.account_id)
            if account.account_class is not AccountClass.OFFICIAL:
                raise NothingPublished
            await self.say(tx, Rated.OFFICIAL, caller.user_id, rating)
        return await self.labelled(caller.user_id, Rated.OFFICIAL, caller.user_id)

    async def place(self, tx: Tx, placed: Sequence[tuple[int, RoomEvent]]) -> Mapping[str, Refused]:
        """Take note of what rooms say of themselves, in the transaction that stores it."""
        said = {
            event.room_id: rating_of(event.content, self.rule.labels)
            for _, event in placed
            if event.type == RATING and event.state_key == ""
        }
        for room_id in sorted(said):  # in the order in which all lock these rows
            await self.say(tx, Rated.ROOM, room_id, said[room_id])
        return {}

    async def move(self, tx: Tx, room_id: str, new_room_id: str) -> None:
        """Have a room that replaces another carry its labels."""
        await store.move(tx, Rated.ROOM, room_id, new_room_id)

    # -- operators ---------------------------------------------------------------------------------

    async def words(self, kind: Rated, target: str) -> list[Word]:
        """Return what was said of a thing."""
        async with self.db.read() as tx:
            return await store.words(tx, kind, target)

    async def decide(
        self, actor: str, kind: Rated, target: str, rating: Rating, reason: str, case_id: str = ""
    ) -> None:
        """Label something for whoever published it too mildly. Audited.

        By a case that established a violation it can be appealed with the case, and goes when that
        is overturned. Raises ``BadRating``, ``BadWords`` for no reason, ``NotRated`` for what cannot
        be meant, and what ``casework`` raises.
        """
        written = check_words(reason, REASON_LETTERS_MAX)
        check_rating(rating, self.rule)
        _check_target(kind, target)
        voice = Voice.CASE if case_id else Voice.OPERATOR
        word = Word(voice, rating, written, actor, case_id, self.clock.now())
        async with self.db.transaction() as tx:
            for check in self.casework if case_id else ():
                await check(tx, case_id, kind, target)
            await store.say(tx, kind, target, word)
            detail: dict[str, object] = {"kind": kind.value, "reason": written}
            detail |= {"years": rating.years, "borderline": rating.borderline}
            await self.audit.append(tx, actor, "ratings.set", target, detail)

    async def lift(self, actor: str, kind: Rated, target: str, reason: str) -> None:
        """Take operators' own word back. Audited. Raises ``NotRated``, ``BadWords``."""
        written = check_words(reason, REASON_LETTERS_MAX)
        async with self.db.transaction() as tx:
            if not await store.unsay(tx, kind, target, Voice.OPERATOR):
                raise NotRated
            detail: dict[str, object] = {"kind": kind.value, "reason": written}
            await self.audit.append(tx, actor, "ratings.lifted", target, detail)

    async def release(self, tx: Tx, case_id: str) -> None:
        """Take back what was said by a case that was overturned."""
        await store.unsay_case(tx, case_id)

    # -- guardians ---------------------------------------------------------------------------------

    async def band(self, account_id: str) -> Band:
        """Return how far somebody sees, and the lowest ceiling that was set for them."""
        async with self.db.read() as tx:
            found = await store.ceilings(tx, account_id)
        return await self._band(account_id, min(found.values(), default=None))

    async def band_of(self, caller: Caller, user_id: str) -> Band:
        """Return the same of a ward, with the caller's own ceiling. Raises ``NoSuchWard``."""
        async with self.db.transaction() as tx:
            link = await self.minors.families.held(tx, caller, user_id)
            found = await store.ceilings(tx, link.child_id)
        return await self._band(link.child_id, found.get(caller.account_id))

    async def set_ceiling(self, caller: Caller, user_id: str, years: int | None) -> None:
        """Set, as a guardian, up to which age a ward sees things; ``None`` clears it.

        The caller has proved that it is they. Raises ``NoSuchWard``, ``BadCeiling``.
        """
        async with self.db.transaction() as tx:
            link = await self.minors.families.held(tx, caller, user_id)
        age = await self.minors.knowing.age(link.child_id)
        if years is not None:
            check_ceiling(years, age, self.rule)
        async with self.db.transaction() as tx:
            link = await self.minors.families.held(tx, caller, user_id)
            await store.set_ceiling(tx, link, years, self.clock.now())

    # -- inside ------------------------------------------------------------------------------------

    async def _forget(self, tx: Tx, account_id: str) -> None:
        """Forget what was set of and by an account that ends, and what was said of it."""
        account = await self.accounts.by_id(tx, account_id)
        await store.forget(tx, account_id)
        await store.unsay_all(tx, Rated.OFFICIAL, account.user_id)

    async def _band(self, account_id: str, ceiling: int | None) -> Band:
        age = await self.minors.knowing.age(account_id)
        allowed = reach(self.rule, age, ()).years
        return Band(await self._reach(account_id), allowed, ceiling)

    async def _reach(self, account_id: str) -> Reach:
        age = await self.minors.knowing.age(account_id)
        found: dict[str, int] = {}
        if age.minor:
            async with self.db.read() as tx:
                found = await store.ceilings(tx, account_id)
        return reach(self.rule, age, found.values())


def _check_target(kind: Rated, target: str) -> None:
    """Refuse what cannot be the name of such a thing: ``NotRated``."""
    signs = {Rated.ROOM: "!", Rated.OFFICIAL: "@"}
    if not 0 < len(target.encode()) <= TARGET_BYTES_MAX:
        raise NotRated
    if not target.startswith(signs.get(kind, "")):
        raise NotRated
