"""The rules of orders by themselves: the table, whom an order reaches, and what is left after it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.app.house import routes_on_paper
from teahouse.config import Config
from teahouse.gate.model.policies import ANY, CLASSES, REGIONS, Both, LegalBasis
from teahouse.orders.model.functions import FUNCTIONS, READING, functions_of, is_reading
from teahouse.orders.model.order import Measure, MeasureKind, Order, Scope
from teahouse.orders.model.procedure import (
    BINDING,
    BY_CLOCK,
    OVER,
    PROCEDURE,
    BadOrderStep,
    OrderAct,
    OrderState,
    acts_of,
    next_state,
)
from teahouse.orders.model.reach import (
    HeldOrder,
    Who,
    hindrance,
    hindrances,
    holds,
    public,
    targets,
    touches,
)

NOW = datetime(2021, 7, 27, tzinfo=UTC)
COUNTRIES = ("", "CN", "DE", "US")
ACTED = st.lists(st.sampled_from(OrderAct), max_size=12)
SEND = ("PUT", "/_matrix/client/v3/rooms/{room_id}/send/{event_type}/{txn_id}")
SYNC = ("GET", "/_matrix/client/v3/sync")
LOGOUT = ("POST", "/_matrix/client/v3/logout")
EXPORT = ("POST", "/api/v1/account/exports")
people = st.builds(
    Who, st.sampled_from(REGIONS), st.sampled_from(CLASSES), st.sampled_from(COUNTRIES)
)
scopes = st.builds(
    Scope,
    st.sampled_from((ANY, *REGIONS)),
    st.sampled_from((ANY, *CLASSES)),
    st.sampled_from(COUNTRIES),
)
measures = st.one_of(
    st.builds(Measure, st.just(MeasureKind.RESTRICT_COUNTRY)),
    st.builds(
        Measure, st.just(MeasureKind.STOP_FUNCTION), function=st.sampled_from(sorted(FUNCTIONS))
    ),
    st.builds(
        Measure,
        st.sampled_from((MeasureKind.DELIST, MeasureKind.HIDE_FROM_SEARCH)),
        targets=st.lists(st.sampled_from(("!a:s", "!b:s", "@c:s")), min_size=1).map(tuple),
    ),
)
moments = st.integers(-5, 5).map(lambda days: NOW + timedelta(days=days))


@st.composite
def orders(draw: st.DrawFn) -> HeldOrder:
    """Draw an order, and where it stands."""
    begins = draw(moments)
    ends = draw(st.one_of(st.none(), st.integers(1, 5).map(lambda d: begins + timedelta(days=d))))
    order = Order(
        order_id=draw(st.text("abc", min_size=3, max_size=6)),
        authority="An authority",
        authority_country="CN",
        number="12",
        legal_basis=(LegalBasis("Cybersecurity Law", "35", "no. 7"),),
        scope=draw(scopes),
        measures=tuple(draw(st.lists(measures, min_size=1, max_size=3))),
        received_at=begins,
        effective_at=begins,
        deadline_at=begins,
        ends_at=ends,
        confidential=draw(st.booleans()),
        reason=Both("为了审查。", "For a review."),
    )
    return HeldOrder(order, draw(st.sampled_from(OrderState)))


def requests() -> list[tuple[str, str]]:
    """Return every request of the house that a person can make."""
    return [(one.method, one.path) for one in routes_on_paper(Config())]


def test_the_table_is_total() -> None:
    assert set(PROCEDURE) == set(OrderState)
    assert {act for acts in PROCEDURE.values() for act in acts} == set(OrderAct), "no act is idle"
    reached = {state for acts in PROCEDURE.values() for state in acts.values()}
    assert reached | {OrderState.RECEIVED} == set(OrderState), "no state is out of reach"
    assert set(OVER) == {
        OrderState.DECLINED, OrderState.LIFTED, OrderState.COMPLIED, OrderState.EXPIRED,
    }  # fmt: skip
    assert not set(acts_of(OrderState.ACKNOWLEDGED)) & BY_CLOCK


@given(ACTED)
def test_r_080_nothing_binds_before_two_have_acknowledged_what_was_checked(
    acts: list[OrderAct],
) -> None:
    state, taken = OrderState.RECEIVED, list[OrderAct]()
    for act in acts:
        try:
            state = next_state(state, act)
        except BadOrderStep:
            continue
        taken.append(act)
        if state in BINDING:
            last = len(taken) - 1 - taken[::-1].index(OrderAct.CONFIRM)
            assert taken[last - 1] is OrderAct.ACKNOWLEDGE
            assert OrderAct.CHECK in taken[: last - 1]


@given(st.lists(orders(), max_size=4), people, st.sampled_from([SEND, SYNC, LOGOUT]))
def test_r_080_an_order_never_touches_an_account_outside_its_scope(
    held: list[HeldOrder], who: Who, request: tuple[str, str]
) -> None:
    found = hindrance(hindrances(held, request, NOW), who)
    if found is not None:
        scope = found.order.scope
        assert scope.region in (ANY, who.region)
        assert scope.account_class in (ANY, who.account_class)
        assert scope.country in ("", who.country)
    elsewhere = [one for one in held if not touches(one.order.scope, who)]
    assert hindrance(hindrances(elsewhere, request, NOW), who) is None


@given(st.lists(orders(), max_size=4), orders(), people)
def test_r_080_lifting_leaves_what_the_others_order_and_nothing_else(
    others: list[HeldOrder], lifted: HeldOrder, who: Who
) -> None:
    over = HeldOrder(lifted.order, OrderState.LIFTED)
    with_it, without = [*others, over], others
    assert not holds(over, NOW)
    for request in (SEND, SYNC, ("POST", "/_matrix/media/v3/upload")):
        found = hindrances(with_it, request, NOW)
        assert found == hindrances(without, request, NOW)
        assert hindrance(found, who) == hindrance(hindrances(without, request, NOW), who)
    for kind in (MeasureKind.DELIST, MeasureKind.HIDE_FROM_SEARCH):
        assert targets(with_it, kind, NOW) == targets(without, kind, NOW)


@given(orders())
def test_an_order_holds_by_the_time_alone(held: HeldOrder) -> None:
    order = held.order
    began = order.effective_at <= NOW
    over = order.ends_at is not None and order.ends_at <= NOW
    assert holds(held, NOW) is (held.state in BINDING and began and not over)


@given(orders())
def test_r_080_a_confidential_order_tells_what_does_not_work_and_nothing_of_itself(
    held: HeldOrder,
) -> None:
    notice = public(held.order)
    assert len(notice.stopped) == len(held.order.measures)
    assert all(one.zh and one.en for one in notice.stopped)
    if held.order.confidential:
        assert (notice.authority, notice.number) == ("", "")
        assert notice.legal_basis == (LegalBasis("Cybersecurity Law", "35", ""),)
        assert notice.reason != held.order.reason
    else:
        assert (notice.authority, notice.number) == ("An authority", "12")


@given(orders(), people)
def test_nobody_is_kept_from_leaving_or_from_their_data(held: HeldOrder, who: Who) -> None:
    for request in (LOGOUT, EXPORT, SYNC):
        assert hindrance(hindrances([held], request, NOW), who) is None


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_is_made_of_requests_that_there_are(name: str) -> None:
    there = requests()
    for method, begins in FUNCTIONS[name].requests:
        assert any(one == method and path.startswith(begins) for one, path in there), begins


def test_what_stays_open_to_readers_is_there_and_says_nothing() -> None:
    there = requests()
    for begins in READING:
        assert any(path.startswith(begins) for _, path in there), begins
    for request in there:
        if functions_of(*request) & {"speaking", "uploads", "new_rooms", "joining", "inviting"}:
            assert not is_reading(*request), request
