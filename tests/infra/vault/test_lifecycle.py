"""The life of a key, walked at random: only these ways, and no way back from the end."""

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from teahouse.guardians.model import ASK_LIFE
from teahouse.imports.model import LINK_LIFE
from teahouse.infra.vault.lifecycle import (
    BREAK_GLASS,
    DISPLACED,
    HOUSE_WORDS_LIFE,
    OPENING,
    TRANSITIONS,
    Facts,
    KeyState,
    TwoPersons,
    Verb,
    check,
)
from teahouse.infra.vault.model import (
    BadKeyState,
    KeyInUse,
    KeyNotEverywhere,
    KeyNotRested,
    KeyNotSettled,
    TwoPersonsNeeded,
)
from teahouse.infra.webauthn.challenges import CHALLENGE_LIFE
from teahouse.oidc.model import ARRIVAL_LIFE
from teahouse.recovery.model import RETURN_LIFE, UNDO_LIFE
from teahouse.registrations.model import HELD_LIFE
from teahouse.screening.model.proofs import LINE_LIFE
from teahouse.waitlist.model import TURN_LIFE

from .conftest import NOON

BOTH = TwoPersons("ann", "bo")
REFUSALS = (
    BadKeyState,
    KeyInUse,
    KeyNotEverywhere,
    KeyNotRested,
    KeyNotSettled,
    TwoPersonsNeeded,
)
facts = st.builds(
    Facts,
    lacking=st.sampled_from([(), ("host/1",)]),
    held=st.integers(0, 1),
    settled=st.booleans(),
    rests_until=st.sampled_from([None, NOON]),
    agreed=st.sampled_from([None, BOTH, TwoPersons("ann", "ann"), TwoPersons("ann", "")]),
)


class OneKey:
    def __init__(self) -> None:
        self.past = [KeyState.PENDING]

    @property
    def state(self) -> KeyState:
        return self.past[-1]


class Lives(RuleBasedStateMachine):
    """The keys of one purpose, as the locksmith moves them."""

    keys = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.all: list[OneKey] = []

    @rule(target=keys)
    def add(self) -> OneKey:
        self.all.append(OneKey())
        return self.all[-1]

    @rule(key=keys, verb=st.sampled_from(Verb), so=facts)
    def move(self, key: OneKey, verb: Verb, so: Facts) -> None:
        before = key.state
        try:
            becomes = check(verb, before, so)
        except REFUSALS:
            return
        if becomes is KeyState.PRIMARY:
            for other in self.all:
                if other.state is KeyState.PRIMARY:
                    other.past.append(DISPLACED)
        key.past.append(becomes)
        both = so.agreed == BOTH
        if verb is Verb.PROMOTE:
            assert both or not so.lacking
        if becomes in (KeyState.SOFT_DISABLED, KeyState.DESTROYED):
            assert not so.held
        if becomes is KeyState.SOFT_DISABLED:
            assert so.settled
            assert so.rests_until is None
        if verb in BREAK_GLASS and before is not KeyState.PENDING:
            assert both

    @invariant()
    def one_primary(self) -> None:
        assert sum(key.state is KeyState.PRIMARY for key in self.all) <= 1

    @invariant()
    def what_is_destroyed_stays_so(self) -> None:
        for key in self.all:
            assert KeyState.DESTROYED not in key.past[:-1]

    @invariant()
    def nothing_is_made_with_what_not_everybody_opens(self) -> None:
        for key in self.all:
            if KeyState.PRIMARY in key.past:
                assert KeyState.READABLE in key.past[: key.past.index(KeyState.PRIMARY)]

    @invariant()
    def what_opened_is_closed_before_it_is_destroyed(self) -> None:
        for key in self.all:
            if key.state is KeyState.DESTROYED and OPENING & set(key.past):
                assert key.past[-2] is KeyState.SOFT_DISABLED


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("state", KeyState)
def test_a_verb_leads_where_the_table_says(verb: Verb, state: KeyState) -> None:
    wanted, becomes = TRANSITIONS[verb]
    if state in wanted:
        assert check(verb, state, Facts(agreed=BOTH)) is becomes
    else:
        with pytest.raises(BadKeyState) as refused:
            check(verb, state, Facts(agreed=BOTH))
        assert refused.value.fields == {"verb": verb.value, "state": state.value}


@pytest.mark.parametrize(
    ("verb", "state", "so", "refusal"),
    [
        (Verb.PROMOTE, KeyState.READABLE, Facts(lacking=("h/1",)), KeyNotEverywhere),
        (Verb.DISTRIBUTE, KeyState.PENDING, Facts(lacking=("h/1",)), KeyNotEverywhere),
        (Verb.SOFT_DISABLE, KeyState.DECRYPT_ONLY, Facts(settled=False), KeyNotSettled),
        (Verb.SOFT_DISABLE, KeyState.DECRYPT_ONLY, Facts(rests_until=NOON), KeyNotRested),
        (Verb.SOFT_DISABLE, KeyState.DECRYPT_ONLY, Facts(held=1), KeyInUse),
        (Verb.REVIVE, KeyState.SOFT_DISABLED, Facts(), TwoPersonsNeeded),
        (Verb.DESTROY, KeyState.SOFT_DISABLED, Facts(agreed=TwoPersons("a", "a")), TwoPersonsNeeded),
        (Verb.DESTROY, KeyState.SOFT_DISABLED, Facts(held=1, agreed=BOTH), KeyInUse),
    ],
)  # fmt: skip
def test_what_must_be_so_first(
    verb: Verb, state: KeyState, so: Facts, refusal: type[Exception]
) -> None:
    assert check(verb, state, Facts(agreed=BOTH)) is TRANSITIONS[verb][1]
    with pytest.raises(refusal):
        check(verb, state, so)


def test_two_persons_may_promote_what_a_worker_lacks() -> None:
    so = Facts(lacking=("h/1",), agreed=BOTH)
    assert check(Verb.PROMOTE, KeyState.READABLE, so) is KeyState.PRIMARY


def test_no_word_of_the_house_outlives_its_key() -> None:
    longest_wait = timedelta(days=30)  # that `recovery_wait_hours` may say
    lives = [
        ARRIVAL_LIFE,
        ASK_LIFE,
        CHALLENGE_LIFE,
        HELD_LIFE,
        LINE_LIFE,
        LINK_LIFE,
        TURN_LIFE,
        UNDO_LIFE,
        longest_wait + RETURN_LIFE,
    ]
    assert max(lives) <= HOUSE_WORDS_LIFE
