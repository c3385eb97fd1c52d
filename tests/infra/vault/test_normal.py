"""What looks the same is folded into one, and folding twice is folding once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.infra.vault.normal import EMAIL, EMAIL_FOLDING, FOLDED, email, fold_email

LETTERS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann@example.com", "A\u00adnn@Example.com"),
        ("ann@example.com", "ann@example.com."),
        ("ann@b\u00fccher.de", "a\u200bnn@xn--bcher-kva.de"),
        ("strasse@example.com", "Stra\u00dfe@example.com"),
        ("\u03c3\u03b1\u03c3@example.com", "\u03a3\u0391\u03a3@example.com"),
        ("caf\u00e9@example.com", "cafe\u00ad\u0301@example.com"),
    ],
)
def test_what_looks_the_same_is_the_same(one: str, other: str) -> None:
    assert fold_email(email(one)) == fold_email(email(other))


@pytest.mark.parametrize("other", ["a.nn@example.com", "ann+tea@example.com", "ann@example.org"])
def test_what_does_not_is_not(other: str) -> None:
    assert fold_email(email("ann@example.com")) != fold_email(email(other))


@given(LETTERS)
def test_folding_twice_is_folding_once(local: str) -> None:
    written = f"{local}@example.com"
    assert fold_email(fold_email(written)) == fold_email(written)
    assert fold_email(written).rpartition("@")[0], "something is left"


def test_codes_and_places_know_no_other_form() -> None:
    written = email("a\u00adnn@example.com")
    assert EMAIL.found_by(FOLDED, written) == ("email/1", written)
    assert EMAIL_FOLDING.found_by(FOLDED, written) == ("email/2", "ann@example.com")
    assert EMAIL_FOLDING.found_by(1, written) == ("email/1", written)
