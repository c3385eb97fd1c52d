"""What one worker was told, another knows: nothing is given out twice, or overlooked."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.encryption.signer import Signer, claim
from tests.living import Living, Person, living


@pytest.fixture
async def other(house: Living, dsn: str) -> AsyncIterator[Living]:
    """A second worker on the same database."""
    async with living(dsn, Path(house.house.config.data_dir)) as one:
        yield one


def there(other: Living, person: Person) -> Person:
    """The same device, asking another worker."""
    return Person(other, person.user_id, person.token, person.device_id)


async def test_another_worker_knows_of_letters_keys_and_devices(
    house: Living, other: Living
) -> None:
    ann, bob = await house.person(), await house.person()
    await ann.room(bob)
    signer, far = Signer(ann), there(other, ann)
    watcher = there(other, bob)
    assert await house.house.log.settled(20)
    await other.house.log.catch_up()
    for one in (far, watcher):
        await one.sync()
    await signer.upload(device_keys=signer.device_keys, one_time_keys=signer.one_time("A"))
    await bob.did("PUT", "/sendToDevice/m.test/1", {"messages": {ann.user_id: {"*": {"n": 1}}}})
    await other.house.log.catch_up()
    told: Any = await far.sync()
    assert [event["content"] for event in told["to_device"]["events"]] == [{"n": 1}]
    assert told["device_one_time_keys_count"] == {"signed_curve25519": 1}
    assert (await watcher.sync())["device_lists"]["changed"] == [ann.user_id]
    await claim(bob, ann)
    await other.house.log.catch_up()
    told = await far.sync()
    assert told["device_one_time_keys_count"] == {"signed_curve25519": 0}
    assert "to_device" not in told


async def test_two_workers_give_out_no_key_twice(house: Living, other: Living) -> None:
    ann, bob = await house.person(), await house.person()
    signer = Signer(ann)
    names = [f"K{n}" for n in range(6)]
    await signer.upload(device_keys=signer.device_keys, one_time_keys=signer.one_time(*names))
    askers = [bob, there(other, bob)]
    found = await asyncio.gather(*(claim(askers[n % 2], ann) for n in range(10)))
    given = [name for one in found for name in one.get(ann.user_id, {}).get(ann.device_id, ())]
    assert len(given) == len(set(given))


async def test_a_letter_that_is_repeated_elsewhere_is_sent_once(
    house: Living, other: Living
) -> None:
    ann, bob = await house.person(), await house.person()
    body = {"messages": {bob.user_id: {bob.device_id: {"n": 1}}}}
    both = [ann, there(other, ann)]
    await asyncio.gather(*(one.did("PUT", "/sendToDevice/m.test/1", body) for one in both))
    await house.house.log.catch_up()
    assert len((await bob.sync())["to_device"]["events"]) == 1
