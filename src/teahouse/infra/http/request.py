"""A request, read lazily and strictly."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote

import msgspec

from teahouse.errors import BadJson, Invalid, Kind, Missing, Refused, TooLarge, Unauthenticated
from teahouse.infra.http import strict_json
from teahouse.infra.http.caller import Caller, OperatorCaller
from teahouse.infra.http.line import LINE, Line

JSON_BYTES_MAX = 1024 * 1024
BODY_SECONDS_MAX = 30.0
QUERY_FIELDS_MAX = 100
_TO_DECODE = re.compile(rb"[%+\0]")

T = TypeVar("T")
Receive = Callable[[], Awaitable[Any]]


class TooSlow(Refused):
    """The body did not arrive in time."""

    code = "request.too_slow"
    kind = Kind.TIMEOUT


class WrongMediaType(Refused):
    """This route takes application/json."""

    code = "request.media_type"
    kind = Kind.MEDIA_TYPE


class Gone(Exception):  # noqa: N818 - nobody is left to tell
    """The client hung up."""


class Request:
    """What a handler is given."""

    __slots__ = (
        "_body_seconds_max", "_caller", "_operator", "_query", "_receive", "path", "route", "scope",
    )  # fmt: skip

    def __init__(
        self,
        scope: Any,
        receive: Receive,
        path: dict[str, str],
        route: Any,
        body_seconds_max: float = BODY_SECONDS_MAX,
    ) -> None:
        self.scope = scope
        self.path = path
        self.route = route
        self._receive = receive
        self._body_seconds_max = body_seconds_max
        self._query: dict[str, list[str]] | None = None
        self._caller: Caller | None = None
        self._operator: OperatorCaller | None = None

    # -- who ---------------------------------------------------------------------------------

    @property
    def caller(self) -> Caller:
        """The person's session; only on routes that ask for one."""
        assert self._caller is not None, "the route does not ask for a session"
        return self._caller

    @property
    def caller_if_any(self) -> Caller | None:
        """The person's session, if the request carries a valid one."""
        return self._caller

    @property
    def operator(self) -> OperatorCaller:
        """The operator's session; only on operators' routes."""
        assert self._operator is not None, "the route is not an operator's"
        return self._operator

    def seat(self, caller: Caller | None, operator: OperatorCaller | None) -> None:
        """Say who is asking; only the server does."""
        self._caller, self._operator = caller, operator

    @property
    def address(self) -> str:
        """The client's address as the socket, or a trusted proxy, tells it."""
        client = self.scope.get("client")
        return client[0] if client else ""

    # -- parts ---------------------------------------------------------------------------------

    def header(self, name: str) -> str | None:
        """Return a header's value."""
        wanted = name.lower().encode("ascii")
        for key, value in self.scope["headers"]:
            if key == wanted:
                return value.decode("latin-1")
        return None

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's fields. Raises ``Invalid`` when they are not UTF-8 or too many."""
        if self._query is None:
            raw: bytes = self.scope["query_string"]
            if not raw:
                self._query = {}
                return self._query
            if raw.isascii() and not _TO_DECODE.search(raw):
                self._query = _plain_query(raw.decode("ascii"))
                return self._query
            try:
                self._query = parse_qs(
                    raw.decode("ascii"),
                    keep_blank_values=True,
                    errors="strict",
                    max_num_fields=QUERY_FIELDS_MAX,
                )
            except ValueError as wrong:
                raise Invalid("The query string cannot be read.") from wrong
            if b"%00" in raw:
                raise Invalid("The query string holds the character NUL.")
        return self._query

    def check_query(self) -> None:
        """Refuse a query that cannot be read, whoever reads it. Raises ``Invalid``."""
        if self.scope["query_string"]:
            _ = self.query

    def query_one(self, name: str) -> str | None:
        """Return a query field's last value, or ``None``."""
        values = self.query.get(name)
        return values[-1] if values else None

    def query_int(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number from the query, held to ``most``; refused under ``least``."""
        text = self.query_one(name)
        if text is None:
            return default
        try:
            number = int(text)
        except ValueError:
            raise Invalid(f"{name} must be a whole number.") from None
        if number < least or len(text) > 20:
            raise Invalid(f"{name} must be at least {least}.")
        return min(number, most)

    def query_flag(self, name: str) -> bool:
        """Return a yes-or-no from the query; absent is no."""
        text = self.query_one(name)
        if text not in (None, "true", "false"):
            raise Invalid(f"{name} must be true or false.")
        return text == "true"

    # -- body ----------------------------------------------------------------------------------

    async def raw_body(self, bytes_max: int = JSON_BYTES_MAX) -> bytes:
        """Return the body. Raises ``TooLarge``, ``TooSlow``, or ``Gone`` when they hang up."""
        length = self.header("content-length")
        if length is not None and length.isdigit() and int(length) > bytes_max:
            raise TooLarge(f"The body is larger than {bytes_max} bytes.")
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._body_seconds_max):
                while True:
                    message = await self._receive()
                    if message["type"] == "http.disconnect":
                        raise Gone
                    chunk: bytes = message.get("body", b"")
                    size += len(chunk)
                    if size > bytes_max:
                        raise TooLarge(f"The body is larger than {bytes_max} bytes.")
                    chunks.append(chunk)
                    if not message.get("more_body"):
                        return chunks[0] if len(chunks) == 1 else b"".join(chunks)
        except TimeoutError:
            raise TooSlow from None

    async def json(self, bytes_max: int = JSON_BYTES_MAX) -> Any:
        """Return the body's JSON value, strictly read; an empty body is ``{}``."""
        kind = self.header("content-type")
        if kind is not None and self.route.only_json and not _is_json(kind):
            raise WrongMediaType
        raw = await self.raw_body(bytes_max)
        return strict_json.loads(raw) if raw else {}

    async def json_object(self, bytes_max: int = JSON_BYTES_MAX) -> dict[str, Any]:
        """Return the body's JSON object."""
        value = await self.json(bytes_max)
        if not isinstance(value, dict):
            raise BadJson("The body must be a JSON object.")
        return value

    async def struct(self, shape: type[T], bytes_max: int = JSON_BYTES_MAX) -> T:
        """Return the body as ``shape``. Raises ``BadJson`` or ``Missing`` naming the field."""
        return as_struct(await self.json_object(bytes_max), shape)

    async def ignored_body(self) -> None:
        """Read a body in which nothing matters; a bad one is refused all the same."""
        await self.json_object()

    def when_gone(self, told: Callable[[], object]) -> Callable[[], object]:
        """Call ``told`` once the client has hung up, and return what calls that off.

        For long polls, after the body was read; one at a time.
        """
        line: Line | None = self.scope.get(LINE)
        if line is None:
            return asyncio.ensure_future(self._await_end(told)).cancel
        if line.is_cut:
            told()
        else:
            line.told = told
        return line.forget

    async def _await_end(self, told: Callable[[], object]) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        told()

    def lighten(self) -> None:
        """Let go of what nobody asks any more of a request that waits: its headers and its query."""
        self.scope["headers"].clear()
        self._query = None
        self.scope["query_string"] = b""


def _plain_query(text: str) -> dict[str, list[str]]:
    """Return the fields of a query in which nothing is encoded, as nearly all of a sync's are.

    Raises ``Invalid`` when they are too many.
    """
    found: dict[str, list[str]] = {}
    pieces = text.split("&")
    if len(pieces) > QUERY_FIELDS_MAX:
        raise Invalid("The query string cannot be read.")
    for piece in pieces:
        if piece:
            name, _, value = piece.partition("=")
            found.setdefault(name, []).append(value)
    return found


def bearer(request: Request) -> str:
    """Return the bearer token: from the header, or where Matrix still allows it, from the query.

    Nowhere else: what stands in an address stays in the logs of proxies.
    """
    header = request.header("authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() == "bearer" and token:
            return token.strip()
        raise Unauthenticated
    token = request.query_one("access_token")
    if not token or not request.route.path.startswith("/_matrix/"):
        raise Unauthenticated
    return token


def lang_of(request: Request) -> str:
    """Return the language a person reads: zh or en."""
    return "zh" if (request.header("accept-language") or "").lower().startswith("zh") else "en"


def as_struct(value: Any, shape: type[T]) -> T:
    """Return a decoded JSON value as ``shape``, refusing in words that name the field."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as wrong:
        words = str(wrong)
        if "missing required field" in words:
            raise Missing(words) from wrong
        raise BadJson(words) from wrong


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def segment(raw: str) -> str:
    """Return a path segment decoded.

    Raises ``Invalid`` when it is not UTF-8, holds NUL, or bytes beyond ASCII as they are.
    """
    if not raw.isascii():
        raise Invalid("The path holds bytes that must be percent-encoded.")
    if "%" not in raw:
        return raw
    try:
        text = unquote(raw, errors="strict")
    except UnicodeDecodeError as wrong:
        raise Invalid("The path is not valid UTF-8.") from wrong
    if "\0" in text:
        raise Invalid("The path holds the character NUL.")
    return text
