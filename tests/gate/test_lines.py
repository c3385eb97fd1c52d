"""Where there is a list, by property: the line is one that its own turn leads out of."""

from datetime import timedelta

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from teahouse.gate.model.doors import Door
from teahouse.gate.model.policies import (
    ANY,
    CLASSES,
    REGIONS,
    Attempt,
    Policy,
    State,
    Words,
    decide,
    matches,
)
from teahouse.gate.model.queues import (
    LINE_CLASSES,
    LINE_DOORS,
    Line,
    doors_of,
    has_list,
    line_of,
    queued,
)
from teahouse.waitlist.model import check_line
from tests.gate.test_model import NOW, attempts, policies

RESTRICTING = tuple(state for state in State if state is not State.OPEN)
KEEPS = (State.PACED, State.WAITLIST, State.SUSPENDED)


@st.composite
def governed(draw: st.DrawFn) -> tuple[Policy, Attempt]:
    """A policy in force that restricts, and an attempt in its scope but perhaps for its doors."""
    attempt = draw(attempts)
    policy = msgspec.structs.replace(
        draw(policies(RESTRICTING)),
        region=draw(st.sampled_from((ANY, attempt.region))),
        account_class=draw(st.sampled_from((ANY, attempt.account_class))),
        door=draw(st.sampled_from((ANY, *(door.value for door in attempt.doors)))),
        words=Words(waiting_list=draw(st.booleans())),
        effective_from=NOW,
        effective_until=None,
        ended_at=None,
    )
    return policy, attempt


@given(governed())
def test_a_list_is_where_a_turn_leads(both: tuple[Policy, Attempt]) -> None:
    policy, attempt = both
    kept = policy.words.waiting_list
    assume(matches(policy, attempt))  # every door is not every door: only those that register
    decision = decide([policy], attempt, NOW)
    assert decision.policy == policy
    told = has_list(decision, attempt.account_class)
    own_line = policy.door in (ANY, *(door.value for door in LINE_DOORS))
    always = policy.state is State.WAITLIST or (policy.state is State.PACED and policy.door == ANY)
    wanted = own_line and policy.state in KEEPS and (always or kept)
    assert told == (wanted and attempt.account_class in LINE_CLASSES)
    if told:
        line = line_of(policy, attempt)
        assert check_line(*line) == line
        assert set(doors_of(line)) <= set(attempt.doors)
        its_own = Attempt(doors=doors_of(line), account_class=line[1], region=line[0])
        assert matches(policy, its_own), "who waits is called at this policy's pace"


@given(
    policies(),
    attempts,
    st.sampled_from(REGIONS),
    st.sampled_from(CLASSES),
    st.sampled_from((ANY, *(door.value for door in Door))),
    st.integers(-2, 2),
)
def test_newcomers_join_behind_those_of_their_door(
    policy: Policy, attempt: Attempt, region: str, of_class: str, door: str, began: int
) -> None:
    decision = decide([policy], attempt, NOW)
    attempt = msgspec.structs.replace(attempt, began_at=NOW + timedelta(hours=began))
    told = queued({Line(region, of_class, door): NOW}, attempt, decision)
    here = (region, of_class) == (attempt.region, attempt.account_class)
    mine = door == ANY or door in [one.value for one in attempt.doors]
    paced = decision.verdict.name == "PACE" and not attempt.invited
    assert told == (here and mine and paced and began > 0)
    assert not queued({}, attempt, decision)
