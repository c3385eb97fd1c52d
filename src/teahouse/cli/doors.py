"""The door matrix: what each door answers to each class in each state, and the page that tells it.

The rule is the gate's own: nothing here decides, it asks ``decide`` of one policy for all doors.
"""

import enum
from collections.abc import Iterable
from datetime import UTC, datetime

from teahouse.gate.model.doors import ABSENCES, DOORS, Door
from teahouse.gate.model.invites import PASS_DOORS
from teahouse.gate.model.policies import (
    ANY,
    CLASSES,
    Attempt,
    Policy,
    State,
    Verdict,
    Words,
    decide,
)
from teahouse.gate.model.queues import has_list
from teahouse.infra.http.router import Route
from teahouse.registrations.model import OPEN_CLASSES

WRITTEN_AT = datetime(2021, 7, 27, 1, 0, tzinfo=UTC)  # any moment: the policy is in force then


class Outcome(enum.Enum):
    """What somebody comes to who knocks."""

    MADE = "made"
    LIMITED = "made, then limited"
    WAITING_LIST = "waiting list"
    INVITATION = "invitation needed"
    REFUSED = "refused"
    AS_ALWAYS = "works as always"
    OTHER_CLASS = "not this class"
    NOT_BUILT = "not built"


ZH = {
    Outcome.MADE: "建立账号",
    Outcome.LIMITED: "限量建立，满额即提示稍后",
    Outcome.WAITING_LIST: "请去排队",
    Outcome.INVITATION: "需要邀请",
    Outcome.REFUSED: "拒绝",
    Outcome.AS_ALWAYS: "不算注册，照常可用",
    Outcome.OTHER_CLASS: "不适用于此类账号",
    Outcome.NOT_BUILT: "尚未建成",
}
CLASS_NAMES = {
    "personal": "Personal 个人",
    "official": "Official 公众号",
    "developer": "Developer 开发者",
    "enterprise": "Organisation 企业",
}
STATE_NAMES = {
    State.OPEN: "open 开放",
    State.PACED: "paced 限量",
    State.WAITLIST: "waitlist 候补",
    State.INVITE_ONLY: "invite_only 仅限邀请",
    State.SUSPENDED: "suspended 暂停",
}
# Doors that another class than the personal one goes through; the rest are for people alone.
_BOTH = ("personal", "official")
DOOR_CLASSES: dict[Door, tuple[str, ...]] = {
    Door.PHONE: _BOTH,
    Door.EMAIL: _BOTH,
    Door.INVITE: _BOTH,
    Door.RECYCLED_NUMBER: _BOTH,
    Door.OFFICIAL: ("official",),
}
WITH_PASS = frozenset(door for doors in PASS_DOORS.values() for door in doors)


def classes_of(door: Door) -> tuple[str, ...]:
    """Return the classes of account that a door makes today."""
    wanted = DOOR_CLASSES.get(door, ("personal",))
    return tuple(one for one in wanted if one in OPEN_CLASSES)


def expected(door: Door, account_class: str, state: State) -> Outcome:
    """Return what a door answers while one policy holds for all doors, regions and classes."""
    rule = DOORS[door]
    if not rule.counts_as_registration:
        return Outcome.AS_ALWAYS
    if not rule.built:
        return Outcome.NOT_BUILT
    if account_class not in classes_of(door):
        return Outcome.OTHER_CLASS
    attempt = Attempt(
        doors=(door,), account_class=account_class, region="intl", invited=door in WITH_PASS
    )
    decision = decide([_policy(state)], attempt, WRITTEN_AT)
    if decision.verdict is Verdict.ADMIT:
        return Outcome.MADE
    if decision.verdict is Verdict.PACE:
        return Outcome.LIMITED
    if has_list(decision, account_class):
        return Outcome.WAITING_LIST
    return Outcome.INVITATION if state is State.INVITE_ONLY else Outcome.REFUSED


def page(routes: Iterable[Route]) -> str:
    """Return ``docs/doors.md``."""
    parts = (_HEAD, _doors(_led(routes)), _absences(), _OUTCOMES, *_tables(), _KNOCKS)
    return "\n\n".join(parts) + "\n"


def _policy(state: State) -> Policy:
    return Policy(
        policy_id="one",
        region=ANY,
        account_class=ANY,
        door=ANY,
        state=state,
        pace_per_minute=1 if state is State.PACED else None,
        effective_from=WRITTEN_AT,
        effective_until=None,
        words=Words(),
        decided_by="the page",
        created_at=WRITTEN_AT,
    )


def _led(routes: Iterable[Route]) -> dict[Door, list[str]]:
    """Return the routes by which each door is reached."""
    led: dict[Door, set[str]] = {door: set() for door in Door}
    for route in routes:
        for name in route.door.split():
            led[Door(name)].add(f"`{route.method} {route.path}`")
    return {door: sorted(found) for door, found in led.items()}


def _doors(led: dict[Door, list[str]]) -> str:
    rows = [
        "| # | door 门 | counts as registering 算注册 | built 已建 | why 缘由 | routes 路由 |",
        "|--:|---|---|---|---|---|",
    ]
    for door, rule in sorted(DOORS.items(), key=lambda item: item[1].number):
        counts, built = _yes(rule.counts_as_registration), _yes(rule.built)
        if not rule.counts_as_registration and not rule.built:
            built = "no door of its own 无单独的门"
        ways = "<br>".join(led[door]) or "—"
        rows.append(
            f"| {rule.number} | `{door.value}` | {counts} | {built} | {rule.why} | {ways} |"
        )
    return "\n".join(rows)


def _absences() -> str:
    rows = [
        "## Not built, and why / 未建的门与缘由\n",
        "| # | door 门 | why not, and what brings it | 为何未建，何时建立 |",
        "|--:|---|---|---|",
    ]
    for door, absence in ABSENCES.items():
        rows.append(f"| {DOORS[door].number} | `{door.value}` | {absence.en} | {absence.zh} |")
    return "\n".join(rows)


def _yes(told: bool) -> str:
    return "yes 是" if told else "no 否"


def _tables() -> Iterable[str]:
    for account_class in CLASSES:
        rows = [
            f"### {CLASS_NAMES[account_class]}\n",
            "| # | door 门 | " + " | ".join(STATE_NAMES[state] for state in State) + " |",
            "|--:|---|" + "---|" * len(State),
        ]
        for door, rule in sorted(DOORS.items(), key=lambda item: item[1].number):
            told = " | ".join(expected(door, account_class, state).value for state in State)
            rows.append(f"| {rule.number} | `{door.value}` | {told} |")
        yield "\n".join(rows)


_HEAD = """# The doors / 门

Made by `make gen` from the gate's rules and the composed house's routes: do not edit.

A door is a way by which an account comes to be ([what the gate decides](flows/register.md)).
`tests/flows/test_door_matrix.py` knocks at the doors that are built, in every state and way.
门是产生账号的途径。本页由代码生成，由测试逐格验证。

## The nineteen doors / 十九道门

A route stands at every door that it can lead through. A door that is not built has no route."""

_OUTCOMES = (
    """## What each answers / 各门的答复

One policy for all doors holds, in the state at the head of the column. Somebody knocks, with no pass
but at a door that is a pass (an invitation, a friend's vouching).

| outcome 结果 | 中文 |
|---|---|
"""
    + "\n".join(f"| {one.value} | {ZH[one]} |" for one in Outcome)
    + """

Whatever is refused is refused with the notice of that policy: the same id and the same sentence at
every door and in both APIs (`notice` and `detail` in ours, `org.teahouse.notice` and `error` in
Matrix's)."""
)

_KNOCKS = """## Five ways to knock / 五种敲门方式

They make no difference to what the gate answers. 怎样敲门，答复都一样。

| knock 敲门 | what is tried | what comes of it |
|---|---|---|
| new device 新设备 | another device, another `user-agent` | the table above: the gate does not ask for the device |
| new number 新号码 | a number or address that nobody has used | the table above; a +86 number counts as the mainland's, whatever service was chosen |
| old client 旧客户端 | Matrix's `/register`, where it leads to the door; elsewhere a client that sends the least | the table above, in Matrix's words |
| replayed code 重放验证码 | a code, registration, arrival or nonce that was used | no second account in any state |
| direct API 直接调用接口 | the last call without the steps before it | no account in any state |

Restoring an account within its grace period (door 15) is no registration: it is signing in, with
`restore`, and works in every state. 宽限期内恢复账号是登录，不算注册，任何状态下都可用。"""
