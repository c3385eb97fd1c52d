"""Statements over how the rules are set and over operators' lists."""

from datetime import datetime

from teahouse.infra.db.pool import Tx
from teahouse.screening.model.rules import Kind, Listing, Mode, Rule, Setting

SETTINGS = "select rule, mode, amount from screening_rules"

SET = """
insert into screening_rules (rule, mode, amount, changed_by, changed_at)
values ($1, $2, $3, $4, $5)
on conflict (rule) do update set mode = $2, amount = $3, changed_by = $4, changed_at = $5"""

DOMAINS = """
select domain, action, reason, expires_at, created_by, created_at from screening_domains
order by created_at desc limit $1"""

DOMAIN_SET = """
insert into screening_domains (domain, action, reason, expires_at, created_by, created_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (domain) do update set action = $2, reason = $3, expires_at = $4, created_by = $5,
    created_at = $6"""

DOMAIN_OFF = "delete from screening_domains where domain = $1"

NETWORKS = """
select network, action, reason, expires_at, created_by, created_at from screening_networks
order by created_at desc limit $1"""

NETWORK_SET = """
insert into screening_networks (network, action, reason, expires_at, created_by, created_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (network) do update set action = $2, reason = $3, expires_at = $4, created_by = $5,
    created_at = $6"""

NETWORK_OFF = "delete from screening_networks where network = $1"


async def settings(tx: Tx) -> dict[Rule, Setting]:
    """Return the rules that were set."""
    known = {rule.value for rule in Rule}
    rows = await tx.rows(SETTINGS)
    return {Rule(row[0]): Setting(Mode(row[1]), row[2]) for row in rows if row[0] in known}


async def set_rule(tx: Tx, rule: Rule, setting: Setting, by: str, now: datetime) -> None:
    """Set a rule."""
    await tx.run(SET, rule.value, setting.mode.value, setting.amount, by, now)


async def listed(tx: Tx, kind: Kind, limit: int) -> list[Listing]:
    """Return what operators listed, newest first."""
    query = DOMAINS if kind is Kind.DOMAINS else NETWORKS
    return [Listing(*row) for row in await tx.rows(query, limit)]


async def enlist(tx: Tx, kind: Kind, one: Listing) -> None:
    """Put something on a list, in place of what was said of it before."""
    values = (one.what, one.action, one.reason, one.expires_at, one.created_by, one.created_at)
    await tx.run(DOMAIN_SET if kind is Kind.DOMAINS else NETWORK_SET, *values)


async def delist(tx: Tx, kind: Kind, what: str) -> bool:
    """Take something off its list; false when it is on none."""
    return await tx.run(DOMAIN_OFF if kind is Kind.DOMAINS else NETWORK_OFF, what) == 1
