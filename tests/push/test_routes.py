"""Push rules, as Matrix clients read and change them."""

from typing import Any

import msgspec
import pytest

from teahouse.accountdata.service import AccountData
from teahouse.clock import FixedClock
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.push.model.evaluate import PREDEFINED_SET, SILENT, Moment, Person, evaluate
from teahouse.push.model.rules import default_document
from teahouse.push.routes import routes
from teahouse.push.service import Push
from tests.accountdata.asgi import Client, user_id

ROOT = "/_matrix/client/v3/pushrules"
GLOBAL = f"{ROOT}/global"
ANN = user_id("ann")


@pytest.fixture
def service(database: Database, log: Log) -> Push:
    standing = {"m.push_rules": default_document}
    return Push(database, log, AccountData(database, log, standing))


@pytest.fixture
def client(service: Push, clock: FixedClock, ids: Ids) -> Client:
    return Client(routes(service), clock, ids)


async def put(client: Client, path: str, **body: Any) -> None:
    answer = await client.ask("ann", "PUT", f"{GLOBAL}/{path}", json=body)
    assert (answer.status_code, answer.json()) == (200, {})


async def listed(client: Client, kind: str, who: str = "ann") -> list[str]:
    found = (await client.ask(who, "GET", f"{GLOBAL}/")).json()[kind]
    return [rule["rule_id"] for rule in found]


async def test_everybody_starts_with_the_predefined(client: Client) -> None:
    everything = (await client.ask("ann", "GET", f"{ROOT}/")).json()
    assert everything == msgspec.json.decode(default_document(ANN))
    assert (await client.ask("ann", "GET", f"{GLOBAL}/")).json() == everything["global"]


async def test_own_rules_come_before_ours_the_newest_first(client: Client) -> None:
    for name in ("one", "two"):
        await put(client, f"override/{name}", actions=[], conditions=[])
    await put(client, "override/three?after=two", actions=[], conditions=[])
    await put(client, "override/four?before=one", actions=[], conditions=[])
    own = [".m.rule.master", "two", "three", "four", "one", ".m.rule.suppress_notices"]
    assert (await listed(client, "override"))[:6] == own
    await put(client, "override/one?before=two", actions=["notify"], conditions=[])
    assert (await listed(client, "override"))[1:5] == ["one", "two", "three", "four"]
    assert (await listed(client, "override", "bo"))[1] == ".m.rule.suppress_notices"


async def test_a_rule_is_made_read_changed_and_deleted(client: Client) -> None:
    await put(client, "content/tea", actions=["notify"], pattern="tea*", conditions=[])
    rule = {
        "rule_id": "tea",
        "default": False,
        "enabled": True,
        "actions": ["notify"],
        "pattern": "tea*",
    }
    assert (await client.ask("ann", "GET", f"{GLOBAL}/content/tea")).json() == rule
    await put(client, "content/tea/enabled", enabled=False)
    await put(client, "content/tea/actions", actions=[])
    enabled = await client.ask("ann", "GET", f"{GLOBAL}/content/tea/enabled")
    actions = await client.ask("ann", "GET", f"{GLOBAL}/content/tea/actions")
    assert (enabled.json(), actions.json()) == ({"enabled": False}, {"actions": []})
    await put(client, "content/tea", actions=["notify"], pattern="cake")
    changed = (await client.ask("ann", "GET", f"{GLOBAL}/content/tea")).json()
    assert changed == {**rule, "enabled": False, "pattern": "cake"}
    assert (await client.ask("ann", "DELETE", f"{GLOBAL}/content/tea")).json() == {}
    assert await client.error("ann", "DELETE", f"{GLOBAL}/content/tea") == (404, "M_NOT_FOUND")
    await put(client, "content/tea", actions=["notify"], pattern="tea*")
    assert (await client.ask("ann", "GET", f"{GLOBAL}/content/tea")).json() == rule


async def test_ours_can_be_turned_off_and_changed_not_replaced(client: Client) -> None:
    await put(client, "underride/.m.rule.message/enabled", enabled=False)
    await put(client, "underride/.m.rule.call/actions", actions=["notify"])
    rules = {
        rule["rule_id"]: rule
        for rule in (await client.ask("ann", "GET", f"{GLOBAL}/underride/")).json()
    }
    assert rules[".m.rule.message"]["enabled"] is False
    assert rules[".m.rule.message"]["actions"] == ["notify"]
    assert rules[".m.rule.call"]["actions"] == ["notify"]
    path = f"{GLOBAL}/underride/.m.rule.call"
    body = {"actions": [], "conditions": []}
    assert await client.error("ann", "PUT", path, json=body) == (400, "M_INVALID_PARAM")
    assert await client.error("ann", "DELETE", path) == (400, "M_INVALID_PARAM")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/global",
        "/global/override",
        "/other/",
        "/global/odd/",
        "/global/odd/x",
        "/other/override/x",
        "/global/override/.m.rule.master/odd",
    ],
)
async def test_paths_that_mean_nothing(client: Client, path: str) -> None:
    assert await client.error("ann", "GET", ROOT + path) == (400, "M_UNRECOGNIZED")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {}),
        ("/", {}),
        ("/room", {"actions": []}),
        ("/room/", {"actions": []}),
        ("/odd/x", {"actions": []}),
        ("/room/x%2Fy", {"actions": []}),
        ("/room/x%5Cy", {"actions": []}),
        ("/room/.x", {"actions": []}),
        ("/room/x/y", {"actions": []}),
        ("/room/x", {}),
        ("/room/x", {"actions": ["odd"]}),
        ("/room/x", {"actions": [{"set": 1}]}),
        ("/room/x", {"actions": "notify"}),
        ("/override/x", {"actions": []}),
        ("/underride/x", {"actions": []}),
        ("/override/x", {"actions": [], "conditions": [{}]}),
        ("/content/x", {"actions": []}),
        ("/override/x?before=nope", {"actions": [], "conditions": []}),
        ("/override/x?after=.m.rule.master", {"actions": [], "conditions": []}),
        ("/override/.m.rule.master/enabled", {"enabled": "yes"}),
        ("/override/.m.rule.master/enabled", {}),
        ("/override/.m.rule.master/actions", {"actions": {}}),
        ("/override/.m.rule.master/odd", {"odd": 1}),
    ],
)
async def test_bad_rules_change_nothing(client: Client, path: str, body: object) -> None:
    answer = await client.ask("ann", "PUT", GLOBAL + path, json=body)
    assert answer.status_code == 400, answer.text
    everything = (await client.ask("ann", "GET", f"{ROOT}/")).json()
    assert everything == msgspec.json.decode(default_document(ANN))


@pytest.mark.parametrize("path", ["/room/!x", "/room/!x/enabled", "/override/.m.rule.odd/actions"])
async def test_rules_that_are_not_there(client: Client, path: str) -> None:
    assert await client.error("ann", "GET", GLOBAL + path) == (404, "M_NOT_FOUND")
    body = {"enabled": True, "actions": []}
    if path.count("/") == 3:
        answer = await client.error("ann", "PUT", GLOBAL + path, json=body)
        assert answer == (404, "M_NOT_FOUND")


async def test_a_neighbour_that_is_not_there_is_said_in_the_specs_word(client: Client) -> None:
    path = f"{GLOBAL}/override/x?before=nope"
    body = {"actions": [], "conditions": []}
    assert await client.error("ann", "PUT", path, json=body) == (400, "M_UNKNOWN")


async def test_changes_reach_sync_and_the_evaluator_of_every_worker(
    client: Client, service: Push, database: Database
) -> None:
    other_log = Log(database)
    await other_log.start()
    other = Push(database, other_log, AccountData(database, other_log))
    event = {
        "type": "m.room.message",
        "sender": "@bo:x",
        "room_id": "!r",
        "content": {"body": "hi"},
    }
    for push in (service, other):
        assert await push.rules_for(ANN) is PREDEFINED_SET
    await put(client, "room/!r", actions=[])
    await other_log.catch_up()
    for push in (service, other):
        rules = await push.rules_for(ANN)
        assert evaluate(rules, Moment(event, 3), Person(ANN)) == SILENT
        assert await push.rules_for(ANN) is rules
        assert await push.rules_for(user_id("bo")) is PREDEFINED_SET
    await other_log.stop()
    async with database.read() as tx:
        (datum,) = await service.accountdata.changed_since(tx, ANN, 0, 10**9)
    told = msgspec.json.decode(datum.content)
    assert datum.type == "m.push_rules"
    assert told == (await client.ask("ann", "GET", f"{ROOT}/")).json()


async def test_many_are_read_at_once_and_forgotten_whole(client: Client, service: Push) -> None:
    await put(client, "room/!r", actions=[])
    people = [ANN, user_id("bo")]
    found = await service.rules_for_many(people)
    assert (found[ANN] is PREDEFINED_SET, found[people[1]] is PREDEFINED_SET) == (False, True)
    async with service.db.transaction() as tx:
        await service.forget(tx, ANN)
    assert await listed(client, "room") == []


SOUND, RING = [{"set_tweak": "sound", "value": name} for name in ("default", "ring")]
LOUD = {"set_tweak": "highlight"}
SPECIFIED: dict[str, dict[str, list[Any]]] = {  # each default rule in its order, and what it does
    "override": {
        "master": [],
        "suppress_notices": [],
        "invite_for_me": ["notify", SOUND],
        "member_event": [],
        "is_user_mention": ["notify", SOUND, LOUD],
        "contains_display_name": ["notify", SOUND, LOUD],
        "is_room_mention": ["notify", LOUD],
        "roomnotif": ["notify", LOUD],
        "tombstone": ["notify", LOUD],
        "reaction": [],
        "room.server_acl": [],
        "suppress_edits": [],
    },
    "content": {"contains_user_name": ["notify", SOUND, LOUD]},
    "room": {},
    "sender": {},
    "underride": {
        "call": ["notify", RING],
        "encrypted_room_one_to_one": ["notify", SOUND],
        "room_one_to_one": ["notify", SOUND],
        "message": ["notify"],
        "encrypted": ["notify"],
    },
}


async def test_the_default_rules_are_the_specifications_in_its_order(client: Client) -> None:
    told = (await client.ask("ann", "GET", f"{GLOBAL}/")).json()
    found = {
        kind: {
            rule["rule_id"].removeprefix(".m.rule."): rule["actions"]
            for rule in rules
            if rule["rule_id"].startswith(".m.rule.")
        }
        for kind, rules in told.items()
    }
    assert [(kind, list(rules.items())) for kind, rules in found.items()] == [
        (kind, list(rules.items())) for kind, rules in SPECIFIED.items()
    ]
    off = [rule["rule_id"] for rules in told.values() for rule in rules if not rule["enabled"]]
    assert off == [".m.rule.master"]
    assert all(rule["default"] for rules in told.values() for rule in rules)
