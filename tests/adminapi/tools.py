"""An administrator, as Synapse's tools make one and sign them in."""

import hashlib
import hmac

from tests.living import Living, Person

V1, V2, V3 = (f"/_synapse/admin/v{nth}" for nth in (1, 2, 3))
SECRET = "secret"


async def administrator(home: Living, name: str = "ada") -> Person:
    """Make an administrator as Synapse's own script does, and sign them in as tools do."""
    nonce = (await home.client.get(f"{V1}/register")).json()["nonce"]
    said = f"{nonce}\0{name}\0correct horse\0admin".encode()
    mac = hmac.new(SECRET.encode(), said, hashlib.sha1).hexdigest()
    body = {"nonce": nonce, "username": name, "password": "correct horse", "admin": True}
    told = await home.client.post(f"{V1}/register", json=body | {"mac": mac})
    assert told.status_code == 200, told.text
    login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": name},
        "password": "correct horse",
        "initial_device_display_name": "Ketesa",
    }
    told = await home.client.post("/_matrix/client/v3/login", json=login)
    found = told.json()
    assert found["home_server"] == "s", "the tools ask for it"
    return Person(home, found["user_id"], found["access_token"], found["device_id"])


async def acts(home: Living, prefix: str = "adminapi") -> list[str]:
    return [one.act for one in reversed(await home.house.people.audit.page(act=prefix, limit=200))]
