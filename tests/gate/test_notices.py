"""What everybody is told, before and without knocking."""

from tests.gate.house import WELL_KNOWN, House


async def test_notices_are_told_to_everyone(house: House) -> None:
    status, told = await house.call("GET", WELL_KNOWN)
    assert (status, told["notices"]) == (200, [])
    assert [door["number"] for door in told["doors"]] == list(range(1, 20))
    policy = await house.shut(region="cn-mainland")
    _, told = await house.call("GET", WELL_KNOWN)
    (notice,) = told["notices"]
    assert notice["id"] == policy.policy_id
    assert notice["scope"] == {"region": "cn-mainland", "account_class": "*", "door": "*"}
    assert notice["legal_basis"][0]["article"] == "Article 21"
    assert set(notice) == {
        "id",
        "scope",
        "state",
        "reason",
        "legal_basis",
        "own_decision",
        "justification",
        "technical_necessity",
        "since",
        "until",
        "expected_resume",
        "still_works",
        "contact",
        "related_campaign",
        "decided_by",
        "resumes_after",
        "resume_pace_per_minute",
        "promised_before",
        "slip_reason",
    }
    assert notice["related_campaign"] == "none"
    for lang, words in (("zh", "安全技术升级"), ("en", "A security upgrade")):
        page = await house.client.get(f"/registration-status?lang={lang}")
        assert words in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
    assert (await house.client.get("/registration-status?lang=xx")).status_code == 400
    await house.gate.policies.end("op", policy.policy_id, "done")
    _, told = await house.call("GET", WELL_KNOWN)
    assert told["notices"] == []
