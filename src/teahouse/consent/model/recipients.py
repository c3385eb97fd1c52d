"""Who else receives personal data: the register from which the second list is made [L-23, L-N21]."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from teahouse.config import Config
from teahouse.consent.model import Both, Recipient


def recipients_of(config: Config) -> tuple[Recipient, ...]:
    """Return who receives anything in a house so configured; empty means nobody."""
    found: list[Recipient] = []
    if config.sms_url:
        found.append(_sms(_host(config.sms_url)))
    if config.smtp_url:
        found.append(_mail(_host(config.smtp_url)))
    if config.realname_url:
        found.append(_realname(_host(config.realname_url)))
    if config.stills_url:
        found.append(_stills(_host(config.stills_url)))
    if config.phone_holder_url:
        found.append(_holder(_host(config.phone_holder_url)))
    if config.blobs_url:
        found.append(_files(_host(config.blobs_url)))
    return tuple(found)


def unnamed(hosts: Sequence[str], recipients: Sequence[Recipient]) -> list[str]:
    """Return the hosts that may be sent to and that no recipient is named for [B25]."""
    named = {one.host for one in recipients}
    return sorted(host for host in set(hosts) if host not in named)


def _host(url: str) -> str:
    parts = urlsplit(url)
    return parts.hostname or parts.netloc or url


def _sms(host: str) -> Recipient:
    return Recipient(
        id="sms",
        name=Both("短信服务商", "SMS provider"),
        host=host,
        role="processor",
        what=Both("手机号和验证码", "Your phone number and the code"),
        why=Both("把验证码送到您的手机", "To bring the code to your phone"),
        when=Both("仅在您请求验证码时", "Only when you ask for a code"),
        purposes=("accounts.phone", "accounts.code", "gate.contact"),
    )


def _mail(host: str) -> Recipient:
    return Recipient(
        id="mail",
        name=Both("邮件服务商", "Mail provider"),
        host=host,
        role="processor",
        what=Both("邮箱地址和邮件内容", "Your address and the letter"),
        why=Both("把验证码和您要求的通知送到您的邮箱", "To bring codes, and notices you asked for"),
        when=Both("仅在给您寄信时", "Only when a letter is sent to you"),
        purposes=("accounts.email", "accounts.code", "gate.contact"),
    )


def _stills(host: str) -> Recipient:
    return Recipient(
        id="stills",
        name=Both("图片识别服务商", "Scorer of pictures"),
        host=host,
        role="processor",
        what=Both(
            "缩小后的公开图片，不含账号",
            "Pictures shown in public, made small, without whose they are",
        ),
        why=Both(
            "发现疑似儿童出镜，交由人工复核", "To have people look where a child may be on camera"
        ),
        when=Both("在公开聊天发布图片时", "When a picture is shown in a public room"),
        purposes=("timeline.messages",),
    )


def _realname(host: str) -> Recipient:
    return Recipient(
        id="realname",
        name=Both("实名核验服务商", "Identity verification provider"),
        host=host,
        role="processor",
        what=Both(
            "您填写的姓名和证件号码，我们不留存",
            "The name and number you give, which we do not keep",
        ),
        why=Both("核验您的身份", "To confirm who you are"),
        when=Both("仅在您发起核验时", "Only when you ask for it"),
        purposes=("realnames.identity",),
    )


def _holder(host: str) -> Recipient:
    return Recipient(
        id="phone_holder",
        name=Both("手机号登记人核验服务商", "Verifier of phone holders"),
        host=host,
        role="processor",
        what=Both(
            "您的手机号和姓名；服务商需要时还有证件号码，我们不留存姓名和证件号码",
            "Your number and name, and the number of a document where it is needed; we keep neither "
            "the name nor the document's number",
        ),
        why=Both("确认您的年龄段", "To know of which age you are"),
        when=Both("仅在您发起核验时", "Only when you ask for it"),
        purposes=("phoneholders.check", "accounts.phone"),
    )


def _files(host: str) -> Recipient:
    return Recipient(
        id="files",
        name=Both("对象存储服务商", "File storage provider"),
        host=host,
        role="processor",
        what=Both("您上传的文件（不含文件名）", "The files you upload, without their names"),
        why=Both("存放文件", "To keep files"),
        when=Both("在您发送文件时", "When you send a file"),
        purposes=("media.file_name",),
    )
