"""What authorities want of the town: an order, a campaign, data of somebody, to be told of a leak."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

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
LEAK = {
    "title": "丢失的磁盘 / A lost disk", "profile": "eu", "known_at": "2026-01-10T00:00:00Z",
    "scope": {"began_at": "2026-01-01T00:00:00Z", "ended_at": "2027-10-01T00:00:00Z"},
}  # fmt: skip


async def what_authorities_want(operates: Callable[[str, str, Any], Awaitable[Any]]) -> str:
    """Bring an order that somebody has looked at, a campaign's draft, and a request; return the order."""
    now = datetime.now(UTC)
    moments = [(now + timedelta(days=days)).isoformat() for days in (0, 1, 30)]
    times = dict(zip(("received_at", "effective_at", "deadline_at"), moments, strict=True))
    order_id = str((await operates("POST", "/orders", ORDER | times))["order_id"])
    await operates("POST", f"/orders/{order_id}/check", {})
    dates = {"starts_at": moments[1], "ends_at": moments[2]}
    await operates("POST", "/campaigns", CAMPAIGN | dates)
    await operates("POST", "/disclosures", REQUEST | {"received_at": moments[0]})
    return order_id
