"""A restore as it is practised: what was taken back since the back-up stays taken back [U-22]."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec

from teahouse.clock import FixedClock
from teahouse.ids import Ids
from teahouse.infra.vault.keyfile import KeyFile
from teahouse.infra.vault.store import keys as keys_store
from teahouse.notices.model.pages import LIVE
from tests.backups.conftest import Elsewhere
from tests.backups.test_keys_since import change_key, kek
from tests.backups.test_restore import account_of, at, backed_up, leave, uploaded
from tests.living import Living, Person, q

PEOPLE = 24  # the drill of the requirements has a thousand; `python -m bench` is where numbers are
GONE = 16
SHOWN = "profiles.public"


async def redact(person: Person, room_id: str, event_id: str, txn: str) -> None:
    await person.did("PUT", f"/rooms/{q(room_id)}/redact/{q(event_id)}/{txn}", {"reason": "no"})


async def answer(person: Person, **said: list[str]) -> None:
    await person.did("POST", "/api/v1/account/consents", {"lang": "en", **said})


async def allows(home: Living, person: Person) -> bool:
    house = home.house
    async with house.db.read() as tx:
        found = await house.ground.vault.grounds(tx, await account_of(home, person.user_id))
    return f"{SHOWN}@1" in found


async def test_what_was_taken_back_after_a_backup_stays_so(
    home: Living, elsewhere: Elsewhere, tmp_path: Path, clock: FixedClock
) -> None:
    ann, bo, cy = [await home.joined(name, f"+44770090000{n}") for n, name in enumerate("abc", 1)]
    room_id = await ann.room(bo)
    secret, kept = await ann.say(room_id, "my secret"), await ann.say(room_id, "my word")
    topic = f"/rooms/{q(room_id)}/state/m.room.topic/"
    named = (await ann.did("PUT", topic, {"topic": "secret topic"}))["event_id"]
    await ann.did("PUT", topic, {"topic": "open topic"})
    for one in (ann, bo):
        await answer(one, accept=[SHOWN])
    file = await backed_up(home, tmp_path / "kept")
    await redact(ann, room_id, secret, "r1")
    await redact(ann, room_id, named, "r2")
    await answer(ann, withdraw=[SHOWN])
    await answer(bo, withdraw=[SHOWN])
    await answer(bo, accept=[SHOWN])
    await answer(cy, accept=[SHOWN])
    await answer(cy, withdraw=[SHOWN])
    assert await home.house.keeping.ledger.write() == 9

    clock.move(timedelta(days=1))
    elsewhere.take(home, "kek", "erasures")
    async with elsewhere.restored(file) as (there, done):
        assert done.again == (0, 2, 1), "of cy the back-up knew no word that could be taken back"
        assert [await allows(there, one) for one in (ann, bo, cy)] == [False, True, False]
        here = at(there, ann)
        event = f"/rooms/{q(room_id)}/event/"
        gone = await here.did("GET", event + q(secret))
        assert (gone["content"], gone["unsigned"]["erased"]) == ({}, True)
        assert (await here.did("GET", event + q(named)))["content"] == {}
        assert (await here.did("GET", event + q(kept)))["content"]["body"] == "my word"
        fresh = await replace(here, since="").sync()
        told = msgspec.json.encode(fresh).decode()
        assert ("open topic" in told, "my word" in told, "secret" in told) == (True, True, False)
        assert not any(await there.house.keeping.ledger.catch_up()), "it is known now"
        receipts = await there.house.people.consent.receipts(await account_of(there, ann.user_id))
        assert (receipts[0].basis, receipts[0].screen) == ("withdrawal", "backups.ledger")


async def test_everybody_can_read_that_a_time_was_lost(
    home: Living, elsewhere: Elsewhere, tmp_path: Path, clock: FixedClock
) -> None:
    ann = await home.person("ann")
    await home.house.doors.notices.history.begin()
    file = await backed_up(home, tmp_path / "kept")
    clock.move(timedelta(days=1))
    await leave(ann)
    await home.house.keeping.ledger.write()
    elsewhere.take(home, "kek", "erasures")
    async with elsewhere.restored(file) as (there, _):
        history = there.house.doors.notices.history
        assert (await history.verify()).intact
        last = (await history.entries())[-1]
        assert last["change"] == "restored"
        assert "a back-up of 2021-07-27 01:00Z" in last["reason"]["en"]
        assert "erasures 1, redactions 0" in last["reason"]["en"]
        assert f"第 {last['seq'] - 1} 条" in last["reason"]["zh"]
        for place in (LIVE.history, LIVE.feed):
            shown = await there.client.get(place)
            assert "Brought back from a back-up" in shown.text


async def test_a_backup_of_a_month_ago_after_a_change_of_keys_and_many_erasures(
    home: Living, elsewhere: Elsewhere, tmp_path: Path, clock: FixedClock
) -> None:
    numbers = [f"+4477009001{n:02}" for n in range(PEOPLE)]
    people = [await home.joined(f"p{n}", number) for n, number in enumerate(numbers)]
    uri = await uploaded(people[0])
    kept = tmp_path / "kek-of-then"
    kept.touch(mode=0o600)
    kept.write_bytes(kek(home).read_bytes())
    file = await backed_up(home, tmp_path / "kept")
    clock.move(timedelta(days=30))
    await change_key(home)
    for person in people[:GONE]:
        await leave(person)
    await home.house.keeping.ledger.write()

    elsewhere.take(home, "kek", "erasures")
    ids = Ids(elsewhere.clock)
    borrowed = KeyFile(elsewhere.data / "keys" / "kek", ids).borrow(KeyFile(kept, ids).held())
    async with elsewhere.restored(file, borrowed) as (there, done):
        house = there.house
        assert (done.again, done.settled) == ((GONE, 0, 0), True)
        async with house.db.read() as tx:
            _, rows = await keys_store.keys(tx)
            assert [
                row.version for row in rows if row.state.value == "primary" and row.purpose == "kek"
            ] == [2]
        for number, person in zip(numbers, people, strict=True):
            gone = person in people[:GONE]
            contacts = await house.people.accounts.identifiers(
                await account_of(there, person.user_id)
            )
            assert contacts == ({} if gone else {"phone": number})
        blob = await at(there, people[-1]).ask(
            "GET", "/_matrix/client/v1/media/download/" + uri[6:]
        )
        assert blob.status_code == 404, "the files of who is erased are, too"
        await there.run_jobs()
        blobs = Path(house.config.data_dir) / "blobs"
        assert not [path for path in blobs.rglob("*") if path.is_file()]
