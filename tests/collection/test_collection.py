"""A file that nothing names for long goes, with its thumbnails; one that anything names stays."""

import asyncio
import io
import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from teahouse.clock import FixedClock
from teahouse.collection import store
from teahouse.collection.model import Collect
from teahouse.config import BadConfig, Config, check
from teahouse.infra.db.pool import Database
from teahouse.media.model.files import DeleteBlobs
from tests.living import Living, Person, living, q
from tests.settings.conftest import owner

UPLOAD = "/_matrix/media/v3/upload"
SETTING = "/api/v1/operator/settings/collection"
STORAGE = "/api/v1/operator/storage"
DAYS = 30
MEGOLM = {"algorithm": "m.megolm.v1.aes-sha2"}
_colours = itertools.count(1)


@pytest.fixture
async def home(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still, in which all that was there is looked through."""
    async with living(dsn, tmp_path, clock) as opened:
        await opened.run_jobs()
        yield opened


def picture() -> bytes:
    """Return a picture like no other."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), next(_colours)).save(out, "PNG")
    return out.getvalue()


async def upload(person: Person) -> str:
    """Upload a picture and return its address."""
    headers = {"Content-Type": "image/png", "Authorization": f"Bearer {person.token}"}
    told = await person.living.client.post(UPLOAD, content=picture(), headers=headers)
    assert told.status_code == 200, told.text
    return told.json()["content_uri"]


async def send(person: Person, room: str, **content: Any) -> str:
    """Send a message and return its id."""
    path = f"/rooms/{q(room)}/send/m.room.message/{next(person.txns)}"
    return (await person.did("PUT", path, content))["event_id"]


async def send_picture(person: Person, room: str, url: str) -> str:
    """Send a picture to a room and return the message's id."""
    return await send(person, room, msgtype="m.image", body="cup.png", url=url)


async def redact(person: Person, room: str, event_id: str) -> None:
    """Take a message back."""
    path = f"/rooms/{q(room)}/redact/{q(event_id)}/{next(person.txns)}"
    await person.did("PUT", path, {})


async def download(person: Person, url: str) -> str:
    """Return the status of a download, and the code of a refusal."""
    path = f"/_matrix/client/v1/media/download/{url.removeprefix('mxc://')}"
    answer = await person.ask("GET", path)
    if answer.status_code == 200:
        return "200"
    return f"{answer.status_code} {answer.json()['errcode']}"


async def pass_by(home: Living, clock: FixedClock, days: float = DAYS + 1) -> None:
    """Let time pass, and do what is due then."""
    clock.move(timedelta(days=days))
    await home.run_jobs()
    await home.run_jobs()  # the bytes


async def there(home: Living, *urls: str) -> list[bool]:
    """Tell which files are there, by asking for each as somebody new."""
    who = await home.person()
    return [await download(who, url) == "200" for url in urls]


def blobs(tmp_path: Path) -> int:
    """Count the files on the disk."""
    return sum(one.is_file() for one in (tmp_path / "blobs").rglob("*"))


async def test_a_file_goes_after_its_last_message(
    home: Living, clock: FixedClock, tmp_path: Path
) -> None:
    ada, bob = await home.person(), await home.person()
    room, other = await ada.room(bob), await ada.room(bob)
    kept, gone, twice = [await upload(ada) for _ in range(3)]
    await send_picture(ada, room, kept)
    once = await send_picture(ada, room, gone)
    first, second = await send_picture(ada, room, twice), await send_picture(bob, other, twice)
    thumbnail = f"/_matrix/client/v1/media/thumbnail/{gone.removeprefix('mxc://')}"
    assert (await bob.ask("GET", thumbnail, width=32, height=32)).status_code == 200
    assert blobs(tmp_path) == 4
    await redact(ada, room, once)
    await redact(ada, room, first)

    await pass_by(home, clock, DAYS - 1)
    assert await there(home, kept, gone, twice) == [True, True, True]
    await pass_by(home, clock, 2)
    assert await there(home, kept, gone, twice) == [True, False, True]
    ada = await ada.again()
    assert await download(ada, gone) == "404 M_NOT_FOUND"
    assert (await ada.ask("GET", thumbnail, width=32, height=32)).status_code == 404
    assert blobs(tmp_path) == 2, "the thumbnail goes with it"

    bob = await bob.again()
    await redact(bob, other, second)
    await pass_by(home, clock)
    assert await there(home, kept, twice) == [True, False]
    assert blobs(tmp_path) == 1


async def test_what_was_never_used_goes_and_frees_a_quota(home: Living, clock: FixedClock) -> None:
    ada = await home.person()
    lost, sent = await upload(ada), await upload(ada)
    async with home.house.ground.db.read() as tx:
        account_id = await home.house.people.accounts.id_of(tx, ada.user_id)
    assert account_id is not None
    await pass_by(home, clock, DAYS - 1)
    ada = await ada.again()
    await send_picture(ada, await ada.room(), sent)
    await pass_by(home, clock, 2)
    assert await there(home, lost, sent) == [False, True]
    (left,) = await home.house.talk.media.files_of(account_id)
    async with home.house.ground.db.read() as tx:
        sizes = await home.house.talk.media.sizes(tx, 5, 0)
    assert [one.bytes_count for one in sizes] == [left.bytes_count]


async def test_whoever_names_what_is_gone_is_told(home: Living, clock: FixedClock) -> None:
    ada = await home.person()
    lost = await upload(ada)
    await pass_by(home, clock)
    ada = await ada.again()
    room = await ada.room()
    path = f"/rooms/{q(room)}/send/m.room.message/again"
    content = {"msgtype": "m.image", "body": "x", "url": lost}
    refused = await ada.ask("PUT", path, content)
    assert (refused.status_code, refused.json()["errcode"]) == (400, "M_INVALID_PARAM")
    me = f"/profile/{q(ada.user_id)}/avatar_url"
    assert (await ada.ask("PUT", me, {"avatar_url": lost})).status_code == 400
    assert (await ada.did("GET", f"/profile/{q(ada.user_id)}")).get("avatar_url") is None
    data = f"/user/{q(ada.user_id)}/account_data/org.example.pack"
    await ada.did("PUT", data, {"images": [lost]})
    await send_picture(ada, room, await upload(ada))


async def test_pictures_of_people_and_rooms_stay_until_they_change(
    home: Living, clock: FixedClock
) -> None:
    ada, bob = await home.person(), await home.person()
    room = await ada.room(bob)
    face, door, sticker, unstuck = [await upload(ada) for _ in range(4)]
    custom = await upload(ada)
    me = f"/profile/{q(ada.user_id)}"
    avatar, data = f"/rooms/{q(room)}/state/m.room.avatar", f"/user/{q(ada.user_id)}/account_data"
    await ada.did("PUT", f"{me}/avatar_url", {"avatar_url": face})
    await ada.did("PUT", f"{me}/org.example.banner", {"org.example.banner": {"u": [custom]}})
    await ada.did("PUT", avatar, {"url": door, "info": {"thumbnail_url": door}})
    await ada.did("PUT", f"{data}/org.example.pack", {"images": {"a": sticker, "b": unstuck}})
    await ada.did("PUT", f"{data}/org.example.pack", {"images": {"a": {"deep": [sticker]}}})
    await pass_by(home, clock)
    known = (face, door, sticker, unstuck, custom)
    assert await there(home, *known) == [True, True, True, False, True]
    ada = await ada.again()
    await ada.did("PUT", f"/rooms/{q(room)}/state/m.room.topic", {"topic": "tea"})
    await ada.did("PUT", avatar, {"url": await upload(ada)})
    await ada.did("DELETE", f"{me}/avatar_url")
    await ada.did("PUT", f"{data}/org.example.pack", {})
    await ada.did("DELETE", f"{me}/org.example.banner")
    await pass_by(home, clock, DAYS - 1)
    assert await there(home, *known) == [True, True, True, False, True]
    await pass_by(home, clock, 2)
    assert await there(home, *known) == [False] * 5


async def test_an_account_that_ends_leaves_what_it_said(home: Living, clock: FixedClock) -> None:
    ada, bob = await home.person(), await home.person()
    room = await ada.room(bob)
    said, face, sticker = [await upload(ada) for _ in range(3)]
    await send_picture(ada, room, said)
    await ada.did("PUT", f"/profile/{q(ada.user_id)}/avatar_url", {"avatar_url": face})
    await ada.did("PUT", f"/user/{q(ada.user_id)}/account_data/a.b", {"image": sticker})
    body = {
        "auth": {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": ada.user_id},
            "password": "correct horse",
        }
    }
    await ada.did("POST", "/account/deactivate", body)
    for _ in range(3):
        await pass_by(home, clock)
        await home.house.ground.log.settled(20)
    assert await there(home, said, face, sticker) == [True, False, False]


async def test_what_is_named_anywhere_in_a_message_counts(home: Living, clock: FixedClock) -> None:
    ada = await home.person()
    room = await ada.room()
    html, deep, key, edited, elsewhere = [await upload(ada) for _ in range(5)]
    await send(
        ada, room, msgtype="m.text", body="x", formatted_body=f'<img src="{html}">',
        format="org.matrix.custom.html",
    )  # fmt: skip
    await ada.did(
        "PUT", f"/rooms/{q(room)}/send/org.example.card/1", {"rows": [{"a": [{"b": deep}]}], key: 1}
    )
    event_id = await ada.say(room, "first")
    new = {"msgtype": "m.image", "body": "y", "url": edited}
    relation = {"rel_type": "m.replace", "event_id": event_id}
    await send(ada, room, **new, **{"m.new_content": new, "m.relates_to": relation})
    foreign = elsewhere.replace("mxc://s/", "mxc://other/")
    await send(ada, room, msgtype="m.text", body=foreign)
    await pass_by(home, clock)
    found = await there(home, html, deep, key, edited, elsewhere)
    assert found == [True, True, True, True, False]


async def test_who_has_encrypted_rooms_keeps_files_unless_operators_say_so(
    home: Living, clock: FixedClock
) -> None:
    grown = await owner(home)
    ada, bob = await home.person(), await home.person()
    room = await ada.room()
    await ada.did("PUT", f"/rooms/{q(room)}/state/m.room.encryption", MEGOLM)
    hidden, plain = await upload(ada), await upload(bob)
    await ada.did("POST", f"/rooms/{q(room)}/leave", {})
    await pass_by(home, clock)
    assert await there(home, hidden, plain) == [True, False]
    grown = await owner(home)
    told = (await grown.did("GET", STORAGE))["freed"]
    assert (told["files_count"], told["files_veiled"]["files_count"]) == (1, 1)
    await pass_by(home, clock, 400)
    assert await there(home, hidden) == [True]

    grown = await owner(home)
    answer = await grown.ask("PUT", SETTING, {"days": 30, "encrypted_days": 29})
    assert answer.json()["code"] == "settings.bad_collection"
    await grown.did("PUT", SETTING, {"days": 30, "encrypted_days": 500})
    await pass_by(home, clock, 60)
    assert await there(home, hidden) == [True]
    await pass_by(home, clock, 40)
    assert await there(home, hidden) == [False]


async def test_operators_turn_it_off_and_see_what_there_is(home: Living, clock: FixedClock) -> None:
    grown, ada = await owner(home), await home.person()
    await grown.did("PUT", SETTING, {"days": 0, "encrypted_days": 0})
    lost = await upload(ada)
    await pass_by(home, clock, 90)
    assert await there(home, lost) == [True]
    grown = await owner(home)
    told = (await grown.did("GET", STORAGE))["freed"]
    assert told["files_unused"]["files_count"] == 1
    assert told["files_unused"]["bytes_count"] > 0
    assert (told["files_count"], told["files_days"], told["files_filled"]) == (0, 0, True)
    await grown.did("PUT", SETTING, {"days": 1, "encrypted_days": 0})
    await pass_by(home, clock, 1)
    assert await there(home, lost) == [False]
    with pytest.raises(BadConfig):
        check(Config(files_unused_days=0, files_unused_days_encrypted=10))


async def test_what_operators_look_at_stays(home: Living, clock: FixedClock) -> None:
    ada = await home.person()
    lost = await upload(ada)
    media_id = lost.rpartition("/")[2]
    media, db = home.house.talk.media, home.house.ground.db
    async with db.transaction() as tx:
        await media.quarantine(tx, media_id)
    await pass_by(home, clock)
    await pass_by(home, clock)
    async with db.transaction() as tx:
        await media.release(tx, media_id)
    assert await there(home, lost) == [True]
    using = home.house.talk.collection.using
    evidence = b'{"avatar_url":"' + lost.encode() + b'"}'
    async with db.transaction() as tx:
        await using.keep(tx, "case 1", "evidence", evidence)
    await pass_by(home, clock)
    await pass_by(home, clock)
    assert await there(home, lost) == [True]
    async with db.transaction() as tx:
        await using.keep(tx, "case 1", "evidence", b"")
    await pass_by(home, clock)
    assert await there(home, lost) == [False]


async def test_what_is_withheld_keeps_its_files(home: Living, clock: FixedClock) -> None:
    ada = await home.person()
    room, url = await ada.room(), await upload(ada)
    event_id = await send_picture(ada, room, url)
    withholding, db = home.house.talk.timeline.withholding, home.house.ground.db
    async with db.transaction() as tx:
        told = await withholding.withhold(tx, event_id)
        await home.house.ground.log.put(tx, *told)
    await pass_by(home, clock)
    assert await there(home, url) == [True]
    async with db.transaction() as tx:
        told = await withholding.give_back(tx, event_id)
        await home.house.ground.log.put(tx, *told)
    await pass_by(home, clock)
    assert await there(home, url) == [True]
    async with db.transaction() as tx:
        told = await withholding.withhold(tx, event_id)
        await home.house.ground.log.put(tx, *told)
        assert await withholding.forget(tx, event_id)
    await pass_by(home, clock)
    assert await there(home, url) == [False]


async def test_what_was_there_before_is_looked_through(home: Living, clock: FixedClock) -> None:
    ada, bob = await home.person(), await home.person()
    room = await ada.room(bob)
    sent, face, old_door, door, sticker, lost, apart = [await upload(ada) for _ in range(7)]
    me, avatar = f"/profile/{q(ada.user_id)}", f"/rooms/{q(room)}/state/m.room.avatar"
    await send_picture(ada, room, sent)
    away = await send_picture(ada, room, apart)
    await ada.did("PUT", f"{me}/avatar_url", {"avatar_url": face})
    await ada.did("PUT", avatar, {"url": old_door})
    await ada.did("PUT", avatar, {"url": door})
    await ada.did("PUT", f"/user/{q(ada.user_id)}/account_data/a.b", {"image": sticker})
    await home.house.ground.log.settled(20)
    db = home.house.ground.db
    async with db.transaction() as tx:
        await home.house.talk.timeline.withholding.withhold(tx, away)
        for table in ("uses", "list"):
            await tx.run(f"delete from collection_{table}")
        await tx.run("update collection_filling set stage = 'waiting', done = false")
    files = (sent, face, door, sticker, apart, old_door, lost)
    await pass_by(home, clock, 90)
    assert await there(home, *files) == [True] * 7, (
        "nothing goes while it is not known what is used"
    )
    async with db.transaction() as tx:
        await tx.run("update collection_filling set stage = 'events' where stage = 'waiting'")
    await pass_by(home, clock, 1)
    await pass_by(home, clock, DAYS - 1)
    assert await there(home, *files) == [True] * 7, "their time begins when all is known"
    await pass_by(home, clock, 2)
    assert await there(home, *files) == [True] * 5 + [False] * 2


async def test_filling_goes_on_where_it_was_left(
    home: Living, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("EVENTS_AT_ONCE_MAX", "PROFILES_AT_ONCE_MAX", "VALUES_AT_ONCE_MAX"):
        monkeypatch.setattr(f"teahouse.collection.service.filling.{name}", 2)
    people = [await home.person() for _ in range(3)]
    urls: list[str] = []
    for one in people:
        room = await one.room()
        for url in (await upload(one), await upload(one)):
            await send_picture(one, room, url)
            urls.append(url)
        urls.append(await upload(one))
        await one.did("PUT", f"/profile/{q(one.user_id)}/avatar_url", {"avatar_url": urls[-1]})
        urls.append(await upload(one))
        await one.did("PUT", f"/user/{q(one.user_id)}/account_data/a.b", {"image": urls[-1]})
    db, filling = home.house.ground.db, home.house.talk.collection.filling
    async with db.read() as tx:
        uses = await tx.rows("select * from collection_uses order by holder, place, media_id")
    async with db.transaction() as tx:
        for table in ("uses", "list", "filling"):
            await tx.run(f"delete from collection_{table}")
    steps = 0
    while True:
        async with db.transaction() as tx:
            if await store.is_filled(tx):
                break
            await filling.fill(tx)
        with pytest.raises(ZeroDivisionError):
            async with db.transaction() as tx:
                await filling.fill(tx)
                raise ZeroDivisionError  # a worker that is killed loses its step, and no other
        steps += 1
    assert steps > 10
    async with db.read() as tx:
        again = await tx.rows("select * from collection_uses order by holder, place, media_id")
        listed = await tx.value("select count(*) from collection_list")
    assert [tuple(row) for row in again] == [tuple(row) for row in uses]
    assert listed == len(urls)


async def test_a_use_that_comes_while_files_are_taken_wins_or_is_told(
    home: Living, clock: FixedClock
) -> None:
    ada = await home.person()
    room, early, late = await ada.room(), await upload(ada), await upload(ada)
    clock.move(timedelta(days=DAYS + 1))
    ada = await ada.again()
    db, collecting = home.house.ground.db, home.house.talk.collection.collecting
    using = home.house.talk.collection.using
    account = "somebody"
    async with db.transaction() as tx:
        await using.show(tx, account, "avatar_url", f'"{early}"'.encode())
        async with db.transaction() as other:
            assert await collecting._some(other) is None
    await collecting.collect(Collect())
    assert await there(home, early, late) == [True, False], "the use was first"

    again = await upload(ada)
    clock.move(timedelta(days=DAYS + 1))
    ada = await ada.again()
    async with db.transaction() as tx:
        assert await collecting._some(tx)
        sending = asyncio.create_task(
            ada.ask(
                "PUT",
                f"/rooms/{q(room)}/send/m.room.message/late",
                {"msgtype": "m.image", "body": "x", "url": again},
            )
        )
        while not await waits(db):
            await asyncio.sleep(0)
    assert (await sending).status_code == 400, "the file was gone first"


async def waits(db: Database) -> bool:
    """Tell whether somebody waits for the turn."""
    async with db.read() as tx:
        return await tx.value(
            "select exists (select from pg_locks where locktype = 'advisory' and not granted"
            " and database = (select oid from pg_database where datname = current_database()))"
        )


async def test_two_workers_and_one_that_is_killed(
    home: Living, clock: FixedClock, tmp_path: Path
) -> None:
    ada = await home.person()
    for _ in range(6):
        await upload(ada)
    clock.move(timedelta(days=DAYS + 1))
    db, collecting = home.house.ground.db, home.house.talk.collection.collecting
    with pytest.raises(ZeroDivisionError):
        async with db.transaction() as tx:
            assert await collecting._some(tx) == 6
            raise ZeroDivisionError  # killed before the commit: nothing was changed
    assert blobs(tmp_path) == 6
    await asyncio.gather(*(collecting.collect(Collect()) for _ in range(3)))
    async with db.read() as tx:
        assert await tx.value("select count(*) from media_files") == 0
        assert await tx.value("select count(*) from collection_gone") == 6
        assert (await collecting.freed(tx, 1)).files_count == 6
        rows = await tx.rows("select payload from jobs_queue where kind = $1", DeleteBlobs.kind)
    assert blobs(tmp_path) == 6, "killed after the commit: what is left is named by a job"
    assert len(rows) >= 1
    await home.run_jobs()
    assert blobs(tmp_path) == 0
