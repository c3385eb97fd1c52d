"""The rules of coming back, as properties: nobody takes over, nobody is locked out unheard."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from teahouse.recovery.model import (
    CLAIM_WAITS,
    FRESH,
    OBJECTION_LIFE,
    UNREACHABLE_IDLE,
    Claim,
    Means,
    Owner,
    Step,
    by_code,
    claim,
    wait_for,
)

days = st.integers(0, 2000).map(lambda n: timedelta(days=n))
maybe = st.none() | days
means = st.builds(
    Means, st.sampled_from(["phone", "email"]), days, st.booleans(), st.booleans(), st.booleans()
)
owners = st.builds(
    Owner, st.sampled_from(["phone", "email"]), days, days, st.booleans(), maybe, maybe
)


@given(means)
def test_a_stale_contact_opens_nothing_by_itself(found: Means) -> None:
    step = by_code(found)
    if step is Step.ENTER:
        assert found.proved_ago < FRESH[found.kind]
    else:
        more = found.password or found.other_contact or found.printed
        assert step is (Step.MORE if more else Step.WAIT)


@given(owners)
def test_a_number_goes_only_after_its_owner_could_say_no(owner: Owner) -> None:
    if claim(owner) is not Claim.RELEASED:
        return
    assert owner.proved_ago >= FRESH[owner.kind], "a number in use stays"
    assert owner.objected_ago is None or owner.objected_ago >= OBJECTION_LIFE
    if owner.reachable:
        waited = owner.claimed_ago or timedelta()
        assert waited >= wait_for(owner)
        assert owner.idle >= timedelta(days=180) or waited >= timedelta(days=3)
        assert owner.idle >= timedelta(days=90) or waited >= timedelta(days=14)
    else:
        assert owner.idle >= UNREACHABLE_IDLE, "who cannot be told is waited for"


@given(owners, days)
def test_idleness_never_makes_a_claim_harder(owner: Owner, more: timedelta) -> None:
    idler = Owner(
        owner.kind, owner.idle + more, owner.proved_ago, owner.reachable,
        owner.objected_ago, owner.claimed_ago,
    )  # fmt: skip
    assert wait_for(idler) <= wait_for(owner)
    if claim(owner) is Claim.RELEASED:
        assert claim(idler) is Claim.RELEASED


def test_every_idleness_has_a_wait() -> None:
    assert CLAIM_WAITS[-1][0] == timedelta()
    assert [idle for idle, _ in CLAIM_WAITS] == sorted((i for i, _ in CLAIM_WAITS), reverse=True)
