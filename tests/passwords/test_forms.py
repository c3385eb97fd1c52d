"""Every form of digest is known, made again, and within its limits; none without a salt is."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.passwords.model import UnknownDigest, legacy, wrapped
from teahouse.passwords.model.legacy import Legacy, is_known, made_again, read
from tests.passwords.digests import PEPPER, SAID, digests

MADE = digests()
SALT = base64.b64encode(b"SodiumChloride").decode().rstrip("=")
# From the texts that describe the schemes.
SCRYPT = base64.b64encode(
    bytes.fromhex(
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
    )
).decode()
VECTORS = {
    "bcrypt": ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    "scrypt": ("pleaseletmein", f"$scrypt$ln=14,r=8,p=1${SALT}${SCRYPT}"),
    "sha512-crypt": (
        "Hello world!",
        (
            "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBF"
            "dcbYEdFCoEOfaS35inz1"
        ),
    ),
}  # fmt: skip
BCRYPT = VECTORS["bcrypt"][1]
B64 = "c2FsdHNhbHQ$" + "A" * 43
REFUSED = [
    "",
    "plain text",
    "5f4dcc3b5aa765d61d8327deb882cf99",  # MD5
    "{SSHA}c2FsdHNhbHRzYWx0c2FsdHNhbHQ=",
    BCRYPT[:-1],
    BCRYPT + "A",
    BCRYPT.replace("$05$", "$03$"),
    BCRYPT.replace("$05$", "$15$"),
    BCRYPT.replace("$2a$", "$2x$"),
    "$synapse" + BCRYPT[:-2] + "é.",
    "$6$salt$" + "a" * 86,
    "$6$rounds=999$saltstring$" + "a" * 86,
    "$6$rounds=1000001$saltstring$" + "a" * 86,
    f"$pbkdf2-sha256$999${B64}",
    f"$pbkdf2-sha256$5000001${B64}",
    "$pbkdf2-sha256$1000$$" + "A" * 43,
    "$pbkdf2-sha256$1000$c2FsdA$" + "A" * 43,
    "$pbkdf2-sha256$1000$c2FsdHNhbHQ$AAAA",
    f"$pbkdf2-sha1$1000${B64}",
    f"$scrypt$ln=18,r=8,p=1${B64}",
    f"$scrypt$ln=0,r=8,p=1${B64}",
    f"$scrypt$ln=4,r=8,p=17${B64}",
    f"$argon2id$v=19$m=262145,t=2,p=1${B64}",
    f"$argon2id$v=19$m=8,t=17,p=1${B64}",
    f"$argon2id$v=19$m=8,t=1,p=2${B64}",
    f"$argon2id$v=18$m=8,t=1,p=1${B64}",
    "$wrapped$p=1$l=31$" + BCRYPT,
]


def again(said: str, found: Legacy) -> bytes:
    return made_again(found.setting, len(found.output), said, PEPPER)


@pytest.mark.parametrize("form", MADE)
def test_a_digest_is_made_again_from_its_setting(form: str) -> None:
    written = MADE[form]
    found = read(written)
    assert again(SAID, found) == found.output
    assert again(SAID + "x", found) != found.output
    assert written.startswith(found.setting), "the setting is what stays of it"
    bare = made_again(found.setting, len(found.output), SAID, "")
    assert (bare == found.output) == (form != "synapse"), "one of them has the pepper in it"


@pytest.mark.parametrize("form", VECTORS)
def test_published_digests_are_known(form: str) -> None:
    said, written = VECTORS[form]
    found = read(written)
    assert (found.scheme, again(said, found)) == (form, found.output)


@pytest.mark.parametrize("written", REFUSED)
def test_what_is_of_no_form_or_beyond_a_limit_is_refused(written: str) -> None:
    assert not is_known(written)


def test_of_a_long_password_bcrypt_takes_what_it_always_took() -> None:
    found = read(MADE["bcrypt"])
    assert again("x" * 72, found) == again("x" * 500, found)


def test_a_password_that_a_scheme_cannot_take_is_no_fault() -> None:
    with pytest.raises(UnknownDigest):
        again("a\0b", read(VECTORS["sha512-crypt"][1]))


@given(st.sampled_from(sorted(MADE)), st.integers(1, 999_999_999))
def test_a_wrapped_digest_reads_back_and_hides_what_was_wrapped(form: str, pepper: int) -> None:
    found = legacy.read(MADE[form])
    outer = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$c2FsdHNhbHRzYWx0c2FsdA"
    written = wrapped.write(pepper, found, outer)
    parts = wrapped.read(written)
    assert parts == (pepper, len(found.output), found.setting, outer)
    assert written.split("$")[2] == wrapped.under(pepper)
    inner = MADE[form].removeprefix(found.setting)
    assert inner not in written
    for bent in (written[:-60], written.replace("$l=", "$l=9"), "$wrapped$p=0" + written[10:]):
        with pytest.raises(UnknownDigest):
            wrapped.read(bent)
