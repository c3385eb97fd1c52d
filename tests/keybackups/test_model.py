"""Of two keys of one conversation the better is kept, in whatever order they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.errors import BadJson
from teahouse.keybackups.model import ALGORITHM, KeptKey, better, check_backup

KEYS = st.builds(
    KeptKey,
    st.sampled_from(["!a", "!b"]),
    st.sampled_from(["s", "t"]),
    st.integers(0, 3),
    st.integers(0, 3),
    st.booleans(),
    st.binary(max_size=2),
)


def test_what_the_data_of_an_algorithm_is_like() -> None:
    assert check_backup("m.megolm_backup.v1", "opaque") == b'"opaque"'
    with pytest.raises(BadJson):
        check_backup(ALGORITHM, "opaque")


def keep(batches: list[list[KeptKey]]) -> dict[tuple[str, str], KeptKey]:
    kept: dict[tuple[str, str], KeptKey] = {}
    for batch in batches:
        kept |= {key.place: key for key in better(batch, kept)}
    return kept


def test_what_is_better() -> None:
    there = KeptKey("!a", "s", 5, 5, False, b"")
    for other, wins in (
        (there._replace(is_verified=True, first_message_index=9, forwarded_count=9), True),
        (there._replace(first_message_index=4, forwarded_count=9), True),
        (there._replace(forwarded_count=4), True),
        (there._replace(session_data=b"other"), False),
        (there._replace(forwarded_count=6), False),
        (there._replace(first_message_index=6, forwarded_count=0), False),
    ):
        assert bool(better([other], {there.place: there})) is wins
        assert not (wins and better([there], {other.place: other}))


@given(st.lists(KEYS, unique_by=lambda key: key.place, max_size=4), st.permutations(range(4)))
def test_nothing_is_lost_and_nothing_worse_is_kept(keys: list[KeptKey], order: list[int]) -> None:
    batches = [[keys[at]] for at in order if at < len(keys)]
    assert keep(batches) == {key.place: key for key in keys}


@given(st.lists(KEYS, max_size=8))
def test_the_best_rank_wins_in_any_order(keys: list[KeptKey]) -> None:
    for batches in ([[key] for key in keys], [[key] for key in reversed(keys)]):
        for place, key in keep(batches).items():
            assert key.rank == min(one.rank for one in keys if one.place == place)
