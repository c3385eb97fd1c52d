"""Two people answer, change and react to what was said, and talk in a thread."""

from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import PATIENCE_MS, two_in_a_chat


async def test_what_is_said_is_reacted_to_answered_and_changed(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.say("green tee")
    await ben.hears("green tee")

    theirs = ben.message("green tee")
    await theirs.get_by_role("button", name="React", exact=True).press("Enter")
    await ben.page.keyboard.press("Enter")
    await expect(theirs).to_be_focused()
    by_ben = ada.message("green tee").get_by_role("button", name="👍 by Ben")
    await expect(by_ben).to_be_visible(timeout=PATIENCE_MS)
    await by_ben.click()
    both = theirs.get_by_role("button", name="👍 by You, Ada")
    await expect(both).to_have_attribute("aria-pressed", "true", timeout=PATIENCE_MS)
    await both.click()
    alone = ada.message("green tee").get_by_role("button", name="👍 by You", exact=True)
    await expect(alone).to_be_visible(timeout=PATIENCE_MS)

    await theirs.get_by_role("button", name="More for this message").press("Enter")
    await theirs.get_by_role("button", name="Reply").press("Enter")
    await expect(ben.composer()).to_be_focused()
    await ben.say("with sugar?")
    answer = ada.message("with sugar?")
    await expect(answer.get_by_text("green tee")).to_be_visible(timeout=PATIENCE_MS)

    mine = ada.message("green tee").first
    await mine.get_by_role("button", name="More for this message").press("Enter")
    await mine.get_by_role("button", name="Edit", exact=True).press("Enter")
    await expect(ada.composer()).to_have_value("green tee")
    await ada.say("green tea")
    await expect(ada.composer()).to_have_value("")
    changed = ben.message("green tea").first
    await changed.get_by_role("button", name="edited").click(timeout=PATIENCE_MS)
    history = changed.get_by_role("list", name="What stood here before").get_by_role("listitem")
    await expect(history).to_contain_text(["green tee", "green tea"])


async def test_a_thread_is_opened_answered_and_counted(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.say("which day?")
    await ben.hears("which day?")
    root = ben.message("which day?")
    await root.get_by_role("button", name="More for this message").press("Enter")
    await root.get_by_role("link", name="Answer in a thread").press("Enter")
    answer = ben.page.get_by_placeholder("Answer in the thread")
    await answer.fill("Saturday")
    await answer.press("Enter")
    thread = ben.page.get_by_role("log", name="Messages of the thread")
    await expect(thread.locator("article", has_text="Saturday")).to_have_count(1)
    await expect(ben.page.get_by_role("link", name="1 answer", exact=True)).to_be_visible()
    led = ada.page.get_by_role("link", name="Ben answered in a thread: Saturday")
    await led.click(timeout=PATIENCE_MS)
    theirs = ada.page.get_by_role("log", name="Messages of the thread")
    await expect(theirs.locator("article", has_text="Saturday")).to_have_count(1)
    await ada.page.get_by_placeholder("Answer in the thread").fill("fine")
    await ada.page.keyboard.press("Enter")
    await expect(thread.locator("article", has_text="fine")).to_have_count(1, timeout=PATIENCE_MS)
    await expect(ada.page.get_by_role("link", name="2 answers", exact=True)).to_be_visible()
    await ada.page.keyboard.press("Escape")
    await expect(theirs).to_have_count(0)
