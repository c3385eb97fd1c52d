"""Statements over the epoch, the policies, the pace, the attempts and the invitations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from teahouse.gate.model.bindings import Override
from teahouse.gate.model.doors import door_values
from teahouse.gate.model.invites import Invite, PassKind
from teahouse.gate.model.policies import Attempt, Policy, Slip, State, Words
from teahouse.gate.model.queues import Line
from teahouse.infra.db.pool import Row, Tx


class Refusal(NamedTuple):
    """Why somebody was not let in: ``refused`` or ``paced``, by which policy, the refusal's code."""

    outcome: str
    policy_id: str | None
    reason: str


class Held(NamedTuple):
    """What decides at the doors: the version of the rules, and where people wait since when."""

    version: int
    queues: dict[Line, datetime]


PACE_BURST_SECONDS = 10.0  # a bucket holds what a sixth of a minute brings, and at least one

EPOCH_NEW = "insert into gate_epoch (one) values (true) on conflict (one) do nothing"

EPOCH = """
select version, array(select (region, account_class, door, since) from gate_queues)
from gate_epoch"""

EPOCH_ADVANCE = "update gate_epoch set version = version + 1 returning version"

ADMIT = """
with epoch as (select version from gate_epoch for share)
insert into gate_attempts (attempt_id, at, doors, account_class, region, outcome, reason)
select $1, $2, $3, $4, $5, 'admitted', '' from epoch
returning (select version from epoch),
    array(select (region, account_class, door, since) from gate_queues)"""

# A count of who was turned away may be lost with the machine; it need not wait for the disk.
REFUSE = """
with unhurried as (select set_config('synchronous_commit', 'off', true))
insert into gate_attempts (
    attempt_id, at, doors, account_class, region, outcome, policy_id, reason
) select $1, $2, $3, $4, $5, $6, $7, $8 from unhurried"""

ATTEMPTS_COUNTED = """
select doors[1], account_class, region, outcome, policy_id,
    count(*) filter (where at > $1), count(*) filter (where at > $2), count(*)
from gate_attempts where at > $3 group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5"""
ATTEMPTS_BY_MINUTE = """
select floor(extract(epoch from at) / 60)::bigint, outcome, count(*)
from gate_attempts where at > $1 group by 1, 2"""

PURGE_ATTEMPTS = "delete from gate_attempts where at <= $1"

INSERT_POLICY = """
insert into gate_policies (
    policy_id, region, account_class, door, state, pace_per_minute,
    effective_from, effective_until, words, decided_by, created_at,
    resume_on, resume_title, resume_pace_per_minute
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"""

POLICIES_IN_FORCE = """
select policy_id, region, account_class, door, state, pace_per_minute, effective_from,
    effective_until, words, decided_by, created_at, ended_at, ended_by, end_reason, resume_on,
    resume_title, resume_pace_per_minute, coalesce((
        select jsonb_agg(jsonb_build_object(
            'at', at, 'promised', promised, 'expected', expected, 'reason', reason
        ) order by nth)
        from gate_slips where gate_slips.policy_id = gate_policies.policy_id
    ), '[]')
from gate_policies where ended_at is null order by created_at, policy_id"""

POLICIES_HISTORY = """
select policy_id, region, account_class, door, state, pace_per_minute, effective_from,
    effective_until, words, decided_by, created_at, ended_at, ended_by, end_reason, resume_on,
    resume_title, resume_pace_per_minute, coalesce((
        select jsonb_agg(jsonb_build_object(
            'at', at, 'promised', promised, 'expected', expected, 'reason', reason
        ) order by nth)
        from gate_slips where gate_slips.policy_id = gate_policies.policy_id
    ), '[]')
from gate_policies order by created_at desc, policy_id desc limit $1"""

POLICY_TO_END = """
select policy_id, region, account_class, door, state, pace_per_minute, effective_from,
    effective_until, words, decided_by, created_at, ended_at, ended_by, end_reason, resume_on,
    resume_title, resume_pace_per_minute, coalesce((
        select jsonb_agg(jsonb_build_object(
            'at', at, 'promised', promised, 'expected', expected, 'reason', reason
        ) order by nth)
        from gate_slips where gate_slips.policy_id = gate_policies.policy_id
    ), '[]')
from gate_policies where policy_id = $1 for update"""

END_POLICY = """
update gate_policies set ended_at = $2, ended_by = $3, end_reason = $4
where policy_id = $1 and ended_at is null"""

EXPIRE_POLICIES = """
update gate_policies
set ended_at = effective_until, ended_by = 'system', end_reason = 'its time was up'
where ended_at is null and effective_until <= $1 returning policy_id"""

INSERT_SLIP = """
insert into gate_slips (policy_id, nth, at, promised, expected, reason)
values ($1, $2, $3, $4, $5, $6)"""

INSERT_OVERRIDE = """
insert into gate_overrides (
    override_id, policy_id, proposed_by, proposed_name, reason, proposed_at, expires_at
) values ($1, $2, $3, $4, $5, $6, $7)"""

OVERRIDE_TO_CONFIRM = """
select override_id, policy_id, proposed_by, proposed_name, reason, proposed_at, expires_at,
    confirmed_by, confirm_reason, confirmed_at
from gate_overrides where policy_id = $1 order by proposed_at desc, override_id desc limit 1
for update"""

OVERRIDES_OPEN = """
select override_id, policy_id, proposed_by, proposed_name, reason, proposed_at, expires_at,
    confirmed_by, confirm_reason, confirmed_at
from gate_overrides where confirmed_at is null and expires_at > $1
order by proposed_at desc, override_id desc"""

CONFIRM_OVERRIDE = """
update gate_overrides set confirmed_by = $2, confirm_reason = $3, confirmed_at = $4
where override_id = $1"""
QUEUE_BEGIN = """
insert into gate_queues (region, account_class, door, since) values ($1, $2, $3, $4)
on conflict do nothing"""

QUEUE_END = "delete from gate_queues where region = $1 and account_class = $2 and door = $3"

END_GIVEN = "update gate_invites set revoked_at = $2 where digest = $1 and revoked_at is null"

PURGE_TURNS = "delete from gate_invites where kind = 'turn' and expires_at <= $1"

PACE_NEW = "insert into gate_pace (policy_id, tokens, filled_at) values ($1, $2, $3)"

PACE_TAKE = """
update gate_pace set filled_at = greatest(filled_at, $2), tokens = least(
    $4, tokens + greatest(extract(epoch from $2 - filled_at), 0)::double precision * $3
) - 1
where policy_id = $1 and least(
    $4, tokens + greatest(extract(epoch from $2 - filled_at), 0)::double precision * $3
) >= 1"""

PACE_LEVEL = """
select least(
    $4, tokens + greatest(extract(epoch from $2 - filled_at), 0)::double precision * $3
)::double precision from gate_pace where policy_id = $1"""

INSERT_INVITE = """
insert into gate_invites (
    digest, invite_id, label, region, account_class, uses_left, expires_at, created_by, created_at,
    kind, door
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"""

# Whose door is not known yet is asked again at the last step, when it is.
INVITE_FITS = """
select exists (
    select from gate_invites where digest = $1 and uses_left > 0 and expires_at > $2
    and revoked_at is null and region in ('*', $3) and account_class in ('*', $4)
    and (door = '*' or door = any ($5::text[]) or cardinality($5::text[]) = 0)
)"""

WHO_GAVE = "select kind from gate_invites where digest = $1"

INVITE_OF = "select invite_id from gate_invites where digest = $1 and kind = 'invite'"

INVITE_USE = """
update gate_invites set uses_left = uses_left - 1
where digest = $1 and uses_left > 0 and expires_at > $2
    and revoked_at is null and region in ('*', $3) and account_class in ('*', $4)
    and (door = '*' or door = any ($5::text[]))
returning invite_id"""

INVITES = """
select invite_id, label, region, account_class, uses_left, expires_at, created_by, created_at,
    revoked_at
from gate_invites where kind = 'invite' order by created_at desc limit $1"""

INVITE_REVOKE = """
update gate_invites set revoked_at = $2 where invite_id = $1 and revoked_at is null"""


async def epoch(tx: Tx) -> Held:
    """Return the version of the rules, making the row in an empty database."""
    row = await tx.row(EPOCH)
    if row is None:
        await tx.run(EPOCH_NEW)
        return Held(0, {})
    return _held(row)


async def advance_epoch(tx: Tx) -> int:
    """Wait for the registrations that are being decided, and return the next version."""
    await tx.run(EPOCH_NEW)
    return await tx.value(EPOCH_ADVANCE)


async def admit(tx: Tx, attempt_id: str, at: datetime, attempt: Attempt) -> Held:
    """Note an admission, hold the rules still until the commit, and return what decides."""
    row = await tx.row(
        ADMIT, attempt_id, at, door_values(attempt.doors), attempt.account_class, attempt.region
    )
    if row is None:
        await tx.run(EPOCH_NEW)
        return await admit(tx, attempt_id, at, attempt)
    return _held(row)


def _held(row: Row) -> Held:
    return Held(row[0], {Line(*line): since for *line, since in row[1]})


async def begin_queue(tx: Tx, line: Line, since: datetime) -> None:
    """Note that people wait in a line, if it is not noted."""
    await tx.run(QUEUE_BEGIN, *line, since)


async def end_queue(tx: Tx, line: Line) -> None:
    """Note that nobody waits in a line."""
    await tx.run(QUEUE_END, *line)


async def refuse(tx: Tx, attempt_id: str, at: datetime, attempt: Attempt, refusal: Refusal) -> None:
    """Note that somebody was not let in."""
    await tx.run(
        REFUSE,
        attempt_id,
        at,
        door_values(attempt.doors),
        attempt.account_class,
        attempt.region,
        refusal.outcome,
        refusal.policy_id,
        refusal.reason,
    )


async def attempts_counted(tx: Tx, since: Sequence[datetime]) -> list[Row]:
    """Count attempts since three moments, the latest first, by scope, outcome and policy."""
    return list(await tx.rows(ATTEMPTS_COUNTED, *since))


async def attempts_by_minute(tx: Tx, since: datetime) -> list[Row]:
    """Count attempts by minute (since the epoch) and outcome."""
    return list(await tx.rows(ATTEMPTS_BY_MINUTE, since))


async def purge_attempts(tx: Tx, before: datetime) -> int:
    """Delete old attempts."""
    return await tx.run(PURGE_ATTEMPTS, before)


async def end_pass(tx: Tx, digest: bytes, at: datetime) -> None:
    """Make a pass good for nothing."""
    await tx.run(END_GIVEN, digest, at)


async def purge_turns(tx: Tx, before: datetime) -> int:
    """Delete turns of the waiting list that were over at a moment."""
    return await tx.run(PURGE_TURNS, before)


async def insert_policy(tx: Tx, policy: Policy) -> None:
    """Add a policy, and its bucket if it paces."""
    await tx.run(
        INSERT_POLICY,
        policy.policy_id,
        policy.region,
        policy.account_class,
        policy.door,
        policy.state.value,
        policy.pace_per_minute,
        policy.effective_from,
        policy.effective_until,
        msgspec.json.encode(policy.words).decode(),
        policy.decided_by,
        policy.created_at,
        policy.resume_on,
        policy.resume_title,
        policy.resume_pace_per_minute,
    )
    if policy.pace_per_minute is not None:
        _, burst = _bucket(policy.pace_per_minute)
        await tx.run(PACE_NEW, policy.policy_id, burst, policy.effective_from)


async def policies_in_force(tx: Tx) -> list[Policy]:
    """Return the policies that have not been ended, those that have yet to begin included."""
    return [_policy(row) for row in await tx.rows(POLICIES_IN_FORCE)]


async def policies_history(tx: Tx, limit: int) -> list[Policy]:
    """Return every policy there was, newest first."""
    return [_policy(row) for row in await tx.rows(POLICIES_HISTORY, limit)]


async def policy_to_end(tx: Tx, policy_id: str) -> Policy | None:
    """Return a policy, held for ending."""
    row = await tx.row(POLICY_TO_END, policy_id)
    return None if row is None else _policy(row)


async def end_policy(tx: Tx, policy_id: str, at: datetime, by: str, reason: str) -> None:
    """End a policy."""
    await tx.run(END_POLICY, policy_id, at, by, reason)


async def expire_policies(tx: Tx, now: datetime) -> list[str]:
    """End the policies whose time is up and return which they were."""
    return [row[0] for row in await tx.rows(EXPIRE_POLICIES, now)]


async def insert_slip(tx: Tx, policy: Policy, slip: Slip) -> None:
    """Add a promise that could not be kept."""
    nth, reason = len(policy.slips) + 1, msgspec.json.encode(slip.reason).decode()
    await tx.run(INSERT_SLIP, policy.policy_id, nth, slip.at, slip.promised, slip.expected, reason)


async def insert_override(tx: Tx, override: Override) -> None:
    """Add a wish to open what still waits for its work."""
    await tx.run(
        INSERT_OVERRIDE,
        override.override_id,
        override.policy_id,
        override.proposed_by,
        override.proposed_name,
        override.reason,
        override.proposed_at,
        override.expires_at,
    )


async def override_to_confirm(tx: Tx, policy_id: str) -> Override | None:
    """Return the newest wish to open a policy, held."""
    row = await tx.row(OVERRIDE_TO_CONFIRM, policy_id)
    return None if row is None else _override(row)


async def overrides_open(tx: Tx, now: datetime) -> list[Override]:
    """Return the wishes that somebody may still confirm."""
    return [_override(row) for row in await tx.rows(OVERRIDES_OPEN, now)]


async def confirm_override(tx: Tx, override_id: str, by: str, reason: str, at: datetime) -> None:
    """Note who confirmed."""
    await tx.run(CONFIRM_OVERRIDE, override_id, by, reason, at)


async def take_pace(tx: Tx, policy: Policy, now: datetime) -> bool:
    """Take one from a policy's bucket; false when it is empty. Holds the bucket."""
    assert policy.pace_per_minute is not None, "only what paces has a bucket"
    rate, burst = _bucket(policy.pace_per_minute)
    return await tx.run(PACE_TAKE, policy.policy_id, now, rate, burst) == 1


async def pace_level(tx: Tx, policy: Policy, now: datetime) -> float:
    """Return how many registrations a policy's bucket holds."""
    assert policy.pace_per_minute is not None, "only what paces has a bucket"
    rate, burst = _bucket(policy.pace_per_minute)
    return await tx.value(PACE_LEVEL, policy.policy_id, now, rate, burst)


def _bucket(pace_per_minute: int) -> tuple[float, float]:
    rate = pace_per_minute / 60
    return rate, max(1.0, rate * PACE_BURST_SECONDS)


async def insert_invite(tx: Tx, digest: bytes, invite: Invite) -> None:
    """Add an invitation."""
    await tx.run(
        INSERT_INVITE,
        digest,
        invite.invite_id,
        invite.label,
        invite.region,
        invite.account_class,
        invite.uses_left,
        invite.expires_at,
        invite.created_by,
        invite.created_at,
        invite.kind.value,
        invite.door,
    )


async def pass_kind(tx: Tx, digest: bytes) -> PassKind | None:
    """Return who gave a pass, ``None`` when there is none."""
    found: str | None = await tx.value(WHO_GAVE, digest)
    return None if found is None else PassKind(found)


async def invite_fits(tx: Tx, digest: bytes, now: datetime, attempt: Attempt) -> bool:
    """Tell whether an invitation would let somebody in."""
    doors = door_values(attempt.doors)
    scope = (attempt.region, attempt.account_class)
    return await tx.value(INVITE_FITS, digest, now, *scope, doors)


async def use_invite(tx: Tx, digest: bytes, now: datetime, attempt: Attempt) -> bool:
    """Use an invitation once; false when it is used up, over or for others."""
    doors = door_values(attempt.doors)
    scope = (attempt.region, attempt.account_class)
    found: Any = await tx.value(INVITE_USE, digest, now, *scope, doors)
    return found is not None


async def invites(tx: Tx, limit: int) -> Sequence[Invite]:
    """Return the invitations, newest first."""
    rows = await tx.rows(INVITES, limit)
    return [Invite(*row) for row in rows]


async def invite_of(tx: Tx, digest: bytes) -> str | None:
    """Return which invitation a pass is, ``None`` for a pass of another kind."""
    return await tx.value(INVITE_OF, digest)


async def revoke_invite(tx: Tx, invite_id: str, at: datetime) -> bool:
    """Take an invitation back; false when there is none to take."""
    return await tx.run(INVITE_REVOKE, invite_id, at) == 1


def _override(row: Row) -> Override:
    names = Override.__struct_fields__
    return Override(**dict(zip(names, row, strict=True)))


def _policy(row: Row) -> Policy:
    named = dict(zip(Policy.__struct_fields__, row, strict=True))
    named["state"], named["words"] = State(row[4]), msgspec.json.decode(row[8], type=Words)
    named["slips"] = msgspec.json.decode(row[17], type=tuple[Slip, ...])
    return Policy(**named)
