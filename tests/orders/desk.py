"""Two operators who receive orders, and what an order says."""

from datetime import timedelta
from typing import Any

import httpx

from teahouse.clock import FixedClock
from tests.cases.desk import Judge, invited
from tests.living import Living

PLACE = "/orders"


def told(at: Any) -> str:
    """Return a moment as an order writes it."""
    return at.isoformat()


def written(clock: FixedClock, *measures: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return an order of today, as it is imported."""
    now = clock.now()
    body: dict[str, Any] = {
        "authority": "Cyberspace Administration",
        "authority_country": "CN",
        "number": "2021-07-02",
        "legal_basis": [{"law": "Cybersecurity Law", "article": "35", "order": ""}],
        "scope": {"region": "cn-mainland"},
        "measures": list(measures) or [{"kind": "stop_registration"}],
        "received_at": told(now - timedelta(hours=1)),
        "effective_at": told(now),
        "deadline_at": told(now + timedelta(hours=2)),
        "reason": {"zh": "为配合网络安全审查。", "en": "For a review of its network's security."},
        "evidence": {"name": "order.txt", "text": "Stop signing up new users."},
    }
    return body | more


class Pair:
    """Two operators who acknowledge orders: neither can alone."""

    def __init__(self, home: Living, first: Judge, second: Judge) -> None:
        """Take two operators of a house."""
        self.home, self.first, self.second = home, first, second

    async def did(self, method: str, path: str, body: Any = None) -> Any:
        """Make a request under ``/api/v1/operator/orders`` that must succeed."""
        answer = await self.first.at(method, PLACE + path, body)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def code(self, method: str, path: str, body: Any = None) -> str:
        """Make a request that must be refused, and return its code."""
        answer = await self.first.at(method, PLACE + path, body)
        assert answer.status_code >= 400, f"{method} {path} was not refused: {answer.text}"
        return answer.json()["code"]

    async def brought(self, body: dict[str, Any]) -> str:
        """Bring an order; return its id."""
        return (await self.did("POST", "", body))["order_id"]

    async def acknowledged(self, order_id: str) -> Any:
        """Look at an order and acknowledge it by two; return it."""
        await self.did("POST", f"/{order_id}/check", {})
        said = {"reason": "The order is in due form.", "answer": "It asks for exactly this."}
        await self.did("POST", f"/{order_id}/acknowledge", said)
        answer = await self.second.at("POST", f"{PLACE}/{order_id}/acknowledge", said)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def carried_out(self, body: dict[str, Any]) -> str:
        """Bring an order and have it bind."""
        order_id = await self.brought(body)
        await self.acknowledged(order_id)
        return order_id

    async def end(self, order_id: str, act: str = "lift") -> Any:
        """End an order."""
        why = {"reason": "Withdrawn by letter 12."}
        return await self.did("POST", f"/{order_id}/{act}", why)

    async def notices(self) -> list[dict[str, Any]]:
        """Return what everybody may know."""
        answer: httpx.Response = await self.home.client.get("/api/v1/orders")
        assert answer.status_code == 200, answer.text
        return answer.json()["orders"]


async def pair(home: Living) -> Pair:
    """Set up two operators."""
    await home.owner()
    first = Judge(home, "ada")
    return Pair(home, first, await invited(home, first, "bea", role="registrar"))
