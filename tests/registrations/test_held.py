"""A registration that has to wait for a decision, and what becomes of it."""

from typing import Any

import pytest

from teahouse.ids import token_digest
from teahouse.infra.db.pool import Tx
from teahouse.registrations.model import NewAccount, Registration
from tests.gate.house import House

UK = "+447911123456"
WHY = "approval"


@pytest.fixture
def careful(house: House) -> House:
    """A house where a person has to look at whoever calls themselves ann."""

    async def judge(_tx: Tx, _registration: Registration, new: NewAccount) -> str | None:
        return WHY if new.username == "ann" else None

    house.registrations.steps.judges.append(judge)
    return house


async def verified(house: House, number: str) -> str:
    """Go through every step but the last; return the registration's path."""
    path = await house.begin(door="phone", service_region="intl")
    await house.prove(path, "phone", number)
    return path


async def finish(house: House, path: str, name: str = "ann") -> tuple[int, Any]:
    return await house.call("POST", f"{path}/finish", {"username": name})


async def test_waits_and_goes_on_once_it_was_decided(careful: House) -> None:
    steps = careful.registrations.steps
    waiting, other = await verified(careful, UK), await verified(careful, "+447911123457")
    assert (await finish(careful, other, "bob"))[0] == 201
    for _ in range(2):
        status, said = await finish(careful, waiting)
        assert (status, said["code"], said["held_for"]) == (403, "gate.held", [WHY])
    _, seen = await careful.call("GET", waiting)
    assert (seen["stage"], seen["held_for"]) == ("verified", [WHY])
    digest = token_digest(waiting.rpartition("/")[2])
    async with steps.db.transaction() as tx:
        assert await steps.release(tx, digest, WHY)
        assert not await steps.release(tx, digest, WHY)
    status, made = await finish(careful, waiting)
    assert (status, made.get("user_id")) == (201, "@ann:tea.example")


async def test_is_told_why_it_was_not_accepted(careful: House) -> None:
    steps = careful.registrations.steps
    waiting = await verified(careful, UK)
    await finish(careful, waiting)
    why = "The licence does not name this organisation."
    async with steps.db.transaction() as tx:
        await steps.turn_away(tx, token_digest(waiting.rpartition("/")[2]), why)
    status, said = await finish(careful, waiting)
    assert (status, said["code"], said["detail"]) == (403, "gate.turned_away", why)
    _, seen = await careful.call("GET", waiting)
    assert (seen["stage"], seen["turned_away"]) == ("refused", why)
    async with steps.db.read() as tx:
        kept = "select count(*) from registrations_registrations where contact is not null"
        assert await tx.value(kept) == 0
