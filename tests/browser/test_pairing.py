"""A second browser signs in by a code, either way round, and stays out when it is refused."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.looking import complaints
from tests.browser.people import PHONE, Person

CAMERA = """
  window.BarcodeDetector = class {
    async detect() { return window.seen ? [{ rawValue: window.seen }] : []; }
  };
"""


async def code_of(person: Person) -> str:
    return await person.page.locator("p.code").inner_text()


async def in_chats(person: Person) -> None:
    await person.page.get_by_role("heading", name="No chats yet").wait_for()


async def new_device(arrive: Arrive, place: str = "#/sign-in") -> Person:
    device = await arrive()
    await device.agree()
    await device.go(place)
    return device


async def test_the_new_device_shows_the_code(arrive: Arrive) -> None:
    ada, new = await (await arrive()).sign_up("Ada"), await new_device(arrive)
    await new.press("Sign in with a QR code")
    await new.page.get_by_role("img", name="QR code for the device").wait_for()
    code = await code_of(new)
    await ada.go("#/me/devices")
    await ada.press("Sign in another device")
    await ada.fill("Code on the new device", "abcd-2345")
    await ada.press("See which device it is")
    await ada.sees("This code is not right, was used, or has expired.")
    await ada.fill("Code on the new device", code)
    await ada.press("See which device it is")
    await ada.sees("Let this device in?")
    await ada.sees("127.0.0.0/24")
    await ada.sees("Chrome · Linux")
    await new.sees("The other device has read it.")
    await ada.press("Refuse")
    await ada.sees("The device was kept out.")
    await new.sees("The other device has refused.")
    await new.press("Show a new code")
    await new.page.get_by_role("img", name="QR code for the device").wait_for()
    link = f"#/pair/{(await code_of(new)).replace('-', '').lower()}"
    await ada.go(link)  # as when the phone's own camera opens it
    await ada.sees("Let this device in?")
    await ada.press("Let it in")
    await ada.sees("The new device is signed in.")
    await in_chats(new)
    assert await new.user_id() == await ada.user_id()
    await ada.press("Devices")
    await expect(ada.page.locator("main li")).to_have_count(2)


async def test_the_signed_in_device_shows_the_code(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    for wrong in (True, False):
        await ada.go("#/me/pair")
        await ada.press("Show a code")
        code = (await code_of(ada)).replace("-", "").lower()
        new = await new_device(arrive, f"#/pair/{code}")
        await new.press("Use this code")
        number = await new.page.get_by_label("Number on the new device").inner_text()
        await ada.sees("Let this device in?")
        late = await new_device(arrive, f"#/pair/{code}")
        await late.press("Use this code")
        await late.sees("This code is not right, was used, or has expired.")
        other = "10" if number != "10" else "11"
        await ada.fill("Number on the new device", other if wrong else number)
        await ada.press("Let it in")
        if wrong:
            await ada.sees("That is not the number on the new device")
            await new.sees("The other device has refused.")
        else:
            await ada.sees("The new device is signed in.")
            await in_chats(new)
            assert await new.user_id() == await ada.user_id()


async def test_a_camera_reads_the_code(arrive: Arrive) -> None:
    """Chromium on this system reads no codes itself; what it would say is put in its mouth."""
    ada, new = await arrive(), await new_device(arrive, "#/pair")
    await ada.page.add_init_script(CAMERA)
    await ada.sign_up("Ada")
    code = (await code_of(new)).replace("-", "").lower()
    await ada.go("#/me/pair")
    await ada.press("Scan with the camera")
    await ada.page.locator("video").wait_for()
    await ada.page.evaluate("window.seen = 'https://elsewhere.example/'")
    await ada.page.evaluate("link => { window.seen = link }", f"{ada.base}/#/pair/{code}")
    await ada.sees("Let this device in?")
    await expect(ada.page.locator("video")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(arrive: Arrive, scheme: str) -> None:
    shape = {"viewport": PHONE} if scheme == "dark" else {}
    ada = await (await arrive(color_scheme=scheme, bypass_csp=True, **shape)).sign_up("Ada")
    new = await arrive(color_scheme=scheme, bypass_csp=True, **shape)
    await new.agree()
    await new.go("#/sign-in")
    assert await complaints(new.page) == [], "sign-in"
    await new.press("Sign in with a QR code")
    code = await code_of(new)
    assert await complaints(new.page) == [], "code"
    await ada.go(f"#/pair/{code.replace('-', '').lower()}")
    await ada.sees("Let this device in?")
    assert await complaints(ada.page) == [], "asked"
    await ada.press("Refuse")
    await ada.press("Show a code")
    theirs = (await code_of(ada)).replace("-", "").lower()
    assert await complaints(ada.page) == [], "shown"
    await new.go(f"#/pair/{theirs}")
    await new.press("Use this code")
    await ada.sees("Let this device in?")
    assert await complaints(new.page) == [], "number"
    assert await complaints(ada.page) == [], "number asked"
    for person in (ada, new):
        wide = await person.page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert wide <= 0
