"""Keys were changed after the back-up: what it has comes back under the newest."""

from pathlib import Path

import pytest

from teahouse.backups.model.manifest import KeysLacking
from teahouse.ids import Ids
from teahouse.infra.vault.keyfile import KeyFile
from teahouse.infra.vault.lifecycle import KeyPurpose, TwoPersons
from teahouse.infra.vault.rewrap import Rewrap
from teahouse.infra.vault.store import keys as keys_store
from tests.backups.conftest import Elsewhere
from tests.backups.test_restore import account_of, at, backed_up, leave
from tests.living import Living

KEK = KeyPurpose.KEK


async def change_key(home: Living) -> None:
    """Take a new key-encryption key into use and destroy the former one."""
    ground, history = home.house.ground, home.house.doors.notices.history
    ring, smith = ground.vault.ring, ground.locksmith
    former = ring.keys.primary

    async def step(verb: str, *rest: object) -> int:
        async with ground.db.transaction() as tx:
            told = await getattr(smith, verb)(tx, KEK, *rest)
        async with ground.db.read() as tx:
            await ring.reload(tx)
        return told.version

    version = await step("add")
    await step("distribute", version)
    await step("promote", version)
    async with ground.db.transaction() as tx:
        await smith.raise_floor(tx)
    await smith.barrier(ground.db)
    rewrap = Rewrap(ground.db, ring, (history.rewrap_keys,))
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
