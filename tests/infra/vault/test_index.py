"""Blind indexes and normalisers: equal things meet, under every version there is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.infra.vault import normal
from teahouse.infra.vault.index import DIGEST_BYTES, Indexer
from teahouse.infra.vault.keyring import MacKey, Versions
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.model import BadEmail, BadPhone
from teahouse.infra.vault.suites import SUITES
from teahouse.infra.vault.vault import Vault

from .conftest import EMAIL_FIELD, HEALTH_FIELD, PHONE_FIELD


async def test_an_index_is_stable_and_blind(vault: Vault) -> None:
    one = vault.indexer.index(PHONE_FIELD, "+86 138 0013 8000")
    assert one == vault.indexer.index(PHONE_FIELD, "+8613800138000")
    assert one.version == 1
    assert len(one.digest) == DIGEST_BYTES
    assert one != vault.indexer.index(PHONE_FIELD, "+8613800138001")
    elsewhere = replace(PHONE_FIELD, column="other")
    assert one != vault.indexer.index(elsewhere, "+8613800138000")
    with pytest.raises(AssertionError):
        vault.indexer.index(HEALTH_FIELD, "x")


@pytest.mark.parametrize("suite", SUITES)
async def test_a_search_looks_under_every_version(vault: Vault, suite: int) -> None:
    old_keys = vault.ring.held
    more = {2: MacKey(suite, bytes(32))}
    secrets = {KeyPurpose.INDEX: Versions(2, old_keys.index.keys | more)}
    held = replace(old_keys, generation=9, secrets=old_keys.secrets | secrets)
    later = Indexer(replace(vault.ring, held=held))
    old = vault.indexer.index(EMAIL_FIELD, "A@b.example")
    new = later.index(EMAIL_FIELD, "a@B.example")
    assert (old.version, new.version) == (1, 2)
    assert old.digest != new.digest
    assert (old.generation, new.generation) == (1, 9)
    assert later.candidates(EMAIL_FIELD, "a@b.example") == [new, old._replace(generation=9)]


@pytest.mark.parametrize(
    ("written", "e164", "region"),
    [
        ("+86 138 0013 8000", "+8613800138000", "CN"),
        ("＋86 13800138000", "+8613800138000", "CN"),  # noqa: RUF001
        ("+44 (0)7700 900123", "+447700900123", "GB"),
        ("+1 555 0100", "+15550100", "US"),
        ("+852 5123 4567", "+85251234567", "HK"),
        ("+800 1234 5678", "+80012345678", "001"),
    ],
)
def test_phones(written: str, e164: str, region: str) -> None:
    assert normal.phone(written) == e164
    assert normal.phone_region(e164) == region


@pytest.mark.parametrize(
    "written",
    [
        "",
        "x",
        "13800138000",
        "+4412",
        "+999 123456",
        "+86" + "1" * 60,
        "+1 202 555 0100 ext 5",
        "\x00",
    ],
)
def test_what_is_no_phone(written: str) -> None:
    with pytest.raises(BadPhone):
        normal.phone(written)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (" Ann@Example.COM ", "ann@example.com"),
        ("ann@münchen.de", "ann@xn--mnchen-3ya.de"),
        ("李@例子.中国", "李@xn--fsqu00a.xn--fiqs8s"),
        ("ａnn@example.com", "ann@example.com"),  # noqa: RUF001
    ],
)
def test_addresses(written: str, address: str) -> None:
    assert normal.email(written) == address


@pytest.mark.parametrize(
    "written",
    ["", "@", "ann", "ann@host", "a nn@b.de", ".a@b.de", "a@b..de", "a@-b.de", "a@b@c.de",
     "a" * 64 + "@" + ("b" * 60 + ".") * 4 + "de", "a" * 65 + "@b.de", "a@" + "b" * 63 + "." + ("c" * 62 + ".") * 3 + "de", "a\r\nBcc: x@b.de"],
)  # fmt: skip
def test_what_is_no_address(written: str) -> None:
    with pytest.raises(BadEmail):
        normal.email(written)


@given(st.text(max_size=60))
def test_normalising_twice_is_normalising_once(written: str) -> None:
    for normalise, refusal in ((normal.email, BadEmail), (normal.phone, BadPhone)):
        try:
            once = normalise(written)
        except refusal:
            continue
        assert normalise(once) == once


@given(st.emails())
def test_real_addresses_are_stable(written: str) -> None:
    try:
        once = normal.email(written)
    except BadEmail:
        return
    assert normal.email(once) == once
    assert once == once.lower()
