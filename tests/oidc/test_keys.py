"""Which keys of a provider are believed, and for how long: a small one of our own, with two keys."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from teahouse.clock import FixedClock
from teahouse.config import OidcProvider
from teahouse.infra.egress.client import Egress, place_of
from teahouse.infra.egress.ways import Way
from teahouse.oidc.model import KEYS_LIFE, Flow, NotBelieved
from teahouse.oidc.service.provider import Provider

FLOW = Flow(b"", "works", "n", "verifier", "http://house/")


@dataclass
class Issuer:
    """A provider that signs by one key, and publishes others."""

    clock: FixedClock
    url: str = ""
    signs: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "a"}))
    shown: list[ECKey] = field(default_factory=list[ECKey])

    def answer(self, path: str) -> Any:
        if path.startswith("/.well-known"):
            ends = {
                "authorization_endpoint": "/in",
                "token_endpoint": "/token",
                "jwks_uri": "/keys",
            }
            return {"issuer": self.url} | {name: self.url + at for name, at in ends.items()}
        if path == "/keys":
            return {"keys": [key.as_dict(private=False) for key in self.shown]}
        at = int(self.clock.now().timestamp())
        said = {"iss": self.url, "aud": "me", "sub": "wen", "nonce": "n", "iat": at, "exp": at + 60}
        said |= {"preferred_username": "wen", "name": "Wen"}
        return {"id_token": jwt.encode({"alg": "ES256", "kid": "a"}, said, self.signs)}


@pytest.fixture
def issuer(clock: FixedClock) -> Iterator[Issuer]:
    known = Issuer(clock)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = json.dumps(known.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield known
    server.shutdown()
    server.server_close()


async def test_a_key_that_was_taken_out_is_believed_no_more(
    issuer: Issuer, clock: FixedClock
) -> None:
    """A provider takes a key out because somebody else has it."""
    settings = OidcProvider(
        id="works", name="The Works", issuer=issuer.url, client_id="me", client_secret="of two"
    )
    egress = Egress(Way.OIDC, frozenset({place_of(issuer.url)}))
    provider = Provider(settings, egress, clock, "http://house/back")
    issuer.shown = [issuer.signs]
    assert (await provider.claims("code", FLOW))["sub"] == "wen"
    issuer.shown = [ECKey.generate_key("P-256", {"kid": "b"})]
    assert (await provider.claims("code", FLOW))["sub"] == "wen"  # as of within the hour
    clock.move(KEYS_LIFE + timedelta(seconds=1))
    with pytest.raises(NotBelieved):
        await provider.claims("code", FLOW)
    issuer.shown = [issuer.signs]
    clock.move(KEYS_LIFE)
    assert (await provider.claims("code", FLOW))["sub"] == "wen"
    await egress.close()
