"""The rules, as they are: what is kept of an address, a proof, and how alike two sign-ups are."""

import ipaddress
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.gate.model.policies import State, check_policy
from teahouse.screening.model.bursts import Flow, answer_to, draft_of, find_bursts
from teahouse.screening.model.likeness import (
    BITS_MAX,
    PRIORS,
    STRICTNESS,
    Population,
    Verdict,
    bits_of,
    is_crowd,
    likeness,
    weigh,
)
from teahouse.screening.model.mail import mail_kind
from teahouse.screening.model.proofs import PARTS, Token, make_token, read_token, solve, solves
from teahouse.screening.model.refusals import BadListing, BadRule
from teahouse.screening.model.rules import (
    RULES,
    Listing,
    Rule,
    check_domain,
    check_network,
    check_setting,
    domain_action,
    network_action,
)
from teahouse.screening.model.signals import (
    Neighbour,
    Signals,
    address_network,
    contact_part,
    half_octave,
    shape_of,
    stem_of,
)

NOW = datetime(2021, 7, 27, tzinfo=UTC)
WORDS = st.sampled_from(["", "a", "b", "c"])
SIGNALS = st.builds(Signals, **dict.fromkeys(Signals.__struct_fields__, WORDS))
POPULATIONS = st.builds(
    Population,
    st.integers(0, 50),
    st.dictionaries(st.tuples(st.sampled_from(sorted(PRIORS)), WORDS), st.integers(1, 50)),
)


def neighbour(signals: Signals, ignored: bool = False) -> Neighbour:
    return Neighbour(b"", NOW, signals, None, ignored)


@given(st.ip_addresses())
def test_neighbours_share_a_prefix_and_it_names_nobody(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    network = ipaddress.ip_network(address_network(str(address)))
    mapped = getattr(address, "ipv4_mapped", None)
    assert (mapped or address) in network
    assert network.prefixlen == (24 if network.version == 4 else 48)


def test_two_writings_of_an_address_are_one_place() -> None:
    assert address_network("::ffff:192.0.2.9") == address_network("192.0.2.200")
    assert address_network("2001:db8:1:ffff::1") == address_network("2001:db8:1::")
    assert address_network("a name") == "a name"


def test_shapes_stems_and_parts() -> None:
    assert shape_of("Ann.Smith1984") == "l3o1l5d4"
    assert (stem_of("tea0017"), stem_of("TEA18"), stem_of("ann")) == ("tea#", "tea#", "")
    assert contact_part("phone", "+447911123456") == "+44791112"
    assert contact_part("email", "ann@b.example") == "b.example"
    assert half_octave(1) != half_octave(2)
    assert half_octave(40) == half_octave(41)
    assert [mail_kind(h) for h in ("gmail.com", "in.yopmail.com", "b.example")] == [
        "common", "disposable", "other",
    ]  # fmt: skip


@given(POPULATIONS, SIGNALS, SIGNALS)
def test_likeness_is_bounded_and_mutual(
    population: Population, one: Signals, other: Signals
) -> None:
    found = likeness(population, one, other)
    assert 0 <= found <= BITS_MAX * (len(PRIORS) + 1)
    same_place = {"prefix": "x", "prefix_before": "x"}
    one, other = (msgspec.structs.replace(each, **same_place) for each in (one, other))
    assert likeness(population, one, other) == likeness(population, other, one)


@given(POPULATIONS, SIGNALS, st.lists(SIGNALS, max_size=30), st.integers(1, 6))
def test_one_more_like_it_makes_no_verdict_milder(
    population: Population, one: Signals, others: list[Signals], amount: int
) -> None:
    near = [neighbour(other) for other in others]
    before = weigh(population, one, near, amount).verdict
    after = weigh(population, one, [*near, neighbour(one)], amount).verdict
    assert STRICTNESS[after] >= STRICTNESS[before]
    ignored = [neighbour(other, ignored=True) for other in others]
    assert weigh(population, one, ignored, amount).verdict is Verdict.PASS


def test_what_one_place_repeats_stays_rare() -> None:
    quiet = Population(100, {("agent", "farm"): 1, ("agent", "phone"): 60})
    assert bits_of(quiet, "agent", "farm") > 4
    assert bits_of(quiet, "agent", "phone") < 2


def test_a_shared_address_is_no_crowd_and_a_farm_is() -> None:
    farm = Signals(
        prefix="p", prefix_before="q", agent="a", contact="", mail_kind="", invite="", stem="",
        shape="", passwordless="", pace="", gap="",
    )  # fmt: skip
    mixed = [neighbour(msgspec.structs.replace(farm, agent=f"a{n % 4}")) for n in range(40)]
    assert is_crowd(farm, [neighbour(farm)] * 20, 20)
    assert not is_crowd(farm, [neighbour(farm)] * 19, 20)
    assert not is_crowd(farm, mixed, 20)


def test_a_proof_is_ours_whole_and_solved() -> None:
    text = make_token(b"key", "p", 2, 5, b"nonce")
    token = read_token([b"new", b"key"], text)
    assert token == Token("p", 2, 5, text)
    assert token is not None
    answers = solve(token)
    assert len(answers) == PARTS
    assert solves(token, answers)
    assert not solves(token, answers[:-1])
    assert not solves(token, (-1, *answers[1:]))
    assert not solves(msgspec.structs.replace(token, bits=40), answers)
    assert read_token([b"other"], text) is None
    assert read_token([b"key"], text.replace("p.2", "p.1")) is None
    assert read_token([b"key"], "") is None


def test_lists_are_of_domains_and_networks_and_the_nearest_counts() -> None:
    def listed(what: str, action: str) -> Listing:
        return Listing(what, action, "why", None, "op", NOW)

    domains = [listed("b.example", "deny"), listed("good.b.example", "allow")]
    assert domain_action(domains, "x.b.example") == "deny"
    assert domain_action(domains, "good.b.example") == "allow"
    assert domain_action(domains, "example") is None
    networks = [listed("192.0.0.0/16", "deny"), listed("192.0.2.0/24", "limit")]
    assert network_action(networks, "::ffff:192.0.2.1") == networks[1]
    assert network_action(networks, "198.51.100.1") is None
    assert check_domain(" @B.Example. ", "deny", "spam") == "b.example"
    assert check_network("192.0.2.7/24", "hold", "spam") == "192.0.2.0/24"
    for bad in (("x", "deny", "why"), ("b.example", "burn", "why"), ("b.example", "deny", "")):
        with pytest.raises(BadListing):
            check_domain(*bad)
    for bad in (("0.0.0.0/0", "deny", "why"), ("x", "deny", "why"), ("192.0.2.0/24", "no", "why")):
        with pytest.raises(BadListing):
            check_network(*bad)


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_takes_its_own_amount_and_no_nonsense(rule: Rule) -> None:
    kind = RULES[rule]
    assert check_setting(rule.value, "watch", kind.amount)[0] is rule
    for mode, amount in (("on", kind.most + 1), ("on", -1), ("loud", kind.amount)):
        with pytest.raises(BadRule):
            check_setting(rule.value, mode, amount)


def test_a_burst_is_told_with_its_numbers_in_words_that_the_gate_takes() -> None:
    flow = Flow("intl", "personal", "email", made=50, suspects=40)
    assert find_bursts([flow, Flow("eu", "personal", "email", 500, 40)], 20) == [flow]
    assert find_bursts([flow], 41) == []
    first, then = answer_to(flow, None), answer_to(flow, State.PACED)
    assert (first.state, first.pace_per_minute, then.state) == (State.PACED, 4, State.INVITE_ONLY)
    for burst in (first, then):
        plain = draft_of(burst, NOW, 0)
        assert "limited" not in plain.words.reason.en
        draft = draft_of(burst, NOW, 3)
        check_policy(draft, NOW)
        words = draft.words
        assert "limited for 3 days" in words.reason.en
        assert "3 天内" in words.reason.zh
        for text in (words.reason.zh, words.reason.en, words.justification):
            assert "40" in text
            assert "50" in text
