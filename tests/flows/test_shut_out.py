"""Whoever undoes a thief's change has put the thief out: no way in that was added stays good."""

from tests.authenticator import Authenticator
from tests.living import Living
from tests.pairing.test_pairing import MINE as PAIRINGS
from tests.pairing.test_pairing import NOT_FOUND, offered, post
from tests.passkeys.conftest import ORIGIN, house
from tests.passkeys.test_passkeys import add, enter, options

__all__ = ["house"]

OLD, NEW = "+447700900811", "+447700900812"
CONTACTS = "/api/v1/account/contacts"


async def test_an_undone_change_ends_every_way_in(house: Living) -> None:
    thief = await house.joined("ada", OLD)  # knows the password, and has a session
    key = Authenticator(ORIGIN)
    await add(thief, key)
    assert (await enter(house, key.get(await options(house))))[0] == 200
    asked = {"contact_kind": "phone", "value": NEW, "password": "correct horse"}
    assert (await thief.ask("POST", CONTACTS, asked)).status_code == 202
    done = {"contact_kind": "phone", "value": NEW, "code": await house.code(NEW), "replace": True}
    await thief.did("POST", f"{CONTACTS}/finish", done)
    await house.run_jobs()
    shown, entered = await offered(house, thief)
    path = f"{PAIRINGS}/{shown['pairing_id']}/approve"
    await thief.did("POST", path, {"number": entered["number"]})

    sent = (await house.client.get("/api/v1/test/codes", params={"to": OLD})).json()
    word = sent["links"][-1].rpartition("/")[2]
    status, said = await post(house, "/api/v1/recovery/undo", {"word": word})
    assert (status, said) == (200, {"what": "changed"})
    assert (await thief.ask("GET", "/account/whoami")).status_code == 401
    assert (await enter(house, key.get(await options(house))))[0] == 403
    status, said = await post(house, "/api/v1/pairings/take", {"secret": entered["secret"]})
    assert (status, said["code"]) == NOT_FOUND
