"""Registering an official account, and what it must say of itself."""

from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.infra.vault.model import NoGround
from teahouse.officials.model import (
    CREDIT_LETTERS,
    BadLicence,
    BadName,
    Details,
    SubjectKind,
    check_details,
    credit_check_letter,
    credit_code_possible,
)
from teahouse.officials.store import NAME
from tests.gate.house import House, everything

CODE = "91350100M000100Y43"  # the example of GB 32100-2015
CN = "+8613800138000"
DETAILS: dict[str, Any] = {
    "name": "茶馆日报",
    "subject_kind": "company",
    "subject_name": "茶馆有限公司",
    "licence": {"number": CODE, "issued_by": "市场监督管理局", "legal_representative": "王掌柜"},
}


@given(st.text(CREDIT_LETTERS, min_size=17, max_size=17), st.integers(0, 16), st.data())
def test_one_wrong_letter_is_seen(first: str, place: int, data: st.DataObject) -> None:
    code = first + credit_check_letter(first)
    assert credit_code_possible(code)
    other = data.draw(st.sampled_from(CREDIT_LETTERS.replace(code[place], "")))
    assert not credit_code_possible(code[:place] + other + code[place + 1 :])


def test_the_standards_example() -> None:
    assert credit_code_possible(CODE)
    assert not credit_code_possible(CODE[:-1] + "4")
    assert not credit_code_possible(CODE.lower())
    assert not credit_code_possible(CODE[:-1])


@pytest.mark.parametrize(
    ("changed", "region", "refusal"),
    [
        ({"name": " "}, "intl", BadName),
        ({"subject_name": "x" * 201}, "intl", BadName),
        ({}, "intl", BadLicence),  # asks for no legal representative, so it is not kept
        ({"licence": {"legal_representative": "王"}}, "cn-mainland", BadLicence),
        ({"licence": {"number": CODE, "issued_by": "x"}}, "cn-mainland", BadLicence),
        ({"licence": {"number": "x" * 201, "issued_by": "x"}}, "intl", BadLicence),
        ({"licence": {}}, "eu", BadLicence),
    ],
)
def test_particulars(changed: dict[str, Any], region: str, refusal: type[Exception]) -> None:
    whole = {**DETAILS, **changed}
    details = Details(**{**whole, "subject_kind": SubjectKind(whole["subject_kind"])})
    with pytest.raises(refusal):
        check_details(details, region)


@pytest.mark.parametrize(
    ("kind", "region", "licence"),
    [
        ("person", "cn-mainland", {}),
        ("person", "intl", {"number": "", "issued_by": ""}),
        ("company", "eu", {"number": "HRB 1", "issued_by": "Amtsgericht"}),
    ],
)
def test_particulars_that_are_enough(kind: str, region: str, licence: dict[str, str]) -> None:
    check_details(Details("茶", SubjectKind(kind), "茶", licence), region)


async def test_registering(house: House, wiper: asyncpg.Connection) -> None:
    asked = {"account_class": "official", "door": "phone", "service_region": "cn-mainland"}
    path = await house.begin(**asked)
    status, said = await house.call("POST", f"{path}/official", DETAILS)
    assert (status, said["code"]) == (409, "gate.wrong_step")
    await house.prove(path, "phone", CN)
    status, said = await house.call("POST", f"{path}/finish", {"username": "daily"})
    assert (status, said["code"]) == (409, "gate.wrong_step")
    wrong = {**DETAILS, "licence": {**DETAILS["licence"], "number": "9" * 18}}
    status, said = await house.call("POST", f"{path}/official", wrong)
    assert (status, said["code"]) == (422, "officials.bad_licence")
    assert await house.call("POST", f"{path}/official", DETAILS) == (200, {"kept": True})
    (row,) = await everything(wiper, "registrations_registrations")
    assert "王掌柜".encode() not in row["details"]
    status, said = await house.call("POST", f"{path}/finish", {"username": "daily"})
    assert (status, said["held_for"]) == (403, ["review"])
    await house.approve()
    status, made = await house.call("POST", f"{path}/finish", {"username": "daily"})
    assert status == 201, made
    account = await house.accounts.account("@daily:tea.example")
    assert (account.door, account.account_class.value) == ("official", "official")
    mine = f"/api/v1/officials/{account.account_id}"
    status, shown = await house.call("GET", mine, token=made["access_token"])
    assert (status, shown["licence"]) == (200, DETAILS["licence"])
    assert shown["name"] == "茶馆日报"
    (row,) = await everything(wiper, "registrations_registrations")
    assert (row["state"], row["details"]) == ("created", None)
    status, other = await house.join("ann")
    assert status == 201
    status, said = await house.call("GET", mine, token=other["access_token"])
    assert (status, said["code"]) == (404, "officials.not_found")


async def test_particulars_are_for_official_accounts_only(house: House) -> None:
    path = await house.begin(door="phone")
    await house.prove(path, "phone", "+447911123456")
    abroad = {**DETAILS, "licence": {"issued_by": "Companies House", "number": "01234567"}}
    status, said = await house.call("POST", f"{path}/official", abroad)
    assert (status, said["code"]) == (409, "gate.wrong_step")
    assert (await house.call("POST", f"{path}/finish", {"username": "ann"}))[0] == 201
    # A personal account has no ground for them: the store itself refuses.
    account = await house.accounts.account("@ann:tea.example")
    async with house.accounts.db.transaction() as tx:
        with pytest.raises(NoGround):
            await house.vault.seal(tx, NAME, account.account_id, account.account_id, "x")


async def test_the_class_can_be_shut_alone(house: House) -> None:
    path = await house.begin(account_class="official", door="phone")
    await house.shut(account_class="official")
    start = "/api/v1/registrations"
    status, said = await house.call("POST", start, {"account_class": "official", "door": "email"})
    assert (status, said["code"]) == (403, "gate.closed")
    contact = {"kind": "phone", "value": "+447911123456"}
    status, said = await house.call("POST", f"{path}/contact", contact)
    assert (status, said["code"]) == (403, "gate.closed")
    assert (await house.join("ann"))[0] == 201
