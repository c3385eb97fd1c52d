"""What authorities want of the town: an order, a campaign, data of somebody, a hold, to be told of a leak."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

ORDER = {
    "authority": "网信办 / An administration", "authority_country": "CN", "number": "2026-7",
    "legal_basis": [{"law": "《网络安全法》", "article": "第三十五条", "order": ""}],
    "scope": {"region": "cn-mainland"}, "measures": [{"kind": "stop_function", "function": "calls"}],
    "reason": {"zh": "为配合网络安全审查。", "en": "For a review of its network's security."},
    "evidence": {"name": "order.txt", "text": "Stop calls."},
}  # fmt: skip
CAMPAIGN = {
    "campaign_id": "clear-summer", "name": {"zh": "清朗暑期", "en": "Clear summer"},
    "aim": {"zh": "保护未成年人。", "en": "To protect minors in the holidays."},
    "mandate": {
        "authority": "网信办 / An administration", "reference": "2026-21",
        "legal_basis": [{"law": "《未成年人保护法》", "article": "第五十条", "order": ""}],
    },
    "rules": [{
        "id": "tips", "conduct": "minors", "zh": "不得诱导未成年人打赏。",
        "en": "No luring of minors into tips.", "articles": ["Notice 3"],
    }],
}  # fmt: skip
REQUEST = {
    "authority": "A court", "authority_country": "US", "reference": "21-cv-7", "asked": "Who @x is.",
    "legal_basis": [{"law": "Stored Communications Act", "article": "2703", "order": ""}],
    "accounts_asked": 1,
}  # fmt: skip
PROCESSOR: dict[str, Any] = {
    "processor_id": "sms-one", "name": {"zh": "某短信服务商", "en": "Some SMS provider"},
    "contact": "privacy@sms.example", "country": "CN", "contract": "2026-7",
    "ways": ["sms"], "hosts": ["sms.example", "*.gate.example"],
    "purposes": ["accounts.phone", "accounts.code"],
    "what": {"zh": "手机号和验证码", "en": "Phone numbers and codes"},
    "why": {"zh": "把验证码送到您的手机", "en": "To bring the code to your phone"},
    "when": {"zh": "仅在您请求验证码时", "en": "Only when you ask for a code"},
    "others": [{"name": "A carrier", "country": "CN"}],
}  # fmt: skip
KEEPER = PROCESSOR | {
    "processor_id": "oss-one", "name": {"zh": "某对象存储", "en": "Some object storage"},
    "ways": ["files"], "hosts": ["oss.example"],
}  # fmt: skip
# It keeps back-ups under a key of its own, and was ended; as if two had agreed to it.
KEPT = (
    """update processors_processors set state = 'ended', agreed_by = 'second', agreed_at = now(),
    started_at = now(), ended_at = now(), end_reason = '合同到期 / The contract is over'
    where processor_id = 'oss-one'""",
    """insert into processors_keys (processor_id, recipient, digest, made_at)
    values ('oss-one', 'age1', repeat('9f', 32), now())""",
)
HOLD = {
    "asker": "authority", "requester": "网信办 / An administration", "reference": "2026-33",
    "legal_basis": [{"law": "《网络安全审查办法》", "article": "第十条"}],
    "reason": "审查期间需要。 / For the time of a review.",
}  # fmt: skip
LEAK = {
    "title": "丢失的磁盘 / A lost disk", "profile": "eu", "known_at": "2026-01-10T00:00:00Z",
    "scope": {"began_at": "2026-01-01T00:00:00Z", "ended_at": "2027-10-01T00:00:00Z"},
}  # fmt: skip


async def what_authorities_want(
    operates: Callable[[str, str, Any], Awaitable[Any]], room_id: str
) -> str:
    """Bring an order that somebody has looked at, a campaign's draft, a request, and a hold on a room.

    Return the order.
    """
    now = datetime.now(UTC)
    moments = [(now + timedelta(days=days)).isoformat() for days in (0, 1, 30)]
    times = dict(zip(("received_at", "effective_at", "deadline_at"), moments, strict=True))
    order_id = str((await operates("POST", "/orders", ORDER | times))["order_id"])
    await operates("POST", f"/orders/{order_id}/check", {})
    dates = {"starts_at": moments[1], "ends_at": moments[2]}
    await operates("POST", "/campaigns", CAMPAIGN | dates)
    until = (now + timedelta(days=400)).date().isoformat()
    await operates("POST", "/processors", PROCESSOR | {"contract_until": until})
    transfer = {
        "transfer_id": "to-sg",
        "recipient": "sms-one",
        "country": "SG",
        "mechanism": "contract",
    }
    more = {"reference": "Filed as 2026-9", "until": until, "purposes": ["accounts.phone"]}
    await operates("POST", "/transfers", transfer | more)
    await operates("POST", "/disclosures", REQUEST | {"received_at": moments[0]})
    named = [{"kind": "room", "target": room_id}]
    await operates("POST", "/holds", HOLD | {"objects": named, "until_at": moments[2]})
    return order_id


WRONG = {
    "title": "被盗的备份盘 / A stolen disk", "profile": "cn-mainland",
    "facts": {"kind": "leak", "people": 2_000_000, "marks": ["crime"], "texts": {
        "systems": {"zh": "备份系统", "en": "The back-up system"},
        "harm": {"zh": "骚扰电话", "en": "Unwanted calls"},
        "measures": {"zh": "已更换密钥", "en": "Keys were replaced"},
        "place": {"zh": "机房", "en": "The machine room"},
    }},
}  # fmt: skip
FLAW = {
    "title": "长度未检查 / A length is not checked", "source": "outside", "severity": "high",
    "versions": "1.0 – 1.3", "reference": "2026-14",
}  # fmt: skip


async def what_went_wrong(operates: Callable[[str, str, Any], Awaitable[Any]]) -> str:
    """Note an incident of which one authority knows and another was to know, and a flaw; return the one."""
    noticed = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    made = await operates("POST", "/incidents", WRONG | {"noticed_at": noticed})
    incident_id = str(made["incident"]["incident_id"])
    body = {"facts": WRONG["facts"], "words": "我们看过了 / We looked"}
    await operates("PUT", f"/incidents/{incident_id}/facts", body)
    told = {
        "whom": "authority",
        "clock_id": "cn.crime",
        "words": "Told by telephone",
        "reference": "110-7",
    }
    await operates("POST", f"/incidents/{incident_id}/told", told)
    await operates("POST", "/incidents/flaws", FLAW | {"found_at": noticed})
    return incident_id


APPS = """app,name,version,channel,store,url,state
tea,茶馆 / Teahouse,1.2,store,Moon,https://moon.example/tea,
tea,茶馆 / Teahouse,1.3,download,,https://tea.example/get,
tea,茶馆 / Teahouse,1.3,pwa,,https://tea.example/,
"""
REMOVED = {
    "kind": "store", "words": "商店来信 / The store wrote to us",
    "reason": {"zh": "应用商店要求补充材料。", "en": "The store asks for more papers."},
    "legal_basis": [{"law": "《应用商店协议》", "article": "第五条", "order": ""}],
}  # fmt: skip


async def who_kept_for_the_house(
    operates: Callable[[str, str, Any], Awaitable[Any]], db: asyncpg.Connection
) -> None:
    """Note a processor that kept back-ups, and was ended."""
    until = (datetime.now(UTC) + timedelta(days=400)).date().isoformat()
    await operates("POST", "/processors", KEEPER | {"contract_until": until})
    for statement in KEPT:
        await db.execute(statement)


async def what_can_be_had(operates: Callable[[str, str, Any], Awaitable[Any]]) -> None:
    """List the house's app in three channels, of which one has removed it."""
    await operates("POST", "/listings/import", {"form": "csv", "text": APPS})
    found = (await operates("GET", "/listings", None))["listings"]
    stores = [one["listing_id"] for one in found if one["channel"] == "store"]
    await operates("POST", "/listings/remove", REMOVED | {"listing_ids": stores})
