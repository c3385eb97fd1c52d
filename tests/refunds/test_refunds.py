"""From a guardian's claim to its answer, within working days, and an appeal by somebody else [R-062]."""

from datetime import timedelta
from typing import Any

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Tx
from teahouse.refunds.model import Claim
from tests.contract.cast import operator
from tests.living import Living, Person
from tests.minors.test_hours import order, pay
from tests.minors.test_minors import PROOF, family, id_of, mine, said, say

MINE = "/api/v1/guardian/refunds"
DESK = "/api/v1/operator/refunds"
WHY = {"words": "She paid with my telephone, for a game."}


async def spent(house: Living, *amounts: int) -> tuple[Person, Person, str]:
    """Return a guardian, a ward who spent amounts, and the place where they are asked back."""
    parent, child = await family(house, "2011-06")
    await say(parent, child, "pay", True)
    for nth, amount in enumerate(amounts):
        assert await pay(house, order(await id_of(child), nth, amount)) == "paid"
    return parent, child, f"/api/v1/guardian/wards/{child.user_id}"


async def operated(house: Living, role: str = "moderator") -> Person:
    return Person(house, role, await operator(house, role), "")


async def asked(parent: Person, ward: str, nth: int = 0) -> Any:
    body = PROOF | WHY | {"reservation_id": f"order-{nth}"}
    answer = await parent.ask("POST", f"{ward}/refunds", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def step(one: Person, refund_id: str, act: str, words: str = "Seen.") -> Any:
    place = MINE if act in ("appeal", "withdraw") else f"{DESK}/claims"
    return await one.did("POST", f"{place}/{refund_id}/{act}", {"words": words})


async def refused(one: Person, refund_id: str, act: str, words: str = "Seen.") -> tuple[int, str]:
    place = MINE if act in ("appeal", "withdraw") else f"{DESK}/claims"
    return await said(one, f"{place}/{refund_id}/{act}", {"words": words})


async def looks(house: Living) -> list[str]:
    """Return which claims operators have read the words of."""
    return [one.target for one in await house.house.people.audit.page(act="refunds.look")]


async def test_r_062_what_is_upheld_no_longer_counts_and_is_paid(house: Living) -> None:
    parent, child, ward = await spent(house, 3000, 2000)
    (latest, first) = (await parent.did("GET", f"{ward}/spending"))["spending"]
    assert {latest["amount_minor"], first["amount_minor"]} == {3000, 2000}
    friend = await house.person("friend")
    assert await said(friend, f"{ward}/refunds", PROOF | WHY | {"reservation_id": "order-0"}) == (
        404,
        "minors.no_ward",
    )
    wrong = WHY | {"reservation_id": "order-0", "password": "wrong"}
    assert (await said(parent, f"{ward}/refunds", wrong))[0] == 403
    nothing = PROOF | WHY | {"reservation_id": "order-9"}
    assert await said(parent, f"{ward}/refunds", nothing) == (404, "refunds.no_spending")
    mute = PROOF | {"words": " ", "reservation_id": "order-0"}
    assert await said(parent, f"{ward}/refunds", mute) == (400, "refunds.bad_words")
    claim = await asked(parent, ward)
    assert (claim["state"], claim["amount_minor"], claim["late"]) == ("asked", 3000, False)
    assert claim["due_at"] == "2026-12-09T16:00:00Z", "fifteen working days, in Shanghai"
    again = PROOF | WHY | {"reservation_id": "order-0"}
    assert await said(parent, f"{ward}/refunds", again) == (409, "refunds.asked_already")
    desk, auditor = await operated(house), await operated(house, "auditor")
    (waiting,) = (await desk.did("GET", DESK))["refunds"]
    assert waiting["refund_id"] == claim["refund_id"]
    assert not {"words", "reason", "appeal_words", "appeal_reason"} & waiting.keys()
    assert await looks(house) == [], "a list shows nothing sealed"
    case = await auditor.did("GET", f"{DESK}/claims/{claim['refund_id']}")
    assert (case["at_least"], case["refund"]["acts"]) == (14, ["check"])
    assert case["refund"]["words"] == WHY["words"]
    assert await looks(house) == [claim["refund_id"]]
    assert await refused(auditor, claim["refund_id"], "check") == (403, "operators.role")
    assert await refused(desk, claim["refund_id"], "uphold") == (409, "refunds.bad_step")
    not_theirs = f"{DESK}/claims/{claim['refund_id']}/appeal"
    assert await said(desk, not_theirs, {"words": "Mine."}) == (409, "refunds.bad_step")
    await step(desk, claim["refund_id"], "check")
    assert await refused(desk, claim["refund_id"], "uphold", "") == (400, "refunds.bad_words")
    assert (await mine(child))["limits"]["spent_minor"] == 5000
    upheld = await step(desk, claim["refund_id"], "uphold", "A child, and no consent.")
    assert (upheld["state"], upheld["acts"]) == ("upheld", ["pay"]), "nobody moves money yet"
    assert (await mine(child))["limits"]["spent_minor"] == 2000, "the cap has room again"
    assert len((await parent.did("GET", f"{ward}/spending"))["spending"]) == 1
    await step(desk, claim["refund_id"], "pay", "Transfer 77")
    (seen,) = (await parent.did("GET", MINE))["refunds"]
    assert (seen["state"], seen["reference"], seen["reason"], seen["acts"]) == (
        "paid",
        "Transfer 77",
        "A child, and no consent.",
        [],
    )
    assert (await desk.did("GET", DESK))["refunds"] == []
    assert len((await desk.did("GET", f"{DESK}/over"))["refunds"]) == 1
    assert (await friend.did("GET", MINE))["refunds"] == []
    assert await refused(friend, claim["refund_id"], "withdraw") == (404, "refunds.no_refund")
    assert await refused(desk, "none", "check") == (404, "refunds.no_refund")


async def test_r_062_whoever_moves_money_pays_in_the_transaction_that_upholds(
    house: Living,
) -> None:
    parent, _, ward = await spent(house, 3000, 2000)
    paid: list[str] = []

    async def pay_back(_tx: Tx, claim: Claim) -> str | None:
        paid.append(claim.reservation_id)
        return "wallet 1" if claim.amount_minor == 3000 else None

    house.house.ways.refunds.paying.append(pay_back)
    desk = await operated(house)
    for nth, (state, reference) in enumerate([("paid", "wallet 1"), ("upheld", "")]):
        claim = await asked(parent, ward, nth)
        await step(desk, claim["refund_id"], "check")
        done = await step(desk, claim["refund_id"], "uphold")
        assert (done["state"], done["reference"]) == (state, reference)
    assert paid == ["order-0", "order-1"]


async def test_r_062_an_appeal_is_decided_by_somebody_else(
    house: Living, clock: FixedClock
) -> None:
    parent, child, ward = await spent(house, 3000)
    claim = (await asked(parent, ward))["refund_id"]
    first, second = await operated(house), await operated(house, "owner")
    await step(first, claim, "check")
    no = await step(first, claim, "refuse", "The guardian's own purchase.")
    assert (no["state"], no["acts"]) == ("refused", [])
    assert await refused(parent, claim, "appeal", "") == (400, "refunds.bad_words")
    appealed = await step(parent, claim, "appeal", "It was not me.")
    assert (appealed["state"], appealed["appeal_words"]) == ("appealed", "It was not me.")
    assert await refused(first, claim, "uphold") == (403, "refunds.same_decider")
    assert await refused(first, claim, "refuse") == (403, "refunds.same_decider")
    await step(second, claim, "refuse", "The receipts say otherwise.")
    (seen,) = (await parent.did("GET", MINE))["refunds"]
    assert (seen["state"], seen["appeal_reason"]) == ("closed", "The receipts say otherwise.")
    assert (await mine(child))["limits"]["spent_minor"] == 3000
    assert await refused(parent, claim, "appeal") == (409, "refunds.bad_step")


async def test_r_062_what_is_withdrawn_may_be_asked_again_and_an_appeal_has_its_time(
    house: Living, clock: FixedClock
) -> None:
    parent, _, ward = await spent(house, 3000)
    assert (await step(parent, (await asked(parent, ward))["refund_id"], "withdraw"))[
        "state"
    ] == "withdrawn"
    claim = (await asked(parent, ward))["refund_id"]
    desk = await operated(house)
    await step(desk, claim, "check")
    await step(desk, claim, "refuse", "No.")
    clock.move(timedelta(days=31))
    assert await refused(parent, claim, "appeal") == (409, "refunds.too_late")


async def test_r_062_what_is_late_is_noted_once(house: Living, clock: FixedClock) -> None:
    parent, child, ward = await spent(house, 3000)
    claim = (await asked(parent, ward))["refund_id"]
    refunds, db = house.house.ways.refunds, house.house.db

    async def noted() -> int:
        async with db.transaction() as tx:
            await refunds.lapse(tx)
            return await tx.value("select count(*) from audit_entries where act = 'refunds.late'")

    clock.move(timedelta(days=20))
    assert await noted() == 0
    clock.move(timedelta(days=2))
    assert [await noted(), await noted()] == [1, 1]
    assert (await parent.did("GET", MINE))["refunds"][0]["late"] is True
    await step(parent, claim, "withdraw")
    assert (await parent.did("GET", MINE))["refunds"][0]["late"] is False
    async with db.transaction() as tx:
        await refunds.purge(tx)
    assert len((await parent.did("GET", MINE))["refunds"]) == 1
    clock.move(timedelta(days=366))
    async with db.transaction() as tx:
        await refunds.purge(tx)
    assert (await parent.did("GET", MINE))["refunds"] == []
    await house.house.people.accounts.deactivate(await id_of(child), erase=True)
