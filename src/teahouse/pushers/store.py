"""Every statement over the pushers' table, and what its personal columns are for."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import (
    Basis,
    Category,
    Gravity,
    Necessity,
    PersonalField,
    Purpose,
    Wording,
)
from teahouse.infra.vault.sealed import Sealed
from teahouse.pushers.model import LATEST

APP_PURPOSE = Purpose(
    id="pushers.app",
    version=1,
    name=Wording("您的应用接收通知的地址", "Where your apps are told what is new"),
    purpose=Wording(
        "在应用未打开时告诉您有新消息",
        "To tell you of new messages while the app is not open",
    ),
    means=Wording(
        "应用的推送网关地址与设备标识加密保存，密钥专属于您的账号；按应用的选择，网关得知消息编号或内容",
        "The app's push gateway and the device's identifier there, kept encrypted under a key that"
        " belongs to your account; the gateway learns which event, or what it says, as the app"
        " chose",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("其他 Matrix 应用的通知", "Notifications in other Matrix apps"),
    retention=Wording(
        "直到应用取消、该设备退出或您注销账号",
        "Until the app ends it, the device signs out, or you delete your account",
    ),
    retention_days=None,
    recipients=Wording(
        "您所用应用指定的推送网关", "The push gateway that the app you use has named"
    ),
)
BROWSER_PURPOSE = Purpose(
    id="pushers.web",
    version=1,
    name=Wording("您的浏览器接收通知的地址", "Where your browser is told what is new"),
    purpose=Wording(
        "在页面未打开时由浏览器通知您有新消息",
        "To have your browser tell you of new messages while no page is open",
    ),
    means=Wording(
        "地址加密保存；通知先加密到您的浏览器才交给其推送服务，后者只知道时间与大小",
        "The address is kept encrypted; a notification is encrypted to your browser before its push"
        " service carries it, which learns the time and size only",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONSENT,
    necessity=Necessity.OPTIONAL,
    function=Wording("浏览器通知", "Notifications by your browser"),
    retention=Wording(
        "直到您关闭通知、撤回同意、该设备退出或您注销账号",
        "Until you turn them off, withdraw it, the device signs out, or you delete your account",
    ),
    retention_days=None,
    recipients=Wording(
        "您浏览器厂商的推送服务（可能在境外）",
        "The push service of your browser's maker, which may be abroad",
    ),
)
APP = PersonalField("pushers_pushers", "app", APP_PURPOSE, gravity=Gravity.SECRET)
BROWSER = PersonalField("pushers_pushers", "browser", BROWSER_PURPOSE, gravity=Gravity.SECRET)
FIELDS = (APP, BROWSER)
SEALED = (Sealed((APP, BROWSER), ("pusher_id",), row="pusher_id"),)

LOCK = "select pg_advisory_xact_lock(hashtext('pushers_pushers'), hashtext($1))"

FIND = "select pusher_id from pushers_pushers where user_id = $1 and place_digest = $2"

COUNT = "select count(*) from pushers_pushers where user_id = $1"

PUT = """
insert into pushers_pushers (
    pusher_id, account_id, user_id, device_id, kind, place_digest, app, browser, set_at, told_pos
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (pusher_id) do update set device_id = excluded.device_id, kind = excluded.kind,
    app = excluded.app, browser = excluded.browser, set_at = excluded.set_at, failures = 0,
    failing_since = null, due_at = case
        when pushers_pushers.due_at is not null then least(pushers_pushers.due_at, excluded.set_at)
    end"""

OF_USER = """
select pusher_id, account_id, user_id, device_id, kind, app, browser, set_at, told_pos, unread,
    failures, failing_since, leased_until
from pushers_pushers where user_id = $1 order by set_at, pusher_id"""

REMOVE = "delete from pushers_pushers where pusher_id = $1"

REMOVE_PLACE = "delete from pushers_pushers where user_id = $1 and place_digest = $2"

REMOVE_OTHERS = "delete from pushers_pushers where place_digest = $2 and user_id <> $1"

REMOVE_BROWSER = """
delete from pushers_pushers
where user_id = $1 and device_id = $2 and kind = 'web' and place_digest <> $3"""

REMOVE_DEVICES = """
delete from pushers_pushers where user_id = $1 and device_id = any ($2::text[])"""

REMOVE_BROWSERS = "delete from pushers_pushers where account_id = $1 and kind = 'web'"

FORGET = "delete from pushers_pushers where account_id = $1"

HOLDERS = "select distinct user_id from pushers_pushers"

# Who waits already is not told again; who is being told just now is looked at once more after it.
WAKE = """
update pushers_pushers set due_at = coalesce(due_at, $2), woken = true
where user_id = any ($1::text[]) and not woken and (due_at is null or leased_until is not null)"""

# What is later than can have been said, a clock that was ahead said.
DUE = """
select exists (
    select 1 from pushers_pushers
    where (due_at <= $1 or due_at > $2)
        and (leased_until is null or leased_until <= $1 or leased_until > $2)
)"""

CLAIM = """
with due as (
    select pusher_id from pushers_pushers
    where (due_at <= $1 or due_at > $4)
        and (leased_until is null or leased_until <= $1 or leased_until > $4)
    order by due_at limit $2 for update skip locked
)
update pushers_pushers p set leased_until = $3, woken = false
from due where p.pusher_id = due.pusher_id
returning p.pusher_id, p.account_id, p.user_id, p.device_id, p.kind, p.app, p.browser, p.set_at,
    p.told_pos, p.unread, p.failures, p.failing_since, p.leased_until"""

TOLD = """
update pushers_pushers set told_pos = greatest(told_pos, $3), unread = $4
where pusher_id = $1 and leased_until = $2"""

SETTLE = """
update pushers_pushers set told_pos = greatest(told_pos, $3), unread = $4, failures = 0,
    failing_since = null, leased_until = null, due_at = case when woken then $5::timestamptz end,
    woken = false
where pusher_id = $1 and leased_until = $2"""

FAILED = """
update pushers_pushers set failures = failures + 1, failing_since = coalesce(failing_since, $3),
    due_at = $4, leased_until = null, woken = false
where pusher_id = $1 and leased_until = $2"""


class PusherRow(NamedTuple):
    """A pusher still sealed."""

    pusher_id: str
    account_id: str
    user_id: str
    device_id: str
    kind: str
    app: bytes | None
    browser: bytes | None
    set_at: datetime
    told_pos: int
    unread: int
    failures: int
    failing_since: datetime | None
    leased_until: datetime | None


async def lock(tx: Tx, user_id: str) -> None:
    """Let nobody else add to a person's pushers until the end of the transaction."""
    await tx.run(LOCK, user_id)


async def find(tx: Tx, user_id: str, digest: bytes) -> str | None:
    """Return a person's pusher to a place."""
    return await tx.value(FIND, user_id, digest)


async def count(tx: Tx, user_id: str) -> int:
    """Return how many pushers a person has."""
    return await tx.value(COUNT, user_id)


async def put(tx: Tx, row: PusherRow, digest: bytes) -> None:
    """Add a pusher, or change the one of that id: what it has been told stays told."""
    await tx.run(
        PUT,
        row.pusher_id,
        row.account_id,
        row.user_id,
        row.device_id,
        row.kind,
        digest,
        row.app,
        row.browser,
        row.set_at,
        row.told_pos,
    )


async def of_user(tx: Tx, user_id: str) -> list[PusherRow]:
    """Return a person's pushers, the oldest first."""
    return [_row(row) for row in await tx.rows(OF_USER, user_id)]


async def remove(tx: Tx, pusher_id: str) -> None:
    """Delete a pusher."""
    await tx.run(REMOVE, pusher_id)


async def remove_place(tx: Tx, user_id: str, digest: bytes) -> None:
    """Delete a person's pusher to a place."""
    await tx.run(REMOVE_PLACE, user_id, digest)


async def remove_others(tx: Tx, user_id: str, digest: bytes) -> None:
    """Delete everybody else's pushers to a place."""
    await tx.run(REMOVE_OTHERS, user_id, digest)


async def remove_browser(tx: Tx, user_id: str, device_id: str, but: bytes = b"") -> None:
    """Delete the browser of a device, unless it is at the place ``but``."""
    await tx.run(REMOVE_BROWSER, user_id, device_id, but)


async def remove_devices(tx: Tx, user_id: str, device_ids: Sequence[str]) -> None:
    """Delete the pushers of devices."""
    await tx.run(REMOVE_DEVICES, user_id, device_ids)


async def remove_browsers(tx: Tx, account_id: str) -> None:
    """Delete every browser of an account."""
    await tx.run(REMOVE_BROWSERS, account_id)


async def forget(tx: Tx, account_id: str) -> None:
    """Delete every pusher of an account."""
    await tx.run(FORGET, account_id)


async def holders(tx: Tx) -> set[str]:
    """Return everybody who has a pusher."""
    return {row[0] for row in await tx.rows(HOLDERS)}


async def wake(tx: Tx, user_ids: Sequence[str], now: datetime) -> int:
    """Say that there may be something to tell; return to how many that was news."""
    return await tx.run(WAKE, user_ids, now)


async def is_due(tx: Tx, now: datetime) -> bool:
    """Tell whether there is anything to do."""
    return await tx.value(DUE, now, now + LATEST)


async def claim(tx: Tx, now: datetime, limit: int, until: datetime) -> list[PusherRow]:
    """Take pushers that are due, until a moment."""
    return [_row(row) for row in await tx.rows(CLAIM, now, limit, until, now + LATEST)]


async def told(tx: Tx, one: PusherRow, pos: int, unread: int) -> None:
    """Note how far a pusher has been told."""
    await tx.run(TOLD, one.pusher_id, one.leased_until, pos, unread)


async def settle(tx: Tx, one: PusherRow, pos: int, unread: int, now: datetime) -> None:
    """Let a pusher go that has been told all; it is due again if there was more meanwhile."""
    await tx.run(SETTLE, one.pusher_id, one.leased_until, pos, unread, now)


async def failed(tx: Tx, one: PusherRow, now: datetime, retry_at: datetime) -> None:
    """Let a pusher go that could not be told, until it is tried again."""
    await tx.run(FAILED, one.pusher_id, one.leased_until, now, retry_at)


def _row(row: Row) -> PusherRow:
    return PusherRow(*row)
