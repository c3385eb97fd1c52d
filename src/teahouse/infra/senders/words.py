"""The words of the messages, in both languages. They name the house, never the person."""

import re

from teahouse.infra.senders.model import CodeMessage, Lang
from teahouse.infra.senders.security import FACTS, SECURITY

_ADDRESS = re.compile(r"://|@|\.[^\W\d]{2,}")
_SMS: dict[Lang, str] = {
    "zh": "【{house}】验证码 {code}，{minutes} 分钟内有效。请勿告诉任何人，工作人员也不会向您索要。",
    "en": "[{house}] Your code is {code}, good for {minutes} minutes. "
    "Tell it to nobody; we never ask for it.",
}
_SUBJECT: dict[Lang, str] = {"zh": "{house}验证码", "en": "Your {house} code"}
_MAIL: dict[Lang, str] = {
    "zh": "您的验证码是：\n\n    {code}\n\n{minutes} 分钟内有效。请勿告诉任何人，工作人员也不会向您索要。\n"
    "如果不是您本人操作，请忽略这封邮件：没有验证码，什么也不会发生。\n",
    "en": "Your code is:\n\n    {code}\n\nIt is good for {minutes} minutes. Tell it to nobody; we "
    "never ask for it.\nIf it was not you who asked, ignore this message: without the code nothing "
    "happens.\n",
}

_TEST: dict[Lang, str] = {
    "zh": "【{house}】这是运营者发出的测试消息。收到即表示发送正常，无需回复。",
    "en": "[{house}] This is a test sent by the operators. You have it, so sending works. "
    "No answer is needed.",
}
_KNOWN: dict[Lang, str] = {
    "zh": "此号码（邮箱）已有账号：要登录它，请改用“登录”；号码是新近换给您的，请按页面提示选择“不是我”。",
    "en": "An account here has this number or address already: to use it, sign in instead. If it "
    "became yours only lately, choose “not me” on the page.",
}
_TEST_SUBJECT: dict[Lang, str] = {"zh": "{house}：测试邮件", "en": "{house}: a test"}
_APPROVED: dict[Lang, str] = {
    "zh": "【{house}】您的注册申请已通过。请在 7 天内完成最后一步：{link}",
    "en": "[{house}] Your registration was approved. Take the last step within 7 days: {link}",
}
_DECLINED: dict[Lang, str] = {
    "zh": "【{house}】您的注册申请未获通过。原因与申诉方式见：{link}",
    "en": "[{house}] Your registration was not accepted. Why, and whom to ask: {link}",
}
_MORE: dict[Lang, str] = {
    "zh": "【{house}】我们还需要您补充一些信息，才能处理您的注册申请：{link}",
    "en": "[{house}] We need something more from you before we can decide: {link}",
}
_LAPSED: dict[Lang, str] = {
    "zh": "【{house}】您的注册申请 14 天内未能处理，已失效，所留信息已删除。抱歉，您可以重新申请：{link}",
    "en": "[{house}] Nobody decided about your registration within 14 days, so it has lapsed and what "
    "you left was deleted. We are sorry. You may ask again: {link}",
}
_TURN: dict[Lang, str] = {
    "zh": "【{house}】轮到您注册了：{link} 此链接 48 小时内有效，仅限您本人使用一次。",
    "en": "[{house}] It is your turn to sign up: {link} Good once, for 48 hours, and for you alone.",
}
_TURN_OVER: dict[Lang, str] = {
    "zh": "【{house}】您的注册名额没有使用，已过期，所留联系方式已删除。仍想注册，可重新排队：{link}",
    "en": "[{house}] Your turn to sign up was not used and has passed; your contact is deleted. You can "
    "join the list again: {link}",
}
_LIST_ENDED: dict[Lang, str] = {
    "zh": "【{house}】我们已将您移出候补名单，并删除了您的联系方式。现在的注册状态：{link}",
    "en": "[{house}] We took you off the waiting list and deleted your contact. Who can sign up now: "
    "{link}",
}
_DATA_BREACH: dict[Lang, str] = {
    "zh": "【{house}】我们发生了个人信息泄露，可能涉及您的账号。发生了什么、您可以怎么做：{link} 我们不会向您索要密码或验证码。",
    "en": "[{house}] Personal data has leaked, and your account may be concerned. What happened and what "
    "you can do: {link} We will not ask you for a password or a code.",
}
_WARD_BREACH: dict[Lang, str] = {
    "zh": "【{house}】我们发生了个人信息泄露，可能涉及由您监护的未成年人的账号。发生了什么、您可以怎么做：{link} 我们不会向您索要密码或验证码。",
    "en": "[{house}] Personal data has leaked, and the account of a minor for whom you answer may be concerned. "
    "What happened and what you can do: {link} We will not ask you for a password or a code.",
}
_BROUGHT_IN: dict[Lang, str] = {
    "zh": "【{house}】管理员为您建立了账号。请在 14 天内打开链接，设置自己的密码，或者拒绝，账号随即删除：{link}",
    "en": "[{house}] An administrator made an account for you. Within 14 days, set a password of your "
    "own, or decline and the account is deleted: {link}",
}
_CHANGE: dict[str, dict[Lang, str]] = {
    "change_approved": {
        "zh": "【{house}】您提交的公众号资料变更已通过，现已生效：{link}",
        "en": "[{house}] Your change of the official account was approved and is in force: {link}",
    },
    "change_declined": {
        "zh": "【{house}】您提交的公众号资料变更未通过，原资料继续有效。原因见：{link}",
        "en": "[{house}] Your change of the official account was not accepted; what was in force stays. "
        "Why: {link}",
    },
    "change_more": {
        "zh": "【{house}】您提交的公众号资料变更需要补充信息：{link}",
        "en": "[{house}] We need something more about your change of the official account: {link}",
    },
    "change_lapsed": {
        "zh": "【{house}】您提交的公众号资料变更 14 天内未能处理，已失效，原资料继续有效。抱歉，可重新提交：{link}",
        "en": "[{house}] Your change of the official account was not decided within 14 days and has "
        "lapsed; what was in force stays. We are sorry. You may propose it again: {link}",
    },
}
_CHANGE_SUBJECT: dict[Lang, str] = {
    "zh": "{house}：公众号资料变更",
    "en": "{house}: your official account",
}
# The texts other than a code's, by template: as SMS and mail, and the mail's subject.
_OTHERS: dict[str, tuple[dict[Lang, str], dict[Lang, str]]] = {
    "test": (_TEST, _TEST_SUBJECT),
    "approved": (_APPROVED, {"zh": "{house}：申请已通过", "en": "{house}: approved"}),
    "declined": (_DECLINED, {"zh": "{house}：申请结果", "en": "{house}: about your registration"}),
    "more": (_MORE, {"zh": "{house}：请补充信息", "en": "{house}: we need something more"}),
    **SECURITY,
    **{template: (texts, _CHANGE_SUBJECT) for template, texts in _CHANGE.items()},
    "turn": (_TURN, {"zh": "{house}：轮到您注册了", "en": "{house}: your turn to sign up"}),
    "turn_over": (_TURN_OVER, {"zh": "{house}：名额已过期", "en": "{house}: your turn has passed"}),
    "brought_in": (
        _BROUGHT_IN,
        {"zh": "{house}：为您建立了账号", "en": "{house}: an account was made for you"},
    ),
    "list_ended": (_LIST_ENDED, {"zh": "{house}：候补名单", "en": "{house}: the waiting list"}),
    "data_breach": (
        _DATA_BREACH,
        {"zh": "{house}：个人信息泄露告知", "en": "{house}: a leak of personal data"},
    ),
    "ward_breach": (
        _WARD_BREACH,
        {
            "zh": "{house}：被监护人的个人信息泄露告知",
            "en": "{house}: a leak of a ward's personal data",
        },
    ),
    "lapsed": (_LAPSED, {"zh": "{house}：申请已失效", "en": "{house}: your registration lapsed"}),
}


def _filled(words: str, house: str, message: CodeMessage) -> str:
    return words.format(house=house, code=message.code, minutes=message.minutes, link=message.link)


def _texts(message: CodeMessage, code: dict[Lang, str]) -> dict[Lang, str]:
    return _OTHERS[message.template][0] if message.template in _OTHERS else code


def _known(message: CodeMessage, lang: Lang) -> str:
    """Return what somebody is told who would register a contact that an account has."""
    return " " + _KNOWN[lang] if message.template == "code_known" else ""


def plain_name(name: str) -> str:
    """Return a name for a message, on one line; "" for one that could be pressed as an address.

    Whoever signs in chooses what the device is called, and the message comes from us.
    """
    return "" if _ADDRESS.search(name) else " ".join(name.split())


def _facts(message: CodeMessage, lang: Lang) -> str:
    """Return what is told line by line; each value on one line, whatever it is called."""
    told = ((name, plain_name(value)) for name, value in message.facts)
    lines = [f"\n{FACTS[name][lang]}: {value}" for name, value in told if value]
    return "\n" + "".join(lines) if lines else ""


def sms_text(house: str, message: CodeMessage) -> str:
    """Return the text of an SMS in the message's language."""
    return _filled(_texts(message, _SMS)[message.lang], house, message) + _known(
        message, message.lang
    )


def mail_subject(house: str, message: CodeMessage) -> str:
    """Return the subject of an e-mail; the code is not in it, as lock screens show subjects."""
    texts = _OTHERS[message.template][1] if message.template in _OTHERS else _SUBJECT
    return _filled(texts[message.lang], house, message)


def mail_text(house: str, message: CodeMessage) -> str:
    """Return the text of an e-mail, the message's language first, then the other."""
    other: Lang = "en" if message.lang == "zh" else "zh"
    texts = _texts(message, _MAIL)
    both = (message.lang, other)
    return "\n\n".join(
        _filled(texts[at], house, message) + _known(message, at) + _facts(message, at)
        for at in both
    )
