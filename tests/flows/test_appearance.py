"""A child on camera, from a report to a guardian's yes and its end; as docs/flows/appearance.md tells."""

from tests.appearances.test_appearances import (
    PROOF,
    act,
    case_of,
    clock,
    mine,
    refusal,
    shown,
    to_be_seen,
)
from tests.cases.desk import judges
from tests.living import Living
from tests.mainland import house
from tests.minors.test_minors import family

__all__ = ["clock", "house"]


async def test_r_061_a_guardian_consents_and_what_they_withdraw_is_hidden_and_looked_at(
    house: Living,
) -> None:
    parent, child = await family(house, "2010-03")
    ann = await house.person("ann2")
    first, second = await judges(house)
    room, event_id = await shown(ann, child)
    case_id = await case_of(first)
    ward = f"/api/v1/guardian/wards/{child.user_id}/appearances"
    assert await refusal(parent, "POST", f"{ward}/{case_id}/consent", PROOF) == (
        "appearances.bad_step"
    )
    assert (await act(first, case_id, "ask"))["hidden"] is True
    (asked,) = (await parent.did("GET", ward))["appearances"]
    assert asked["may"] == ["consent", "decline"]
    wrong = {"password": "wrong"}
    assert (await parent.ask("POST", f"{ward}/{case_id}/consent", wrong)).status_code == 403
    agreed = await parent.did("POST", f"{ward}/{case_id}/consent", PROOF)
    assert (agreed["state"], agreed["hidden"], agreed["may"]) == ("consented", False, ["withdraw"])
    assert await to_be_seen(ann, room, event_id)
    await first.did("POST", f"/{case_id}/acts", {"act": "dismiss", "statement": None, "answer": ""})
    assert [one["state"] for one in await mine(child)] == ["kept"]
    await parent.did("POST", f"{ward}/{case_id}/withdraw", PROOF)
    assert not await to_be_seen(ann, room, event_id), "at once"
    states = {one["case_id"]: one["state"] for one in await mine(child)}
    assert states.pop(case_id) == "reopened"
    ((fresh, state),) = states.items()
    assert state == "hidden"
    assert await case_of(second) == fresh, "people look at it again"
    assert await refusal(parent, "POST", f"{ward}/{case_id}/withdraw", PROOF) == (
        "appearances.bad_step"
    )
