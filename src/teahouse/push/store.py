"""Every statement over the push rules' table."""

from typing import Any

import msgspec

from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.push.model.rules import Difference, RuleKind

LOCK = "select pg_advisory_xact_lock(hashtext('push_rules'), hashtext($1))"

RULES_PURPOSE = Purpose(
    id="push.rules",
    version=1,
    name=Wording(
        "您的通知规则",
        "Your notification rules",
    ),
    purpose=Wording(
        "决定哪些消息提醒您",
        "To decide which messages you are told of",
    ),
    means=Wording(
        "保存在数据库中，受访问控制",
        "Kept in the database under access control",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording(
        "通知",
        "Notifications",
    ),
    retention=Wording(
        "直到您更改或注销账号",
        "Until you change them or delete your account",
    ),
    retention_days=None,
    recipients=Wording(
        "无",
        "Nobody",
    ),
)
ACTIONS = PersonalField("push_rules", "actions", RULES_PURPOSE, sealed=False)
CONDITIONS = PersonalField("push_rules", "conditions", RULES_PURPOSE, sealed=False)
FIELDS = (ACTIONS, CONDITIONS)

OF_USER = """
select kind, rule_id, place, enabled, actions, conditions, pattern from push_rules
where user_id = $1"""

OF_USERS = """
select kind, rule_id, place, enabled, actions, conditions, pattern, user_id from push_rules
where user_id = any($1)"""

PUT = """
insert into push_rules (user_id, kind, rule_id, place, enabled, actions, conditions, pattern)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (user_id, kind, rule_id) do update set place = excluded.place,
    enabled = excluded.enabled, actions = excluded.actions, conditions = excluded.conditions,
    pattern = excluded.pattern"""

ORDER = """
update push_rules set place = wanted.nth
from unnest($3::text[]) with ordinality as wanted (rule_id, nth)
where push_rules.user_id = $1 and push_rules.kind = $2
    and push_rules.rule_id = wanted.rule_id and push_rules.place is distinct from wanted.nth"""

DELETE = "delete from push_rules where user_id = $1 and kind = $2 and rule_id = $3"

FORGET = "delete from push_rules where user_id = $1"


def _json(raw: bytes | None) -> Any:
    return None if raw is None else msgspec.json.decode(raw)


def _text(value: Any) -> bytes | None:
    return None if value is None else msgspec.json.encode(value)


def _difference(row: Row) -> Difference:
    return Difference(row[0], row[1], row[2], row[3], _json(row[4]), _json(row[5]), row[6])


async def lock(tx: Tx, user_id: str) -> None:
    """Let nobody else change a person's rules until the end of the transaction."""
    await tx.run(LOCK, user_id)


async def of_user(tx: Tx, user_id: str) -> list[Difference]:
    """Return how a person's rules differ."""
    return [_difference(row) for row in await tx.rows(OF_USER, user_id)]


async def of_users(tx: Tx, user_ids: list[str]) -> dict[str, list[Difference]]:
    """Return how the rules of many differ; those who changed nothing are not in it."""
    found: dict[str, list[Difference]] = {}
    for row in await tx.rows(OF_USERS, user_ids):
        found.setdefault(row[7], []).append(_difference(row))
    return found


async def put(tx: Tx, user_id: str, one: Difference) -> None:
    """Write one rule's difference."""
    await tx.run(
        PUT,
        user_id,
        one.kind,
        one.rule_id,
        one.place,
        one.enabled,
        _text(one.actions),
        _text(one.conditions),
        one.pattern,
    )


async def order(tx: Tx, user_id: str, kind: RuleKind, rule_ids: list[str]) -> None:
    """Put a person's own rules of a kind in order."""
    await tx.run(ORDER, user_id, kind, rule_ids)


async def delete(tx: Tx, user_id: str, kind: RuleKind, rule_id: str) -> None:
    """Delete a rule's difference."""
    await tx.run(DELETE, user_id, kind, rule_id)


async def forget(tx: Tx, user_id: str) -> None:
    """Delete all of a person's."""
    await tx.run(FORGET, user_id)
