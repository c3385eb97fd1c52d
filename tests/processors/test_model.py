"""The rules of processors by themselves: the table, and what may go to a host."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.gate.model.policies import Both
from teahouse.processors.model.proof import (
    ProcessorKey,
    ProcessorUnfit,
    check_end,
    check_keeps,
)
from teahouse.processors.model.register import (
    PROCEDURE,
    BadProcessor,
    BadProcessorStep,
    Clearing,
    Fit,
    Processor,
    ProcessorAct,
    ProcessorBody,
    ProcessorRole,
    ProcessorState,
    SubProcessor,
    check_clearing,
    check_processor,
    covers,
    ends_with,
    fit,
    holds_back,
    next_state,
    recipients,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TODAY = NOW.date()
SAID = Both("号码", "A number")
BODY = ProcessorBody(
    processor_id="sms-one",
    name=Both("某短信", "Some SMS"),
    contact="dpo@sms.example",
    country="CN",
    contract="2026-7",
    contract_until=TODAY + timedelta(days=30),
    ways=("sms",),
    hosts=("sms.example", "*.gate.example"),
    purposes=("accounts.phone",),
    what=SAID,
    why=SAID,
    when=SAID,
)
WAYS = ("sms", "mail")
PURPOSES = ("accounts.phone", "accounts.email")
HOSTS = st.sampled_from(("sms.example", "a.gate.example", "elsewhere.example"))


def processor(state: ProcessorState, **more: Any) -> Processor:
    """Return a processor that stands somewhere."""
    over = state in (ProcessorState.ENDED, ProcessorState.CLEARED)
    return Processor(
        body=msgspec.structs.replace(BODY, **more),
        state=state,
        proposed_by="a",
        proposed_at=NOW,
        agreed_by=None,
        agreed_at=None,
        started_at=None,
        ended_at=NOW if over else None,
        end_reason="",
        clearing=None,
    )


@st.composite
def processors(draw: st.DrawFn) -> Processor:
    """Draw a processor, where it stands, and until when its contract is."""
    return processor(
        draw(st.sampled_from(ProcessorState)),
        processor_id=draw(st.sampled_from(("one", "two"))),
        ways=draw(st.sampled_from((("sms",), ("mail",), ("sms", "mail")))),
        contract_until=draw(
            st.one_of(st.none(), st.integers(-2, 2).map(lambda by: TODAY + timedelta(days=by)))
        ),
    )


def test_the_table_is_total() -> None:
    for state in ProcessorState:
        for act in ProcessorAct:
            if act in PROCEDURE[state]:
                assert next_state(state, act) is PROCEDURE[state][act]
            else:
                with pytest.raises(BadProcessorStep):
                    next_state(state, act)


@given(st.lists(st.sampled_from(ProcessorAct), max_size=8))
def test_l_20_nothing_is_used_before_two_agreed_or_after_its_end(acts: list[ProcessorAct]) -> None:
    state, done = ProcessorState.PROPOSED, list[ProcessorAct]()
    for act in acts:
        if act in PROCEDURE[state]:
            state = next_state(state, act)
            done.append(act)
    if state is ProcessorState.IN_USE:
        assert done == [ProcessorAct.AGREE, ProcessorAct.START]
    if state is ProcessorState.CLEARED:
        assert ProcessorAct.END in done


@given(
    st.lists(processors(), max_size=4),
    st.sets(st.sampled_from(("one", "two"))),
    st.sampled_from(("sms", "mail", "push")),
    st.sampled_from(("sms.example", "a.gate.example", "gate.example", "other.example")),
)
def test_l_20_what_fits_is_in_use_on_a_contract_for_that_way_and_host(
    known: list[Processor], abroad: set[str], way: str, host: str
) -> None:
    found, whose = fit(known, abroad, way, host, TODAY)
    about = [one for one in known if covers(one.body, way, host)]
    in_use = [one for one in about if one.state is ProcessorState.IN_USE]
    holds = [
        one for one in in_use if one.body.contract_until is None or one.body.contract_until >= TODAY
    ]
    home = [one for one in holds if one.body.processor_id not in abroad]
    assert (found is Fit.GOOD) == bool(home)
    assert (found is Fit.ABROAD) == (bool(holds) and not home)
    assert (found is Fit.EXPIRED) == (bool(in_use) and not holds)
    if found is Fit.ENDED:
        assert any(one.ended_at is not None for one in about)
        assert not in_use
    assert (whose == "") == (found is Fit.NONE)
    assert not holds_back("off", found)
    assert holds_back("warn", found) == (found is Fit.ENDED)
    assert holds_back("on", found) == (found is not Fit.GOOD)


def test_a_star_stands_for_what_comes_before_and_never_for_another_house() -> None:
    for host, whether in (
        ("sms.example", True), ("a.gate.example", True), ("a.b.gate.example", True),
        ("gate.example", False), ("badgate.example", False), ("sms.example.evil", False),
        ("x.sms.example", False),
    ):  # fmt: skip
        assert covers(BODY, "sms", host) is whether, host
    assert not covers(BODY, "mail", "sms.example")


@pytest.mark.parametrize(
    "more",
    [
        {"processor_id": "Sms"}, {"contact": " "}, {"name": Both("", "x")}, {"country": "cn"},
        {"ways": ()}, {"ways": ("pigeon",)}, {"hosts": ()}, {"hosts": ("*",)},
        {"hosts": ("*.*.example",)}, {"hosts": ("Sms.example",)}, {"hosts": ("https://sms.example",)},
        {"purposes": ()}, {"purposes": ("accounts.shoe",)}, {"contract": ""},
        {"contract_until": None}, {"contract_until": TODAY - timedelta(days=1)},
        {"others": (SubProcessor("", "CN"),)}, {"others": (SubProcessor("Cables", "china"),)},
        {"role": ProcessorRole.OWN},
    ],
)  # fmt: skip
def test_what_says_too_little_is_refused(more: dict[str, Any]) -> None:
    check_processor(BODY, WAYS, PURPOSES, TODAY)
    with pytest.raises(BadProcessor):
        check_processor(msgspec.structs.replace(BODY, **more), WAYS, PURPOSES, TODAY)


def test_a_machine_of_the_house_has_no_contract_and_is_told_to_nobody() -> None:
    own: dict[str, Any] = {"role": ProcessorRole.OWN, "contract": "", "contract_until": None}
    check_processor(msgspec.structs.replace(BODY, **own), WAYS, PURPOSES, TODAY)
    assert recipients([processor(ProcessorState.IN_USE, **own)], TODAY) == []
    (told,) = recipients([processor(ProcessorState.IN_USE)], TODAY)
    assert (told.id, told.host) == ("sms-one", "sms.example, *.gate.example")
    assert recipients([processor(ProcessorState.ENDED)], TODAY) == []


@given(st.lists(processors(), max_size=4), st.sampled_from(("", "one", "two")), HOSTS)
def test_l_20_what_is_shown_ends_with_whose_it_is_or_with_the_last_entry_of_its_host(
    known: list[Processor], whose: str, host: str
) -> None:
    ended = processor(ProcessorState.ENDED, processor_id="one").body
    found = ends_with(known, ended, "sms", whose, host)
    if whose:
        assert found is (whose == "one")
    elif not covers(ended, "sms", host):
        assert not found
    else:
        in_use = [one.body for one in known if one.state is ProcessorState.IN_USE]
        others = {one.processor_id for one in in_use if covers(one, "sms", host)} - {"one"}
        assert found is not bool(others)


def test_l_20_nothing_is_left_with_who_is_not_in_use_for_it() -> None:
    body = msgspec.structs.replace(BODY, ways=("files", "sms"))
    assert check_keeps(body, "files", TODAY, good=True) == TODAY
    for wrong, until, good in ((body, TODAY, False), (body, None, True), (BODY, TODAY, True)):
        with pytest.raises(ProcessorUnfit):
            check_keeps(wrong, "files", until, good=good)


def test_l_20_only_a_key_makes_anything_unreadable() -> None:
    key = ProcessorKey(recipient="age1", digest="00", made_at=NOW)
    for clearing in (
        Clearing("unreadable", TODAY, "They do not answer."),
        Clearing("deleted", TODAY, "Their certificate 9.", key_lost=True),
    ):
        check_end(clearing, key, TODAY, TODAY)
        with pytest.raises(BadProcessor):
            check_end(clearing, None, TODAY, TODAY)


def test_l_20_a_proof_is_of_after_the_end_and_says_how_one_knows() -> None:
    good = Clearing("deleted", TODAY, "Their certificate 9.")
    check_clearing(good, TODAY, TODAY)
    wrong = (
        Clearing("lost", TODAY, "x"), Clearing("deleted", TODAY, " "),
        Clearing("deleted", date(2026, 11, 22), "x"), Clearing("deleted", date(2026, 11, 24), "x"),
    )  # fmt: skip
    for one in wrong:
        with pytest.raises(BadProcessor):
            check_clearing(one, TODAY, TODAY)
