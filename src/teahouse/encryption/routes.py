"""Matrix's calls for keys and for letters between devices (Client-Server API, v1.19)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from teahouse.encryption import wire
from teahouse.encryption.model.signing import MASTER, SELF_SIGNING, USER_SIGNING, cross_key
from teahouse.encryption.service import Encryption
from teahouse.errors import BadJson, Refused
from teahouse.infra.http.dialects.matrix import ERRCODES, KINDS
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route
from teahouse.proofs.model import asked

V3 = "/_matrix/client/v3"
KEYS = Limit("keys", per_minute=600, burst=200)
SENDING = Limit("to_device", per_minute=1200, burst=300)
PUBLISHING = Limit("keys.proof", per_minute=6, burst=10)  # passwords tried with a stolen token


@dataclass(frozen=True)
class _Keys:
    encryption: Encryption

    async def upload(self, request: Request) -> Response:
        """Keep what this device shows of itself, and keys to be given out."""
        body, keys = await request.struct(wire.UploadIn), self.encryption.keys
        brought = keys.upload_of(
            request.caller, body.device_keys, body.one_time_keys, body.fallback_keys
        )
        return json_response(wire.stock_out(await keys.upload(request.caller, brought)))

    async def query(self, request: Request) -> Response:
        """Show people's keys."""
        body = await request.struct(wire.QueryIn)
        _check_users(body.device_keys)
        shown = await self.encryption.keys.query(request.caller, body.device_keys)
        return json_response(wire.shown_out(shown))

    async def claim(self, request: Request) -> Response:
        """Give out one-time keys."""
        body = await request.struct(wire.ClaimIn)
        _check_users(body.one_time_keys)
        found, failures = await self.encryption.keys.claim(body.one_time_keys)
        return json_response({"one_time_keys": found, "failures": failures})

    async def publish(self, request: Request) -> Response:
        """Keep cross-signing keys."""
        body, caller = await request.struct(wire.PublishIn), request.caller
        given = {
            MASTER: body.master_key,
            SELF_SIGNING: body.self_signing_key,
            USER_SIGNING: body.user_signing_key,
        }
        keys = [
            cross_key(usage, value, caller.user_id)
            for usage, value in given.items()
            if value is not None
        ]
        challenge = await self.encryption.signing.publish(caller, keys, body.auth)
        return json_response(asked(challenge), 401) if challenge else empty()

    async def sign(self, request: Request) -> Response:
        """Keep signatures."""
        signed = await request.json_object()
        _check_users(signed)
        for by_name in signed.values():
            if not isinstance(by_name, dict) or not all(
                isinstance(value, dict) for value in by_name.values()
            ):
                raise BadJson("The body maps users to keys, and keys to signed objects.")
        failures = await self.encryption.signing.sign(request.caller, signed)
        told = {
            user_id: {name: _error(refused) for name, refused in by_name.items()}
            for user_id, by_name in failures.items()
        }
        return json_response({"failures": told})

    async def send(self, request: Request) -> Response:
        """Send letters to devices."""
        body, path = await request.struct(wire.SendIn), request.path
        _check_users(body.messages)
        await self.encryption.letters.send(
            request.caller, path["event_type"], path["txn_id"], body.messages
        )
        return empty()


def _check_users(by_user: Mapping[str, Any]) -> None:
    if not all(user_id.startswith("@") for user_id in by_user):
        raise BadJson("People are named by user ids, such as @name:server.")


def _error(refused: Refused) -> dict[str, str]:
    errcode = (ERRCODES.get(refused.code) or KINDS[refused.kind])[1]
    return {"errcode": errcode, "error": refused.words}


def routes(encryption: Encryption) -> list[Route]:
    """Return the routes of this domain. ``/keys/changes`` is sync's, whose places it takes."""
    on = _Keys(encryption)
    sending = f"{V3}/sendToDevice/{{event_type}}/{{txn_id}}"
    return [
        Route("POST", f"{V3}/keys/upload", on.upload, limit=KEYS),
        Route("POST", f"{V3}/keys/query", on.query, limit=KEYS),
        Route("POST", f"{V3}/keys/claim", on.claim, limit=KEYS),
        Route("POST", f"{V3}/keys/device_signing/upload", on.publish, limit=PUBLISHING),
        Route("POST", f"{V3}/keys/signatures/upload", on.sign, limit=KEYS),
        Route("PUT", sending, on.send, limit=SENDING),
    ]
