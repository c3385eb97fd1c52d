"""Codes that are sent, tried, spent and forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from teahouse.codes.model import CodeRequest, CodeShown, ContactKindOff, TooManyCodes, WrongCode
from teahouse.codes.store import PURPOSE
from teahouse.infra.senders.choose import Senders
from teahouse.infra.vault.model import NoGround
from teahouse.infra.vault.vault import Ground
from tests.codes.conftest import ADDRESS, Post


async def test_a_code_expires_and_is_tried_five_times(post: Post) -> None:
    request = CodeRequest("email", ADDRESS, "sign_in")

    async def start() -> tuple[str, str]:
        return await post.start(request), await post.code(ADDRESS)

    code_id, code = await start()
    for _ in range(5):
        with pytest.raises(WrongCode):
            await post.codes.check(code_id, "x")
    with pytest.raises(WrongCode):
        await post.codes.check(code_id, code)
    code_id, code = await start()
    post.clock.move(timedelta(minutes=10))
    with pytest.raises(WrongCode):
        await post.codes.check(code_id, code)
    code_id, code = await start()
    assert await post.codes.check(code_id, code) == "ada"
    post.clock.move(timedelta(hours=1))
    await post.runner.run_due()
    async with post.codes.db.read() as tx:
        assert await tx.value("select count(*) from codes_codes") == 0


async def test_codes_are_sent_once_a_minute_and_six_times_an_hour(post: Post) -> None:
    codes = replace(post.codes, limited=True)
    begun = post.clock.now()

    async def start(purpose: str = "sign_in") -> None:
        async with post.codes.db.transaction() as tx:
            await codes.start(tx, CodeRequest("phone", "+447700900123", purpose), None)

    for _ in range(6):
        await start()
        with pytest.raises(TooManyCodes) as refused:
            await start()
        assert refused.value.fields["retry_after_ms"] == 60_000
        post.clock.move(timedelta(minutes=9))
        await post.runner.run_due()  # what is purged early would not be counted
    with pytest.raises(TooManyCodes):
        await start()
    await start("confirm")  # another purpose is another count
    post.clock.move(begun + timedelta(hours=1) - post.clock.now())
    await start()


async def test_a_way_that_is_not_configured_is_off(post: Post) -> None:
    codes = replace(post.codes, senders=Senders(None, post.outbox, post.outbox))
    async with post.codes.db.transaction() as tx:
        with pytest.raises(ContactKindOff):
            await codes.start(tx, CodeRequest("phone", "+447700900123", "sign_in"), None)
        assert await codes.start(tx, CodeRequest("email", "a@tea.example", "sign_in"), None)
    assert (codes.offers("phone"), codes.offers("email")) == (False, True)


async def test_a_code_to_register_needs_a_receipt_and_forgets_the_number(post: Post) -> None:
    request = CodeRequest("phone", "+8613800138000", "register", "zh")
    with pytest.raises(NoGround):
        await post.start(request, Ground("receipt", frozenset()))
    code_id = await post.start(request, Ground("receipt", frozenset({PURPOSE})))
    code = await post.code("+8613800138000")
    async with post.codes.db.read() as tx:
        assert await tx.value("select contact from codes_codes") is None
    assert await post.codes.check(code_id, code) is None


async def test_a_code_belongs_to_its_contact_and_purpose_and_is_good_once(post: Post) -> None:
    await post.start(CodeRequest("email", ADDRESS, "sign_in"))
    code = await post.code(ADDRESS)
    for value, purpose in (("bob@tea.example", "sign_in"), (ADDRESS, "confirm")):
        with pytest.raises(WrongCode):
            await post.codes.check_contact("email", value, purpose, CodeShown(code))
    assert (
        await post.codes.check_contact("email", " Ada@TEA.example", "sign_in", CodeShown(code))
        == "ada"
    )
    with pytest.raises(WrongCode):
        await post.codes.check_contact("email", ADDRESS, "sign_in", CodeShown(code))


async def test_where_a_code_would_have_gone_is_forgotten_when_it_expires(post: Post) -> None:
    ground = Ground("receipt", frozenset({PURPOSE}))
    await post.start(CodeRequest("email", "bob@tea.example", "register"), ground)
    post.clock.move(timedelta(minutes=10))
    async with post.codes.db.transaction() as tx:  # nobody ever sent it
        assert await tx.value("select count(*) from codes_codes where contact is not null") == 1
        await post.codes.purge(tx)
        assert await tx.value("select count(*) from codes_codes where contact is null") == 1


async def test_the_codes_of_an_account_go_with_it(post: Post) -> None:
    await post.start(CodeRequest("email", ADDRESS, "sign_in"))
    await post.start(CodeRequest("email", "bob@tea.example", "sign_in"))
    async with post.codes.db.transaction() as tx:
        await post.codes.forget(tx, "ada")
        assert await tx.value("select count(*) from codes_codes") == 1


async def test_a_stranger_cannot_use_up_somebodys_codes(post: Post) -> None:
    """Neither by guessing nor by asking; many strangers slow a person down, and no more."""
    codes = replace(post.codes, limited=True)

    async def ask(asker: str) -> str:
        async with post.codes.db.transaction() as tx:
            request = CodeRequest("email", ADDRESS, "sign_in", asker=asker)
            return (await codes.start(tx, request)).code_id

    async def show(code: str, code_id: str = "", asker: str = "") -> str | None:
        shown = CodeShown(code, code_id, asker)
        return await codes.check_contact("email", ADDRESS, "sign_in", shown)

    code_id = await ask("ada's")
    code = await post.code(ADDRESS)
    for _ in range(3):
        await ask("a stranger's")
        for _ in range(6):
            with pytest.raises(WrongCode):
                await show("x", asker="a stranger's")
        post.clock.move(timedelta(minutes=1))
    with pytest.raises(WrongCode):
        await show(code, asker="a stranger's")  # it is not what that asker asked for
    assert await show(code, code_id, "ada's new network") == "ada"
    await ask("ada's")
    code = await post.code(ADDRESS)
    assert await show(code, asker="ada's") == "ada"
    for nth in range(7):
        await ask(f"stranger {nth}")
    with pytest.raises(TooManyCodes) as slowed:
        await ask("ada's")
    assert slowed.value.fields["retry_after_ms"] == 180_000
    post.clock.move(timedelta(minutes=3))
    await ask("ada's")
    assert await show(await post.code(ADDRESS), asker="ada's") == "ada"
