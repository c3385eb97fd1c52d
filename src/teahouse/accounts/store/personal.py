"""What each personal column of accounts is for: its part of the register, and of the policy."""

from teahouse.infra.vault.field import (
    Basis,
    Category,
    Gravity,
    Necessity,
    PersonalField,
    Purpose,
    Wording,
)
from teahouse.infra.vault.normal import EMAIL_FOLDING
from teahouse.infra.vault.normal import PHONE as PHONE_NORMAL
from teahouse.infra.vault.sealed import Indexed, Sealed

_SEALED = Wording(
    "加密保存，密钥专属于您的账号", "Kept encrypted under a key that belongs to your account"
)
_UNTIL_GONE = Wording("直到您删除它或注销账号", "Until you remove it or delete your account")
_NOBODY = Wording("不提供给任何人", "Given to nobody")
_SIGN_IN = Wording("注册与登录", "Signing up and signing in")

PHONE_PURPOSE = Purpose(
    id="accounts.phone",
    version=1,
    name=Wording("手机号", "Phone number"),
    purpose=Wording(
        "核验注册、登录和找回账号的是您本人", "To know that it is you who signs up, in, or back in"
    ),
    means=_SEALED,
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=_SIGN_IN,
    retention=_UNTIL_GONE,
    retention_days=None,
    recipients=Wording(
        "运营者的短信服务商，仅用于发送验证码", "The operator's SMS provider, to send you a code"
    ),
)
EMAIL_PURPOSE = Purpose(
    id="accounts.email",
    version=1,
    name=Wording("电子邮箱", "E-mail address"),
    purpose=Wording(
        "核验注册、登录和找回账号的是您本人", "To know that it is you who signs up, in, or back in"
    ),
    means=_SEALED,
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=_SIGN_IN,
    retention=_UNTIL_GONE,
    retention_days=None,
    recipients=Wording(
        "运营者的邮件服务商，仅用于发送验证码", "The operator's mail provider, to send you a code"
    ),
)
SESSION_PURPOSE = Purpose(
    id="accounts.session",
    version=1,
    name=Wording("登录设备名称与最近登录地址", "Name and latest address of your devices"),
    purpose=Wording(
        "让您看到并移除已登录的设备", "So that you can see, and sign out, where you are signed in"
    ),
    means=_SEALED,
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("账号安全", "Keeping your account safe"),
    retention=Wording("直到该设备退出登录", "Until that device is signed out"),
    retention_days=None,
    recipients=_NOBODY,
)

PHONE = PersonalField(
    "accounts_identifiers", "phone", PHONE_PURPOSE, PHONE_NORMAL, gravity=Gravity.CONTACT
)
EMAIL = PersonalField(
    "accounts_identifiers", "email", EMAIL_PURPOSE, EMAIL_FOLDING, gravity=Gravity.CONTACT
)
DEVICE_NAME = PersonalField("accounts_sessions", "device_name", SESSION_PURPOSE)
LAST_ADDRESS = PersonalField("accounts_sessions", "last_seen_address", SESSION_PURPOSE)
FIELDS = (PHONE, EMAIL, DEVICE_NAME, LAST_ADDRESS)
SEALED = (
    Sealed(
        (PHONE, EMAIL),
        ("account_id", "kind", "rank smallint"),
        indexed=(Indexed(PHONE), Indexed(EMAIL)),
    ),
    Sealed((DEVICE_NAME, LAST_ADDRESS), ("session_id",), row="session_id"),
)
IDENTIFIER_FIELDS = {"phone": PHONE, "email": EMAIL}
