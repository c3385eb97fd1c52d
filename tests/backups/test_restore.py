"""A house is brought back from a back-up: what was said is there, who was erased since is not."""

import asyncio
import io
import re
import tarfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import msgspec
import pytest

from teahouse.appservices.model import parse
from teahouse.backups.model.ledger import BadLedger
from teahouse.backups.model.manifest import (
    BrokenBackup,
    KeysLacking,
    NewerRelease,
    OtherHouse,
    PlaceTaken,
    RestoreUnfinished,
    check_house,
    check_release,
    read_manifest,
)
from teahouse.backups.service.ledger import FILE_NAME
from teahouse.backups.service.restoring import check_for, read_through
from teahouse.backups.wire import backups_wire
from teahouse.clock import FixedClock
from teahouse.ids import Ids
from teahouse.infra.db.copying import NotEmpty
from teahouse.infra.db.migrator import on_disk
from teahouse.infra.vault.sources import key_source
from teahouse.media import store as media_store
from teahouse.notices.model.chain import canonical
from teahouse.rights import store as rights_store
from tests.appservices.bridge import registration
from tests.backups.conftest import Elsewhere
from tests.living import Living, Person, q

PICTURE = b"not a picture, but forty bytes of a file."


async def account_of(home: Living, user_id: str) -> str:
    return (await home.house.people.accounts.account(user_id)).account_id


async def leave(person: Person) -> None:
    body = {"type": "m.login.password", "user": person.user_id, "password": "correct horse"}
    await person.did("POST", "/account/deactivate", {"auth": body, "erase": True})


async def uploaded(person: Person) -> str:
    headers = {
        "authorization": f"Bearer {person.token}",
        "content-type": "application/octet-stream",
    }
    answer = await person.living.client.post(
        "/_matrix/media/v3/upload?filename=a.txt", content=PICTURE, headers=headers
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["content_uri"]


async def backed_up(home: Living, place: Path) -> Path:
    place.mkdir(exist_ok=True)
    made = await home.house.keeping.making.make(place, "cli:test")
    return made.path


def at(home: Living, person: Person) -> Person:
    """The same person, session and place in the stream, at another house."""
    return replace(person, living=home)


async def test_a_house_is_brought_back_and_the_erased_stay_erased(
    home: Living, elsewhere: Elsewhere, tmp_path: Path, clock: FixedClock
) -> None:
    ann = await home.joined("ann", "+447700900001")
    bo = await home.joined("bo", "+447700900002")
    room_id = await ann.room(bo)
    await bo.say(room_id, "before")
    uri = await uploaded(ann)
    await ann.sync()
    early = replace(ann)
    bo_id = await account_of(home, bo.user_id)
    file = await backed_up(home, tmp_path / "kept")
    await bo.say(room_id, "lost")
    cy = await home.joined("cy", "+447700900003")
    await ann.sync()
    clock.move(timedelta(days=1))
    await leave(bo)
    await leave(cy)
    assert await home.house.keeping.ledger.write() == 2
    assert await home.house.keeping.ledger.write() == 0, "it is written once"

    elsewhere.take(home, "kek", FILE_NAME)
    async with elsewhere.restored(file) as (there, done):
        house = there.house
        assert (done.again, done.settled) == ((2, 0, 0), True)
        async with house.db.read() as tx:
            assert await house.ground.vault.is_erased(tx, bo_id)
            assert await house.people.accounts.identifiers(bo_id) == {}
        assert await at(there, bo).refused("GET", "/account/whoami") == "401 M_UNKNOWN_TOKEN"
        assert await at(there, cy).refused("GET", "/account/whoami") == "401 M_UNKNOWN_TOKEN"
        contacts = await house.people.accounts.identifiers(await account_of(there, ann.user_id))
        assert contacts == {"phone": "+447700900001"}, "what was sealed opens"
        blob = await at(there, ann).ask("GET", "/_matrix/client/v1/media/download/" + uri[6:])
        assert blob.content == PICTURE

        gap = await at(there, ann).sync()
        timeline = gap["rooms"]["join"][room_id]["timeline"]
        assert timeline["limited"], "what the client saw in the lost time it must let go of"
        said = [e["content"].get("body") for e in timeline["events"]]
        assert "lost" not in said
        assert not [e for e in gap["rooms"]["join"][room_id]["state"]["events"] if e == {}]
        on = await at(there, early).sync()
        joined = on["rooms"]["join"][room_id]["timeline"]["events"]
        assert [e["type"] for e in joined] == ["m.room.member"], "bo has left, no more"
        dan = await there.person("dan")
        await dan.did("POST", f"/join/{q(room_id)}", {})
        await dan.say(room_id, "after")
        for place in (gap, on):
            here = replace(at(there, ann), since=place["next_batch"])
            assert await here.texts(room_id) == ["after"]
        assert await house.people.audit.verify() is None
        acts = [one.act for one in await house.people.audit.page(act="backups")]
        assert acts == ["backups.restored", "backups.erased_again"]
        await house.keeping.returning.check_whole()
        assert not any(await house.keeping.ledger.catch_up())
        await leave(dan)
        assert await house.keeping.ledger.write() == 1, "and the ledger goes on"
        assert len(await house.keeping.ledger.read(house.keeping.ledger.path, {})) == 3


async def test_every_row_comes_back(
    home: Living, elsewhere: Elsewhere, tmp_path: Path, wiper: asyncpg.Connection
) -> None:
    ann = await home.joined("ann", "+447700900001")
    await ann.say(await ann.room(), "a\ttab, a \\ and a\nline")
    await home.owner()
    assert await home.house.log.settled(10), "what follows it moves no row any more"
    file = await backed_up(home, tmp_path / "kept")
    elsewhere.take(home, "kek")
    manifest = await elsewhere.load(file)
    other = await asyncpg.connect(elsewhere.dsn)
    changed = {"log_shards", "log_gaps", "backups_restores", "backups_backups", "backups_keys"}
    changed |= {"audit_entries", "audit_head"}  # that the back-up was made
    for name, told in manifest.tables.items():
        query = f'select t::text from "{name}" t order by 1'
        mine = [row[0] for row in await wiper.fetch(query)]
        theirs = [row[0] for row in await other.fetch(query)]
        assert len(theirs) == told.rows or name in changed
        assert name in changed or mine == theirs, name
    assert len([one for one in manifest.tables.values() if one.rows]) > 30
    same = (
        "select conname from pg_constraint where connamespace = 'public'::regnamespace order by 1",
        "select tgname from pg_trigger order by 1",
    )
    for query in same:
        named = [[r[0] for r in await c.fetch(query) if "RI_" not in r[0]] for c in (wiper, other)]
        assert named[0] == named[1]
    await other.close()
    with pytest.raises(NotEmpty):
        await elsewhere.load(file)
    async with elsewhere.reopened() as there:
        with pytest.raises(RestoreUnfinished):
            await there.house.keeping.returning.check_whole()


async def test_a_backup_holds_no_key(home: Living, tmp_path: Path) -> None:
    await home.joined("ann", "+447700900001")
    file = await backed_up(home, tmp_path / "kept")
    line = (Path(home.house.config.data_dir) / "keys" / "kek").read_text().split()
    secret = bytes.fromhex(line[3])

    def holds(content: bytes) -> bool:
        return any(one in content for one in (secret, line[3].encode(), b"+447700900001"))

    found = [content for _, content in parts(file)]
    assert not any(holds(one) for one in [file.read_bytes(), *found])
    assert any(line[1].encode() in one for one in found), "its name is"
    assert holds(b"x" + secret), "and it would be found"


def parts(file: Path) -> list[tuple[str, bytes]]:
    import gzip  # noqa: PLC0415

    found: list[tuple[str, bytes]] = []
    with tarfile.open(file) as tar:
        for member in tar:
            inside = tar.extractfile(member)
            assert inside is not None
            content = inside.read()
            plain = gzip.decompress(content) if member.name.endswith(".gz") else content
            found.append((member.name, plain))
    return found


async def test_what_was_changed_is_no_backup(home: Living, tmp_path: Path) -> None:
    ann = await home.person("ann")
    await uploaded(ann)
    file = await backed_up(home, tmp_path / "kept")
    manifest = read_through(file, [])
    assert (manifest.blobs_count, manifest.missing) == (1, [])
    whole = file.read_bytes()
    other = tmp_path / "other"

    def fault(content: bytes) -> str:
        other.write_bytes(content)
        with pytest.raises(BrokenBackup) as refused:
            read_through(other, [])
        return refused.value.words

    for cut in (0, 100, len(whole) // 2, whole.rindex(b"manifest.json")):
        assert "it has no manifest" in fault(whole[:cut]) or "cannot be read" in fault(whole[:cut])
    at_file = whole.index(PICTURE)
    fault(whole[:at_file] + b"X" + whole[at_file + 1 :])
    place = whole.rindex(b'"made_at"')
    fault(whole[:place] + whole[place:].replace(b'"tenant":"main"', b'"tenant":"mine"'))
    fault(without(file, lambda name: name.startswith("blobs/")))
    fault(without(file, lambda name: name.startswith("tables/gate")))
    with pytest.raises(BrokenBackup, match="another key"):
        read_through(file, [], "00")
    assert read_through(file, [], manifest.public) == manifest
    with pytest.raises(PlaceTaken):
        await home.house.keeping.making.make(file, "cli:test")


def without(file: Path, left_out) -> bytes:  # noqa: ANN001 - a rule of names
    made = io.BytesIO()
    with tarfile.open(file) as tar, tarfile.open(fileobj=made, mode="w|") as less:
        for member in tar:
            if not left_out(member.name):
                less.addfile(member, tar.extractfile(member))
    return made.getvalue()


async def test_what_cannot_be_read_here_is_refused_before_anything_is_touched(
    home: Living, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    file = await backed_up(home, tmp_path / "kept")
    manifest = read_through(file, [])
    with pytest.raises(KeysLacking) as refused:
        await elsewhere.load(file)
    key = manifest.keys[0]
    assert f"teahouse-kek {key.key_id} {key.version}" in refused.value.words
    elsewhere.take(home, "kek")
    source, today = key_source(elsewhere.config, Ids(elsewhere.clock)), elsewhere.clock.now().date()
    assert await check_for(manifest, elsewhere.config, source, today) == []
    ours = {one.name: one.digest.hex() for one in on_disk()}
    check_release(manifest, ours)
    with pytest.raises(NewerRelease):
        check_release(manifest, dict(list(ours.items())[:-1]))
    with pytest.raises(NewerRelease):
        check_release(manifest, ours | {next(iter(ours)): "00"})
    check_house(manifest, "s", "main")
    for server_name, tenant in (("t", "main"), ("s", "other")):
        with pytest.raises(OtherHouse):
            check_house(manifest, server_name, tenant)
    forged = msgspec.structs.replace(manifest, server_name="t")
    with pytest.raises(BrokenBackup):
        read_manifest(canonical(msgspec.to_builtins(forged)))


async def test_only_so_many_are_kept(home: Living, tmp_path: Path, clock: FixedClock) -> None:
    place = tmp_path / "kept"
    making, known = home.house.keeping.making, home.house.keeping.known
    files = [await backed_up(home, place)]
    (place / "teahouse-s-20200101T000000Z.backup.unfinished").touch()
    (place / "mine").touch()
    for _ in range(2):
        clock.move(timedelta(days=1))
        made = await making.make(place, "cli:test", keep=2)
        files.append(made.path)
    assert made.deleted == (files[0],)
    assert sorted(place.iterdir()) == sorted([place / "mine", *files[1:]])
    listed = await known.backups()
    assert [one.gone_at is None for one in listed] == [True, True, False]
    told = backups_wire(list(listed), [], clock.now(), 7)
    assert (len(told.backups), told.old) == (3, False)
    clock.move(timedelta(days=7))
    told = await (await home.owner()).did("GET", "/backups")
    assert (len(told["backups"]), told["old"]) == (3, True)


async def test_a_changed_ledger_erases_nobody(
    home: Living, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    people = [await home.person() for _ in range(4)]
    file = await backed_up(home, tmp_path / "kept")
    ledger = home.house.keeping.ledger
    await leave(people[0])
    await ledger.write()
    await home.house.doors.notices.history.rotate("cli:test")
    for person in people[1:3]:
        await leave(person)
    await ledger.write()
    told = await ledger.read(ledger.path, {})
    assert [one.seq for one in told] == [1, 2, 3]
    text = ledger.path.read_bytes()
    lines = text.splitlines(keepends=True)
    assert len(lines) == 5, "a line for each key, too"
    elsewhere.take(home, "kek", FILE_NAME)
    await elsewhere.load(file)
    changed = {
        "a word": text.replace(told[1].subject_id.encode(), told[0].subject_id.encode()),
        "a line less": b"".join(lines[:1] + lines[2:]),
        "another order": b"".join([lines[0], lines[1], lines[2], lines[4], lines[3]]),
        "a line from nowhere": text + lines[1],
        "no line": text + b"{}\n",
    }
    async with elsewhere.reopened() as there:
        mine = there.house.keeping.ledger
        for how, content in changed.items():
            mine.path.write_bytes(content)
            with pytest.raises(BadLedger):
                await mine.read(mine.path, {})
                pytest.fail(how)
        for person in people:
            one = await there.house.people.accounts.account(person.user_id)
            assert one.state.value == "active"
        mine.path.write_bytes(text + lines[4][:40])
        assert (await mine.catch_up()).erased == 3, "what was not written to its end does not count"
        await leave(at(there, people[3]))
        assert await mine.write() == 1
        assert [one.seq for one in await mine.read(mine.path, {})] == [1, 2, 3, 4]


async def test_people_go_on_while_it_is_made(
    home: Living, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    """Whatever came in half-way is in it whole or not at all: foreign keys are checked."""
    ann = await home.person("ann")
    room_id = await ann.room()
    done = asyncio.Event()

    async def live() -> int:
        count = 0
        while not done.is_set():
            someone = await home.person()
            await someone.did("POST", f"/join/{q(room_id)}", {})
            await uploaded(someone)
            await someone.say(room_id, "here")
            await leave(someone)
            count += 1
        return count

    async with asyncio.TaskGroup() as group:
        crowd = [group.create_task(live()) for _ in range(2)]
        file = await backed_up(home, tmp_path / "kept")
        done.set()
    assert sum(one.result() for one in crowd) >= 2
    elsewhere.take(home, "kek")
    manifest = read_through(file, [])
    async with elsewhere.restored(file) as (there, _):
        here = at(there, ann)
        told = await here.did("GET", f"/rooms/{q(room_id)}/joined_members")
        assert ann.user_id in told["joined"]
        await here.say(room_id, "and on")
    assert manifest.tables["accounts_accounts"].rows >= 1


async def test_every_column_that_names_a_blob_is_asked(wiper: asyncpg.Connection) -> None:
    query = "select table_name from information_schema.columns where column_name = 'blob'"
    named = {row[0] for row in await wiper.fetch(query)}
    asked = re.findall(r"from (\w+)", f"{media_store.BLOBS} {rights_store.BLOBS}")
    assert named == set(asked)


async def test_the_census_hears_of_old_backups(
    home: Living, tmp_path: Path, clock: FixedClock
) -> None:
    look = home.house.doors.reports.census.others["backups"]
    assert (await look(clock.now())).state == "expires"
    file = await backed_up(home, tmp_path / "kept")
    assert (await look(clock.now())).counted == 0, "it is of now"
    clock.move(timedelta(days=1))
    seen = await look(clock.now())
    assert (seen.state, seen.counted) == ("holds_old", 1)
    assert seen.detail == "2021-07-27 01:00Z under key-encryption key 1, not locked"
    await home.house.keeping.making.make(file.parent, "cli:test", keep=1)
    assert (await look(clock.now())).counted == 0, "it was deleted"


async def test_l_20_a_service_that_was_put_out_does_not_come_back_with_a_backup(
    home: Living, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    keeping = home.house.programs.appservices.keeping
    told = {"namespaces": {}, "hs_token": "h"}
    for name in ("bot", "own"):
        more = told | {"id": name, "as_token": name, "sender_localpart": name}
        await keeping.add("cli:test", parse(registration(None, **more)))
    file = await backed_up(home, tmp_path / "kept")
    await keeping.remove("cli:test", "bot")
    await home.house.keeping.ledger.write()

    async def known(living: Living) -> list[int]:
        place = "/_matrix/client/v3/account/whoami"
        heads = [{"authorization": f"Bearer {name}"} for name in ("bot", "own")]
        return [(await living.client.get(place, headers=one)).status_code for one in heads]

    assert await known(home) == [401, 200]
    elsewhere.take(home, "kek", FILE_NAME)
    async with elsewhere.restored(file) as (there, done):
        assert done.again.erased == 1
        assert await known(there) == [401, 200]
