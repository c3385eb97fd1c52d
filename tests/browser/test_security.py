"""What keeps an account safe, on the screens of it."""

from tests.browser.conftest import Arrive
from tests.browser.people import PASSWORD


async def test_printed_codes_are_shown_once_and_other_devices_hear_of_it(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    other = await arrive()
    await other.agree()
    await other.press("Sign in")
    await other.fill("Username", await ada.user_id())
    await other.fill("Password", PASSWORD)
    await other.press("Sign in")
    await other.page.get_by_role("heading", name="No chats yet").wait_for()
    await ada.go("#/me/security")
    await ada.press("Make new codes")
    await ada.fill("Password", PASSWORD)
    await ada.press("Make new codes")
    await ada.sees("Print them or write them down now")
    code = await ada.page.locator("code").first.inner_text()
    await other.sees("New recovery codes were made")
    await other.press("Look")
    await other.sees("8 codes are still good.")
    await other.press("Add or change")
    lost = await arrive()
    await lost.agree()
    await lost.go("#/recover")
    await lost.fill("Recovery code", code)
    await lost.press("Continue")
    await lost.sees("You can come in at")
    await other.sees("Somebody is getting into this account by recovery")
    await other.press("Stop it")
    await other.sees("A recovery was stopped")
