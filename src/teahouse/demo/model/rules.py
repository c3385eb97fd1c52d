"""When a town may be built or removed, and the notice of the scope that it closes."""

from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.gate.model.policies import REGIONS, Both, Draft, State, Words

STALE_AFTER = timedelta(minutes=3)  # who builds says so more often than that
INVITE_LIFE = timedelta(hours=1)
EXPECTED_RESUME = timedelta(days=14)


class TownStands(Refused):
    """There is a demo town already: remove it first."""

    code = "demo.stands"
    kind = Kind.CONFLICT


class NoTown(Refused):
    """There is no demo town."""

    code = "demo.none"
    kind = Kind.NOT_FOUND


class TownBusy(Refused):
    """The demo town is being built or removed: wait a moment."""

    code = "demo.busy"
    kind = Kind.CONFLICT


class TooManyPeople(Refused):
    """This house has people of its own: a demo among them needs a yes."""

    code = "demo.too_many_people"
    kind = Kind.CONFLICT


class Town(msgspec.Struct, frozen=True):
    """The town as it is now."""

    state: str
    done: int
    total: int
    fault: str
    moved_at: datetime
    begun_by: str
    begun_at: datetime


class Made(msgspec.Struct, frozen=True):
    """Something that the town is made of."""

    kind: str
    id: str
    key: str


class BuildTown(msgspec.Struct, frozen=True):
    """The job that builds the town that was begun."""

    kind: ClassVar[str] = "demo.build"
    actor: str


class RemoveTown(msgspec.Struct, frozen=True):
    """The job that removes the town."""

    kind: ClassVar[str] = "demo.remove"
    actor: str


class Key(msgspec.Struct, frozen=True):
    """As whom one may sign in, and the password, which is told this once."""

    user_id: str
    name: str
    password: str


def is_busy(town: Town, now: datetime) -> bool:
    """Tell whether somebody is at work on it; who has not moved for long has been stopped."""
    return town.state in ("building", "removing") and now - town.moved_at < STALE_AFTER


def closed_scope(profile: str, now: datetime) -> Draft:
    """Return a suspension to look at: official accounts, in a region that is not this house's."""
    region = next(one for one in reversed(REGIONS) if one not in (profile, "cn-mainland"))
    return Draft(
        state=State.SUSPENDED,
        region=region,
        account_class="official",
        door="official",
        words=Words(
            reason=Both(
                zh="【演示】这是演示小镇带来的示例通知：本区域的公众号暂停新注册，仅用于展示暂停时人们会看到什么。",
                en="[Demonstration] This notice came with the demo town: new official accounts of "
                "this region are paused, only to show what people see when they are.",
            ),
            own_decision=True,
            justification="A demonstration that an operator of this house asked for; it ends when "
            "the demo town is removed. 运营者要求的演示，移除演示小镇时结束。",
            technical_necessity="None beyond showing it: one class at one door in one region is the "
            "narrowest scope there is. 除展示外并无必要，范围已是最窄。",
            expected_resume=now + EXPECTED_RESUME,
        ),
    )
