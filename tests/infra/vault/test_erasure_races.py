"""Erasure against sealing anew: whichever comes first, nothing that was erased comes back [U-21].

The rules of the statements are walked step by step in a model, in a hundred thousand orders: what a
statement sees, which row it holds and until when. Then some hundreds at once on the real database.
"""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from teahouse.infra.vault import store
from teahouse.infra.vault.sweep.roll import Roll
from teahouse.infra.vault.sweep.stretches import Stretch
from teahouse.infra.vault.sweep.sweep import Wanted

from .conftest import NOON, Smith
from .contacts import CONTACTS, Contacts, phone

SINCE = NOON + timedelta(minutes=1)
ORDERS = 100_000
OLD = 1  # the version of the data key that is to be left


@dataclass
class Person:
    """One person as the database has them: keys that open, a value, and who holds their row."""

    erased: bool = False
    keys: dict[int, bool] = field(default_factory=lambda: {OLD: True})  # whether each still opens
    value: tuple[int, str] = (OLD, "first")
    shared: set[str] = field(default_factory=set[str])
    alone: str = ""
    last: str = "first"

    def opens(self) -> str | None:
        version, text = self.value
        return text if self.keys[version] else None


# What somebody does: each step is one statement, and False means that it waits for a lock.
Steps = Iterator[bool]


@dataclass(frozen=True)
class Rules:
    """What the statements do; each can be left out, to see that it is missed."""

    holds: bool = True  # whoever gives a key holds its person against erasure, and looks again
    compares: bool = True  # a value is put back only where the former one still is
    empties_all: bool = True  # erasure empties every key, not those that it knew of


def sweep(person: Person, who: str, rules: Rules) -> Steps:
    seen, newest = person.value, max(person.keys)
    if not person.keys[seen[0]]:
        return
    yield True
    version = newest if newest > OLD else newest + 1
    if version not in person.keys:
        while rules.holds and person.alone:
            yield False
        if not (rules.holds and person.erased):
            person.keys.setdefault(version, True)
        yield True
    if not person.keys.get(version):
        return
    yield True  # it is sealed anew, in memory
    if person.value == seen or not rules.compares:
        person.value = (version, seen[1])


def edit(person: Person, who: str, rules: Rules) -> Steps:
    while person.alone:
        yield False
    if person.erased:
        return
    person.shared.add(who)
    version = max(person.keys)
    yield True
    person.value, person.last = (version, who), who
    person.shared.discard(who)
    yield True


def erase(person: Person, who: str, rules: Rules) -> Steps:
    known = list(person.keys)
    while person.alone or person.shared:
        yield False
    person.alone = who
    yield True
    person.erased, person.alone = True, ""  # one commit, though in two statements
    for version in person.keys if rules.empties_all else known:
        person.keys[version] = False
    yield True


def walked(draw: random.Random, rules: Rules) -> Person:
    person = Person()
    acts: list[Callable[[Person, str, Rules], Steps]] = [sweep, sweep]
    acts += [edit] * draw.randrange(2) + [erase] * draw.randrange(2)
    left = [act(person, f"{act.__name__} {nth}", rules) for nth, act in enumerate(acts)]
    while left:
        one = draw.choice(left)
        if next(one, None) is None:
            left.remove(one)
    return person


def wrong(rules: Rules, orders: int) -> int:
    """Count the orders after which something came back, or was lost."""
    draw = random.Random(21)
    bad = 0
    for _ in range(orders):
        person = walked(draw, rules)
        wanted = None if person.erased else person.last
        bad += person.opens() != wanted or (person.erased and any(person.keys.values()))
    return bad


def test_nothing_comes_back_in_a_hundred_thousand_orders() -> None:
    assert wrong(Rules(), ORDERS) == 0


def test_each_rule_is_needed() -> None:
    for rules in (Rules(holds=False), Rules(compares=False), Rules(empties_all=False)):
        assert wrong(rules, 5000) > 0, rules


async def test_some_hundreds_at_once(smith: Smith) -> None:
    contacts = Contacts(smith)
    database, vault = smith.database, smith.vault
    people = await contacts.people(150)
    gone = set(people[::2])

    async def erase_all() -> None:
        for who in random.Random(7).sample(sorted(gone), len(gone)):
            async with database.transaction() as tx:
                await vault.destroy_subject(tx, who)

    hands = [contacts.on_another_host().sweep() for _ in range(3)]
    parts = [Stretch((), (people[75], "z", 9)), Stretch((people[40], "a", 0)), Stretch()]
    told = await asyncio.gather(
        erase_all(),
        *(
            hand.whole(CONTACTS, Wanted(since=SINCE), 7, stretch=part)
            for hand, part in zip(hands, parts, strict=True)
        ),
    )
    assert all(one is None or one.broken == 0 for one in told)
    assert (await contacts.swept(since=SINCE, rows_max=50)).missed == 0
    vault._ciphers.clear()
    async with database.read() as tx:
        for who in gone:
            assert not await store.has_key(tx, who)
    verified = await contacts.verified(since=SINCE)
    for column in verified.columns.values():
        assert (column.opened, column.erased, column.old, column.broken) == (75, 75, 0, [])
    assert await contacts.text(people[1]) == phone(1)
    roll = Roll(database, vault.ring, vault.ids, contacts.sweep().clock)
    assert (await roll.page(SINCE)).done == 1, "of the house only: none for those who are erased"
