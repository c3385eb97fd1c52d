"""Asking another server something, within limits of address, size, time and redirects."""

import asyncio
import re
import ssl
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

import httpcore
import httpx

from teahouse.infra.egress.backend import (
    CheckedBackend,
    EgressFailed,
    EgressRefused,
    Resolver,
    resolve,
)
from teahouse.infra.egress.ways import Border, Way

REDIRECTS_MAX = 3
BYTES_MAX = 1024 * 1024
SECONDS_MAX = 10.0
CONNECT_SECONDS_MAX = 5.0
CONNECTIONS_MAX = 32
URL_LETTERS_MAX = 4096
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = (301, 302, 303, 307, 308)
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")
_OF_ONE_ORIGIN = ("authorization", "cookie")

# After how many bytes an answer with such headers will do; ``None``: whole, or not at all.
Cut = Callable[[Mapping[str, str]], int | None]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Header names are in lower case; ``url`` is where it came from at last."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class _Question:
    method: str
    url: httpx.URL
    headers: dict[str, str]
    body: bytes
    cut: Cut | None = None


def place_of(url: str) -> tuple[str, int]:
    """Return host and port of a URL from the operator's configuration, for ``allowed``."""
    parsed = httpx.URL(url)
    return parsed.raw_host.decode("ascii"), parsed.port or _PORTS[parsed.scheme]


@dataclass(frozen=True)
class Egress:
    """The client, for one way out. ``allowed`` are the hosts and ports that operators named."""

    way: Way
    allowed: Container[tuple[str, int]] = frozenset()
    resolver: Resolver = resolve
    ssl_context: ssl.SSLContext | None = None
    border: Border = field(default_factory=Border)
    _pools: list[httpcore.AsyncConnectionPool] = field(
        default_factory=list[httpcore.AsyncConnectionPool]
    )

    def by(self, way: Way) -> "Egress":
        """Return this client for another way: the same places, connections and guards."""
        return replace(self, way=way)

    def apart(self, way: Way, allowed: Container[tuple[str, int]]) -> "Egress":
        """Return a client that reaches other places, past the same guards. Close it by itself."""
        return Egress(way, allowed, border=self.border)

    async def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        bytes_max: int = BYTES_MAX,
        seconds_max: float = SECONDS_MAX,
        redirects_max: int = REDIRECTS_MAX,
        *,
        cut: Cut | None = None,
    ) -> Reply:
        """Get ``url``, following a few redirects, each checked like the first.

        With ``cut`` the beginning of an answer may do.

        Raises ``EgressRefused`` for a URL or address we do not connect to and ``EgressFailed`` when
        no whole answer came within the limits. A status is an answer, whatever it says.
        ``NotAgreed`` is an ``EgressFailed`` that operators can mend.
        """
        question = replace(self._question("GET", url, headers or {}, b""), cut=cut)
        return await self._ask(question, bytes_max, seconds_max, redirects_max)

    async def post(
        self,
        url: str,
        body: bytes,
        content_type: str,
        headers: Mapping[str, str] | None = None,
        seconds_max: float = SECONDS_MAX,
    ) -> Reply:
        """Post ``body``; a redirect is returned, not followed. Raises like :meth:`get`."""
        every = {**(headers or {}), "content-type": content_type}
        return await self._ask(self._question("POST", url, every, body), BYTES_MAX, seconds_max, 0)

    async def put(
        self,
        url: str,
        body: bytes,
        content_type: str,
        headers: Mapping[str, str] | None = None,
        seconds_max: float = SECONDS_MAX,
    ) -> Reply:
        """Put ``body``; a redirect is returned, not followed. Raises like :meth:`get`."""
        every = {**(headers or {}), "content-type": content_type}
        return await self._ask(self._question("PUT", url, every, body), BYTES_MAX, seconds_max, 0)

    async def delete(self, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Delete what is at ``url``; a redirect is returned, not followed. Raises like :meth:`get`."""
        question = self._question("DELETE", url, headers or {}, b"")
        return await self._ask(question, BYTES_MAX, SECONDS_MAX, 0)

    async def close(self) -> None:
        """Close every connection."""
        for pool in self._pools:
            await pool.aclose()
        self._pools.clear()

    def _question(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> _Question:
        every = {name.lower(): value for name, value in headers.items()}
        every |= {"accept-encoding": "identity", "user-agent": "Teahouse"}
        return _Question(method, self._checked_url(url), every, body)

    def _checked_url(self, url: str | httpx.URL) -> httpx.URL:
        try:
            parsed = httpx.URL(url)
            host = parsed.raw_host.decode("ascii")
        except (httpx.InvalidURL, UnicodeError, TypeError, ValueError) as wrong:
            raise EgressRefused("That is not a URL.") from wrong
        usual = _PORTS.get(parsed.scheme)
        if (
            usual is None
            or not _HOST.fullmatch(host)
            or len(str(parsed)) > URL_LETTERS_MAX
            or parsed.userinfo
        ):
            raise EgressRefused("That is not a URL we ask.")
        port = usual if parsed.port is None else parsed.port
        if port not in _PORTS.values() and (host, port) not in self.allowed:
            raise EgressRefused("That is not a port we connect to.")
        return parsed

    async def _ask(
        self, question: _Question, bytes_max: int, seconds_max: float, redirects: int
    ) -> Reply:
        try:
            async with asyncio.timeout(seconds_max):
                while True:
                    self.border.leave(self.way, question.url.host)
                    reply = await self._ask_once(question, bytes_max)
                    if not redirects or reply.status not in _REDIRECTS:
                        return reply
                    redirects -= 1
                    question = self._redirected(question, reply)
        except TimeoutError as late:
            raise EgressFailed("The other server did not answer in time.") from late
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as gone:
            raise EgressFailed from gone

    def _redirected(self, question: _Question, reply: Reply) -> _Question:
        location = reply.headers.get("location", "")
        if not location:
            raise EgressFailed("The other server redirects to nowhere.")
        try:
            joined = question.url.join(location)
        except (httpx.InvalidURL, ValueError) as wrong:
            raise EgressRefused("That is not a URL.") from wrong
        url = self._checked_url(joined)
        if question.url.scheme == "https" and url.scheme == "http":
            raise EgressRefused("A redirect may not give up encryption.")
        headers = question.headers
        if (url.scheme, url.host, url.port) != (
            question.url.scheme,
            question.url.host,
            question.url.port,
        ):
            headers = {k: v for k, v in headers.items() if k not in _OF_ONE_ORIGIN}
        return replace(question, url=url, headers=headers)

    async def _ask_once(self, question: _Question, bytes_max: int) -> Reply:
        url = question.url
        wire_url = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        async with self._pool().stream(
            question.method,
            wire_url,
            headers=[(b"host", url.netloc), *self._encoded(question.headers)],
            content=question.body,
            extensions={"timeout": {"connect": CONNECT_SECONDS_MAX, "pool": CONNECT_SECONDS_MAX}},
        ) as response:
            headers = {
                k.decode("latin-1").lower(): v.decode("latin-1") for k, v in response.headers
            }
            if headers.get("content-encoding", "identity") != "identity":
                raise EgressFailed("The other server encodes what was asked for plain.")
            enough = question.cut(headers) if question.cut else None
            body = bytearray()
            async for chunk in response.aiter_stream():
                body += chunk
                if enough is not None and len(body) > enough:
                    del body[enough:]
                    break
                if len(body) > bytes_max:
                    raise EgressFailed("The other server's answer is too large.")
        return Reply(response.status, headers, bytes(body), str(url))

    @staticmethod
    def _encoded(headers: Mapping[str, str]) -> Iterable[tuple[bytes, bytes]]:
        return [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]

    def _pool(self) -> httpcore.AsyncConnectionPool:
        if not self._pools:  # made at the first question: it belongs to the running loop
            pool = httpcore.AsyncConnectionPool(
                ssl_context=self.ssl_context,
                max_connections=CONNECTIONS_MAX,
                keepalive_expiry=30.0,
                network_backend=CheckedBackend(self.allowed, self.resolver),
            )
            self._pools.append(pool)
        return self._pools[0]
