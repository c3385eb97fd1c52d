"""Requests to services, at the addresses that operators named: inside ones too, and only those.

No redirect is followed: where it leads, nobody has named.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import msgspec

from teahouse.appservices import store
from teahouse.appservices.model import (
    ASK_SECONDS_MAX,
    SEND_SECONDS_MAX,
    BadStatus,
    NoAddress,
    NoSuchService,
    NotInTime,
    NotReached,
    Service,
)
from teahouse.appservices.service.registry import Registry
from teahouse.appservices.store import HS_TOKEN
from teahouse.clock import Clock
from teahouse.infra.db.pool import Database
from teahouse.infra.egress.backend import EgressFailed, EgressRefused
from teahouse.infra.egress.client import Egress, Reply, place_of
from teahouse.infra.egress.ways import NotAgreed, Way
from teahouse.infra.vault.vault import Vault

APP = "/_matrix/app/v1"
JSON = "application/json"
BODY_LETTERS_MAX = 4000  # of an answer that is told on


@dataclass(frozen=True, repr=False)
class Asking:
    """Asks services."""

    db: Database
    vault: Vault
    registry: Registry
    clock: Clock
    egress: Egress
    _clients: dict[str, Egress] = field(default_factory=dict[str, Egress])

    async def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            await client.close()
        self._clients.clear()

    async def send(self, service: Service, transaction_id: str, body: bytes) -> bool:
        """Send a transaction; tell whether the service has it."""
        url = f"{self._place(service)}/transactions/{quote(transaction_id, safe='')}"
        headers = await self._headers(service)
        try:
            client = self._client(service)
            reply = await client.put(url, body, JSON, headers, SEND_SECONDS_MAX)
        except (EgressFailed, EgressRefused):
            return False
        return 200 <= reply.status < 300

    async def has_user(self, service: Service, user_id: str) -> bool:
        """Ask a service whether a user of its is there; it may make it now."""
        return await self._has(service, f"/users/{quote(user_id, safe='')}")

    async def has_room(self, service: Service, alias: str) -> bool:
        """Ask a service whether there is a room by an alias of its; it may make it now."""
        return await self._has(service, f"/rooms/{quote(alias, safe='')}")

    async def find_room(self, alias: str) -> bool:
        """Ask the services whose alias it is for its room; tell whether there may be one now."""
        await self.registry.fresh()
        for service in self.registry.every():
            if service.kept.url and service.owns_alias(alias):
                if await self.has_room(service, alias):
                    return True
        return False

    async def ping(self, service: Service, transaction_id: str | None) -> int:
        """Ask a service whether it is there; return how many ms that took.

        Raises ``NoAddress``, ``BadStatus``, ``NotReached``, ``NotInTime``, ``NotAgreed``.
        """
        said = {} if transaction_id is None else {"transaction_id": transaction_id}
        url, headers = f"{self._place(service)}/ping", await self._headers(service)
        began = self.clock.monotonic()
        try:
            client, body = self._client(service), msgspec.json.encode(said)
            reply = await client.post(url, body, JSON, headers, ASK_SECONDS_MAX)
        except NotAgreed:
            raise
        except (EgressFailed, EgressRefused) as failed:
            raise (
                NotInTime if isinstance(failed.__cause__, TimeoutError) else NotReached
            ) from failed
        if not 200 <= reply.status < 300:
            told = reply.body.decode("utf-8", "replace")[:BODY_LETTERS_MAX]
            raise BadStatus(f"It answered {reply.status}.", status=reply.status, body=told)
        return int((self.clock.monotonic() - began) * 1000)

    async def third(
        self, service: Service, place: Sequence[str], query: Mapping[str, str]
    ) -> object:
        """Ask a service about the network behind it; ``None`` when it has no answer."""
        path = "".join(f"/{quote(part, safe='')}" for part in ("thirdparty", *place))
        reply = await self._get(service, f"{path}?{urlencode(query)}" if query else path)
        if reply is None or reply.status != 200:
            return None
        try:
            return json.loads(reply.body)
        except ValueError:
            return None

    async def _has(self, service: Service, path: str) -> bool:
        reply = await self._get(service, path)
        return reply is not None and reply.status == 200

    async def _get(self, service: Service, path: str) -> Reply | None:
        headers = await self._headers(service)
        url = self._place(service) + path
        try:
            client = self._client(service)
            return await client.get(url, headers, seconds_max=ASK_SECONDS_MAX, redirects_max=0)
        except (EgressFailed, EgressRefused):
            return None

    async def _headers(self, service: Service) -> dict[str, str]:
        async with self.db.read() as tx:
            found = await store.hs_token(tx, service.service_id)
            if found is None:
                raise NoSuchService
            subject_id, sealed = found
            token = await self.vault.open(tx, HS_TOKEN, subject_id, service.service_id, sealed)
        return {"authorization": f"Bearer {token}"}

    def _place(self, service: Service) -> str:
        if not service.kept.url:
            raise NoAddress
        return service.kept.url.rstrip("/") + APP

    def _client(self, service: Service) -> Egress:
        """Return what reaches this service's address, and none other inside."""
        url = service.kept.url
        if not url:
            raise NoAddress
        client = self._clients.get(url)
        if client is None:
            client = self._clients[url] = self.egress.apart(Way.BRIDGES, frozenset({place_of(url)}))
        return client
