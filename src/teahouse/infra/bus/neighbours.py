"""Telling other workers by NATS. It is read in only where there are several: that takes a while."""

import asyncio
from collections.abc import Sequence

import msgspec
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import ServiceUnavailableError

from teahouse.errors import Unavailable
from teahouse.infra.bus.merging import Covers
from teahouse.infra.bus.store import Entry
from teahouse.infra.bus.wakeup import Overheard, Told

SUBJECT_LOG = "teahouse.log"
SUBJECT_WHISPER = "teahouse.whisper"
BYTES_MAX = 900_000  # NATS refuses messages over 1 MiB; a larger batch is found by the poll


class _Told(msgspec.Struct, array_like=True):
    origin: str
    first: int
    entries: list[Entry]
    covers: list[tuple[int, int]] = []


class _Whisper(msgspec.Struct, array_like=True):
    origin: str
    kind: str
    key: str
    body: bytes


class Nats:
    """Several workers: one subject for the log, one for whispers."""

    def __init__(self, url: str, origin: str) -> None:
        self._url = url
        self._origin = origin
        self._client: Client | None = None
        self._connecting: asyncio.Task[None] | None = None

    async def listen(self, told: Told, overheard: Overheard) -> None:
        """Subscribe as soon as NATS is there; until then the poll delivers."""

        async def on_log(message: Msg) -> None:
            batch = msgspec.msgpack.decode(message.data, type=_Told)
            if batch.origin != self._origin:
                told(batch.first, batch.entries, batch.covers)

        async def on_whisper(message: Msg) -> None:
            heard = msgspec.msgpack.decode(message.data, type=_Whisper)
            if heard.origin != self._origin:
                overheard(heard.kind, heard.key, heard.body)

        async def connect() -> None:
            client = await nats.connect(
                _places(self._url),
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.5,
                allow_reconnect=True,
                connect_timeout=2,
                error_cb=_ignore,
            )
            await client.subscribe(SUBJECT_LOG, cb=on_log)
            await client.subscribe(SUBJECT_WHISPER, cb=on_whisper)
            self._client = client

        async def keep_trying() -> None:
            while self._client is None:
                try:
                    await connect()
                except (OSError, NatsError, TimeoutError):
                    await asyncio.sleep(0.5)

        self._connecting = asyncio.get_running_loop().create_task(keep_trying())
        await asyncio.wait({self._connecting}, timeout=1.0)

    async def tell(self, first: int, entries: list[Entry], covers: Covers) -> None:
        """Send committed entries; when NATS is away the others find them by polling."""
        data = msgspec.msgpack.encode(_Told(self._origin, first, entries, list(covers)))
        if len(data) <= BYTES_MAX:
            await self._send(SUBJECT_LOG, data)

    async def whisper(self, kind: str, key: str, body: bytes) -> None:
        """Send what is not kept."""
        await self._send(
            SUBJECT_WHISPER, msgspec.msgpack.encode(_Whisper(self._origin, kind, key, body))
        )

    async def _send(self, subject: str, data: bytes) -> None:
        if self._client is None or not self._client.is_connected:
            return
        try:
            await self._client.publish(subject, data)
        except Exception:  # noqa: BLE001 - whatever it is, the poll delivers
            return

    async def close(self) -> None:
        """Leave NATS."""
        if self._connecting:
            self._connecting.cancel()
        if self._client:
            await self._client.close()


def _places(url: str) -> list[str]:
    """Return where the servers of a cluster are, which stand with commas between them."""
    return [one.strip() for one in url.split(",")]


async def _ignore(_fault: Exception) -> None:
    """The client reconnects by itself, and the poll delivers meanwhile."""


async def streams(url: str) -> list[str]:
    """Return the streams of a NATS that keep what is said on our subjects; we make none."""
    client = await nats.connect(
        _places(url), connect_timeout=2, max_reconnect_attempts=0, error_cb=_ignore
    )
    try:
        found = await client.jetstream(timeout=2).streams_info()
    except ServiceUnavailableError:  # it keeps nothing at all
        return []
    except NatsError as fault:  # who has no right to ask is told so by a timeout, too
        raise Unavailable("NATS does not say which streams it has.") from fault
    finally:
        await client.close()
    return [one.config.name or "?" for one in found if _ours(one.config.subjects or [])]


def _ours(subjects: Sequence[str]) -> bool:
    return any(one in (">", "*.>") or one.startswith("teahouse") for one in subjects)
