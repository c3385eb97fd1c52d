"""A report proves itself: whatever is changed in it is found, and it claims no more than it may."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.notices.model.chain import REPORT_CONTEXT, canonical, sign, signing_key
from teahouse.reports.model.document import Report, read, report_of, to_sign, verify
from teahouse.reports.model.facts import (
    ClassFact,
    CurveFact,
    CurvePoint,
    RunFacts,
    Undeclared,
    thinned,
)
from teahouse.reports.model.pages import report_page, site_page
from teahouse.reports.model.sinks import State
from teahouse.reports.model.words import SHORTFALLS
from tests.reports.facts import ENDED, column, facts, seen

KEY, OTHER = signing_key(b"1" * 32), signing_key(b"2" * 32)


def written(told: RunFacts, **changed: Any) -> bytes:
    report = msgspec.structs.replace(report_of("s", ENDED, told), **changed)
    return canonical(sign(KEY, REPORT_CONTEXT, {**to_sign(report), "public": KEY.public}))


RAW = written(facts())


def test_a_right_report_is_right() -> None:
    found = verify(RAW, [KEY.public])
    assert (found.why, found.pinned, found.complete, found.key_id) == ("", True, True, KEY.key_id)
    assert verify(RAW).right
    assert verify(RAW, [OTHER.public]).why.startswith("it was signed by another key")
    told = read(RAW).totals
    assert (told.rows, told.done, told.rows_per_second, told.old) == (1210, 1210, 110, 0)


@given(at=st.integers(0, len(RAW) - 1), flip=st.integers(1, 255))
def test_one_changed_byte_is_found(at: int, flip: int) -> None:
    changed = bytearray(RAW)
    changed[at] ^= flip
    assert not verify(bytes(changed), [KEY.public]).right


def test_every_changed_digit_is_found() -> None:
    places = [at for at, byte in enumerate(RAW) if 48 <= byte <= 57]
    assert len(places) > 500
    for at in places[:: len(places) // 400]:
        changed = bytearray(RAW)
        changed[at] = 48 + (changed[at] - 48 + 1) % 10
        assert not verify(bytes(changed)).right, at


@given(st.binary(max_size=200))
def test_what_is_no_report_is_said_so(raw: bytes) -> None:
    assert verify(raw).why
    assert verify(RAW + raw).right is (raw == b"")


def test_a_report_signed_by_us_that_claims_too_much_is_found() -> None:
    """Even the key's holder cannot sign figures that say one thing and a verdict that says another."""
    bad = facts(columns=(column(old=3),))
    assert verify(written(bad)).complete is False
    lie = verify(written(bad, complete=True, shortfalls={}))
    assert lie.why == "what it says of itself does not follow from its figures"
    fewer = report_of("s", ENDED, facts(sinks=seen())).residual
    assert verify(written(facts(), residual=fewer)).why == lie.why


DONE = ClassFact(data_class="dek", table="t", rows=4, done=4)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, []),
        ({"outcome": "aborted"}, ["aborted"]),
        ({"classes": (msgspec.structs.replace(DONE, done=3),)}, ["not_all_done"]),
        ({"classes": (msgspec.structs.replace(DONE, done=3, quarantined=1),)}, ["quarantined"]),
        ({"columns": ()}, ["not_verified"]),
        ({"columns": (), "classes": (ClassFact(data_class="kek", rows=1, done=1),)}, []),
        ({"columns": (column(old=1),)}, ["old_values"]),
        ({"columns": (column(broken=1),)}, ["broken"]),
        ({"columns": (column(), column(differing=1))}, ["differing"]),
        ({"columns": (column(unindexed=1),)}, ["unindexed"]),
        ({"undeclared": (Undeclared(column="a.b", what="phone", rows=1),)}, ["undeclared"]),
        ({"sinks": seen(bus=State.UNREACHABLE)}, ["sinks_unknown"]),
        ({"sinks": seen()[1:]}, ["sinks_unknown"]),
        ({"sinks": seen(replicas=State.HOLDS_OLD)}, ["sinks_old"]),
        ({"sinks": seen(statement_logs=State.HOLDS_OLD)}, []),  # told, as residual
    ],
)
def test_a_run_is_complete_only_when_nothing_is_left(more: dict[str, Any], why: list[str]) -> None:
    report = report_of("s", ENDED, facts(**more))
    assert (list(report.shortfalls), report.complete) == (why, not why)
    assert set(report.shortfalls) <= set(SHORTFALLS)


def whole(raw: bytes = RAW) -> Report:
    return read(raw)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_what_the_file_says(lang: str) -> None:
    page = report_page(whole(), lang)
    assert "<b>" not in page
    assert "1,210" in page
    assert f"{ENDED:%Y-%m-%d}" in page
    assert ("没有测量" if lang == "zh" else "Nobody measured it") in page
    assert ("备份" if lang == "zh" else "Back-ups") in page
    assert 'role="img"' in page
    assert KEY.public in page
    bad = report_page(whole(written(facts(columns=(column(old=3),)))), lang)
    assert ("没有全部完成" if lang == "zh" else "not complete") in bad
    assert page.count("<table>") > 4
    assert 'lang="en"' in site_page(whole())


def test_each_column_has_its_curve_and_reports_from_before_have_none() -> None:
    points = tuple(
        CurvePoint(at=ENDED + timedelta(seconds=nth), exposed=900 - nth, counted=nth in (0, 899))
        for nth in range(900)
    )
    curves = (
        CurveFact(data_class="kek", gravity=0, points=points[:1]),
        CurveFact(data_class="dek", table="a_b", column="phone", gravity=3, points=points),
    )
    raw = written(facts(curves=curves))
    told = whole(raw).facts.curves
    assert not isinstance(told, msgspec.UnsetType)
    assert [len(one.points) for one in told] == [1, 60]
    assert (told[1].points[0], told[1].points[-1]) == (points[0], points[-1])
    assert verify(raw, [KEY.public]).right
    page = report_page(whole(raw), "en")
    assert "<code>a_b.phone</code>" in page
    assert page.count("<polyline") == 1 + page_of_before().count("<polyline")
    assert "Column by column" not in page_of_before()


def page_of_before() -> str:
    return report_page(whole(), "en")


@given(count=st.integers(0, 3000))
def test_a_long_curve_is_thinned_and_keeps_its_ends(count: int) -> None:
    point = facts().points[0]
    points = tuple(
        msgspec.structs.replace(point, at=point.at + timedelta(seconds=nth)) for nth in range(count)
    )
    few = thinned(points)
    assert len(few) == min(count, 400)
    assert list(few) == sorted(set(few), key=lambda one: one.at)
    if points:
        assert (few[0], few[-1]) == (points[0], points[-1])
