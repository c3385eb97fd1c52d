"""Whether rooms may be encrypted is the operator's to say, and is told to everybody."""

import json
from typing import Any

from tests.living import Living, Person, q
from tests.settings.conftest import owner

PLACE = "/api/v1/operator/settings"
STATE = {"algorithm": "m.megolm.v1.aes-sha2"}
ENCRYPTED = {"type": "m.room.encryption", "state_key": "", "content": STATE}


async def told(person: Person) -> tuple[bool, bool]:
    """Return whether encryption is allowed, by the capabilities, and whether clients are warned."""
    found = (await person.did("GET", "/capabilities"))["capabilities"]
    known: Any = (await person.living.client.get("/.well-known/matrix/client")).json()
    warned = known.get("io.element.e2ee", {}).get("force_disable", False)
    return found["org.teahouse.encrypted_rooms"]["enabled"], warned


async def test_no_room_becomes_encrypted_where_it_is_refused(house: Living) -> None:
    ada, ann = await owner(house), await house.person()
    before = await ann.room(initial_state=[ENCRYPTED])
    plain = await ann.room()
    assert await told(ann) == (True, False)
    changed = await ada.did("PUT", f"{PLACE}/encryption", {"encryption": "refuse"})
    assert changed["encryption"] == "refuse"
    assert await told(ann) == (False, True)
    body = {"initial_state": [ENCRYPTED]}
    assert await ann.refused("POST", "/createRoom", body) == "403 M_FORBIDDEN"
    place = f"/rooms/{q(plain)}/state/m.room.encryption"
    answer = await ann.ask("PUT", place, STATE)
    assert (answer.status_code, answer.json()["errcode"]) == (403, "M_FORBIDDEN")
    assert "operator" in answer.json()["error"]
    await ann.did("PUT", f"/rooms/{q(plain)}/state/m.room.topic", {"topic": "in clear"})
    state = await ann.did("GET", f"/rooms/{q(before)}/state/m.room.encryption")
    assert state == STATE  # what is encrypted stays so
    await ann.did("PUT", f"/rooms/{q(before)}/send/m.room.encrypted/1", {"ciphertext": "x"})
    await ada.did("PUT", f"{PLACE}/encryption", {"encryption": "allow"})
    await ann.did("PUT", place, STATE)
    assert await told(ann) == (True, False)


async def test_there_is_no_third_choice(house: Living) -> None:
    ada = await owner(house)
    answer = await ada.ask("PUT", f"{PLACE}/encryption", {"encryption": "always"})
    assert (answer.status_code, json.loads(answer.text)["code"]) == (
        422,
        "settings.bad_encryption",
    )
    assert house.house.config.encryption == "allow"
