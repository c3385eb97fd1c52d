"""Refusals before the application is asked: the same words, on a connection that goes on."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httptools
import pytest

from teahouse.app.house import build_early, build_server
from teahouse.infra.http.rank import Rank
from teahouse.infra.http.shedding import LOWEST, OPEN, USER_PLACES, Shedding
from tests.contract.listening import PATIENCE_SECONDS, Quick, dialogue, listening
from tests.living import V3, Living, Person

BODY = b'{"search_categories": {"room_events": {"search_term": "tea"}}}'
CLOSE = "connection: close"


@dataclass
class Wire:
    """A server that listens, its level, somebody to speak as, and who was asked."""

    living: Living
    port: int
    person: Person
    asked: list[str]

    @property
    def shedding(self) -> Shedding:
        """What says who is refused."""
        return self.living.house.ground.shedding

    def request(
        self, method: str, path: str, *headers: str, token: str = "", body: bytes = b""
    ) -> bytes:
        """Return a request of the person."""
        lines = [f"{method} {path} HTTP/1.1", "host: s", *headers]
        lines.append(f"authorization: Bearer {token or self.person.token}")
        if body and "transfer-encoding: chunked" not in headers:
            lines.append(f"content-length: {len(body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    def search(self, *headers: str, body: bytes = BODY) -> bytes:
        """Return a request that is of little importance."""
        return self.request("POST", f"{V3}/search", *headers, body=body)

    def last(self) -> bytes:
        """Return a request that ends the connection, and is always served."""
        return self.request("GET", "/healthz", CLOSE)


@pytest.fixture
async def wire(house: Living) -> AsyncIterator[Wire]:
    server = build_server(house.house)
    asked: list[str] = []

    class Protocol(Quick):
        early = build_early(house.house, server)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        await server(scope, receive, send)

    async with listening(app, Protocol) as port:
        yield Wire(house, port, await house.person(), asked)


class Answers:
    """Answers one after the other, told apart."""

    def __init__(self, raw: bytes, methods: list[bytes]) -> None:
        self.statuses: list[int] = []
        self.headers: list[dict[bytes, bytes]] = []
        self.bodies: list[bytes] = []
        for method in methods:  # an answer to HEAD has no body, whatever its length says
            head, _, raw = raw.partition(b"\r\n\r\n")
            self.headers.append({})
            parser: Any = httptools.HttpResponseParser(self)
            parser.feed_data(head + b"\r\n\r\n")
            self.statuses.append(parser.get_status_code())
            length = 0 if method == b"HEAD" else int(self.headers[-1][b"content-length"])
            self.bodies.append(raw[:length])
            raw = raw[length:]
        self.rest = raw

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[-1][name.lower()] = value


async def answers(wire: Wire, *requests: bytes) -> Answers:
    """Send requests at once, the last of which ends the connection; return what is answered."""
    raw = await dialogue(wire.port, b"".join(requests))
    told = Answers(raw, [one.partition(b" ")[0] for one in requests])
    assert told.rest == b""
    return told


async def test_it_is_said_in_the_same_words_as_by_the_application(wire: Wire) -> None:
    door = json.dumps({"door": "phone", "service_region": "intl"}).encode()
    requests = [
        wire.search(),
        wire.request("POST", "/api/v1/registrations", "content-type: application/json", body=door),
        wire.request("GET", "/_matrix/client/r0/publicRooms"),
    ]
    wire.shedding.level = Rank.SEEK * USER_PLACES
    told = await answers(wire, *requests, wire.last())
    assert wire.asked == ["/healthz"]
    assert told.statuses == [429, 429, 429, 200]
    assert json.loads(told.bodies[0])["errcode"] == "M_LIMIT_EXCEEDED"
    assert json.loads(told.bodies[1])["code"] == "request.overloaded"
    slow = wire.living.client
    for nth, (method, path) in enumerate(
        [("POST", f"{V3}/search"), ("POST", "/api/v1/registrations"), ("GET", f"{V3}/publicRooms")]
    ):
        same = await slow.request(method, path)
        assert same.status_code == 429
        early = told.headers[nth]
        ours = {name: value for name, value in same.headers.raw if name != b"retry-after"}
        ours.pop(b"content-length")
        assert ours.items() <= early.items(), "and no header is missing"
        assert early.keys() - ours.keys() == {
            b"retry-after", b"content-length", b"date", b"server"
        }  # fmt: skip
        said, known = json.loads(told.bodies[nth]), same.json()
        wait_ms = said.pop("retry_after_ms")
        assert int(early[b"retry-after"]) * 1000 >= wait_ms > 0
        assert known.pop("retry_after_ms") > 0
        assert said == known


@pytest.mark.parametrize("how", ["length", "chunked"])
async def test_a_body_is_read_past_and_the_connection_goes_on(wire: Wire, how: str) -> None:
    body, head = BODY, tuple[str, ...]()
    if how == "chunked":
        body, head = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY), ("transfer-encoding: chunked",)
    wire.shedding.level = Rank.SEEK * USER_PLACES
    whoami = wire.request("GET", f"{V3}/account/whoami")
    search = wire.search(*head, body=body)
    told = await answers(wire, search, whoami, search, search, wire.last())
    assert told.statuses == [429, 200, 429, 429, 200]
    assert json.loads(told.bodies[1])["user_id"] == wire.person.user_id
    raw = await dialogue(wire.port, *(bytes([one]) for one in search), wire.last())
    assert raw.count(b"HTTP/1.1 429 ") == raw.count(b"HTTP/1.1 200 ") == 1, "byte by byte"
    wire.shedding.level = OPEN
    raw = await dialogue(wire.port, search, wire.last())
    assert raw.count(b"HTTP/1.1 200 ") == 2, "it is read as it should be when it is over"


async def test_a_body_that_does_not_come_holds_no_connection(wire: Wire) -> None:
    wire.shedding.level = Rank.SEEK * USER_PLACES
    said = await dialogue(wire.port, wire.search()[:-1])
    assert said.startswith(b"HTTP/1.1 429 ")
    assert said.count(b"HTTP/1.1") == 1


async def test_it_keeps_to_what_http_says(wire: Wire) -> None:
    wire.shedding.level = Rank.SEEK * USER_PLACES
    path = f"{V3}/publicRooms"
    told = await answers(wire, wire.request("HEAD", path), wire.last())
    assert told.statuses == [429, 200]
    assert int(told.headers[0][b"content-length"]) > 0
    for last in (
        wire.request("GET", path, CLOSE),
        wire.request("GET", path).replace(b"HTTP/1.1", b"HTTP/1.0"),
        wire.search("expect: 100-continue").removesuffix(BODY),
    ):
        told = await answers(wire, last)
        assert told.statuses == [429]
        assert told.headers[0][b"connection"] == b"close"
    # What comes before it is answered first, however long that takes.
    told = await answers(
        wire, wire.request("GET", f"{V3}/account/whoami"), wire.search(), wire.last()
    )
    assert told.statuses == [200, 429, 200]


async def test_who_is_unknown_is_looked_at_and_then_known(wire: Wire) -> None:
    people = [await wire.living.person() for _ in range(30)]
    wire.shedding.level = Rank.SEEK * USER_PLACES + USER_PLACES // 2
    told = {True: list[int](), False: list[int]()}
    for known in (False, True):
        for one in people:
            wire.asked.clear()
            search = wire.request("POST", f"{V3}/search", token=one.token, body=BODY)
            (status, _) = (await answers(wire, search, wire.last())).statuses
            told[known].append(status)
            was_asked = f"{V3}/search" in wire.asked
            assert was_asked is (status == 200 or not known)
    assert told[True] == told[False], "the hour decides, whoever judges"
    assert {200, 429} == set(told[True])
    stranger = wire.request("POST", f"{V3}/search", token="nobody", body=BODY)
    assert (await answers(wire, stranger, wire.last())).statuses == [401, 200]


async def test_it_is_counted_and_operators_are_let_in(wire: Wire) -> None:
    owner = await wire.living.owner()
    wire.shedding.level = LOWEST
    before = sum(wire.shedding.refused)
    told = await answers(wire, wire.search(), wire.search(), wire.last())
    assert told.statuses == [429, 429, 200]
    assert sum(wire.shedding.refused) == before + 2
    policies = wire.request("GET", "/api/v1/operator/gate/policies", token=owner.token)
    nowhere = wire.request("GET", f"{V3}/nowhere")
    told = await answers(wire, policies, nowhere, wire.last())
    assert told.statuses == [200, 404, 200]
    figures = (await wire.living.client.get("/metrics")).text
    line = next(one for one in figures.splitlines() if "/search" in one and 'status="429"' in one)
    assert line.endswith(" 2.0")


async def test_who_talks_goes_before_who_asks_for_all(wire: Wire) -> None:
    sync = f"{V3}/sync?timeout=0"
    first = await answers(wire, wire.request("GET", sync), wire.last())
    since = json.loads(first.bodies[0])["next_batch"]
    wire.shedding.level = Rank.READ * USER_PLACES
    again = wire.request("GET", f"{sync}&since={since}")
    wire.asked.clear()
    told = await answers(wire, wire.request("GET", sync), again, wire.last())
    assert told.statuses == [429, 200, 200]
    assert wire.asked == [f"{V3}/sync", "/healthz"]
    later = await wire.person.ask("GET", "/sync")
    assert later.status_code == 429, "by the application, too"


async def test_nothing_is_left_in_work_however_it_ends(wire: Wire) -> None:
    wire.shedding.level = Rank.SEEK * USER_PLACES + USER_PLACES // 2
    requests = [
        wire.request("GET", f"{V3}/account/whoami"),
        wire.request("GET", f"{V3}/account/whoami", token="nobody"),
        wire.request("GET", f"{V3}/sync"),
        wire.search(body=b"{"),
        wire.search(),
        wire.request("GET", f"{V3}/nowhere"),
    ]
    await answers(wire, *requests, wire.last())
    unfinished = wire.request("PUT", f"{V3}/rooms/r/send/a/b", "content-length: 9")
    await dialogue(wire.port, unfinished, end=True)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while wire.shedding.inside:
            await asyncio.wait([asyncio.ensure_future(answers(wire, wire.last()))])


async def test_who_does_not_read_gets_no_more_written(wire: Wire) -> None:
    """Refusals that nobody reads do not pile up in memory without bound."""
    wire.shedding.level = Rank.SEEK * USER_PLACES
    _, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    flood = wire.request("GET", f"{V3}/publicRooms") * 1000
    before = sum(wire.shedding.refused)
    try:
        for _ in range(100):
            writer.write(flood)
            try:
                await asyncio.wait_for(writer.drain(), 2)
            except TimeoutError:
                break
        else:
            pytest.fail("everything was taken")
    finally:
        writer.transport.abort()
    assert before < sum(wire.shedding.refused) < before + 90_000
