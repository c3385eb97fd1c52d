"""The ledger of erasures: any change of it is seen, and two who write it write one."""

import asyncio
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teahouse.backups.model.ledger import (
    CONTEXT,
    BadLedger,
    Erasure,
    check_ledger,
    end_of,
    line_hash,
    lines_of,
)
from teahouse.backups.service.ledger import Keeper
from teahouse.clock import FixedClock
from teahouse.notices.model.chain import GENESIS, Document, canonical, sign, signing_key
from tests.backups.test_restore import leave
from tests.living import Living, living

KEYS = [signing_key(bytes([n]) * 32) for n in (1, 2)]
TRUSTED = {KEYS[0].key_id: KEYS[0].public}
AT = "2021-07-27T01:00:00Z"


def written(rng: random.Random, count: int) -> bytes:
    """Return a ledger whose key changes somewhere."""
    prev, signer, lines = GENESIS, KEYS[0], list[Document]()

    def add(told: Document) -> None:
        nonlocal prev
        lines.append(sign(signer, CONTEXT, {**told, "prev": prev}))
        prev = line_hash(lines[-1])

    add({"at": AT, "public": signer.public, "server_name": "s"})
    change = rng.randrange(count)
    for seq in range(1, count + 1):
        if seq - 1 == change:
            add({"at": AT, "public": KEYS[1].public, "server_name": "s"})
            signer = KEYS[1]
        add({"seq": seq, "at": AT, "subject_id": f"a{seq}", "hidden": rng.random() < 0.5})
    return b"".join(canonical(line) + b"\n" for line in lines)


def told(text: bytes) -> list[Erasure] | None:
    """Return what a ledger tells; ``None`` when it is refused."""
    try:
        return check_ledger(lines_of(text), TRUSTED)
    except BadLedger:
        return None


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.integers(1, 6), st.data())
def test_no_byte_of_a_ledger_can_be_changed(
    rng: random.Random, count: int, data: st.DataObject
) -> None:
    text = written(rng, count)
    whole = told(text)
    assert whole is not None
    assert [one.seq for one in whole] == list(range(1, count + 1))
    at = data.draw(st.integers(0, len(text) - 2))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != text[at]))
    changed = told(text[:at] + bytes([byte]) + text[at + 1 :])
    assert changed is None or changed == whole
    lines = text.splitlines(keepends=True)
    cut = data.draw(st.integers(0, len(lines) - 2))
    assert told(b"".join(lines[:cut] + lines[cut + 1 :])) is None
    one, other = data.draw(st.permutations(range(len(lines))))[:2]
    lines[one], lines[other] = lines[other], lines[one]
    assert told(b"".join(lines)) is None
    half = data.draw(st.integers(0, len(text)))
    shorter = told(text[:half])
    assert shorter == whole[: end_of(lines_of(text[:half])).seq], "cut off, it tells less"


async def test_two_workers_write_one_ledger(
    home: Living, dsn: str, tmp_path: Path, clock: FixedClock
) -> None:
    people = [await home.person() for _ in range(8)]
    async with living(dsn, tmp_path / "one", clock) as other:
        ledgers = [one.house.keeping.ledger for one in (home, other)]
        assert ledgers[0].path == ledgers[1].path
        for two in range(0, 8, 2):
            await asyncio.gather(*(leave(person) for person in people[two : two + 2]))
            await asyncio.gather(*(ledger.write() for ledger in ledgers))
        await ledgers[0].write()
        found = await ledgers[1].read(ledgers[1].path, {})
        assert [one.seq for one in found] == list(range(1, 9))
        assert len({one.subject_id for one in found}) == 8
        await leave(await home.person())
        with ledgers[0].path.open("ab") as file:
            file.write(b'{"seq":9,"at"')
        assert await ledgers[1].write() == 1, "it goes on where the last whole line ended"
        assert len(await ledgers[0].read(ledgers[0].path, {})) == 9


async def test_the_keeper_writes_when_an_account_ends(home: Living) -> None:
    ann = await home.person()
    keeping = home.house.keeping
    keeper = Keeper(keeping.ledger)
    keeper.listen(home.house.log)
    await keeper.start()
    try:
        await leave(ann)
        async with asyncio.timeout(60):
            while not keeping.ledger.path.exists() or not lines_of(
                keeping.ledger.path.read_bytes()
            ):
                await home.run_jobs()
    finally:
        await keeper.stop()
    with pytest.raises(BadLedger):
        keeping.ledger.path.write_bytes(b"{}\n")
        await keeping.ledger.catch_up()
