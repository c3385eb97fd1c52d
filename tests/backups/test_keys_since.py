"""Keys were changed after the back-up: what it has comes back under the newest."""

from pathlib import Path

import msgspec
import pytest

from teahouse.backups.model.manifest import KeysLacking
from teahouse.cli.doctor import Finding, look
from teahouse.cli.restore import _of_region, _take_keys
from teahouse.clock import FixedClock
from teahouse.config import BadConfig, Config, RegionKeys
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.keyfile import KeyFile
from teahouse.infra.vault.lifecycle import KeyPurpose, TwoPersons
from teahouse.infra.vault.model import SHARED
from teahouse.infra.vault.rewrap import Rewrap
from teahouse.infra.vault.store import keys as keys_store
from teahouse.infra.vault.suites import INTERNATIONAL
from tests.backups.conftest import Elsewhere
from tests.backups.test_restore import account_of, at, backed_up, leave
from tests.living import Living, living

KEK = KeyPurpose.KEK
MAINLAND = "cn-mainland"


async def change_key(home: Living, scope: str = SHARED) -> None:
    """Take a new key-encryption key into use and destroy the former one, if there was one."""
    ground, history = home.house.ground, home.house.doors.notices.history
    ring, smith = ground.vault.ring, ground.locksmith
    former = ring.keys.primary if scope == SHARED else ring.keys.scoped.get(scope, (None, 0))[0]

    async def step(verb: str, *rest: object) -> int:
        async with ground.db.transaction() as tx:
            told = await getattr(smith, verb)(tx, KEK, *rest)
        async with ground.db.read() as tx:
            await ring.reload(tx)
        return told.version

    version = await step("add", INTERNATIONAL, scope)
    await step("distribute", version)
    await step("promote", version)
    async with ground.db.transaction() as tx:
        await smith.raise_floor(tx)
    await smith.barrier(ground.db)
    rewrap = Rewrap(ground.db, ring, (history.rewrap_keys,))
    if scope != SHARED:
        await rewrap.scope_page(scope, former)
    if former is None:
        return
    if scope == SHARED:
        await rewrap.whole(former)
        async with ground.db.transaction() as tx:
            await rewrap.house(tx)
    await step("soft_disable", former.version)
    await step("destroy", former.version, TwoPersons("ada", "bo"))


def kek(home: Living) -> Path:
    return Path(home.house.config.data_dir) / "keys" / "kek"


async def test_a_backup_from_before_comes_back_under_the_newest_key(
    home: Living, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    ann = await home.joined("ann", "+447700900001")
    bo = await home.joined("bo", "+447700900002")
    kept = tmp_path / "kek-of-then"
    kept.touch(mode=0o600)
    kept.write_bytes(kek(home).read_bytes())
    file = await backed_up(home, tmp_path / "kept")
    known = home.house.keeping.known
    assert await known.exposed() == []
    await change_key(home)
    (exposure,) = await known.exposed()
    assert [(key.version, key.count > 0) for key in exposure.keys] == [(1, True)]
    await leave(bo)
    await home.house.keeping.ledger.write()
    assert len(kek(home).read_text().splitlines()) == 1, "the former one is destroyed"

    elsewhere.take(home, "kek", "erasures")
    with pytest.raises(KeysLacking):
        await elsewhere.load(file)
    ids = Ids(elsewhere.clock)
    source = KeyFile(elsewhere.data / "keys" / "kek", ids)
    newest = await source.newest()
    borrowed = source.borrow(KeyFile(kept, ids).held())
    assert {ref.version for ref in borrowed} == {1}
    assert await source.newest() == newest
    async with elsewhere.restored(file, borrowed) as (there, done):
        house = there.house
        assert (done.again.erased, done.keys.primary, done.keys.destroyed) == (
            1,
            newest,
            (*borrowed,),
        )
        async with house.db.read() as tx:
            _, rows = await keys_store.keys(tx)
        (old,) = await house.keeping.known.exposed()
        assert old.place.endswith(str(file)), "what it came from holds the old ciphertext"
        states = {row.version: row.state.value for row in rows if row.purpose is KEK}
        assert states == {1: "destroyed", 2: "primary"}
        assert list(source.held()) == [newest], "and it is taken out of the file again"
        account_id = await account_of(there, ann.user_id)
        told = await house.people.accounts.identifiers(account_id)
        assert told == {"phone": "+447700900001"}
        await at(there, ann).did("GET", "/account/whoami")
        assert await house.people.accounts.identifiers(await account_of(there, bo.user_id)) == {}
        assert (await house.doors.notices.history.verify()).intact
    async with elsewhere.reopened() as again:
        account_id = await account_of(again, ann.user_id)
        assert await again.house.people.accounts.identifiers(account_id) == told
        await again.joined("cy", "+447700900003")


async def looked_at(config: Config, own: Path) -> None:
    """The doctor looks at the region's place, too, and says when a key is in none."""

    async def told() -> dict[str, Finding]:
        found = {one.what: one for one in await look(config)}
        return {name: found[name] for name in found if name.startswith("key")}

    found = await told()
    region = found["key ring of cn-mainland"]
    assert (region.good, str(own) in region.words) == (True, True)
    assert (found["keys"].good, found["keys"].words) == (True, "all 2 are there")
    own.chmod(0o644)
    assert not (await told())["key ring of cn-mainland"].good
    own.chmod(0o600)
    aside = own.rename(own.with_name("aside"))
    lost = (await told())["keys"]
    assert (lost.good, "version 3" in lost.words) == (False, True)
    aside.rename(own)


async def test_a_regions_keys_come_back_into_its_own_place(
    database: Database, dsn: str, elsewhere: Elsewhere, tmp_path: Path, clock: FixedClock
) -> None:
    own = tmp_path / "apart" / "mainland"
    elsewhere.settings["region_keys"] = (RegionKeys(region=MAINLAND, key_file=str(own)),)
    async with living(dsn, tmp_path / "one", clock, **elsewhere.settings) as home:
        ann = await home.joined("ann", "+447700900001")
        account_id = await account_of(home, ann.user_id)
        async with database.transaction() as tx:
            await home.house.ground.vault.settle(tx, {account_id: MAINLAND})
        await change_key(home, MAINLAND)
        kept = tmp_path / "mainland-of-then"
        kept.touch(mode=0o600)
        kept.write_bytes(own.read_bytes())
        file = await backed_up(home, tmp_path / "kept")
        await change_key(home, MAINLAND)
        elsewhere.take(home, "kek")
        await looked_at(msgspec.structs.replace(home.house.config, database_url=dsn), own)
    with pytest.raises(KeysLacking):
        await elsewhere.load(file)
    ids, config = Ids(elsewhere.clock), elsewhere.config
    for bad in ("cn-mainland", f"mars={kept}"):
        with pytest.raises(BadConfig):
            _take_keys(config, [_of_region(bad)], ids)
    (newest,) = KeyFile(own, ids).held()
    borrowed = _take_keys(config, [_of_region(f"{MAINLAND}={kept}")], ids)
    assert {ref.version for ref in borrowed} == {2}
    shared = KeyFile(elsewhere.data / "keys" / "kek", ids)
    assert {ref.version for ref in shared.held()} == {1}, "nothing of a region's comes there"
    async with elsewhere.restored(file, borrowed) as (there, done):
        assert done.keys.destroyed == (*borrowed,)
        assert there.house.ground.vault.ring.keys.scoped[MAINLAND][0] == newest
        assert list(KeyFile(own, ids).held()) == [newest]
        told = await there.house.people.accounts.identifiers(await account_of(there, ann.user_id))
        assert told == {"phone": "+447700900001"}
        await at(there, ann).did("GET", "/account/whoami")
