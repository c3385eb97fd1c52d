"""A push gateway and a browser's push service on this machine, over real HTTP."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from teahouse.pushers.model.web import decoded, encoded, keys_of, public_of

GATEWAY_PATH = "/_matrix/push/v1/notify"


@dataclass
class Post:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def notification(self) -> dict[str, Any]:
        """What a gateway is told."""
        return json.loads(self.body)["notification"]


@dataclass
class Receiver:
    """Keeps what it is told, and answers as it is asked to."""

    port: int = 0
    status: int = 200
    answer: dict[str, Any] = field(default_factory=lambda: {"rejected": []})
    posts: list[Post] = field(default_factory=list)
    tried: int = 0

    @property
    def url(self) -> str:
        """Where a gateway is."""
        return f"http://127.0.0.1:{self.port}{GATEWAY_PATH}"

    def take(self) -> list[Post]:
        """Return what was told since the last time."""
        found, self.posts = self.posts, []
        return found


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run one."""
    one = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            one.tried += 1
            if one.status // 100 == 2:
                headers = {name.lower(): value for name, value in self.headers.items()}
                one.posts.append(Post(self.path, headers, body))
            raw = json.dumps(one.answer).encode()
            self.send_response(one.status)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Chrome:
    """A browser: it makes a subscription, and reads what comes for it."""

    receiver: Receiver
    name: str = "one"
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = b"sixteen secrets."

    def subscription(self, sender_key: str, **more: Any) -> dict[str, Any]:
        """Return what the page would send."""
        return {
            "endpoint": f"http://127.0.0.1:{self.receiver.port}/web/{self.name}",
            "p256dh": encoded(public_of(self.private)),
            "auth": encoded(self.auth),
            "sender_key": sender_key,
            "lang": "zh",
            **more,
        }

    def read(self, post: Post) -> dict[str, Any]:
        """Return what was sealed for it, as RFC 8291 says it is read."""
        salt, size, length = post.body[:16], post.body[16:20], post.body[20]
        theirs, record = post.body[21 : 21 + length], post.body[21 + length :]
        assert int.from_bytes(size, "big") >= len(post.body)
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self.private.exchange(ec.ECDH(), point)
        key, nonce = keys_of(shared, self.auth, public_of(self.private), theirs, salt)
        plain = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert plain[-1:] == b"\x02", "it is the last record"
        return json.loads(plain[:-1])


def is_signed(post: Post, sender_key: str) -> dict[str, Any]:
    """Check who sent something, and return what they claim."""
    scheme, _, rest = post.headers["authorization"].partition(" ")
    word, _, key = rest.partition(", k=")
    assert (scheme, key) == ("vapid", sender_key)
    said, _, signature = word.removeprefix("t=").rpartition(".")
    raw = decoded(signature)
    one, other = (int.from_bytes(part, "big") for part in (raw[:32], raw[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
    public.verify(encode_dss_signature(one, other), said.encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(decoded(said.partition(".")[2]))
