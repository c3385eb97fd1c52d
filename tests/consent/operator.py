"""An operator of a living house."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pyotp

from teahouse.clock import FixedClock
from tests.living import Living

PASSWORD = "twelve letters"
PLACE = "/api/v1/operator"


@dataclass
class Desk:
    """A session at the console, and the second factor."""

    home: Living
    clock: FixedClock
    token: str
    secret: str

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Make a request as the operator."""
        headers = {"authorization": f"Bearer {self.token}"}
        return await self.home.client.request(method, path, headers=headers, json=body)

    async def sign_in(self) -> None:
        """Open a session anew: the one before has expired."""
        body = {"name": "ada", "password": PASSWORD, "code": self.code()}
        opened = await self.home.client.post(f"{PLACE}/sessions", json=body)
        self.token = opened.json()["token"]

    def code(self) -> str:
        """Return what the authenticator shows next."""
        self.clock.move(timedelta(seconds=30))
        return pyotp.TOTP(self.secret).at(self.clock.now())


async def owner(home: Living, clock: FixedClock) -> Desk:
    """Set up the first operator."""
    link = await home.house.people.operators.setup_link()
    assert link is not None
    token = link.url.partition("#")[2]
    body = {"token": token, "name": "ada", "password": PASSWORD}
    begun = (await home.client.post(f"{PLACE}/setup/begin", json=body)).json()
    code = pyotp.TOTP(begun["secret"]).at(clock.now())
    opened = await home.client.post(f"{PLACE}/setup/finish", json={"token": token, "code": code})
    return Desk(home, clock, opened.json()["token"], begun["secret"])
