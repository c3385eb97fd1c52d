"""Account data, tags and filters, as Matrix clients ask for them."""

import pytest

from teahouse.accountdata.events import AccountDataChanged
from teahouse.accountdata.routes import routes
from teahouse.accountdata.service import AccountData
from teahouse.clock import FixedClock
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from tests.accountdata.asgi import Client, user_id

V3 = "/_matrix/client/v3"
ANN = f"{V3}/user/%40ann%3Atea.example"
ROOM = f"{ANN}/rooms/%21tea%3Atea.example"


@pytest.fixture
def service(database: Database, log: Log) -> AccountData:
    return AccountData(database, log, {"m.push_rules": lambda _who: b'{"global":{}}'})


@pytest.fixture
def client(service: AccountData, clock: FixedClock, ids: Ids) -> Client:
    return Client(routes(service), clock, ids)


async def test_what_was_put_comes_back(client: Client) -> None:
    path = f"{ANN}/account_data/m.direct"
    assert await client.error("ann", "GET", path) == (404, "M_NOT_FOUND")
    body = {"@bo:tea.example": ["!a:b"], "数": 1.5}
    assert (await client.ask("ann", "PUT", path, json=body)).json() == {}
    assert (await client.ask("ann", "GET", path)).json() == body
    await client.ask("ann", "PUT", path, json={})
    assert (await client.ask("ann", "GET", path)).json() == {}
    assert await client.error("ann", "GET", f"{ROOM}/account_data/m.direct") == (404, "M_NOT_FOUND")


@pytest.mark.parametrize("place", [ANN, ROOM])
async def test_it_is_the_owners_alone(client: Client, place: str) -> None:
    path = f"{place}/account_data/x"
    assert await client.error("bo", "PUT", path, json={}) == (403, "M_FORBIDDEN")
    assert await client.error("bo", "GET", path) == (403, "M_FORBIDDEN")
    assert await client.error("", "GET", path) == (401, "M_MISSING_TOKEN")
    assert await client.error("zed", "GET", path) == (401, "M_UNKNOWN_TOKEN")


@pytest.mark.parametrize("place", [ANN, ROOM])
@pytest.mark.parametrize("data_type", ["m.fully_read", "m.push_rules"])
async def test_some_types_are_the_servers(client: Client, place: str, data_type: str) -> None:
    path = f"{place}/account_data/{data_type}"
    assert await client.error("ann", "PUT", path, json={}) == (405, "M_BAD_JSON")


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        (b"[]", "M_BAD_JSON"),
        (b"{", "M_NOT_JSON"),
        (b'{"a":1,"a":2}', "M_BAD_JSON"),
        (b'{"a":"\\u0000"}', "M_BAD_JSON"),
    ],
)
async def test_bad_bodies_change_nothing(client: Client, body: bytes, errcode: str) -> None:
    path = f"{ANN}/account_data/x"
    assert await client.error("ann", "PUT", path, content=body) == (400, errcode)
    assert (await client.ask("ann", "GET", path)).status_code == 404


async def test_bad_places_are_refused(client: Client) -> None:
    path = f"{ANN}/rooms/%40notaroom%3Ab/account_data/x"
    assert await client.error("ann", "GET", path) == (400, "M_INVALID_PARAM")
    assert await client.error("ann", "PUT", path, json={}) == (400, "M_INVALID_PARAM")
    long = f"{ANN}/account_data/{'x' * 256}"
    assert await client.error("ann", "PUT", long, json={}) == (400, "M_INVALID_PARAM")


async def test_changes_carry_the_position_of_their_announcement(
    service: AccountData, log: Log
) -> None:
    heard: list[tuple[int, AccountDataChanged]] = []
    log.hear(AccountDataChanged, lambda pos, event: heard.append((pos, event)))
    ann = user_id("ann")
    first = await service.set(ann, "", "a", b"{}")
    second = await service.set(ann, "!r:x", "b", b'{"n":1}')
    await service.set(user_id("bo"), "", "c", b"{}")
    third = await service.set(ann, "", "a", b'{"n":2}')
    async with service.db.read() as tx:
        since = await service.changed_since(tx, ann, first, third)
        before = await service.changed_since(tx, ann, 0, second)
        everything = await service.all(tx, ann)
    assert [(d.room_id, d.type, d.content, d.pos) for d in since] == [
        ("!r:x", "b", b'{"n":1}', second),
        ("", "a", b'{"n":2}', third),
    ]
    assert [d.type for d in before] == ["b"]
    assert [(d.type, d.pos) for d in everything] == [
        ("m.push_rules", 0),
        ("b", second),
        ("a", third),
    ]
    assert [(pos, event.type) for pos, event in heard if event.user_id == ann] == [
        (first, "a"),
        (second, "b"),
        (third, "a"),
    ]


async def test_what_stands_by_itself_can_be_got(client: Client, service: AccountData) -> None:
    path = f"{ANN}/account_data/m.push_rules"
    assert (await client.ask("ann", "GET", path)).json() == {"global": {}}
    await service.set(user_id("ann"), "", "m.push_rules", b'{"global":{"room":[]}}')
    assert (await client.ask("ann", "GET", path)).json() == {"global": {"room": []}}


async def test_tags_come_and_go(client: Client) -> None:
    assert (await client.ask("ann", "GET", f"{ROOM}/tags")).json() == {"tags": {}}
    await client.ask("ann", "PUT", f"{ROOM}/tags/m.favourite", json={"order": 0.25})
    await client.ask("ann", "PUT", f"{ROOM}/tags/u.%E8%8C%B6", json={})
    both = {"m.favourite": {"order": 0.25}, "u.茶": {}}
    assert (await client.ask("ann", "GET", f"{ROOM}/tags")).json() == {"tags": both}
    stored = await client.ask("ann", "GET", f"{ROOM}/account_data/m.tag")
    assert stored.json() == {"tags": both}
    for _ in range(2):
        assert (await client.ask("ann", "DELETE", f"{ROOM}/tags/m.favourite")).json() == {}
    assert (await client.ask("ann", "GET", f"{ROOM}/tags")).json() == {"tags": {"u.茶": {}}}
    bad = await client.error("ann", "PUT", f"{ROOM}/tags/x", json={"order": "first"})
    assert bad == (400, "M_BAD_JSON")
    assert await client.error("bo", "GET", f"{ROOM}/tags") == (403, "M_FORBIDDEN")


async def test_a_filter_is_kept_as_given(client: Client, service: AccountData) -> None:
    body = {"room": {"timeline": {"limit": 10, "types": ["m.room.*"]}}, "org.example": 1}
    made = await client.ask("ann", "POST", f"{ANN}/filter", json=body)
    filter_id = made.json()["filter_id"]
    assert not filter_id.startswith("{")
    assert (await client.ask("ann", "GET", f"{ANN}/filter/{filter_id}")).json() == body
    again = await client.ask("ann", "POST", f"{ANN}/filter", json=body)
    assert again.json() == made.json()
    service._filters.clear()
    for _ in range(2):
        found = await service.filter(user_id("ann"), filter_id)
        assert found.room.timeline.limit == 10
    assert await client.error("ann", "GET", f"{ANN}/filter/nope") == (404, "M_NOT_FOUND")
    assert await client.error("bo", "GET", f"{ANN}/filter/{filter_id}") == (403, "M_FORBIDDEN")
    assert await client.error("bo", "POST", f"{ANN}/filter", json={}) == (403, "M_FORBIDDEN")


@pytest.mark.parametrize(
    "body",
    [
        {"presence": "not_an_object"},
        {"room": {"timeline": "not_an_object"}},
        {"room": {"timeline": {"rooms": "not_a_list"}}},
        {"room": {"timeline": {"rooms": ["not_a_room_id"]}}},
        {"room": {"not_rooms": ["nope"]}},
        {"presence": {"senders": ["not_a_user_id"]}},
        {"presence": {"types": [1]}},
        {"event_format": "other"},
        {"room": {"timeline": {"limit": "ten"}}},
        {"room": {"timeline": {"limit": -1}}},
        {"room": {"timeline": {"limit": 2**53}}},
    ],
)
async def test_a_filter_that_means_nothing_is_refused(client: Client, body: object) -> None:
    answer = await client.error("ann", "POST", f"{ANN}/filter", json=body)
    assert answer == (400, "M_BAD_JSON")


async def test_forgetting_leaves_nothing(service: AccountData) -> None:
    ann = user_id("ann")
    await service.set(ann, "", "a", b"{}")
    await service.add_filter(ann, {})
    async with service.db.transaction() as tx:
        await service.forget(tx, ann)
        assert [d.type for d in await service.all(tx, ann)] == ["m.push_rules"]
