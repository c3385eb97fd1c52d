"""How edges are kept: for events of before there were any, by several workers, without a question
for each event."""

import asyncio

import asyncpg
from hypothesis import given
from hypothesis import strategies as st

from teahouse.relations.service import Targets
from teahouse.rooms.model.event import RoomEvent, encode_event
from teahouse.timeline.events import Posted
from teahouse.timeline.model import Visibility
from tests.living import Living, q
from tests.relations.saying import around, children, edit, react, relate, sent


async def test_events_of_before_are_looked_through(
    house: Living, wiper: asyncpg.Connection
) -> None:
    alice = await house.person()
    room = await alice.room()
    root = await alice.say(room, "root")
    answer = await relate(alice, room, root, "m.thread")
    await edit(alice, room, root, "the root")
    await react(alice, room, root, "👍")
    before = await around(alice, room, root)
    listed = await children(alice, room, root, recurse="true")
    # As a house of before left it: no edges; and twice the same reaction, which nobody refused.
    await wiper.execute("delete from relations_edges")
    again = await react(alice, room, root, "👍")
    await wiper.execute("delete from relations_edges")
    assert await around(alice, room, root) == {}
    await wiper.execute("insert into relations_filling default values")
    async with house.house.db.transaction() as tx:
        assert not await house.house.talk.relations.fill(tx)
    assert await around(alice, room, root) == before
    assert await children(alice, room, root, recurse="true") == [again, *listed]
    assert await children(alice, room, answer) == []
    assert await wiper.fetchval("select count(*) from relations_filling") == 0


async def test_of_the_same_reaction_at_once_one_goes_through(house: Living) -> None:
    alice = await house.person()
    room = await alice.room()
    said = await alice.say(room, "tea")
    body = {"relation": {"key": "👍"}}
    asked = [sent(room, said, "m.annotation", body, "m.reaction", txn) for txn in "abc"]
    answers = await asyncio.gather(*(alice.ask("PUT", path, what) for path, what in asked))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]
    assert len(await children(alice, room, said)) == 1


async def test_a_page_costs_no_question_for_each_event(house: Living) -> None:
    alice = await house.person()
    room = await alice.room()
    plain = [await alice.say(room, str(number)) for number in range(3)]
    asked: list[str] = []
    relations = house.house.talk.relations
    database = relations.db
    async with database.read() as tx:
        was = type(tx).rows

    async def counted(self: object, query: str, *values: object) -> object:
        asked.append(query)
        return await was(self, query, *values)  # type: ignore[arg-type]

    async def queries() -> int:
        asked.clear()
        await alice.did("GET", f"/rooms/{q(room)}/messages", dir="b", limit=100)
        return len([query for query in asked if "relations_edges" in query])

    type(tx).rows = counted  # type: ignore[method-assign]
    try:
        assert await queries() == 0  # what nobody has related to is known to be so
        for root in plain:
            await edit(alice, room, root, "newer")
            await relate(alice, room, root, "m.thread")
        assert await queries() == 1  # and all the others are asked about at once
    finally:
        type(tx).rows = was  # type: ignore[method-assign]


def _posted(pos: int, target: int) -> Posted:
    content = {"m.relates_to": {"rel_type": "m.thread", "event_id": f"${target}"}} if target else {}
    body = encode_event(f"${pos}", "m.x", "@a:s", 1, content)
    return Posted(RoomEvent(f"${pos}", "!r", "m.x", "@a:s", 1, body))


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(1, 5))
def test_an_event_that_has_relations_is_never_said_to_have_none(
    targets: list[int], most: int
) -> None:
    known = Targets(floor=1, most=most)
    has: set[int] = set()
    for pos, wished in enumerate(targets, 2):
        target = wished if wished < pos else 0
        known.apply(pos, _posted(pos, target))
        has |= {target} - {0}
        assert all(known.may_hold(one, f"${one}") for one in has)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 12),
            st.sampled_from(["joined", "invited", "shared", "world_readable"]),
        ),
        unique_by=lambda change: change[0],
    ),
    st.lists(
        st.tuples(st.integers(1, 12), st.sampled_from(["join", "invite", "leave", "ban"])),
        unique_by=lambda change: change[0],
    ),
)
def test_the_ranges_that_may_be_read_are_what_may_be_read(
    visibilities: list[tuple[int, str]], memberships: list[tuple[int, str]]
) -> None:
    seen = Visibility(tuple(sorted(visibilities)), tuple(sorted(memberships)))
    for pos in range(14):
        assert _within(seen.ranges(), pos) is (seen.everything or seen.sees(pos))


def _within(ranges: str, pos: int) -> bool:
    """Tell as PostgreSQL does whether a position lies in a multirange."""
    if ranges == "{(,)}":
        return True
    for part in ranges.strip("{}").replace("),", ") ").replace("],", "] ").split():
        low, high = part[1:-1].split(",")
        above = pos >= int(low) if part[0] == "[" else pos > int(low)
        below = pos <= int(high) if part[-1] == "]" else pos < int(high)
        if above and below:
            return True
    return False
