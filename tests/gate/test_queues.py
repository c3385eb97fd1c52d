"""A Matrix client is told of the waiting list where it is told that it needs a pass."""

from teahouse.gate.model.policies import Draft, State
from tests.gate.house import REGISTER, SUSPENSION, House


async def test_matrix_is_told_of_the_list(house: House) -> None:
    asked = {"username": "ann", "password": "a kettle of spring water"}
    status, open_ = await house.call("POST", REGISTER, asked)
    assert (status, "org.teahouse.waitlist" in open_) == (401, False)
    draft = Draft(state=State.WAITLIST, words=SUSPENSION)
    policy = await house.gate.policies.set("op-owner", "the owner", draft)
    status, told = await house.call("POST", REGISTER, asked)
    assert "m.login.registration_token" in told["flows"][0]["stages"]
    assert told["org.teahouse.notice"]["id"] == policy.policy_id
    page = told["org.teahouse.waitlist"]["page"]
    assert page.endswith("/#/waitlist/intl/personal")
    wrong = {"type": "m.login.registration_token", "token": "no", "session": told["session"]}
    status, told = await house.call("POST", REGISTER, {**asked, "auth": wrong})
    assert (status, page in told["error"]) == (401, True)
