"""A family in the town: a minor, whose guardian plans the days and asks money back."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.browser.people import PASSWORD

if TYPE_CHECKING:
    from tests.browser.town import Town

# As a product that takes money does: the payment, and the sum of the month.
BOUGHT = """
with one as (
    insert into minors_reservations
        (reservation_id, account_id, month, currency, amount_minor, made_at)
    select 'tea-cards-' || nth, account_id, date_trunc('month', now())::date, 'EUR', 1250 * nth, now()
    from accounts_accounts, generate_series(1, 2) as nth where user_id = $1
    returning account_id, month, currency, amount_minor
)
insert into minors_spending (account_id, month, currency, spent_minor)
select account_id, month, currency, sum(amount_minor) from one group by 1, 2, 3"""
SCHOOL = {
    "region": "GB-ENG", "school_year": 2026, "source": "示例 / An example",
    "holidays": [
        {"first": "2026-12-21", "last": "2027-01-01", "zh": "圣诞假期", "en": "Christmas holidays"},
        {"first": "2027-02-15", "last": "2027-02-19", "zh": "期中假期", "en": "Half term"},
    ],
}  # fmt: skip
WEEK = [{"minutes": 60}] * 5 + [{"minutes": 90, "begins_minute": 540, "ends_minute": 1200}] * 2
WHY = {"words": "同学转来一封告别信。 / A friend showed a farewell letter."}
WORDS = {"words": "孩子用我的手机买的 / She bought it with my telephone."}


async def a_family(
    town: "Town", database: "Callable[[Town], AbstractAsyncContextManager[Any]]"
) -> str:
    """Let Eve answer for a child, plan its days and ask money back; return the claim."""
    made = await town.registered("phone", "intl", "tom.marsh", name="Tom Marsh")
    assert made.status_code == 201, made.text
    child, eve = made.json(), town.eve
    tom, token = child["user_id"], child["access_token"]
    did, proof = town.did, {"password": PASSWORD}
    ward = f"/api/v1/guardian/wards/{tom}"
    ask = {"user_id": eve["userId"]}
    await did("POST", "/api/v1/minors/me/guardians", ask, token)
    agreed = proof | {"birth_month": "2013-03"}
    await did("POST", f"{ward}/agree", agreed, eve["accessToken"])
    await town.operates("PUT", "/holidays", SCHOOL)
    plan = proof | {"week": WEEK, "off": {"minutes": 120}, "region": "GB-ENG"}
    await did("PUT", f"{ward}/time", plan, eve["accessToken"])
    await did("PUT", f"{ward}/content", proof | {"years": 8}, eve["accessToken"])
    await did("POST", "/api/v1/minors/me/time", {}, token)
    async with database(town) as db:
        await db.execute(BOUGHT, tom)
    claim = proof | WORDS | {"reservation_id": "tea-cards-1"}
    refund = (await did("POST", f"{ward}/refunds", claim, eve["accessToken"]))["refund_id"]
    await town.operates("POST", f"/refunds/claims/{refund}/check", {})
    await looked_at(town, tom)
    return str(refund)


async def looked_at(town: "Town", child: str) -> None:
    """Have operators ask for a child's record, and people say that the child is on camera."""
    (found,) = (await town.operates("GET", f"/accounts?search={quote(child)}"))["accounts"]
    town.places["ward"] = found["account_id"]
    asked = {"account_id": found["account_id"], "need": "danger", "urgent": True, **WHY}
    await town.operates("POST", "/unsealings", asked)
    await town.operates("GET", f"/accounts/{found['account_id']}")
    report = {"reason": WHY["words"], "org.teahouse.category": "camera"}
    await town.matrix("POST", f"/users/{quote(child)}/report", town.eve, report)
    cases = (await town.operates("GET", "/cases?category=camera"))["cases"]
    town.places["camera"] = cases[0]["case_id"]
