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


def _filled(words: str, house: str, message: CodeMessage) -> str:
    return words.format(house=house, code=message.code, minutes=message.minutes)


def sms_text(house: str, message: CodeMessage) -> str:
    """Return the text of an SMS in the message's language."""
    return _filled(_SMS[message.lang], house, message)


def mail_subject(house: str, message: CodeMessage) -> str:
    """Return the subject of an e-mail; the code is not in it, as lock screens show subjects."""
    return _filled(_SUBJECT[message.lang], house, message)


def mail_text(house: str, message: CodeMessage) -> str:
    """Return the text of an e-mail, the message's language first, then the other."""
    other: Lang = "en" if message.lang == "zh" else "zh"
    return "\n\n".join(_filled(_MAIL[lang], house, message) for lang in (message.lang, other))
