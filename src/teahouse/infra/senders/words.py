"""The words of the messages, in both languages. They name the house, never the person."""

from teahouse.infra.senders.model import CodeMessage, Lang

_SMS = {
    "zh": "【{house}】验证码 {code}，{minutes} 分钟内有效。请勿告诉任何人，工作人员也不会向您索要。",
    "en": "[{house}] Your code is {code}, good for {minutes} minutes. "
    "Tell it to nobody; we never ask for it.",
}
_SUBJECT = {"zh": "{house}验证码", "en": "Your {house} code"}
_MAIL = {
    "zh": "您的验证码是：\n\n    {code}\n\n{minutes} 分钟内有效。请勿告诉任何人，工作人员也不会向您索要。\n"
    "如果不是您本人操作，请忽略这封邮件：没有验证码，什么也不会发生。\n",
    "en": "Your code is:\n\n    {code}\n\nIt is good for {minutes} minutes. Tell it to nobody; we "
    "never ask for it.\nIf it was not you who asked, ignore this message: without the code nothing "
    "happens.\n",
}
_TEST = {
    "zh": "【{house}】这是运营者发出的测试消息。收到即表示发送正常，无需回复。",
    "en": "[{house}] This is a test sent by the operators. You have it, so sending works. "
    "No answer is needed.",
}
_KNOWN = {
    "zh": "此号码（邮箱）已有账号：要登录它，请改用“登录”；号码是新近换给您的，请按页面提示选择“不是我”。",
    "en": "An account here has this number or address already: to use it, sign in instead. If it "
    "became yours only lately, choose “not me” on the page.",
}
_TEST_SUBJECT = {"zh": "{house}：测试邮件", "en": "{house}: a test"}


def _filled(words: str, house: str, message: CodeMessage) -> str:
    return words.format(house=house, code=message.code, minutes=message.minutes)


def _known(message: CodeMessage, lang: Lang) -> str:
    """Return what somebody is told who would register a contact that an account has."""
    return " " + _KNOWN[lang] if message.template == "code_known" else ""


def sms_text(house: str, message: CodeMessage) -> str:
    """Return the text of an SMS in the message's language."""
    texts = _TEST if message.template == "test" else _SMS
    return _filled(texts[message.lang], house, message) + _known(message, message.lang)


def mail_subject(house: str, message: CodeMessage) -> str:
    """Return the subject of an e-mail; the code is not in it, as lock screens show subjects."""
    texts = _TEST_SUBJECT if message.template == "test" else _SUBJECT
    return _filled(texts[message.lang], house, message)


def mail_text(house: str, message: CodeMessage) -> str:
    """Return the text of an e-mail, the message's language first, then the other."""
    other: Lang = "en" if message.lang == "zh" else "zh"
    texts = _TEST if message.template == "test" else _MAIL
    both = (message.lang, other)
    return "\n\n".join(_filled(texts[at], house, message) + _known(message, at) for at in both)
