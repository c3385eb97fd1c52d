"""Suites: published vectors, the way there and back, and what no suite opens."""

import hashlib

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st

from teahouse.infra.vault import envelope, suites
from teahouse.infra.vault.envelope import Place
from teahouse.infra.vault.model import KeyRef, Tampered, UnknownKey

PLACE = Place("t", "t", "c", "r")
REF = KeyRef(envelope.key_id_text(bytes(range(16))), 3)
keys = st.sampled_from(suites.SUITES).flatmap(
    lambda suite: st.tuples(
        st.just(suite),
        st.binary(min_size=suites.CIPHER_KEY_BYTES[suite], max_size=suites.CIPHER_KEY_BYTES[suite]),
    )
)
nonces = st.binary(min_size=12, max_size=12)


def test_the_vector_of_rfc_8998() -> None:
    cipher = suites.cipher(suites.CHINESE, bytes.fromhex("0123456789abcdeffedcba9876543210"))
    nonce = bytes.fromhex("00001234567800000000abcd")
    told = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    text = bytes.fromhex("".join(letter * 16 for letter in "abcdefea"))
    sealed = cipher.encrypt(nonce, text, told)
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert cipher.decrypt(nonce, sealed, told) == text


def sm3(message: bytes) -> bytes:
    work = hashes.Hash(hashes.SM3())
    work.update(message)
    return work.finalize()


@given(key=st.binary(min_size=32, max_size=32), message=st.binary())
def test_macs_are_what_their_standard_says(key: bytes, message: bytes) -> None:
    assert sm3(b"abc").hex().startswith("66c7f0f462eeedd9")
    inner, outer = (bytes(a ^ pad for a in key.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    assert suites.mac(suites.CHINESE, key, message) == sm3(outer + sm3(inner + message))
    sha = hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).digest()
    assert suites.mac(suites.INTERNATIONAL, key, message) == sha


@given(key=keys, nonce=nonces, value=st.binary())
def test_there_and_back(key: tuple[int, bytes], nonce: bytes, value: bytes) -> None:
    cipher = suites.cipher(*key)
    assert suites.suite_of_key(key[1]) == key[0]
    sealed = envelope.seal(cipher, REF, nonce, PLACE, value)
    assert sealed[5] == key[0]
    assert len(sealed) == envelope.HEADER_BYTES + len(value) + envelope.TAG_BYTES
    assert envelope.key_of(sealed) == REF
    assert envelope.open_(cipher, PLACE, sealed) == value
    with pytest.raises(Tampered):
        envelope.open_(cipher, Place("t", "t", "c", "s"), sealed)
    for bit in (0, 8 * len(sealed) - 1, 8 * envelope.HEADER_BYTES):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((Tampered, UnknownKey)):
            envelope.key_of(bytes(flipped))
            envelope.open_(cipher, PLACE, bytes(flipped))


@given(value=st.binary(min_size=1), suite=st.integers(0, 255))
def test_a_suite_is_part_of_what_is_sealed(value: bytes, suite: int) -> None:
    one = suites.cipher(suites.INTERNATIONAL, bytes(32))
    sealed = bytearray(envelope.seal(one, REF, bytes(12), PLACE, value))
    sealed[5] = suite
    if suite not in suites.SUITES:
        with pytest.raises(UnknownKey, match=f"suite {suite}"):
            envelope.key_of(bytes(sealed))
    elif suite != suites.INTERNATIONAL:
        with pytest.raises(Tampered):
            envelope.open_(one, PLACE, bytes(sealed))


def test_a_key_has_the_length_of_its_suite() -> None:
    assert suites.suite_of_key(bytes(24)) is None
    with pytest.raises(AssertionError):
        suites.cipher(suites.CHINESE, bytes(32))
    with pytest.raises(InvalidTag):
        suites.cipher(suites.CHINESE, bytes(16)).decrypt(bytes(12), bytes(16), b"")
