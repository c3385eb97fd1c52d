"""What a person changes about themselves, and how they leave."""

import asyncio
import zipfile

from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import PASSWORD, PATIENCE_MS, two_in_a_chat
from tests.browser.test_media import picture


async def test_a_new_name_and_picture_reach_others(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.go("#/me/profile")
    await ada.fill("Display name", "Ada L.")
    await ada.press("Save")
    await ada.sees("Saved.")
    await expect(ben.room_row("Ada L.")).to_be_visible()
    await ada.page.locator("input[type=file]").set_input_files(
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    await expect(ben.room_row("Ada L.").locator("img")).to_have_count(1)


async def test_another_device_signs_in_and_is_signed_out_from_afar(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    elsewhere = await arrive()
    await elsewhere.agree()
    await elsewhere.press("Sign in")
    await elsewhere.fill("Username", await ada.user_id())
    await elsewhere.fill("Password", "wrong password")
    await elsewhere.press("Sign in")
    await elsewhere.sees("The name, password or code is not right.")
    await elsewhere.fill("Password", PASSWORD)
    await elsewhere.press("Sign in")
    await elsewhere.page.get_by_role("heading", name="No chats yet").wait_for()
    await ada.go("#/me/devices")
    await ada.sees("This device")
    await ada.page.get_by_role("button", name="Sign out Chrome").click()
    await ada.page.locator("main").get_by_role("button", name="Sign out", exact=True).click()
    await elsewhere.sees("This session was ended")
    assert await elsewhere.page.evaluate("localStorage.getItem('teahouse.session')") is None


async def test_theme_and_language_are_remembered(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    await ada.go("#/me/look")
    await ada.page.get_by_text("Dark", exact=True).click()
    await ada.page.get_by_text("中文", exact=True).click()
    await ada.sees("语言与外观")
    await ada.page.reload()
    await ada.sees("语言与外观")
    ground = await ada.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == "rgb(20, 24, 22)"


async def test_receipts_choices_and_export(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    await ada.go("#/me/privacy")
    receipts = ada.page.locator("li", has_text="Version")
    await expect(receipts).to_have_count(1)
    boxes = ada.page.get_by_role("checkbox")
    if await boxes.count() > 0:
        await expect(boxes.first).not_to_be_checked()
        await boxes.first.check()
        await expect(receipts).to_have_count(2)
    await ada.press("Download my data")
    await ada.sees("first show that it is you")
    await ada.fill("Password", PASSWORD)
    await ada.press("Go on")
    asked = ada.page.get_by_text("it is being made").or_(
        ada.page.get_by_text("you can download it")
    )
    await asked.wait_for()
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while not await ada.button("Download").is_visible():
            await ada.go("#/me/privacy")
            await asked.wait_for()
    async with ada.page.expect_download() as coming:
        await ada.press("Download")
    with zipfile.ZipFile(await (await coming.value).path()) as copy:
        told = b"".join(copy.read(name) for name in copy.namelist())
    assert (await ada.user_id()).encode() in told


async def test_the_password_is_changed(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    await ada.go("#/me/password")
    await ada.fill("New password", "another kettle")
    await ada.fill("Password", "not the old one")
    await ada.press("Save")
    await ada.sees("The name, password or code is not right.")
    await ada.fill("Password", PASSWORD)
    await ada.press("Save")
    await ada.sees("Saved.")


async def test_an_account_is_deleted_and_called_back(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    me = await ada.user_id()
    await ada.go("#/me/delete")
    await ada.fill("Password", PASSWORD)
    await ada.page.get_by_label("I want to delete this account").check()
    await ada.press("Delete the account")
    await ada.sees("A place to talk")
    await ada.press("Sign in")
    await ada.sees("No account yet?")
    assert await ada.page.evaluate("localStorage.getItem('teahouse.session')") is None
    await ada.fill("Username", me)
    await ada.fill("Password", PASSWORD)
    await ada.press("Sign in")
    await ada.press("Call the account back")
    await ada.page.get_by_role("heading", name="No chats yet").wait_for()


async def test_signing_out_leaves_nothing_of_the_session(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    await ada.go("#/me")
    await ada.press("Sign out")
    await ada.press("Sign out")
    await ada.sees("A place to talk")
    assert await ada.page.evaluate("localStorage.getItem('teahouse.session')") is None
