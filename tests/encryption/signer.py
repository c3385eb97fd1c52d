"""Somebody's keys, made as a client makes them."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.living import Person


def unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


@dataclass
class Key:
    """An Ed25519 key."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> str:
        return unpadded(self.private.public_key().public_bytes_raw())

    def sign(self, value: Any, user_id: str, key_id: str) -> Any:
        """Return a value with one more signature."""
        bare = {k: v for k, v in value.items() if k not in ("signatures", "unsigned")}
        text = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        mine = {f"ed25519:{key_id}": unpadded(self.private.sign(text.encode()))}
        signatures = value.get("signatures", {})
        own = signatures.get(user_id, {}) | mine
        return {**value, "signatures": {**signatures, user_id: own}}


@dataclass
class Signer:
    """A person's device with its keys, and their cross-signing keys."""

    person: Person
    device: Key = field(default_factory=Key)
    master: Key = field(default_factory=Key)
    self_signing: Key = field(default_factory=Key)
    user_signing: Key = field(default_factory=Key)

    @property
    def device_keys(self) -> Any:
        who, device_id = self.person.user_id, self.person.device_id
        value = {
            "user_id": who,
            "device_id": device_id,
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "keys": {
                f"curve25519:{device_id}": unpadded(bytes(range(32))),
                f"ed25519:{device_id}": self.device.public,
            },
        }
        return self.device.sign(value, who, device_id)

    def one_time(self, *names: str, **more: Any) -> Any:
        """Return signed one-time keys."""
        return {
            f"signed_curve25519:{name}": self.device.sign(
                {"key": unpadded(name.encode().rjust(32)), **more},
                self.person.user_id,
                self.person.device_id,
            )
            for name in names
        }

    async def upload(self, **body: Any) -> dict[str, int]:
        """Upload keys and return the counts."""
        told = await self.person.did("POST", "/keys/upload", body)
        return told["one_time_key_counts"]

    def master_key(self) -> Any:
        return {
            "user_id": self.person.user_id,
            "usage": ["master"],
            "keys": {f"ed25519:{self.master.public}": self.master.public},
        }

    def cross_keys(self) -> dict[str, Any]:
        """Return the three keys, the lesser ones signed by the master key."""
        who, found = self.person.user_id, {"master_key": self.master_key()}
        for usage, key in (
            ("self_signing", self.self_signing),
            ("user_signing", self.user_signing),
        ):
            value = {
                "user_id": who,
                "usage": [usage],
                "keys": {f"ed25519:{key.public}": key.public},
            }
            found[f"{usage}_key"] = self.master.sign(value, who, self.master.public)
        return found


async def query(asker: Person, *people: Person) -> Any:
    """Ask for everything of some people."""
    asked = {one.user_id: [] for one in people}
    return await asker.did("POST", "/keys/query", {"device_keys": asked})


async def claim(asker: Person, *of: Person) -> Any:
    """Claim a key of each device."""
    asked: dict[str, dict[str, str]] = {}
    for one in of:
        asked.setdefault(one.user_id, {})[one.device_id] = "signed_curve25519"
    told = await asker.did("POST", "/keys/claim", {"one_time_keys": asked})
    return told["one_time_keys"]
