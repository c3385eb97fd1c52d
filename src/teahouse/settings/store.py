"""Statements over what the console chose, the set-up, and how the channels do."""

from datetime import datetime

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import (
    Basis,
    Category,
    Gravity,
    Necessity,
    PersonalField,
    Purpose,
    Wording,
)
from teahouse.infra.vault.sealed import OF_HOUSE, Sealed
from teahouse.settings.model import Failure

# An operators' purpose: it is about who runs the house, and no member is asked for it.
PURPOSE = Purpose(
    id="operators.settings",
    version=1,
    name=Wording("运营者名称、联系方式与收发通道设置", "The operator's name, contact and channels"),
    purpose=Wording("告知谁在运营，并发送验证码", "To say who runs the service, and to send codes"),
    means=Wording("加密保存", "Kept encrypted"),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("运营管理", "Operating the service"),
    retention=Wording("直到运营者更改", "Until the operator changes it"),
    retention_days=None,
    recipients=Wording(
        "名称与联系方式公开于隐私政策；其余不提供给任何人",
        "Name and contact stand in the privacy policy; the rest is given to nobody",
    ),
)
VALUE = PersonalField("settings_values", "value", PURPOSE, gravity=Gravity.SECRET)
FIELDS = (VALUE,)
SEALED = (Sealed((VALUE,), ("name",), OF_HOUSE, "name"),)

VALUES = "select name, value from settings_values order by name"
CHANGES = "select name, changed_at, changed_by from settings_values order by name"
SET_VALUE = """
insert into settings_values (name, value, changed_at, changed_by) values ($1, $2, $3, $4)
on conflict (name) do update
set value = excluded.value, changed_at = excluded.changed_at, changed_by = excluded.changed_by"""
FORGET_VALUE = "delete from settings_values where name = $1"
SETUP = "select step, finished_at is not null from settings_setup"
SET_STEP = """
insert into settings_setup (one, step) values (true, $1)
on conflict (one) do update set step = excluded.step where settings_setup.finished_at is null"""
FINISH_SETUP = """
insert into settings_setup (one, step, finished_at) values (true, 'finish', $1)
on conflict (one) do update set step = 'finish', finished_at = excluded.finished_at
where settings_setup.finished_at is null"""
CHANNELS = "select channel, sent_at from settings_channels"
SENT = """
insert into settings_channels (channel, sent_at) values ($1, $2)
on conflict (channel) do update set sent_at = greatest(settings_channels.sent_at, excluded.sent_at)"""
FAILED = """
insert into settings_failures (failure_id, channel, at, why, status) values ($1, $2, $3, $4, $5)"""
TRIM_FAILURES = """
delete from settings_failures where channel = $1 and failure_id not in (
    select failure_id from settings_failures where channel = $1
    order by at desc, failure_id desc limit $2
)"""
FAILURES = """
select channel, at, why, status from settings_failures order by at desc, failure_id desc"""


async def values(tx: Tx) -> list[tuple[str, bytes]]:
    """Return every setting that was chosen, sealed."""
    return [(row[0], row[1]) for row in await tx.rows(VALUES)]


async def changes(tx: Tx) -> list[tuple[str, datetime, str]]:
    """Return when and by whom each setting was chosen last."""
    return [(row[0], row[1], row[2]) for row in await tx.rows(CHANGES)]


async def set_value(tx: Tx, name: str, sealed: bytes, at: datetime, by: str) -> None:
    """Keep a setting."""
    await tx.run(SET_VALUE, name, sealed, at, by)


async def forget_value(tx: Tx, name: str) -> None:
    """Go back to the default of a setting."""
    await tx.run(FORGET_VALUE, name)


async def setup(tx: Tx) -> tuple[str, bool] | None:
    """Return the step that setting up is at, and whether it is finished."""
    row = await tx.row(SETUP)
    return (row[0], row[1]) if row else None


async def set_step(tx: Tx, step: str) -> None:
    """Note how far setting up has come, unless it is finished."""
    await tx.run(SET_STEP, step)


async def finish_setup(tx: Tx, at: datetime) -> bool:
    """End setting up; false when it was ended before."""
    return await tx.run(FINISH_SETUP, at) == 1


async def channels(tx: Tx) -> dict[str, datetime]:
    """Return when a message last left, by channel."""
    return {row[0]: row[1] for row in await tx.rows(CHANNELS)}


async def sent(tx: Tx, channel: str, at: datetime) -> None:
    """Note that a message left."""
    await tx.run(SENT, channel, at)


async def failed(tx: Tx, failure_id: str, failure: Failure, keep: int) -> None:
    """Note that a message did not leave, and forget the oldest such notes."""
    await tx.run(FAILED, failure_id, failure.channel, failure.at, failure.why, failure.status)
    await tx.run(TRIM_FAILURES, failure.channel, keep)


async def failures(tx: Tx) -> list[Failure]:
    """Return the last messages that did not leave, newest first."""
    return [Failure(*row) for row in await tx.rows(FAILURES)]
