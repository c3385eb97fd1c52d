"""Waiting for one's turn: where there is a list, who has to join it, and what a turn-away says.

A line is of one region and class; it follows the policies for all doors. While people wait in it,
newcomers of a paced scope are sent to its end: nobody overtakes those who wait [R-043].
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

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
Line = tuple[str, str]  # a region and a class
Queues = Mapping[Line, datetime]  # the lines in which people wait, and since when


class Waiting(msgspec.Struct, frozen=True):
    """How to wait for one's turn: told with a refusal where there is a list."""

    page: str
    region: str
    account_class: str
    people_waiting: bool


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
    since = queues.get((attempt.region, attempt.account_class))
    if since is None or attempt.invited or decision.verdict is not Verdict.PACE:
        return False
    return attempt.began_at is None or attempt.began_at > since


def refuses(queues: Queues, attempt: Attempt, decision: Decision) -> bool:
    """Tell whether an attempt is turned away, by a policy or because others wait."""
    return decision.verdict is Verdict.REFUSE or queued(queues, attempt, decision)


def has_list(decision: Decision, account_class: str) -> bool:
    """Tell whether somebody who is not let in now may wait for their turn."""
    policy = decision.policy
    if policy is None or policy.door != ANY or account_class not in LINE_CLASSES:
        return False
    if policy.state is State.SUSPENDED:
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
    line = (attempt.region, attempt.account_class)
    waiting = Waiting("/".join((page, *line)), *line, people_waiting=line in queues)
    words = f"{plain.words} Wait for your turn / 排队等候：{waiting.page}"
    return type(plain)(words, **plain.fields, waitlist=msgspec.to_builtins(waiting))
