"""Each row that law and the sources ask for has tests under its id, or says what is missing."""

from tests.house.source import ROOT
from tests.requirements.register import ROWS, named, page, state


def test_a_row_without_tests_says_so() -> None:
    silent = [row.id for row in ROWS if state(row) == "not built" and not row.lacks]
    assert silent == []
    assert [row.id for row in ROWS if row.lacks == "not built" and state(row) != "not built"] == []
    missing = {one for row in ROWS for one in row.files if not (ROOT / one).exists()}
    assert missing == set()


def test_a_test_names_a_row_that_is_here() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)
    about = {one for one in named() if one[:3] in ("R-0", "R-1") and "R-060" <= one <= "R-105"}
    assert about - {row.id for row in ROWS} == set()


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "requirements-status.md").read_text("utf-8") == page(), "run make gen"
