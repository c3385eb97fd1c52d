"""An app as a well-kept OAuth library makes it (Authlib), and the browser of its owner."""

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from authlib.integrations.httpx_client import AsyncOAuth2Client

from teahouse.app import build_server
from teahouse.ids import urlsafe
from tests.living import Living, Person

MINE = "/api/v1/account/grants"
METADATA = "/_matrix/client/v1/auth_metadata"
BACK = "https://app.example.com/callback"
CODE = "authorization_code"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
SAID: dict[str, Any] = {
    "client_name": "Kettle",
    "client_uri": "https://example.com/",
    "tos_uri": "https://example.com/tos",
    "redirect_uris": [BACK],
    "grant_types": [CODE, "refresh_token", DEVICE],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
}
VERIFIER = "a-verifier-that-is-long-enough-for-the-rules-of-it"
CHALLENGE = urlsafe(hashlib.sha256(VERIFIER.encode()).digest())


def scope(device_id: str = "KETTLE0001") -> str:
    return f"urn:matrix:client:api:* urn:matrix:client:device:{device_id}"


def told(url: str) -> dict[str, str]:
    """Return what an app is told in the address that it is sent back to."""
    parts = urlsplit(url)
    return {name: values[0] for name, values in parse_qs(parts.fragment or parts.query).items()}


def word_of(url: str) -> str:
    """Return what a browser brings to our client."""
    assert url.startswith("https://tea.example/#/authorize/"), url
    return url.rpartition("#/authorize/")[2].partition("/")[0]


@dataclass(repr=False)
class App:
    """An app that found the house by its metadata and has registered."""

    living: Living
    metadata: dict[str, Any]
    client_id: str

    @classmethod
    async def found(cls, living: Living, **said: Any) -> "App":
        metadata = (await living.client.get(METADATA)).json()
        app = cls(living, metadata, "")
        answer = await app.post("registration_endpoint", json=SAID | said)
        assert answer.status_code == 201, answer.text
        app.client_id = answer.json()["client_id"]
        return app

    def place(self, endpoint: str) -> str:
        return self.metadata[endpoint].removeprefix("https://tea.example")

    async def post(self, endpoint: str, **given: Any) -> httpx.Response:
        return await self.living.client.post(self.place(endpoint), **given)

    def library(self, **options: Any) -> AsyncOAuth2Client:
        """Return the library's client, which speaks to the house in this process."""
        transport = httpx.ASGITransport(build_server(self.living.house))
        return AsyncOAuth2Client(
            self.client_id,
            token_endpoint_auth_method="none",
            code_challenge_method="S256",
            redirect_uri=BACK,
            transport=transport,
            **options,
        )

    async def sent(self, **other: Any) -> httpx.Response:
        """Send the owner's browser to the house; ``other`` are other parameters, ``None``: none."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": BACK,
            "scope": scope(),
            "state": "s1",
            "response_mode": "fragment",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | other
        asked = {name: value for name, value in query.items() if value is not None}
        return await self.living.client.get(self.place("authorization_endpoint"), params=asked)

    async def asked(self, **other: Any) -> str:
        """Send the owner's browser to the house, and return the word that it brings."""
        answer = await self.sent(**other)
        assert answer.status_code == 302, answer.text
        return word_of(answer.headers["location"])

    async def allowed(self, owner: Person, **other: Any) -> str:
        """Have the owner say yes, and return the code."""
        word = await self.asked(**other)
        return told((await owner.did("POST", f"{MINE}/allow", {"word": word}))["go_to"])["code"]

    async def token(self, **form: Any) -> httpx.Response:
        return await self.post("token_endpoint", data={"client_id": self.client_id} | form)

    async def by_code(self, code: str, **other: Any) -> httpx.Response:
        form = {"grant_type": CODE, "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        return await self.token(**form | other)

    async def given(self, owner: Person, **other: Any) -> dict[str, Any]:
        """Be let in, and return the tokens."""
        answer = await self.by_code(await self.allowed(owner, **other))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def renewed(self, refresh_token: str, **other: Any) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return await self.token(**form | other)

    def person(self, tokens: dict[str, Any], owner: Person) -> Person:
        """Return the app's session as somebody who asks."""
        return Person(self.living, owner.user_id, tokens["access_token"], "KETTLE0001")


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the error, in the shape that OAuth gives them."""
    said = answer.json()
    assert set(said) == {"error", "error_description"}, said
    return answer.status_code, said["error"]
