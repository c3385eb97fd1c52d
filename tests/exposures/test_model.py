"""What is reckoned between two counts, and in which order columns are told."""

from hypothesis import given
from hypothesis import strategies as st

from teahouse.app.house import SEALED
from teahouse.exposures.model import STEPS_MIN, Place, Stand, gravity_of, reckoned
from teahouse.infra.vault.field import Gravity
from teahouse.renewals.model import DEK, INDEX, KEK


@given(first=st.integers(0, 10**9), shares=st.lists(st.floats(0, 1.5), max_size=40))
def test_what_is_reckoned_never_rises_and_ends_at_nothing(first: int, shares: list[float]) -> None:
    last, points = first, 0
    for share in [*sorted(shares), 1.0]:
        left = reckoned(Stand(first, last), share)
        if left is not None:
            assert 0 <= left < last
            last, points = left, points + 1
    assert last == 0
    assert points <= STEPS_MIN + 1
    assert reckoned(Stand(first, 0), 0.0) is None, "what is gone does not come back"


def test_the_gravest_come_first() -> None:
    declared = {one.name: int(one.gravity) for table in SEALED for one in table.fields}
    names = [
        Place(KEK, "", ""),
        Place(DEK, "realnames_proofs", "reference"),
        Place(DEK, "operators_operators", "totp_secret"),
        Place(DEK, "accounts_identifiers", "phone"),
        Place(DEK, "profiles_profiles", "display_name"),
        Place(INDEX, "accounts_identifiers", ""),
    ]
    order = [gravity_of(one, declared) for one in names]
    assert order == sorted(order)
    assert order[1:5] == [int(one) for one in Gravity]
