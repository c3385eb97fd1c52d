"""Pictures, files and voice notes between two browsers."""

import base64
import io
import re

from PIL import Image
from playwright.async_api import Route, expect

from tests.browser.conftest import Arrive
from tests.browser.people import PATIENCE_MS, two_in_a_chat

SOME_SECONDS = re.compile(r"0:(0[2-9]|[1-5]\d)")  # who looks late sees more than two


def picture(side: int = 1600) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (side, side // 2), "#2f6b5e").save(made, "JPEG")
    return made.getvalue()


PASTE = """(area, [bytes, kind]) => {
  const data = new DataTransfer();
  const file = new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], "pot.jpg",
    { type: "image/jpeg" });
  data.items.add(file);
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  area.dispatchEvent(event);
}"""


async def test_pictures_by_picker_paste_and_drop(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    jpeg = picture()
    await ada.page.locator("input[type=file]").set_input_files(
        {"name": "lid.jpg", "mimeType": "image/jpeg", "buffer": jpeg}
    )
    for kind in ("paste", "drop"):
        await ada.composer().evaluate(PASTE, [base64.b64encode(jpeg).decode(), kind])
    await expect(ada.page.get_by_role("list", name="Files to send").locator("li")).to_have_count(3)
    await ada.say("three of them")
    await ben.hears("three of them")
    pictures = ben.page.get_by_role("log").locator("article img")
    await expect(pictures).to_have_count(3, timeout=PATIENCE_MS)
    for at in range(3):
        await expect(pictures.nth(at)).to_have_js_property("naturalWidth", 800)
    await ben.page.get_by_role("button", name="Picture: lid.jpg").click()
    whole = ben.page.get_by_role("dialog").locator("img")
    await expect(whole).to_have_js_property("naturalWidth", 1600)
    async with ben.page.expect_download() as coming:
        await ben.press("Download")
    assert (await coming.value).suggested_filename == "lid.jpg"
    await ben.page.keyboard.press("Escape")
    await expect(ben.page.get_by_role("dialog")).to_have_count(0)


async def test_a_picture_that_did_not_come_is_asked_for_again(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)

    async def cut(route: Route) -> None:
        await route.abort()

    await ben.page.route("**/media/**", cut)
    await ada.page.locator("input[type=file]").set_input_files(
        {"name": "lid.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    await ada.say("look")
    await ben.hears("look")
    pictures = ben.page.get_by_role("log").locator("article img")
    await expect(pictures).to_have_count(0)
    await ben.page.unroute("**/media/**", cut)
    await ben.context.set_offline(True)
    await ben.sees("No connection.")
    await ben.context.set_offline(False)
    await expect(pictures).to_have_count(1, timeout=PATIENCE_MS)
    await expect(ben.composer()).to_be_visible()


async def test_a_file_arrives_as_it_was_sent(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.page.locator("input[type=file]").set_input_files(
        {"name": "茶 list.txt", "mimeType": "text/plain", "buffer": "龙井\n".encode()}
    )
    await ada.press("Send")
    async with ben.page.expect_download() as coming:
        await ben.page.get_by_role("button", name="茶 list.txt").click()
    download = await coming.value
    assert download.suggested_filename == "茶 list.txt"
    path = await download.path()
    assert path.read_text() == "龙井\n"


async def test_a_voice_note_is_recorded_sent_and_played(arrive: Arrive) -> None:
    ada = await (await arrive(permissions=["microphone"])).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.press("Record a voice note")
    await expect(ada.page.get_by_role("timer")).to_have_text(SOME_SECONDS, timeout=PATIENCE_MS)
    await ada.press("Send")
    play = ben.page.get_by_role(
        "button", name=re.compile(r"Play the voice note, 0:(0[2-9]|[1-5]\d)")
    )
    await play.click()
    await expect(ben.page.get_by_role("button", name="Pause the voice note")).to_be_visible()
    assert await ben.page.locator("article svg rect").count() > 10
