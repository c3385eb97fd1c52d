"""The register: complete, without doubles, in both languages."""

from dataclasses import replace

import pytest

from teahouse.infra.vault.field import Category, DekClass, PurposeRegister, Wording

from .conftest import EMAIL_FIELD, HEALTH_FIELD, PHONE_FIELD, purpose


def test_the_register_lists_fields_and_purposes_once() -> None:
    backup = replace(PHONE_FIELD, column="backup_phone")
    register = PurposeRegister([PHONE_FIELD, EMAIL_FIELD, backup])
    assert list(register) == [PHONE_FIELD, EMAIL_FIELD, backup]
    assert len(register) == 3
    assert [p.id for p in register.purposes()] == ["t.phone", "t.email"]
    assert register.purpose("t.email") == EMAIL_FIELD.purpose
    assert register.purpose("t.health") is None
    assert register.field("t_people", "backup_phone") == backup
    assert register.field("t_people", "hat") is None


def test_doubles_are_faults() -> None:
    with pytest.raises(AssertionError, match="twice"):
        PurposeRegister([PHONE_FIELD, PHONE_FIELD])
    other = replace(PHONE_FIELD, column="other", purpose=purpose("t.phone", version=2))
    with pytest.raises(AssertionError, match=r"t\.phone"):
        PurposeRegister([PHONE_FIELD, other])


def test_words_are_needed_in_both_languages() -> None:
    for zh, en in (("", "x"), ("x", "")):
        with pytest.raises(AssertionError):
            Wording(zh, en)


def test_sensitive_purposes_have_a_key_class_of_their_own() -> None:
    assert PHONE_FIELD.purpose.dek_class is DekClass.ORDINARY
    assert HEALTH_FIELD.purpose.dek_class is DekClass.SENSITIVE
    assert purpose("t.age", Category.UNDER14).dek_class is DekClass.SENSITIVE
    assert HEALTH_FIELD.purpose.ground == "t.health@1"
