"""Two operators who write assessments and look at them."""

from typing import Any

from tests.cases.desk import Judge, invited
from tests.living import Living

PLACE = "/assessments"
TEXT = {
    "answers": {
        "processing": "Addresses and codes go to a mail server in the same city.",
        "lawful": "People ask for the code themselves, and nothing else is sent.",
        "effects": "Whoever runs the mail server learns who signs up here.",
        "measures": "The letters hold a code and no name; the contract says so.",
    },
    "consulted": "Whoever answers requests about personal data.",
}


async def two(home: Living) -> tuple[Judge, Judge]:
    """Set up two operators, in a house that is set up."""
    owner = await home.owner()
    await owner.did("POST", "/setup/done", {})
    first = Judge(home, "ada")
    return first, await invited(home, first, "bea", role="registrar")


async def did(judge: Judge, method: str, path: str = "", body: Any = None) -> Any:
    """Make a request that must succeed."""
    answer = await judge.at(method, PLACE + path, body)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


async def code(judge: Judge, method: str, path: str, body: Any = None) -> str:
    """Make a request that must be refused; return its code."""
    answer = await judge.at(method, PLACE + path, body)
    assert answer.status_code >= 400, answer.text
    return answer.json()["code"]


async def drafted(judge: Judge, kind: str, feature: str = "", **more: Any) -> str:
    """Draft an assessment; return its id."""
    body = {"kind": kind, "feature": feature, "text": TEXT | more}
    return (await did(judge, "POST", "", body))["assessment"]["assessment_id"]


async def act(judge: Judge, which: str, name: str, **more: Any) -> dict[str, Any]:
    """Take a step; return the assessment."""
    body = {"act": name, "words": "It says what is done and why." if name != "ask" else ""}
    return (await did(judge, "POST", f"/{which}/acts", body | more))["assessment"]


async def approved(first: Judge, second: Judge, kind: str, feature: str, days: int = 30) -> str:
    """Have an assessment approved; return its id."""
    which = await drafted(first, kind, feature)
    await act(first, which, "ask")
    await act(second, which, "approve", days=days)
    return which


async def feature(judge: Judge, which: str) -> dict[str, Any]:
    """Return where a feature stands."""
    (found,) = [one for one in (await did(judge, "GET"))["features"] if one["id"] == which]
    return found
