"""Connecting: names are resolved here, checked here, and the checked address is connected to.

The name is never resolved twice, so an answer that changes between check and connection (DNS
rebinding) changes nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Container, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import httpcore

from teahouse.errors import Kind, Refused
from teahouse.infra.egress.addresses import is_outside

Resolver = Callable[[str, int], Awaitable[list[str]]]
RESOLVE_SECONDS_MAX = 5.0
ADDRESSES_TRIED_MAX = 4


class EgressRefused(Refused):
    """That address is not one we connect to."""

    code = "egress.refused"
    kind = Kind.FORBIDDEN


class EgressFailed(Refused):
    """The other server could not be reached, or did not answer as it should."""

    code = "egress.failed"
    kind = Kind.UNAVAILABLE


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of ``host``. Raises ``OSError`` when there are none."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _sockets() -> httpcore.AsyncNetworkBackend:
    return cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())


@dataclass(frozen=True)
class CheckedBackend(httpcore.AsyncNetworkBackend):
    """A network backend that connects outside only, or to what the operator named."""

    allowed: Container[tuple[str, int]]
    resolver: Resolver = resolve
    under: httpcore.AsyncNetworkBackend = field(default_factory=_sockets)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to a checked address of ``host``; raises ``EgressRefused`` for one inside."""
        gone: Exception = EgressFailed(f"{host} has no address")
        for address in await self._checked(host, port):
            try:
                return await self.under.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                gone = failed
        raise gone

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the same
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: a socket file is inside."""
        raise EgressRefused

    async def sleep(self, seconds: float) -> None:
        """Wait, between the tries of the connection pool."""
        await self.under.sleep(seconds)

    async def _checked(self, host: str, port: int) -> list[str]:
        try:
            async with asyncio.timeout(RESOLVE_SECONDS_MAX):
                addresses = await self.resolver(host, port)
        except (OSError, UnicodeError) as failed:  # a time-out is an OSError too
            raise EgressFailed(f"{host} has no address") from failed
        # One address inside taints the name: it is either a mistake or an attempt.
        if (host, port) not in self.allowed and not all(map(is_outside, addresses)):
            raise EgressRefused
        return addresses[:ADDRESSES_TRIED_MAX]
