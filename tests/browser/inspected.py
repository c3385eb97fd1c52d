"""What an authority found in the town, and who comes to look."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.browser.operators import PASSWORD, code

INSPECTED = {
    "form": "csv", "authority": "通信管理局 / Communications administration",
    "text": "number,programme,clauses,kind,target,name,version,operator,facts,deadline\n"
    "2026-1,privacy,B5 B9,program,wx0001,茶会小程序 / Tea party,1.0,茶会公司 / Tea Ltd,"
    "首次运行即读取设备标识 / Reads identifiers at the first run,2030-01-01\n"
    "2026-2,illegality,I2,program,wx0002,Cards,2.1,Cards Ltd,Gambling,2030-02-01\n",
}  # fmt: skip
RULING = {
    "programme": "illegality", "authority": "通信管理局 / Communications administration",
    "number": "2026-77", "decided_on": "2026-03-01", "shuts_down": True, "document": "档案柜 9 / Box 9",
}  # fmt: skip
MENDED = {"act": "evidence", "words": "征得同意后才读取 / Asks first now", "version": "1.1"}


async def inspected(operates: Callable[..., Awaitable[Any]]) -> str:
    """Take two findings in, give evidence about one, count people, ask for a visit; return the one."""
    await operates("POST", "/findings/import", INSPECTED)
    finding_id: str = (await operates("GET", "/findings"))["findings"][0]["finding_id"]
    await operates("POST", f"/findings/{finding_id}/acts", MENDED)
    await operates("POST", "/findings/rulings", RULING)
    await operates("POST", "/thresholds/count", {})
    await an_inspector(operates)
    return finding_id


async def an_inspector(operates: Callable[..., Awaitable[Any]]) -> None:
    """Have an inspector be there, and a visit be asked for."""
    token = (await operates("POST", "/operators", {"role": "inspector"}))["url"].partition("#")[2]
    body = {"token": token, "name": "ivy", "password": PASSWORD}
    begun = await operates("POST", "/setup/begin", body)
    body = {"token": token, "code": code(begun["secret"])}
    found = await operates("POST", "/setup/finish", body)
    now = datetime.now(UTC)
    await operates("POST", "/inspections", {
        "inspector_id": found["operator"]["operator_id"], "registers": ["audit", "incidents"],
        "authority": "网信办 / An administration", "mandate": "2026-9",
        "opens_at": now.isoformat(), "closes_at": (now + timedelta(days=3)).isoformat(),
    })  # fmt: skip
