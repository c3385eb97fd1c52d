"""Waiting for one's turn: where there is a list, who has to join it, and what a turn-away says.

A line is of one region and class, and of all doors or of one: that of the policy which sent people to
it. While people wait in it, newcomers of a paced scope are sent to its end: nobody overtakes those
who wait [R-043].
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.gate.model.doors import Door, door_values
from teahouse.gate.model.notices import GateClosed, GatePaced, closed, paced
from teahouse.gate.model.policies import (
    ANY,
    Attempt,
    Decision,
    Policy,
    State,
    Verdict,
    in_force,
    matches,
)

LINE_CLASSES = ("personal", "official")  # classes that people can register, and so wait for
LINE_DOORS = (Door.PHONE, Door.EMAIL, Door.OFFICIAL)
"""Doors that can have a line of their own: those that a turn leads through.

A child's is none of them: a child's number is not left without a guardian's word.
"""


class Line(NamedTuple):
    """Where people wait: a region, a class, and one door or all of them."""

    region: str
    account_class: str
    door: str = ANY


Queues = Mapping[Line, datetime]  # the lines in which people wait, and since when


class Waiting(msgspec.Struct, frozen=True):
    """How to wait for one's turn: told with a refusal where there is a list."""

    page: str
    region: str
    account_class: str
    door: str
    people_waiting: bool


def line_of(policy: Policy, attempt: Attempt) -> Line:
    """Return the line to which a policy sends somebody."""
    return Line(attempt.region, attempt.account_class, policy.door)


def doors_of(line: Line) -> tuple[Door, ...]:
    """Return the door of a line; none, when it is of all doors."""
    return () if line.door == ANY else (Door(line.door),)


def paces(policies: Iterable[Policy], attempt: Attempt, now: datetime) -> list[Policy]:
    """Return every policy whose pace an attempt counts towards, in one order for all."""
    found = [
        policy
        for policy in policies
        if policy.pace_per_minute is not None and in_force(policy, now) and matches(policy, attempt)
    ]
    return sorted(found, key=lambda policy: policy.policy_id)


def queued(queues: Queues, attempt: Attempt, decision: Decision) -> bool:
    """Tell whether somebody has to join the list, because others wait already.

    Not who holds a pass, and not who was at the door before the others began to wait.
    """
    if not queues or attempt.invited or decision.verdict is not Verdict.PACE:
        return False
    scope = (attempt.region, attempt.account_class)
    found = [queues.get(Line(*scope, door)) for door in (ANY, *door_values(attempt.doors))]
    began = attempt.began_at
    return any(since is not None and (began is None or began > since) for since in found)


def refuses(queues: Queues, attempt: Attempt, decision: Decision) -> bool:
    """Tell whether an attempt is turned away, by a policy or because others wait."""
    return decision.verdict is Verdict.REFUSE or queued(queues, attempt, decision)


def has_list(decision: Decision, account_class: str) -> bool:
    """Tell whether somebody who is not let in now may wait for their turn."""
    policy = decision.policy
    if policy is None or account_class not in LINE_CLASSES:
        return False
    if policy.door not in (ANY, *door_values(LINE_DOORS)):
        return False
    if policy.state is State.SUSPENDED or (policy.state is State.PACED and policy.door != ANY):
        return policy.words.waiting_list
    return policy.state in (State.PACED, State.WAITLIST)


def refusal(
    queues: Queues, attempt: Attempt, decision: Decision, page: str
) -> GateClosed | GatePaced:
    """Return what somebody is told who is not let in now: the notice, and how to wait."""
    policy = decision.policy
    assert policy is not None, "only a policy refuses"
    if refuses(queues, attempt, decision):
        plain = closed(policy)
    else:
        assert policy.pace_per_minute is not None, "it is not shut, so it is full"
        plain = paced(policy, -(-60_000 // policy.pace_per_minute))
    if not has_list(decision, attempt.account_class):
        return plain
    line = line_of(policy, attempt)
    place = line[:2] if line.door == ANY else line
    waiting = Waiting("/".join((page, *place)), *line, people_waiting=line in queues)
    words = f"{plain.words} Wait for your turn / 排队等候：{waiting.page}"
    return type(plain)(words, **plain.fields, waitlist=msgspec.to_builtins(waiting))
