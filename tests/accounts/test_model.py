"""Names, contacts and states, by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.accounts import model
from teahouse.accounts.model import AccountState, BadLocalpart, BadTransition

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789._=-/+"


@given(st.text(ALPHABET, min_size=1, max_size=240))
def test_a_name_of_the_grammar_is_taken_as_it_is(name: str) -> None:
    assert model.check_localpart(name, "tea.example") == name
    assert model.localpart_of(f"@{name}:tea.example", "tea.example") == name


@given(st.text(min_size=0, max_size=30))
def test_any_other_name_is_refused(name: str) -> None:
    if name and set(name.lower()) <= set(ALPHABET) and name.isascii():
        assert model.check_localpart(name, "tea.example") == name.lower()
    else:
        with pytest.raises(BadLocalpart):
            model.check_localpart(name, "tea.example")


@pytest.mark.parametrize(("length", "good"), [(242, True), (243, False)])
def test_a_user_id_has_at_most_255_bytes(length: int, good: bool) -> None:
    if good:
        assert model.check_localpart("a" * length, "tea.example")
    else:
        with pytest.raises(BadLocalpart):
            model.check_localpart("a" * length, "tea.example")


def test_a_name_of_another_server_is_nobody_here() -> None:
    assert model.localpart_of("@ada:else.example", "tea.example") is None
    assert model.localpart_of("Ada", "tea.example") == "ada"


def test_states_change_only_by_the_table() -> None:
    allowed = {
        (state, act): to for act, table in model.TRANSITIONS.items() for state, to in table.items()
    }
    for state in AccountState:
        for act in model.TRANSITIONS:
            if (state, act) in allowed:
                assert model.next_state(state, act) is allowed[state, act]
            else:
                with pytest.raises(BadTransition):
                    model.next_state(state, act)
    assert not any(state is AccountState.DEACTIVATED for state, _ in allowed)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "+8613800138000", "+86•••••••8000"),
        ("email", "ada@tea.example", "a•••@tea.example"),
    ],
)
def test_a_contact_is_shown_in_part(kind: str, value: str, shown: str) -> None:
    assert model.masked(kind, value) == shown
