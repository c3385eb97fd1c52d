"""The envelope: every place reads differently, every key id survives the way there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.infra.vault import envelope, suites
from teahouse.infra.vault.envelope import Place
from teahouse.infra.vault.model import KeyRef, Tampered, UnknownKey

CIPHER = suites.cipher(suites.INTERNATIONAL, bytes(32))
NONCE = bytes(12)
REF = KeyRef(envelope.key_id_text(bytes(range(16))), 3)
texts = st.text(max_size=12)
places = st.builds(Place, texts, texts, texts, texts, st.integers(1, 9))


@given(raw=st.binary(min_size=16, max_size=16))
def test_key_ids_survive(raw: bytes) -> None:
    assert envelope.key_id_bytes(envelope.key_id_text(raw)) == raw


@given(one=places, other=places)
def test_two_places_never_read_the_same(one: Place, other: Place) -> None:
    assert (one.encoded() == other.encoded()) == (one == other)


@given(value=st.binary(), place=places)
def test_round_trip(value: bytes, place: Place) -> None:
    sealed = envelope.seal(CIPHER, REF, NONCE, place, value)
    assert envelope.key_of(sealed) == REF
    assert len(sealed) == envelope.HEADER_BYTES + len(value) + envelope.TAG_BYTES
    assert envelope.open_(CIPHER, place, sealed) == value


@given(one=places, other=places)
def test_a_value_opens_in_its_place_only(one: Place, other: Place) -> None:
    sealed = envelope.seal(CIPHER, REF, NONCE, one, b"value")
    if one != other:
        with pytest.raises(Tampered):
            envelope.open_(CIPHER, other, sealed)


@given(sealed=st.binary(max_size=90))
def test_any_bytes_are_told_what_they_are(sealed: bytes) -> None:
    with pytest.raises((Tampered, UnknownKey)):
        envelope.key_of(envelope.MAGIC + b"\x09" + sealed)
    with pytest.raises(Tampered):
        envelope.key_of(sealed)


def test_a_nonce_has_twelve_bytes() -> None:
    with pytest.raises(AssertionError):
        envelope.seal(CIPHER, REF, b"short", Place("t", "t", "c", "r"), b"")
