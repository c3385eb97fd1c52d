"""No hit outside: whatever happens in rooms, a search finds what the timeline lets one read, no more.

The timeline's own answer is what is held against it: all pages of ``/messages`` of every room, with
each message as it reads now.
"""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.living import Living, Person, q
from tests.search.conftest import begun, events, ids, settled

WORDS = ("茶馆", "图书館", "harbour")
PEOPLE, ROOMS = 3, 2
VISIBILITIES = ("joined", "invited", "shared", "world_readable")

whom = st.integers(1, PEOPLE - 1)  # the first owns the rooms, and stays
room = st.integers(0, ROOMS - 1)
back = st.integers(0, 5)
step = st.one_of(
    st.tuples(st.just("say"), st.integers(0, PEOPLE - 1), room, st.sampled_from(WORDS)),
    st.tuples(st.just("edit"), st.integers(0, PEOPLE - 1), room, st.sampled_from(WORDS), back),
    st.tuples(st.just("redact"), st.just(0), room, back),
    st.tuples(st.sampled_from(["join", "leave", "forget"]), whom, room),
    st.tuples(st.sampled_from(["invite", "kick", "ban", "unban"]), st.just(0), room, whom),
    st.tuples(st.just("visibility"), st.just(0), room, st.sampled_from(VISIBILITIES)),
    st.tuples(st.just("ignore"), whom, room, st.booleans()),
)


class Course:
    """One course of events."""

    def __init__(self, people: list[Person], rooms: list[str]) -> None:
        self.people, self.rooms = people, rooms
        self.said: dict[str, list[str]] = {one: [] for one in rooms}

    async def do(self, kind: str, who: int, nth: int, *more: Any) -> None:
        """Do something that may be refused, but must not fail."""
        person, room_id = self.people[who], self.rooms[nth]
        at, txn = f"/rooms/{q(room_id)}", f"x{next(person.txns)}"
        known = self.said[room_id]
        if kind in ("join", "leave", "forget"):
            answer = await person.ask("POST", f"{at}/{kind}", {})
        elif kind in ("invite", "kick", "ban", "unban"):
            answer = await person.ask(
                "POST", f"{at}/{kind}", {"user_id": self.people[more[0]].user_id}
            )
        elif kind == "visibility":
            content = {"history_visibility": more[0]}
            answer = await person.ask("PUT", f"{at}/state/m.room.history_visibility", content)
        elif kind == "ignore":
            ignored = {self.people[0].user_id: {}} if more[0] else {}
            path = f"/user/{q(person.user_id)}/account_data/m.ignored_user_list"
            answer = await person.ask("PUT", path, {"ignored_users": ignored})
        elif kind == "redact":
            if not known:
                return
            target = known[-1 - more[0] % len(known)]
            answer = await person.ask("PUT", f"{at}/redact/{q(target)}/{txn}", {})
        else:
            content: dict[str, Any] = {"msgtype": "m.text", "body": f"{more[0]} {txn}"}
            if kind == "edit":
                if not known:
                    return
                content |= {
                    "m.new_content": {"msgtype": "m.text", "body": more[0]},
                    "m.relates_to": {
                        "rel_type": "m.replace",
                        "event_id": known[-1 - more[1] % len(known)],
                    },
                }
            answer = await person.ask("PUT", f"{at}/send/m.room.message/{txn}", content)
            if answer.status_code == 200:
                known.append(answer.json()["event_id"])
        assert answer.status_code in (200, 400, 403, 404), answer.text


async def readable(person: Person, room_id: str) -> dict[str, str]:
    """Return what each message of a room says now, of those that the timeline shows a person."""
    answer = await person.ask("GET", f"/rooms/{q(room_id)}/messages", None, dir="b", limit=500)
    if answer.status_code != 200:
        return {}
    found: dict[str, str] = {}
    for one in answer.json()["chunk"]:
        content = one["content"]
        if one["type"] != "m.room.message" or "m.relates_to" in content:
            continue
        edit = one["unsigned"].get("m.relations", {}).get("m.replace")
        now = edit["content"]["m.new_content"] if edit is not None else content
        found[one["event_id"]] = now.get("body", "")
    return found


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(course=st.lists(step, min_size=12, max_size=40), version=st.sampled_from(["10", "11", "12"]))
async def test_a_search_finds_what_the_timeline_shows_and_no_more(
    house: Living, course: list[tuple[Any, ...]], version: str
) -> None:
    await begun(house)
    people = [await house.person() for _ in range(PEOPLE)]
    rooms = [await people[0].room(*people[1:], room_version=version) for _ in range(ROOMS)]
    happening = Course(people, rooms)
    for one in course:
        await happening.do(*one)
    await settled(house)
    for person in people:
        shown: dict[str, str] = {}
        for room_id in rooms:
            shown |= await readable(person, room_id)
        for word in WORDS:
            meant = {event_id for event_id, text in shown.items() if word in text}
            answer = await events(person, word, filter={"limit": 100, "rooms": rooms})
            assert set(ids(answer)) == meant
            assert answer["count"] == len(meant)
            inside = await events(person, word, filter={"limit": 100})
            assert set(ids(inside)) <= meant
