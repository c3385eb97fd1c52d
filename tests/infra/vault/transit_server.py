"""A key service for tests, written from the public description of the transit API.

Strict where the real one is, and stricter where it is lenient: what it is not asked for in its own
way it refuses, so that a client that passes here says nothing superfluous or misspelt.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "hvs.test"
_REQUEST = re.compile(r"(GET|POST|DELETE) /v1/transit/([a-z]+)/([a-z0-9-]+)(/config)? HTTP/1\.1")
_CIPHERTEXT = re.compile(r"vault:v1:([A-Za-z0-9+/]+=*)")


class Refuse(Exception):  # noqa: N818 - it is an answer
    def __init__(self, status: int, *errors: str) -> None:
        super().__init__(status)
        self.answer = (status, {"errors": list(errors)})


@dataclass
class TransitServer:
    """Keys by name, and what was asked."""

    url: str = ""
    keys: dict[str, bytes] = field(default_factory=dict)
    deletable: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    sealed: bool = False

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (head := await reader.readuntil(b"\r\n\r\n")) is not None:
                lines = head.decode("latin-1").split("\r\n")
                headers = {
                    name.lower(): value
                    for name, _, value in (line.partition(": ") for line in lines[1:] if line)
                }
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                try:
                    status, told = self.answer(lines[0], headers, body)
                except Refuse as refused:
                    status, told = refused.answer
                raw = b"" if told is None else json.dumps(told).encode()
                writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(raw)}\r\n\r\n".encode())
                writer.write(raw)
                await writer.drain()
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    def answer(self, line: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        found = _REQUEST.fullmatch(line)
        if found is None:
            raise Refuse(404)
        method, what, name, config = found.groups()
        self.asked.append(f"{method} {what}{config or ''}")
        if headers.get("x-vault-token") != TOKEN or headers.get("x-vault-request") != "true":
            raise Refuse(403, "permission denied")
        if self.sealed:
            raise Refuse(503, "Vault is sealed")
        said = json.loads(body) if body else {}
        if body and headers.get("content-type") != "application/json":
            raise Refuse(400, "not JSON")
        act = getattr(self, f"{method}_{what}{'_config' if config else ''}".lower(), None)
        if act is None:
            raise Refuse(405, "unsupported operation")
        return act(name, said)

    def post_keys(self, name: str, said: dict[str, Any]) -> tuple[int, Any]:
        self.take(said, "type")
        if said["type"] != "aes256-gcm96":
            raise Refuse(400, "unknown key type")
        self.keys.setdefault(name, os.urandom(32))
        return 204, None

    def get_keys(self, name: str, said: dict[str, Any]) -> tuple[int, Any]:
        self.take(said)
        if name not in self.keys:
            raise Refuse(404)
        told = {"name": name, "type": "aes256-gcm96", "latest_version": 1, "keys": {"1": 1}}
        return 200, {"data": told}

    def post_keys_config(self, name: str, said: dict[str, Any]) -> tuple[int, Any]:
        self.take(said, "deletion_allowed")
        self.key(name)
        if said["deletion_allowed"] is True:
            self.deletable.add(name)
        return 204, None

    def delete_keys(self, name: str, said: dict[str, Any]) -> tuple[int, Any]:
        self.take(said)
        if name not in self.deletable:
            raise Refuse(400, "deletion is not allowed for this key")
        del self.keys[name]
        return 204, None

    def post_encrypt(self, name: str, said: dict[str, Any]) -> tuple[int, Any]:
        self.keys.setdefault(name, os.urandom(32))  # as the real one does
        if "batch_input" in said:
            return self.batch(name, said, self.encrypted, "ciphertext")
        return 200, {"data": self.encrypted(name, said)}

    def encrypted(self, name: str, said: dict[str, Any]) -> dict[str, Any]:
        self.take(said, "plaintext", "associated_data")
        nonce = os.urandom(12)
        text, told = (self.raw(said[part]) for part in ("plaintext", "associated_data"))
        made = nonce + AESGCM(self.keys[name]).encrypt(nonce, text, told)
        return {"ciphertext": f"vault:v1:{self.text(made)}", "key_version": 1}

    def post_decrypt(self, name: str, said: dict[str, Any]) -> tuple[int, Any]:
        if "batch_input" in said:
            return self.batch(name, said, self.decrypted, "plaintext")
        return 200, {"data": self.decrypted(name, said)}

    def decrypted(self, name: str, said: dict[str, Any]) -> dict[str, Any]:
        self.take(said, "ciphertext", "associated_data")
        found = _CIPHERTEXT.fullmatch(said["ciphertext"])
        if found is None:
            raise Refuse(400, "invalid ciphertext: no prefix")
        made, told = self.raw(found.group(1)), self.raw(said["associated_data"])
        try:
            text = AESGCM(self.key(name)).decrypt(made[:12], made[12:], told)
        except InvalidTag:
            raise Refuse(400, "cipher: message authentication failed") from None
        return {"plaintext": self.text(text)}

    def batch(
        self,
        name: str,
        said: dict[str, Any],
        one: Callable[[str, dict[str, Any]], dict[str, Any]],
        part: str,
    ) -> tuple[int, Any]:
        """Answer each; when one fails, 400 with the others, and nothing where it would be."""
        self.take(said, "batch_input")
        if not said["batch_input"]:
            raise Refuse(400, "missing batch input to process")
        results: list[dict[str, Any]] = []
        for item in said["batch_input"]:
            try:
                results.append(one(name, item))
            except Refuse as refused:
                error = refused.answer[1]["errors"][0]
                results.append({"error": error} | ({part: ""} if part == "plaintext" else {}))
        failed = any("error" in result for result in results)
        return 400 if failed else 200, {"data": {"batch_results": results}}

    def post_hmac(self, name: str, said: dict[str, Any]) -> tuple[int, Any]:
        self.take(said, "input")
        mac = hmac.digest(self.key(name), self.raw(said["input"]), hashlib.sha256)
        return 200, {"data": {"hmac": f"vault:v1:{self.text(mac)}"}}

    def key(self, name: str) -> bytes:
        if name not in self.keys:
            raise Refuse(400, "encryption key not found")
        return self.keys[name]

    def take(self, said: dict[str, Any], *names: str) -> None:
        if set(said) != set(names):
            raise Refuse(400, f"asked with {sorted(said)}")

    def raw(self, text: str) -> bytes:
        return base64.b64decode(text, validate=True)

    def text(self, raw: bytes) -> str:
        return base64.b64encode(raw).decode()


@asynccontextmanager
async def transit_server() -> AsyncIterator[TransitServer]:
    """Serve on a port of this test's own."""
    one = TransitServer()
    listening = await asyncio.start_server(one.talk, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1/transit"
    async with listening:
        yield one
