"""A burst of sign-ups that look made: which scope it is in, and what people are told about it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from teahouse.gate.model.policies import Both, Draft, State, Words

BURST_WINDOW = timedelta(minutes=5)
TIGHTEN_FOR = timedelta(minutes=30)
RENEW_BEFORE = timedelta(minutes=5)
SUSPECT_SHARE = 0.5
PACE_LEAST = 2  # a minute
DECIDED_BY = "system: screening"
ACTOR = "system:screening"


class Flow(msgspec.Struct, frozen=True):
    """How many accounts came through a scope in the window, and how many of them look made."""

    region: str
    account_class: str
    door: str
    made: int
    suspects: int


class Burst(msgspec.Struct, frozen=True):
    """A scope that has to be tightened, and how."""

    flow: Flow
    state: State
    pace_per_minute: int | None


def find_bursts(flows: Iterable[Flow], suspects_max: int) -> list[Flow]:
    """Return the scopes in which too many sign-ups look made, and most of them do."""
    return [
        flow
        for flow in flows
        if flow.suspects >= suspects_max and flow.suspects >= SUSPECT_SHARE * flow.made
    ]


def answer_to(flow: Flow, tightened: State | None) -> Burst:
    """Return the next step: a pace that people fit through, and if it goes on, invitations."""
    if tightened is None:
        people = flow.made - flow.suspects
        per_minute = -(-2 * people * 60 // int(BURST_WINDOW.total_seconds()))
        return Burst(flow, State.PACED, max(PACE_LEAST, per_minute))
    return Burst(flow, State.INVITE_ONLY, None)


def draft_of(burst: Burst, now: datetime, staged_days: int) -> Draft:
    """Return the policy, with its notice in both languages and the numbers it rests on.

    ``staged_days`` is for how long accounts that are made meanwhile have limits; 0: they have none.
    """
    flow, staged = burst.flow, Both()
    if staged_days:
        days = "day" if staged_days == 1 else "days"
        staged = Both(
            zh=f"在此期间经此方式注册的账号先以新成员身份开始，{staged_days} 天内每日可做的事有上限。",
            en=(
                " Accounts that are made this way meanwhile begin as newcomers: what they can do "
                f"in a day is limited for {staged_days} {days}."
            ),
        )
    minutes = int(BURST_WINDOW.total_seconds()) // 60
    words = Words(
        reason=Both(
            zh=(
                f"{minutes} 分钟内经此方式新增 {flow.made} 个账号，其中 {flow.suspects} 个"
                "彼此高度相似，疑似机器批量注册。为保护大家，我们自动收紧了这一种注册方式。"
                f"{staged.zh}"
            ),
            en=(
                f"In {minutes} minutes {flow.made} accounts came in this way, and {flow.suspects} "
                "of them resemble each other like copies. To protect everyone, this one way in was "
                f"tightened automatically.{staged.en}"
            ),
        ),
        own_decision=True,
        justification=(
            f"Bulk registration: {flow.suspects} of {flow.made} sign-ups in {minutes} minutes "
            f"look machine-made ({flow.door}, {flow.account_class}, {flow.region}). Other ways in "
            "are as before. It ends by itself."
        ),
        expected_resume=now + TIGHTEN_FOR,
    )
    return Draft(
        state=burst.state,
        region=flow.region,
        account_class=flow.account_class,
        door=flow.door,
        pace_per_minute=burst.pace_per_minute,
        effective_until=now + TIGHTEN_FOR,
        words=words,
    )
