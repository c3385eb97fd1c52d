"""What people show, to others and to themselves, and what is left of it when they go."""

from typing import Any

import pytest

from teahouse.accounts.model import Account, NoSuchAccount
from teahouse.errors import Invalid
from teahouse.infra.vault.model import Erased
from teahouse.profiles.events import ProfileChanged
from teahouse.profiles.model import REMOVED, ProfileNameTooLong, ProfileTooLarge
from tests.accounts.conftest import House

V3 = "/_matrix/client/v3"
ME = "@ada:tea.example"


async def show(house: House, account: Account, name: str, value: Any) -> None:
    """Write a field and announce it, as the timeline does."""
    whose = (account.account_id, account.user_id)
    async with house.profiles.db.transaction() as tx:
        await house.log.put(tx, await house.profiles.set_field(tx, *whose, name, value))


async def test_a_profile_is_shown_and_a_field_that_is_not_there_is_not_found(house: House) -> None:
    account, _ = await house.person("ada")
    heard: list[str] = []
    house.log.hear(ProfileChanged, lambda _pos, event: heard.append(event.name))
    fields = {
        "displayname": "Ada 阿达",
        "avatar_url": "mxc://tea.example/a",
        "org.tea.pet": {"n": 1},
    }
    for name, value in fields.items():
        await show(house, account, name, value)
    assert heard == list(fields)
    path = f"{V3}/profile/%40ada%3Atea.example"
    assert await house.call("GET", path) == (200, fields)
    assert await house.call("GET", f"{path}/org.tea.pet") == (200, {"org.tea.pet": {"n": 1}})
    await show(house, account, "displayname", None)
    status, refused = await house.call("GET", f"{path}/displayname")
    assert (status, refused["errcode"]) == (404, "M_NOT_FOUND")
    status, refused = await house.call("GET", f"{V3}/profile/@nobody:tea.example")
    assert (status, refused["errcode"]) == (404, "M_NOT_FOUND")
    shown = await house.profiles.many([account.user_id, "@nobody:tea.example"])
    assert shown[account.user_id].avatar_url == "mxc://tea.example/a"
    assert shown["@nobody:tea.example"].avatar_url is None


async def test_who_shows_nothing_is_there_all_the_same(house: House) -> None:
    account, _ = await house.person("ada")
    path = f"{V3}/profile/{ME}"
    assert await house.call("GET", path) == (200, {})
    await show(house, account, "displayname", "Ada")
    assert await house.call("GET", path) == (200, {"displayname": "Ada"})
    await show(house, account, "displayname", None)
    assert await house.call("GET", path) == (200, {})


async def test_a_profile_goes_with_its_account(house: House) -> None:
    account, _ = await house.person("ada")
    await show(house, account, "displayname", "Ada")
    await house.accounts.deactivate(account.account_id, erase=False)
    with pytest.raises(NoSuchAccount):
        await house.profiles.one(ME)
    async with house.profiles.db.read() as tx:
        assert await tx.value("select count(*) from profiles_profiles") == 0
    with pytest.raises(Erased):
        await show(house, account, "displayname", "Ada")
    await show(house, account, "displayname", None)  # as one who was on the way when it ended
    with pytest.raises(NoSuchAccount):
        await house.profiles.one(ME)


async def test_an_export_gives_back_all_that_is_kept(house: House) -> None:
    _, opened = await house.person("ada", email="ada@tea.example", phone="+447700900123")
    status, answer = await house.call("GET", "/api/v1/account/export", opened.access_token)
    assert status == 200
    assert (answer["email"], answer["phone"]) == ("ada@tea.example", "+447700900123")
    assert answer["sessions"][0]["device_name"] == "ada's phone"
    status, listed = await house.call("GET", f"{V3}/account/3pid", opened.access_token)
    assert [one["address"] for one in listed["threepids"]] == ["447700900123", "ada@tea.example"]


async def test_names_of_fields_and_their_values(house: House) -> None:
    account, _ = await house.person("ada")
    fits = {"m.tz": "Asia/Shanghai", "uk.tea.pet_1-a": {"n": 1}, "com.tea.none": [1]}
    for name, value in fits.items():
        await show(house, account, name, value)
    assert (await house.call("GET", f"{V3}/profile/{ME}"))[1] == fits
    for name, value in (
        ("pet", 1),  # whose?
        ("Com.tea", 1),
        ("com.tea pet", 1),
        ("m.tz", 8),
        ("displayname", 8),
        ("avatar_url", {}),
    ):
        with pytest.raises(Invalid):
            await show(house, account, name, value)
    await show(house, account, "com.tea.none", None)  # is kept as it is; who wants it gone says so
    assert await house.call("GET", f"{V3}/profile/{ME}/com.tea.none") == (
        200,
        {"com.tea.none": None},
    )
    await show(house, account, "com.tea.none", REMOVED)
    assert (await house.call("GET", f"{V3}/profile/{ME}/com.tea.none"))[0] == 404
    with pytest.raises(ProfileNameTooLong):
        await show(house, account, "com." + "x" * 252, 1)
    await show(house, account, "com." + "x" * 251, 1)


async def test_a_profile_is_under_64_kib_with_all_that_is_in_it(house: House) -> None:
    account, _ = await house.person("ada")
    await show(house, account, "displayname", "Ada")
    frame = len('{"com.tea.big":"","displayname":"Ada"}')
    most = "x" * (64 * 1024 - frame - 1)
    with pytest.raises(ProfileTooLarge):
        await show(house, account, "com.tea.big", most + "x")
    await show(house, account, "com.tea.big", most)
    with pytest.raises(ProfileTooLarge):
        await show(house, account, "displayname", "Ada!")
    shown = await house.profiles.one(ME)
    assert (shown.display_name, len(shown.fields["com.tea.big"])) == ("Ada", len(most) + 2)
