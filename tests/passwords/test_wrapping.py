"""Digests of other systems become ours while people sign in, change their password, and are erased."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest

from teahouse.accounts.service.wrapping import Page
from teahouse.infra.vault.keyring import Keys
from teahouse.infra.vault.lifecycle import TwoPersons
from teahouse.infra.vault.model import BadKeyState, KeyInUse, StaleRing
from teahouse.passwords.service import Passwords
from tests.living import Living
from tests.passwords.conftest import Town
from tests.passwords.digests import SAID, digests

BOTH = TwoPersons("ada", "eve")
FORMS = len(digests())
Act = Callable[[Town], Awaitable[object]]


async def wrap(home: Living, after: str = "", rows_max: int = 100) -> Page:
    return await home.house.people.accounts.wrapping.wrap_page(after, rows_max)


async def read_keys(home: Living) -> None:
    ground = home.house.ground
    async with ground.db.read() as tx:
        await ground.vault.ring.reload(tx)


async def legacy(home: Living) -> int:
    async with home.house.ground.db.read() as tx:
        return (await home.house.people.accounts.wrapping.count_legacy(tx))[0]


async def all_sign_in(town: Town, names: list[str]) -> None:
    """Each is refused by a wrong password, comes in by the right one, and is left with plain argon2id."""
    work = town.one.house.people.accounts.passwords
    for name in names:
        before = work.verified
        wrong = await town.login(name, SAID + "x")
        assert (wrong.status_code, wrong.json()["code"]) == (403, "accounts.wrong_credentials")
        assert work.verified == before + 1
        assert not await town.plain(name), "nothing is made of a wrong password"
        for _ in range(2):
            told = await town.login(name)
            assert told.status_code == 200, (name, await town.digest(name), told.text)
            assert await town.plain(name)


async def test_everybody_signs_in_before_during_and_after(town: Town) -> None:
    before, during, after = [await town.forms(group) for group in "abc"]
    await all_sign_in(town, before)
    assert await legacy(town.one) == 2 * FORMS
    await town.pepper()
    page = await wrap(town.one, rows_max=FORMS // 2)
    assert page[1:] == (FORMS // 2, 0, 0)
    assert page.after is not None
    await all_sign_in(town, during)
    pages = [page]
    while (following := pages[-1].after) is not None:
        pages.append(await wrap(town.one, following, 4))
    assert sum(page.wrapped for page in pages) == FORMS // 2 + FORMS
    assert (await legacy(town.one), await town.count("$wrapped$p=1$%")) == (0, FORMS)
    for made in digests().values():
        inner = made.rpartition("$")[2][-31:]
        assert await town.count(f"%{inner}") == 0
    await all_sign_in(town, after)
    assert await town.count("$wrapped$%") == 0
    assert await wrap(town.one) == Page(None, 0, 0, 0)
    late = await town.forms("d")
    assert (await legacy(town.one), await town.count("$wrapped$%")) == (0, FORMS)
    await all_sign_in(town, late)


async def test_two_sign_ins_at_once_leave_one_digest_that_is_right(town: Town) -> None:
    names = await town.forms()
    await town.pepper()
    await wrap(town.one, rows_max=FORMS // 2)
    for name in names:
        both = (town.login(name, at=home) for home in (town.one, town.other) for _ in range(2))
        *told, _ = await asyncio.gather(*both, wrap(town.one))
        assert {one.status_code for one in told} == {200}
        assert await town.plain(name)
        assert (await town.login(name)).status_code == 200
    assert await wrap(town.one) == Page(None, 0, 0, 0)


class Between(Passwords):
    """Lets something happen while a page is at work."""

    act: Callable[[], Awaitable[object]]

    async def wrap(self, digests: Sequence[str], keys: Keys) -> list[str | None]:
        made = await super().wrap(digests, keys)
        await self.act()
        return made


async def change(town: Town) -> None:
    token = (await town.login("bob")).json()["access_token"]
    who = {"type": "m.id.user", "user": "bob"}
    auth = {"type": "m.login.password", "password": SAID, "identifier": who}
    body = {"new_password": "another one", "auth": auth}
    told = await town.one.client.post(
        "/_matrix/client/v3/account/password",
        json=body,
        headers={"authorization": f"Bearer {token}"},
    )
    assert told.status_code == 200, told.text


async def erase(town: Town) -> None:
    accounts = town.one.house.people.accounts
    await accounts.deactivate((await accounts.account("@bob:s")).account_id, erase=True)


async def wrapped_by_another(town: Town) -> None:
    await read_keys(town.other)
    assert (await wrap(town.other)).wrapped == 2


@pytest.mark.parametrize(
    ("act", "left", "opens"),
    [
        (lambda town: town.login("bob"), "$argon2id$v=19$m=8,", SAID),
        (change, "$argon2id$v=19$m=8,", "another one"),
        (wrapped_by_another, "$wrapped$p=1$", SAID),
        (erase, None, None),
    ],
    ids=["signs in", "changes it", "wrapped by another", "erased"],
)
async def test_what_happens_during_a_page_wins(
    town: Town, act: Act, left: str | None, opens: str | None
) -> None:
    made = digests()["scrypt"]
    await town.bring([("bob", made), ("cy", made)])
    await town.pepper()
    accounts = town.one.house.people.accounts
    between = Between(cheap=True, ring=accounts.passwords.ring)
    kept: list[str | None] = []

    async def meanwhile() -> None:
        await act(town)
        kept.append(await town.digest("bob"))

    between.act = meanwhile
    page = await replace(accounts.wrapping, passwords=between).wrap_page()
    between.close()
    passed = 2 if act is wrapped_by_another else 1
    assert (page.wrapped, page.passed) == (2 - passed, passed)
    assert kept == [await town.digest("bob")], "the page left it as it was"
    assert (left is None) == (kept[0] is None)
    if left is not None and opens is not None:
        assert str(kept[0]).startswith(left)
        assert (await town.login("bob", opens)).status_code == 200
    assert (await town.digest("cy")).startswith("$wrapped$")
    assert (await town.login("cy")).status_code == 200


async def test_a_password_that_is_changed_during_a_sign_in_stays_changed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.bring([("bob", digests()["bcrypt"])])
    accounts = town.one.house.people.accounts
    account = await accounts.account("@bob:s")
    new, made = await accounts.hash_password("another one"), Passwords.hash

    async def meanwhile(work: Passwords, password: str) -> str:
        async with accounts.db.transaction() as tx:
            await accounts.set_password(tx, account.account_id, new)
        return await made(work, password)

    with monkeypatch.context() as patch:
        patch.setattr(Passwords, "hash", meanwhile)
        assert (await town.login("bob")).status_code == 200
    assert await town.digest("bob") == new
    assert (await town.login("bob")).status_code == 403
    assert (await town.login("bob", "another one")).status_code == 200


async def test_a_pepper_stays_while_a_digest_names_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    bcrypt, scrypt, django = (digests()[form] for form in ("bcrypt", "scrypt", "django"))
    await town.bring([("bob", bcrypt), ("cy", scrypt), ("dan", django)])
    with pytest.raises(BadKeyState):
        await wrap(town.one)
    assert await town.digest("bob") == bcrypt
    first = await town.pepper()
    assert (await wrap(town.one, rows_max=1)).wrapped == 1
    assert (await town.digest("bob")).startswith(f"$wrapped$p={first}$")
    await read_keys(town.other)
    second = await town.pepper()
    await town.settle()

    async def deaf(_tx: object) -> None:
        return

    with monkeypatch.context() as patch:
        patch.setattr(town.other.house.ground.vault.ring, "reload", deaf)
        with pytest.raises(StaleRing):
            await wrap(town.other)
    assert await legacy(town.one) == 2, "nothing is wrapped under a pepper behind the floor"
    assert (await wrap(town.other)).wrapped == 2
    assert (await town.digest("dan")).startswith(f"$wrapped$p={second}$")
    with pytest.raises(KeyInUse) as refused:
        await town.step("soft_disable", first)
    assert refused.value.fields["held"] == 1
    for home in (town.one, town.other):
        for name in ("bob", "cy"):
            assert (await town.login(name, at=home)).status_code == 200
    await town.step("soft_disable", first)
    await town.step("destroy", first, BOTH)
    assert (await town.login("dan")).status_code == 200
    assert await town.count("$wrapped$%") == 0


async def test_a_worker_that_has_not_read_the_pepper_reads_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.bring([("bob", digests()["bcrypt"])])
    await town.pepper()
    await wrap(town.one)

    async def nothing(_tx: object) -> bool:
        return False

    with monkeypatch.context() as patch:
        patch.setattr(town.other.house.ground.vault.ring, "catch_up", nothing)
        told = await town.login("bob", at=town.other)
        assert (told.status_code, told.json()["code"]) == (503, StaleRing.code)
    assert (await town.login("bob", "wrong", at=town.other)).status_code == 403
    assert (await town.login("bob", at=town.other)).status_code == 200


async def test_what_is_of_no_form_stays_and_lets_nobody_in(town: Town) -> None:
    await town.bring([("bob", digests()["bcrypt"]), ("cy", digests()["bcrypt"])])
    await town.wiper.execute(
        "update accounts_passwords p set phc = 'md5:5f4dcc3b' from accounts_accounts a"
        " where a.account_id = p.account_id and localpart = 'bob'"
    )
    await town.pepper()
    page = await wrap(town.one)
    assert (page.wrapped, page.unknown, await legacy(town.one)) == (1, 1, 1)
    assert (await town.login("bob")).status_code == 403
    assert (await town.login("cy")).status_code == 200


async def test_a_name_that_is_nobodys_takes_the_time_of_somebodys(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Always the same digest is tried for it, and each of the house's has its share of names."""
    await town.forms()
    tried: list[tuple[str | None, str | None]] = []
    check = Passwords.check

    async def watched(
        work: Passwords, phc: str | None, password: str, other: str | None = None
    ) -> bool:
        tried.append((phc, other))
        return await check(work, phc, password, other)

    monkeypatch.setattr(Passwords, "check", watched)
    names = [f"nobody{nth}" for nth in range(60)]
    for _ in range(2):
        for name in names:
            told = await town.login(name)
            assert (told.status_code, told.json()["code"]) == (403, "accounts.wrong_credentials")
    first, second = tried[:60], tried[60:]
    assert first == second
    assert {phc for phc, _ in tried} == {None}
    assert len({other for _, other in tried}) > FORMS / 2
    assert None not in {other for _, other in tried}
    tried.clear()
    for written in ("nobody1", "NOBODY1", "@nobody1:s"):
        await town.login(written)
    assert len(set(tried)) == 1, "however it is written"


async def test_the_link_of_an_import_is_good_until_the_old_password_was_used(town: Town) -> None:
    made = digests()["pbkdf2"]
    report = await town.owner.did(
        "POST",
        "/imports/check",
        {"csv": f"username,email,password_hash\nann,a@tea.example,{made}\nbo,b@tea.example,MD5\n"},
    )
    assert report["findings"] == [{"number": 2, "wrong": "unknown_hash"}]
    assert report["ready"] == 1
    await town.bring([("ann", made), ("bob", made)])
    outbox = town.one.house.people.accounts.codes.senders.outbox
    assert outbox is not None, "it is test mode"
    links = {}
    for name in ("ann", "bob"):
        (link,) = outbox.links(f"{name}@tea.example")
        links[name] = "/api/v1/arrivals/" + link.partition("/#/arrival/")[2]
    assert (await town.login("ann")).status_code == 200
    assert (await town.one.client.get(links["ann"])).status_code == 404
    found = await town.one.client.get(links["bob"])
    body = {"policy_version": found.json()["policy_version"], "lang": "en", "password": "a new one"}
    assert (await town.one.client.post(links["bob"], json=body)).status_code == 201
    assert (await town.login("bob")).status_code == 403
    assert (await town.login("bob", "a new one")).status_code == 200
