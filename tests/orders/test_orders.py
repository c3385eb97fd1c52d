"""Orders through what operators and people call: brought, checked, acknowledged, carried out, lifted."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from teahouse.app import open_house
from teahouse.clock import FixedClock
from teahouse.orders.model.report import is_proved
from tests.cases.desk import invited
from tests.living import Living, Person, living, q
from tests.orders.desk import PLACE, pair, written

CN, DE = "+8613800138000", "+4915112345678"


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def listed(person: Person, term: str = "") -> set[str]:
    """Return the rooms of the list, or those that a search of it finds."""
    body = {"filter": {"generic_search_term": term}} if term else {}
    chunk = (await person.did("POST", "/publicRooms", body))["chunk"]
    return {one["room_id"] for one in chunk}


async def found(person: Person, term: str) -> set[str]:
    """Return the people whom a search finds."""
    told = await person.did("POST", "/user_directory/search", {"search_term": term})
    return {one["user_id"] for one in told["results"]}


async def starting(home: Living, region: str) -> int:
    """Knock at the door for phones; return the status."""
    body = {"door": "phone", "service_region": region}
    return (await home.client.post("/api/v1/registrations", json=body)).status_code


async def open_to(home: Living, region: str) -> bool:
    """Tell whether somebody from a region may begin to register."""
    status = await starting(home, region)
    assert status in (201, 403)
    return status == 201


async def test_r_080_registration_stops_by_an_order_and_opens_again(
    home: Living, clock: FixedClock
) -> None:
    two = await pair(home)
    ann = await home.joined("ann", CN)
    order_id = await two.brought(written(clock))
    assert await open_to(home, "cn-mainland"), "what was only received changes nothing"
    seen = await two.did("POST", f"/{order_id}/check", {})
    assert seen["reach"]["touched"] == 0, "nobody who is here is touched"
    assert {one[0] for one in seen["reach"]["doors"]["shut"]} == {"cn-mainland"}
    assert seen["reach"]["narrower"], "something less is suggested"
    bare = {"reason": "It is in due form."}
    assert await two.code("POST", f"/{order_id}/acknowledge", bare) == "orders.narrower_unanswered"
    said = bare | {"answer": "The order names all of them."}
    once = await two.did("POST", f"/{order_id}/acknowledge", said)
    assert once["state"] == "seen"
    assert await two.code("POST", f"/{order_id}/acknowledge", said) == "orders.same_person"
    assert await open_to(home, "cn-mainland"), "one person is not enough"
    answer = await two.second.at("POST", f"{PLACE}/{order_id}/acknowledge", said)
    assert answer.json()["state"] == "in_force"
    assert not await open_to(home, "cn-mainland")
    assert await open_to(home, "intl"), "it has a scope"
    assert (await ann.did("GET", "/account/whoami"))["user_id"] == ann.user_id
    refused = await home.client.post(
        "/api/v1/registrations", json={"door": "phone", "service_region": "cn-mainland"}
    )
    notice = refused.json()["notice"]
    assert notice["legal_basis"][0] == {"law": "Cybersecurity Law", "article": "35", "order": "2021-07-02"}  # fmt: skip
    assert "Cyberspace Administration" in notice["decided_by"]
    lifted = await two.end(order_id)
    assert (lifted["state"], lifted["may"]) == ("lifted", [])
    assert await open_to(home, "cn-mainland")
    acts = [one["act"] for one in (await two.first.at("GET", "/audit")).json()["entries"]]
    assert {"orders.brought", "orders.check", "orders.acknowledge", "orders.confirm", "orders.begin",
            "orders.lift", "gate.policy_set", "gate.policy_ended"} <= set(acts)  # fmt: skip


async def test_r_080_lifting_gives_back_what_others_decided_meanwhile(
    home: Living, clock: FixedClock
) -> None:
    two = await pair(home)
    first = await two.carried_out(written(clock))
    second = await two.carried_out(written(clock, number="2021-07-03", scope={"region": "*"}))
    own = {
        "state": "suspended", "region": "eu", "own_decision": True,
        "justification": "Our provider of codes is down.", "technical_necessity": "Codes do not go out.",
        "reason": {"zh": "短信服务中断。", "en": "Codes cannot be sent."},
    }  # fmt: skip
    assert (await two.first.at("POST", "/gate/policies", own)).status_code == 201
    await two.end(second)
    now_open = {one: await open_to(home, one) for one in ("intl", "eu", "cn-mainland")}
    assert now_open == {"intl": True, "eu": False, "cn-mainland": False}
    await two.end(first, "comply")
    assert await open_to(home, "cn-mainland")
    assert not await open_to(home, "eu"), "the house's own policy is not the order's to end"


async def test_r_080_an_order_begins_and_ends_at_its_time(home: Living, clock: FixedClock) -> None:
    two = await pair(home)
    begins, ends = clock.now() + timedelta(hours=1), clock.now() + timedelta(hours=3)
    body = written(
        clock, effective_at=begins.isoformat(), deadline_at=begins.isoformat(), ends_at=ends.isoformat()
    )  # fmt: skip
    order_id = await two.brought(body)
    assert (await two.acknowledged(order_id))["state"] == "acknowledged"
    assert await two.notices() == []
    assert await open_to(home, "cn-mainland")
    clock.move(timedelta(hours=1))
    assert not await open_to(home, "cn-mainland"), "by the time, before any job has run"
    await home.run_jobs()
    now = await two.did("GET", f"/{order_id}")
    assert (now["state"], len(await two.notices())) == ("in_force", 1)
    clock.move(timedelta(hours=2))
    assert await two.notices() == []
    assert await open_to(home, "cn-mainland")
    await home.run_jobs()
    assert (await two.did("GET", f"/{order_id}"))["state"] == "expired"


async def test_r_080_the_report_tells_every_door_and_worker_and_is_signed(
    home: Living, clock: FixedClock
) -> None:
    two = await pair(home)
    order_id = await two.carried_out(written(clock))
    report = await two.did("GET", f"/{order_id}/report")
    facts = report["facts"]
    assert (report["on_time"], report["complete"]) == (True, True)
    doors = {(one["region"], one["door"]) for one in facts["doors"]}
    assert {region for region, _ in doors} == {"cn-mainland"}
    assert {"phone", "email", "admin_import", "guest"} <= {door for _, door in doors}
    assert all(one["covered"] and one["state"] == "suspended" for one in facts["doors"])
    (worker,) = facts["workers"]
    assert worker["pid"] == home.house.ground.attendance.worker.pid
    assert (worker["after_milliseconds"], facts["workers_without"]) == (0, [])
    assert is_proved(report)
    for change in ({"on_time": False}, {"server_name": "other"}, {"signature": "00" * 64}):
        assert not is_proved(report | change)
    (policy_id,) = (await two.did("GET", f"/{order_id}"))["policy_ids"]
    ended = {"reason": "Somebody opened it by hand."}
    told = await two.first.at("POST", f"/gate/policies/{policy_id}/end", ended)
    assert told.status_code == 200, told.text
    again = await two.did("GET", f"/{order_id}/report")
    assert not again["complete"], "the door is open, so the report does not say that it is shut"
    assert again["facts"]["policies"][0]["ended_by"] == facts["acknowledged_by"][0]
    assert (await two.end(order_id))["state"] == "lifted", "what is ended already is no hindrance"


async def test_r_080_a_command_that_opens_the_house_is_no_worker(
    home: Living, dsn: str, clock: FixedClock
) -> None:
    two = await pair(home)
    order_id = await two.carried_out(written(clock))
    async with open_house(home.house.config, dsn, clock) as command:
        await command.ordering.orders.restraints.refresh()
    assert len((await two.did("GET", f"/{order_id}"))["workers"]) == 1


async def test_r_080_a_confidential_order_is_not_described_and_its_effect_is(
    home: Living, clock: FixedClock
) -> None:
    two = await pair(home)
    body = written(
        clock, {"kind": "stop_registration"}, {"kind": "stop_function", "function": "calls"},
        confidential=True,
    )  # fmt: skip
    await two.carried_out(body)
    (notice,) = await two.notices()
    assert [one["en"] for one in notice["stopped"]] == [
        "registering new accounts", "voice and video calls",
    ]  # fmt: skip
    refused = await home.client.post(
        "/api/v1/registrations", json={"door": "phone", "service_region": "cn-mainland"}
    )
    page = await home.client.get("/registration-status")
    for text in (json.dumps(notice), refused.text, page.text):
        assert "2021-07-02" not in text
        assert "Cyberspace Administration" not in text
    assert "secret" in refused.json()["notice"]["reason"]["en"]


async def test_r_086_a_country_reads_and_exports_and_then_all_is_as_before(
    home: Living, clock: FixedClock
) -> None:
    two = await pair(home)
    ann, bob = await home.joined("ann", DE), await home.joined("bob", "+14155550123")
    room = await ann.room(bob)
    await ann.say(room, "Before")
    measure = {"kind": "restrict_country"}
    order_id = await two.carried_out(written(clock, measure, scope={"country": "DE"}))
    path = f"/rooms/{q(room)}/send/m.room.message/x1"
    said = {"msgtype": "m.text", "body": "During"}
    for request in (("PUT", path, said), ("POST", "/createRoom", {}), ("POST", f"/rooms/{q(room)}/invite", {"user_id": "@x:s"})):  # fmt: skip
        answer = await ann.ask(*request)
        told = answer.json()
        assert answer.status_code == 403, answer.text
        assert (told["errcode"], told["order_id"]) == ("M_FORBIDDEN", order_id)
    await bob.say(room, "To whom it does not apply")
    assert "To whom it does not apply" in await ann.texts(room)
    exported = await ann.ask("POST", "/api/v1/account/exports", {})
    assert "order_id" not in exported.json()
    other = await ann.again()
    assert (await other.did("GET", "/account/whoami"))["user_id"] == ann.user_id
    await two.end(order_id)
    await ann.say(room, "After")
    assert (await bob.texts(room))[-3:] == ["Before", "To whom it does not apply", "After"]


async def test_r_080_a_function_stops_for_its_scope(home: Living, clock: FixedClock) -> None:
    two = await pair(home)
    ann, eve = await home.joined("ann", CN), await home.joined("eve", DE)
    stop = {"kind": "stop_function", "function": "new_rooms"}
    order_id = await two.carried_out(written(clock, stop))
    seen = await two.did("GET", f"/{order_id}")
    assert (seen["reach"]["accounts"], seen["reach"]["touched"]) == (2, 1)
    answer = await ann.ask("POST", "/createRoom", {})
    assert (answer.status_code, answer.json()["function"]) == (403, "new_rooms")
    assert answer.json()["authority"] == "Cyberspace Administration"
    await eve.room()
    await two.end(order_id)
    await ann.room()


async def test_r_081_what_is_delisted_or_hidden_stays_with_those_who_have_it(
    home: Living, clock: FixedClock
) -> None:
    two = await pair(home)
    ann, bob = await home.person("annabel"), await home.person("bob")
    tea = await ann.room(name="Tea", visibility="public")
    birds = await ann.room(bob, name="Birds", visibility="public")
    everyone = {"region": "*"}
    off = await two.carried_out(
        written(clock, {"kind": "delist", "targets": [tea]}, scope=everyone)
    )
    hide = {"kind": "hide_from_search", "targets": [birds, ann.user_id, "!gone:s"]}
    hidden = await two.carried_out(written(clock, hide, number="2", scope=everyone))
    assert (await two.did("GET", f"/{hidden}"))["reach"]["missing"] == ["!gone:s"]
    cat = await home.person("cat")
    assert (await listed(cat), await listed(cat, "birds")) == ({birds}, set())
    assert await found(cat, "annabel") == set()
    assert await found(bob, "annabel") == {ann.user_id}, "who shares a room finds her"
    await cat.did("POST", f"/join/{q(tea)}", {})
    await ann.say(birds, "Still here")
    assert "Still here" in await bob.texts(birds)
    await ann.did("PUT", f"/directory/list/room/{q(tea)}", {"visibility": "private"})
    await two.end(off)
    await two.end(hidden)
    assert await listed(cat, "birds") == {birds}
    assert await listed(cat) == {birds}, "what its owner took off the list meanwhile stays off"
    assert await found(cat, "annabel") == {ann.user_id}


async def test_an_order_that_names_an_account_outside_its_scope_is_not_checked(
    home: Living, clock: FixedClock
) -> None:
    two = await pair(home)
    ann = await home.joined("ann", DE)
    hide = {"kind": "hide_from_search", "targets": [ann.user_id]}
    order_id = await two.brought(written(clock, hide))
    assert await two.code("POST", f"/{order_id}/check", {}) == "orders.out_of_scope"
    said = {"reason": "It is in due form.", "answer": "x"}
    assert await two.code("POST", f"/{order_id}/acknowledge", said) == "orders.bad_step"
    declined = await two.end(order_id, "decline")
    assert (declined["state"], declined["may"]) == ("declined", [])


async def test_what_was_looked_at_a_day_ago_is_looked_at_again(
    home: Living, clock: FixedClock
) -> None:
    two = await pair(home)
    order_id = await two.brought(written(clock))
    await two.did("POST", f"/{order_id}/check", {})
    clock.move(timedelta(days=1, seconds=1))
    said = {"reason": "It is in due form.", "answer": "All of them are named."}
    assert await two.code("POST", f"/{order_id}/acknowledge", said) == "orders.check_is_old"
    assert (await two.acknowledged(order_id))["state"] == "in_force"


async def test_evidence_is_sealed_and_given_back_as_it_was(home: Living, clock: FixedClock) -> None:
    two = await pair(home)
    document = b"%PDF a scan"
    digest = hashlib.sha256(document).hexdigest()
    evidence = {"name": "scan.pdf", "base64": base64.b64encode(document).decode(), "sha256": digest}
    order_id = await two.brought(written(clock, evidence=evidence))
    told = await two.did("GET", f"/{order_id}/evidence")
    assert (told["name"], base64.b64decode(told["base64"])) == ("scan.pdf", document)
    assert (await two.did("GET", f"/{order_id}"))["evidence_sha256"] == digest
    async with home.house.db.read() as tx:
        stored: bytes = await tx.value("select evidence from orders_orders")
    assert document not in stored
    assert await two.code("POST", "", written(clock, evidence=evidence)) == "orders.known"


WRONG: list[tuple[str, Any]] = [
    ("authority", " "), ("authority_country", "XX"), ("number", ""), ("legal_basis", []),
    ("legal_basis", [{"law": "relevant laws", "article": "1"}]),
    ("legal_basis", [{"law": "Cybersecurity Law", "article": ""}]),
    ("scope", {"region": "mars"}), ("scope", {"country": "QQ"}), ("measures", []),
    ("measures", [{"kind": "restrict_country"}]),
    ("measures", [{"kind": "delist"}]),
    ("measures", [{"kind": "delist", "targets": ["tea"]}]),
    ("measures", [{"kind": "stop_function", "function": "tips"}]),
    ("measures", [{"kind": "stop_registration", "door": "window"}]),
    ("measures", [{"kind": "stop_registration", "state": "open"}]),
    ("measures", [{"kind": "stop_registration"}, {"kind": "stop_registration"}]),
    ("deadline_at", "2021-07-01T00:00:00+00:00"), ("ends_at", "2021-07-01T00:00:00+00:00"),
    ("received_at", "2021-08-30T00:00:00+00:00"), ("effective_at", "1949-10-01T00:00:00+00:00"),
    ("reason", {"zh": "", "en": "For a review."}),
    ("evidence", {"name": "x"}), ("evidence", {"name": "x", "base64": "*"}),
    ("evidence", {"name": "x", "text": "y", "sha256": "0" * 64}),
]  # fmt: skip


async def test_an_order_that_cannot_be_carried_out_is_refused_in_words(
    home: Living, clock: FixedClock
) -> None:
    two = await pair(home)
    for name, value in WRONG:
        answer = await two.first.at("POST", PLACE, written(clock, **{name: value}))
        assert answer.status_code == 422, f"{name}: {value} {answer.text}"
        assert answer.json()["code"] == "orders.bad", name
        assert len(answer.json()["detail"]) > 20, name
    strange = await two.first.at("POST", PLACE, written(clock, colour="red"))
    assert strange.status_code == 400
    assert "colour" in strange.text
    assert (await two.did("GET", ""))["orders"] == []
    assert await two.code("GET", "/nothing") == "orders.not_found"


async def test_a_moderator_sees_no_orders(home: Living) -> None:
    two = await pair(home)
    cat = await invited(home, two.first, "cat")
    answer = await cat.at("GET", PLACE)
    assert (answer.status_code, answer.json()["code"]) == (403, "operators.role")
