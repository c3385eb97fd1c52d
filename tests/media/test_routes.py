"""The content repository, as Matrix clients use it."""

import asyncio
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from teahouse.clock import FixedClock
from teahouse.ids import Ids
from teahouse.infra.jobs.runner import JobRunner
from teahouse.media import store
from teahouse.media.model.files import PENDING_MAX
from teahouse.media.routes import routes
from teahouse.media.service import Media
from tests.accountdata.asgi import SERVER_NAME, Client
from tests.media.conftest import BYTES_MAX, bomb, film, picture

UPLOAD = "/_matrix/media/v3/upload"
CREATE = "/_matrix/media/v1/create"
NEW = "/_matrix/client/v1/media"


async def upload(client: Client, body: bytes, kind: str = "", query: str = "") -> str:
    headers = {"content-type": kind} if kind else {}
    answer = await client.ask("ann", "POST", UPLOAD + query, content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return place(answer.json()["content_uri"])


def place(uri: str) -> str:
    assert uri.startswith(f"mxc://{SERVER_NAME}/")
    return uri.removeprefix("mxc://")


def blob_files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]


async def test_a_file_comes_back_as_it_went(client: Client) -> None:
    where = await upload(client, b"hello, tea", "text/plain", "?filename=%E8%8C%B6.txt")
    answer = await client.ask("bo", "GET", f"{NEW}/download/{where}")
    assert (answer.status_code, answer.content) == (200, b"hello, tea")
    wanted = {
        "content-type": "text/plain",
        "content-length": "10",
        "content-disposition": "inline; filename*=utf-8''%E8%8C%B6.txt",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
        "cache-control": "private, max-age=31536000, immutable",
    }
    assert {name: answer.headers[name] for name in wanted} == wanted
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    named = await client.ask("bo", "GET", f"{NEW}/download/{where}/other.txt")
    assert named.headers["content-disposition"] == 'inline; filename="other.txt"'


async def test_a_page_is_never_shown_in_place(client: Client) -> None:
    where = await upload(client, b"<script>alert(1)</script>", "text/html")
    answer = await client.ask("ann", "GET", f"{NEW}/download/{where}")
    assert answer.headers["content-disposition"] == "attachment"
    untyped = await upload(client, b"x")
    answer = await client.ask("ann", "GET", f"{NEW}/download/{untyped}")
    assert answer.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("kind", ["audio/ogg", "audio/webm", "audio/mp4"])
async def test_voice_notes_can_be_played_from_the_middle(client: Client, kind: str) -> None:
    where = await upload(client, bytes(range(100)), kind)
    url = f"{NEW}/download/{where}"
    part = await client.ask("bo", "GET", url, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, bytes(range(10, 20)))
    assert part.headers["content-range"] == "bytes 10-19/100"
    assert part.headers["content-length"] == "10"
    assert part.headers["content-disposition"] == "inline"
    beyond = await client.ask("bo", "GET", url, headers={"range": "bytes=100-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */100")
    changed = {"range": "bytes=10-19", "if-range": '"other"'}
    assert (await client.ask("bo", "GET", url, headers=changed)).status_code == 200
    same = await client.ask("bo", "GET", url, headers={"if-none-match": part.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


async def test_files_are_for_people_who_are_signed_in(client: Client) -> None:
    where = await upload(client, b"x", "text/plain")
    assert await client.error("", "GET", f"{NEW}/download/{where}") == (401, "M_MISSING_TOKEN")
    assert await client.error("", "POST", UPLOAD, content=b"x") == (401, "M_MISSING_TOKEN")
    for kind in ("download", "thumbnail"):
        old = f"/_matrix/media/v3/{kind}/{where}"
        assert await client.error("ann", "GET", old) == (404, "M_NOT_FOUND")


async def test_old_addresses_can_be_opened(media: Media, clock: FixedClock, ids: Ids) -> None:
    client = Client(routes(media, open_media=True), clock, ids)
    where = await upload(client, b"x", "text/plain", "?filename=x.txt")
    answer = await client.ask("", "GET", f"/_matrix/media/v3/download/{where}")
    assert (answer.status_code, answer.content) == (200, b"x")


async def test_files_that_are_not_here(client: Client, media: Media) -> None:
    for where in (f"{SERVER_NAME}/nothing", "elsewhere.example/x"):
        for url in (f"{NEW}/download/{where}", f"{NEW}/thumbnail/{where}?width=9&height=9"):
            assert await client.error("ann", "GET", url) == (404, "M_NOT_FOUND")
    where = await upload(client, b"x")
    async with media.db.transaction() as tx:
        await media.quarantine(tx, where.partition("/")[2])
    assert await client.error("ann", "GET", f"{NEW}/download/{where}") == (404, "M_NOT_FOUND")


async def test_limits(client: Client, media: Media, tmp_path: Path) -> None:
    too_much = b"x" * (BYTES_MAX + 1)
    assert await client.error("ann", "POST", UPLOAD, content=too_much) == (413, "M_TOO_LARGE")
    where = place((await client.ask("ann", "POST", CREATE)).json()["content_uri"])
    later = await client.error("ann", "PUT", f"{UPLOAD}/{where}", content=too_much)
    assert later == (413, "M_TOO_LARGE")
    assert (await client.error("ann", "POST", UPLOAD, content=b""))[0] == 400
    name = "x" * 1001
    assert (await client.error("ann", "POST", f"{UPLOAD}?filename={name}", content=b"x"))[0] == 400
    config = await client.ask("ann", "GET", f"{NEW}/config")
    assert config.json() == {"m.upload.size": BYTES_MAX}
    assert blob_files(tmp_path) == []


async def test_a_full_account_is_refused_and_nothing_is_left(
    media: Media, clock: FixedClock, ids: Ids, tmp_path: Path
) -> None:
    small = Client(routes(_with_kept_max(media, 15)), clock, ids)
    await upload(small, b"0123456789")
    full = (403, "M_USER_LIMIT_EXCEEDED")
    assert await small.error("ann", "POST", UPLOAD, content=b"0123456789") == full
    assert len(blob_files(tmp_path)) == 1
    where = place((await small.ask("ann", "POST", CREATE)).json()["content_uri"])
    await upload(small, b"01234")
    refused = await small.ask("ann", "POST", UPLOAD, content=b"0")
    assert (refused.status_code, refused.json()["errcode"]) == full
    assert refused.json()["info_uri"] == "https://tea.example/limits"
    assert await small.error("ann", "PUT", f"{UPLOAD}/{where}", content=b"0") == full
    assert await small.error("ann", "POST", CREATE) == full
    assert (await small.ask("bo", "POST", UPLOAD, content=b"0")).status_code == 200


async def test_a_full_house_is_refused_until_there_is_room(
    media: Media, clock: FixedClock, ids: Ids, tmp_path: Path
) -> None:
    house = replace(_with_kept_max(media, 100), house_max=15, contact="mailto:op@tea.example")
    small = Client(routes(house), clock, ids)
    await upload(small, b"0123456789")
    assert (await small.ask("bo", "POST", UPLOAD, content=b"01234")).status_code == 200
    refused = await small.ask("bo", "POST", UPLOAD, content=b"0")
    assert (refused.status_code, refused.json()["errcode"]) == (403, "M_RESOURCE_LIMIT_EXCEEDED")
    assert refused.json()["admin_contact"] == "mailto:op@tea.example"
    assert len(blob_files(tmp_path)) == 2, "nothing is left of what was refused"
    async with media.db.transaction() as tx:
        await media.forget(tx, "account-bo")
    clock.move(timedelta(minutes=2))
    assert (await small.ask("bo", "POST", UPLOAD, content=b"0")).status_code == 200


def _with_kept_max(media: Media, kept_max: int) -> Media:
    return Media(
        media.db,
        media.log,
        media.blobs,
        media.vault,
        media.jobs,
        media.ids,
        media.clock,
        SERVER_NAME,
        BYTES_MAX,
        kept_max,
        "https://tea.example/limits",
    )


async def test_a_name_needs_a_ground(client: Client, media: Media, tmp_path: Path) -> None:
    async with media.db.transaction() as tx:
        await media.vault.revoke(tx, "account-ann", [store.FILE_PURPOSE])
    assert await client.error("ann", "POST", f"{UPLOAD}?filename=x", content=b"x") == (
        403,
        "M_FORBIDDEN",
    )
    assert blob_files(tmp_path) == []
    await upload(client, b"x")


async def test_an_address_first_and_the_content_later(client: Client, clock: FixedClock) -> None:
    made = (await client.ask("ann", "POST", CREATE)).json()
    assert made["unused_expires_at"] == clock.ms() + 24 * 3600 * 1000
    where = place(made["content_uri"])
    url, put = f"{NEW}/download/{where}", f"{UPLOAD}/{where}"
    early = await client.error("bo", "GET", f"{url}?timeout_ms=0")
    assert early == (504, "M_NOT_YET_UPLOADED")
    soon = await client.error("bo", "GET", f"{url}?timeout_ms=1")
    assert soon == (504, "M_NOT_YET_UPLOADED")
    waiting = asyncio.ensure_future(client.ask("bo", "GET", url))
    assert await client.error("bo", "PUT", put, content=b"mine") == (403, "M_FORBIDDEN")
    headers = {"content-type": "text/plain"}
    done = await client.ask(
        "ann", "PUT", f"{put}?filename=a.txt", content=b"at last", headers=headers
    )
    assert (done.status_code, done.json()) == (200, {})
    answer = await waiting
    assert (answer.content, answer.headers["content-type"]) == (b"at last", "text/plain")
    again = await client.error("ann", "PUT", put, content=b"more")
    assert again == (409, "M_CANNOT_OVERWRITE_MEDIA")
    elsewhere = f"{UPLOAD}/{SERVER_NAME}/nothing"
    assert await client.error("ann", "PUT", elsewhere, content=b"x") == (404, "M_NOT_FOUND")


async def test_an_address_expires(client: Client, clock: FixedClock) -> None:
    where = place((await client.ask("ann", "POST", CREATE)).json()["content_uri"])
    clock.move(timedelta(hours=24))
    assert await client.error("ann", "PUT", f"{UPLOAD}/{where}", content=b"x") == (
        404,
        "M_NOT_FOUND",
    )
    assert await client.error("ann", "GET", f"{NEW}/download/{where}") == (404, "M_NOT_FOUND")


async def test_addresses_that_wait_are_bounded(client: Client, clock: FixedClock) -> None:
    for _ in range(PENDING_MAX):
        assert (await client.ask("ann", "POST", CREATE)).status_code == 200
    assert await client.error("ann", "POST", CREATE) == (429, "M_LIMIT_EXCEEDED")
    clock.move(timedelta(hours=24))
    assert (await client.ask("ann", "POST", CREATE)).status_code == 200


async def test_thumbnails_are_made_once(client: Client, tmp_path: Path) -> None:
    where = await upload(client, picture(400, 200), "image/png")
    url = f"{NEW}/thumbnail/{where}?width=30&height=30&method=crop"
    answers = await asyncio.gather(*(client.ask("bo", "GET", url) for _ in range(4)))
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["content-disposition"] == 'inline; filename="thumbnail.jpeg"'
        assert Image.open(io.BytesIO(answer.content)).size == (32, 32)
    assert len(blob_files(tmp_path)) == 2
    tag = {"if-none-match": answers[0].headers["etag"]}
    assert (await client.ask("bo", "GET", url, headers=tag)).status_code == 304
    scaled = await client.ask("bo", "GET", f"{NEW}/thumbnail/{where}?width=300&height=100")
    assert Image.open(io.BytesIO(scaled.content)).size == (320, 160)


async def test_what_moves_is_asked_for(client: Client, tmp_path: Path) -> None:
    where = await upload(client, film("GIF"), "image/gif")
    url = f"{NEW}/thumbnail/{where}?width=32&height=32"
    kinds = {"": "jpeg", "&animated=false": "jpeg", "&animated=true": "webp"}
    tags: set[str] = set()
    for query, kind in (*kinds.items(), *kinds.items()):
        answer = await client.ask("bo", "GET", url + query)
        assert answer.headers["content-type"] == f"image/{kind}"
        assert answer.headers["content-disposition"] == f'inline; filename="thumbnail.{kind}"'
        tags.add(answer.headers["etag"])
    assert len(tags) == 2
    assert len(blob_files(tmp_path)) == 3  # what was sent, a picture, and one that moves
    assert await client.error("bo", "GET", url + "&animated=x") == (400, "M_INVALID_PARAM")


async def test_a_picture_of_too_many_pixels(client: Client) -> None:
    where = await upload(client, bomb(8_000, 8_000), "image/png")
    url = f"{NEW}/thumbnail/{where}?width=9&height=9"
    assert await client.error("bo", "GET", url) == (413, "M_TOO_LARGE")
    assert (await client.ask("bo", "GET", f"{NEW}/download/{where}")).status_code == 200


async def test_a_thumbnail_of_what_has_not_come(client: Client) -> None:
    where = place((await client.ask("ann", "POST", CREATE)).json()["content_uri"])
    url = f"{NEW}/thumbnail/{where}?width=9&height=9&timeout_ms=0"
    assert await client.error("bo", "GET", url) == (504, "M_NOT_YET_UPLOADED")


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("width=9", (400, "M_MISSING_PARAM")),
        ("width=x&height=9", (400, "M_INVALID_PARAM")),
        ("width=-1&height=9", (400, "M_INVALID_PARAM")),
        ("width=0&height=9", (400, "M_INVALID_PARAM")),
        ("width=9&height=9&method=stretch", (400, "M_INVALID_PARAM")),
        ("width=9&height=9", (400, "M_UNKNOWN")),
    ],
)
async def test_thumbnails_that_cannot_be(
    client: Client, query: str, answer: tuple[int, str]
) -> None:
    where = await upload(client, b"not a picture", "image/png")
    assert await client.error("ann", "GET", f"{NEW}/thumbnail/{where}?{query}") == answer


async def test_the_size_of_a_picture_is_known(client: Client, media: Media) -> None:
    await upload(client, picture(40, 20), "image/png")
    await upload(client, b"no picture", "image/png")
    async with media.db.read() as tx:
        rows = await tx.rows("select width, height from media_files order by width")
    assert [tuple(row) for row in rows] == [(40, 20), (None, None)]


async def test_the_name_is_sealed_and_goes_with_its_owner(
    client: Client, media: Media, tmp_path: Path
) -> None:
    where = await upload(client, picture(90, 90), "image/png", "?filename=secret.png")
    await client.ask("ann", "GET", f"{NEW}/thumbnail/{where}?width=9&height=9")
    async with media.db.transaction() as tx:
        sealed = await tx.value("select name from media_files")
        await media.vault.destroy_subject(tx, "account-ann")
    assert b"secret" not in sealed
    answer = await client.ask("bo", "GET", f"{NEW}/download/{where}")
    assert answer.headers["content-disposition"] == "inline"
    async with media.db.transaction() as tx:
        await media.forget(tx, "account-ann")
    assert await JobRunner(media.db, media.jobs).run_due() == 1
    assert blob_files(tmp_path) == []
    assert await client.error("bo", "GET", f"{NEW}/download/{where}") == (404, "M_NOT_FOUND")
