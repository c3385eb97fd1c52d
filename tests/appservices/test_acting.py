"""A service without a session: devices that it makes, keys, and every call that it may try."""

import re

from teahouse.app import build_routes
from teahouse.infra.http.router import Auth
from tests.appservices.bridge import AS_TOKEN, ask, did, ghost, told
from tests.encryption.signer import Signer
from tests.living import V3, Living, Person


async def test_a_device_comes_and_goes_without_signing_in(home: Living) -> None:
    """Services make devices by naming them, and delete them without another proof (v1.17)."""
    who = await ghost(home, "_ghost_a")
    device = f"{V3}/devices/D"
    whoami = f"{V3}/account/whoami"
    as_device = {"user_id": who, "device_id": "D"}
    assert told(await ask(home, "GET", whoami, **as_device)) == (400, "M_UNKNOWN_DEVICE")
    made = await ask(home, "PUT", device, {"display_name": "Bridge"}, user_id=who)
    assert (made.status_code, made.json()) == (201, {})
    assert (await ask(home, "PUT", device, {}, user_id=who)).status_code == 200
    [shown] = (await did(home, "GET", f"{V3}/devices", user_id=who))["devices"]
    assert (shown["device_id"], shown["display_name"]) == ("D", "Bridge")
    assert (await did(home, "GET", whoami, **as_device))["device_id"] == "D"
    await did(home, "DELETE", device, {}, user_id=who)
    await ask(home, "PUT", device, {}, user_id=who)
    await did(home, "POST", f"{V3}/delete_devices", {"devices": ["D"]}, user_id=who)
    assert (await did(home, "GET", f"{V3}/devices", user_id=who))["devices"] == []
    ann = await home.person("ann")
    assert await ann.refused("PUT", "/devices/NEW", {}) == "404 M_NOT_FOUND"
    asked = await ann.ask("DELETE", f"/devices/{ann.device_id}", {})
    assert (asked.status_code, "flows" in asked.json()) == (401, True)


async def test_its_users_have_keys_without_a_proof(home: Living) -> None:
    """Cross-signing keys are set, and set anew, by the service's own token (v1.17)."""
    who = await ghost(home, "_ghost_a")
    publish = f"{V3}/keys/device_signing/upload"
    first, anew = (Signer(Person(home, who, AS_TOKEN, "D")) for _ in range(2))
    for keys in (first.cross_keys(), anew.cross_keys()):
        await did(home, "POST", publish, keys, user_id=who)
    query = {"device_keys": {who: []}}
    found = await did(home, "POST", f"{V3}/keys/query", query, user_id=who)
    assert found["master_keys"][who] == anew.master_key()
    device = {"device_keys": anew.device_keys}
    nowhere = await ask(home, "POST", f"{V3}/keys/upload", device, user_id=who)
    assert told(nowhere)[0] == 400, "keys are some device's"
    bare = await ask(home, "POST", f"{V3}/keys/upload", {}, user_id=who)
    assert told(bare) == (400, "M_MISSING_PARAM")
    letter = f"{V3}/sendToDevice/m.test/1"
    alone = await ask(home, "PUT", letter, {"messages": {}}, user_id=who)
    assert told(alone) == (400, "M_MISSING_PARAM")
    await ask(home, "PUT", f"{V3}/devices/D", {}, user_id=who)
    await did(home, "POST", f"{V3}/keys/upload", device, user_id=who, device_id="D")
    await did(home, "PUT", letter, {"messages": {}}, user_id=who, device_id="D")


async def test_no_call_fails_without_a_session(home: Living) -> None:
    """Whatever a service asks of Matrix's API, it is answered, and its token is known."""
    who = await ghost(home, "_ghost_a")
    wrong: list[str] = []
    asked = 0
    for route in build_routes(home.house):
        if route.auth not in (Auth.USER, Auth.OPTIONAL) or not route.path.startswith("/_matrix/"):
            continue
        path = re.sub(r"\{user_id\}", who, route.path)
        path = re.sub(r"\{\w+\}", "none", path)
        body = None if route.method == "GET" else {}
        answer = await ask(home, route.method, path, body, user_id=who, timeout="0")
        asked += 1
        refused = answer.status_code == 401 and "flows" not in answer.json()
        if answer.status_code >= 500 or refused:
            wrong.append(f"{route.method} {route.path}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []
    assert asked > 100
