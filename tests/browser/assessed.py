"""An assessment that waits for somebody else, and a yearly report, in the town."""

from collections.abc import Awaitable, Callable
from typing import Any

ASSESSED = {
    "kind": "pipia",
    "feature": "sms",
    "text": {
        "answers": {
            "processing": "手机号码与验证码交给短信网关 / Numbers and codes go to a gateway.",
            "lawful": "本人请求验证码时才发送 / Only when people ask for a code.",
            "effects": "网关知道谁在注册 / The gateway learns who signs up.",
            "measures": "合同约定三十日内删除 / By contract it deletes within thirty days.",
        },
        "consulted": "个人信息保护负责人 / Who answers for personal data.",
        "residual": "middle",
    },
}


async def assessed(operates: Callable[..., Awaitable[Any]]) -> str:
    """Draft an assessment for somebody else to look at, begin a report; return the former's id."""
    made = await operates("POST", "/assessments", ASSESSED)
    which: str = made["assessment"]["assessment_id"]
    await operates("POST", f"/assessments/{which}/acts", {"act": "ask"})
    await operates("POST", "/annuals", {"kind": "minors", "year": 2026})
    return which
