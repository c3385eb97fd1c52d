"""A content repository on a real database and a real folder."""

import io
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.blobs.blobs import open_blobs
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.vault.vault import open_vault
from teahouse.media import store
from teahouse.media.jobs import register
from teahouse.media.routes import routes
from teahouse.media.service import Media
from tests.accountdata.asgi import NAMES, SERVER_NAME, Client

BYTES_MAX = 100_000


@pytest.fixture
async def media(
    database: Database, log: Log, clock: FixedClock, ids: Ids, tmp_path: Path
) -> AsyncIterator[Media]:
    config = Config(data_dir=str(tmp_path))
    async with database.transaction() as tx:
        vault = await open_vault(tx, config, clock, ids)
        for name in NAMES:
            await vault.create_subject(tx, f"account-{name}")
            await vault.grant(tx, f"account-{name}", [store.FILE_PURPOSE])
    blobs = open_blobs(config, ids)
    jobs = Jobs(clock, ids)
    one = Media(database, log, blobs, vault, jobs, ids, clock, SERVER_NAME, BYTES_MAX)
    register(jobs, one)
    yield one
    one.close()


@pytest.fixture
def client(media: Media, clock: FixedClock, ids: Ids) -> Client:
    return Client(routes(media), clock, ids)


def picture(width: int, height: int, kind: str = "PNG", mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), "red" if mode == "RGB" else 0).save(out, kind, **more)
    return out.getvalue()


def film(kind: str, frames: int = 3, side: int = 64) -> bytes:
    """A picture that moves: from black to white, each frame for 50 ms, over and over."""
    shades = [Image.new("RGB", (side, side), (n * 97 % 256,) * 3) for n in range(frames)]
    out = io.BytesIO()
    shades[0].save(out, kind, save_all=True, append_images=shades[1:], duration=50, loop=0)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is huge and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
