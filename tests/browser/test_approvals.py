"""Operators decide about those who wait, and a member sees how to help a friend in."""

from playwright.async_api import expect

from tests.browser.looking import complaints
from tests.browser.operators import Desk
from tests.browser.people import PHONE, Person


async def test_the_queue_is_decided_in_the_console(desk: Desk) -> None:
    operator = await desk.enter("registrar")
    page = operator.page
    await desk.open_all(page)
    rule = {"region": "*", "account_class": "personal", "door": "email", "needed": True}
    await desk.ask(page, "PUT", "/approvals/rules", rule)
    person = await Person.arrive(desk.browser, desk.base, viewport=PHONE, locale="zh-CN")
    try:
        await person.go()
        await person.press("同意")
        await person.press("注册账号")
        await person.page.get_by_text("邮箱", exact=True).click()
        await person.press("继续")
        await person.page.get_by_text("满 14 周岁", exact=True).click()
        await person.press("同意")
        await person.fill("邮箱", "waits@a.example")
        await person.press("发送验证码")
        await person.fill("验证码", await person.code_for("waits@a.example"))
        await person.press("核对验证码")
        await person.fill("用户名", "waits")
        await person.press("完成注册")
        await person.fill("您为什么想加入？", "我母亲在这里下棋。")
        assert await complaints(person.page) == []
        await person.press("提交")
        await person.sees("您写的原因已收到")
        await operator.place("Approvals")
        await operator.press("Look at w•••@a.example")
        await operator.sees("我母亲在这里下棋。")
        assert await complaints(page) == []
        await page.get_by_role("checkbox", name="Choose w•••@a.example").check()
        await page.get_by_label("Decision", exact=True).select_option("decline")
        await operator.fill("In your own words", "人满了。")
        await operator.press("Decide")
        await expect(operator.button("Look at w•••@a.example")).to_have_count(0)
        await person.page.reload()
        await person.sees("人满了。")
    finally:
        rule["needed"] = False
        await desk.ask(page, "PUT", "/approvals/rules", rule)
        await person.leave()


async def test_a_new_member_sees_why_they_cannot_vouch_yet(desk: Desk) -> None:
    operator = await desk.sit()
    await desk.open_all(operator.page)
    person = await (await Person.arrive(desk.browser, desk.base)).sign_up("Mei")
    await person.go("#/me/vouches")
    await person.sees("You can vouch once your account is 30 days old.")
    await expect(person.page.get_by_text("Nothing is limited.")).to_be_visible()
    assert await complaints(person.page) == []
    await person.leave()
