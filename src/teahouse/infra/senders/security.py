"""The words of what happened to somebody's account, by what happened. A link takes it back."""

from teahouse.infra.senders.model import Lang

Texts = dict[Lang, str]
_SUBJECT: Texts = {"zh": "{house}：账号安全通知", "en": "{house}: about your account"}
_NOT_YOU: Texts = {
    "zh": "如果不是您，请立即登录{house}检查设备并修改密码。",
    "en": "If it was not you, sign in to {house} at once, look at your devices and set a password.",
}
_TOLD: dict[str, Texts] = {
    "password_set": {"zh": "您的密码已更改。", "en": "Your password was changed."},
    "contact_added": {
        "zh": "您的账号新增了一个手机号或邮箱。",
        "en": "A number or address was added to your account.",
    },
    "contact_changed": {
        "zh": "您账号的手机号或邮箱已更换。72 小时内可撤销：{link}",
        "en": "The number or address of your account was changed. To undo it within 72 hours: {link}",
    },
    "contact_removed": {
        "zh": "一个手机号或邮箱已从您的账号移除。72 小时内可撤销：{link}",
        "en": "A number or address was removed from your account. To undo it within 72 hours: {link}",
    },
    "contact_dropped": {
        "zh": "一个手机号或邮箱已从您的账号移除。",
        "en": "A number or address was removed from your account.",
    },
    "contact_undone": {
        "zh": "手机号或邮箱的更改已撤销，所有设备均已退出，密码、通行密钥和外部登录均已作废。",
        "en": "The change of your number or address was undone. Every device was signed out; "
        "password, passkeys and providers no longer count.",
    },
    "contact_claimed": {
        "zh": "有人证明您账号的号码或邮箱现在归他使用。若仍是您的，请在“设置 · 安全”中确认，否则它将被移出您的账号。",
        "en": "Somebody has shown that a number or address of your account is theirs now. If it is "
        "still yours, say so under Settings, Security; else it will leave your account.",
    },
    "contact_lost": {
        "zh": "您账号的一个号码或邮箱已归他人使用，已移出您的账号。请尽快添加新的联系方式。",
        "en": "A number or address of your account belongs to somebody else now and was taken off it. "
        "Add another one soon.",
    },
    "codes_made": {
        "zh": "您的账号生成了新的恢复码，旧的已作废。",
        "en": "New recovery codes were made for your account; the old ones no longer count.",
    },
    "return_begun": {
        "zh": "有人正在用恢复方式找回您的账号。如果不是您，请立即停止：{link}",
        "en": "Somebody is getting back into your account by recovery. If it is not you, stop it: "
        "{link}",
    },
    "return_cancelled": {"zh": "找回账号的申请已停止。", "en": "The recovery of your account was stopped."},
    "return_done": {
        "zh": "您的账号已通过恢复方式找回，其他设备均已退出，通行密钥和外部登录均已作废。",
        "en": "Your account was recovered. Every other device was signed out; passkeys and providers "
        "no longer count.",
    },
    "leaving": {
        "zh": "您的账号正在注销。在期限内登录即可恢复。",
        "en": "Your account is being deleted. Sign in before the time is over to keep it.",
    },
    "restored": {"zh": "您的账号已恢复。", "en": "Your account was called back."},
    "provider_linked": {
        "zh": "您的账号新增了一种外部登录方式。",
        "en": "Another way to sign in, by a provider, was added to your account.",
    },
    "provider_unlinked": {
        "zh": "一种外部登录方式已从您的账号移除。",
        "en": "A provider was removed from the ways to sign in to your account.",
    },
    "passkey_added": {
        "zh": "您的账号新增了一个通行密钥。",
        "en": "A passkey was added to your account.",
    },
    "passkey_removed": {
        "zh": "您的账号移除了一个通行密钥。",
        "en": "A passkey was removed from your account.",
    },
    "help_begun": {
        "zh": "运营者应某人请求，正在协助其找回您的账号，三天后将放行。如果不是您，请立即停止：{link}",
        "en": "Somebody has asked the operators to let them back into your account, and will be let in "
        "after three days. If it is not you, stop it: {link}",
    },
    "help_ready": {
        "zh": "等候期已过，您可以找回账号了，14 天内有效，请勿转发：{link}",
        "en": "The wait is over and you can get back into your account. Good for 14 days; pass it on "
        "to nobody: {link}",
    },
    "device_paired": {
        "zh": "您已登录的设备通过扫码允许了一台新设备登录。",
        "en": "A device of yours has let a new device in by a code.",
    },
    "vouch_barred": {
        "zh": "您担保的一个账号已被停用，从今天起 90 天内您不能再为好友担保，其他一切照常。若您认为不当，请在“隐私 · 请求、投诉与申诉”中提出申诉。",
        "en": "An account that you vouched for was suspended, so you cannot vouch for friends for 90 "
        "days from today. Everything else is as before. If you think that this is wrong, appeal "
        "under Privacy, “Ask, complain, appeal”.",
    },
    "legacy_named": {
        "zh": "有人指定您为身后事联系人，请在“隐私 · 身后事”中同意或谢绝。",
        "en": "Somebody has named you as their legacy contact. Agree or decline under Privacy, “Afterwards”.",
    },
    "legacy_claimed": {
        "zh": "有人称您已去世并请求处理您的账号。若您健在，请登录或在“隐私 · 身后事”中说明，请求即告停止。",
        "en": "Somebody says that you have died, and asks for your account. If you are alive, sign in, or say so under Privacy, “Afterwards”: that stops it.",
    },
    "restriction_ends": {
        "zh": "对您信息使用的限制将于七天后结束，理由见“隐私 · 限制使用”。",
        "en": "The restriction of your data ends in seven days. The reasons are under Privacy, “Restrict use”.",
    },
    "vouch_lifted": {
        "zh": "您可以再次为好友担保了。",
        "en": "You can vouch for friends again.",
    },
}  # fmt: skip
_CALM = (
    "contact_undone", "contact_claimed", "return_begun", "return_cancelled", "restored",
    "vouch_barred", "vouch_lifted", "help_begun", "help_ready", "restriction_ends",
    "legacy_named",
)  # fmt: skip
# What an e-mail tells beside the words, line by line.
FACTS: dict[str, Texts] = {
    "about": {"zh": "新增", "en": "What was added"},
    "by": {"zh": "操作设备", "en": "From your device"},
    "place": {"zh": "网络", "en": "Network"},
    "at": {"zh": "时间", "en": "When"},
}


def _whole(what: str, lang: Lang) -> str:
    mark = "【{house}】" if lang == "zh" else "[{house}] "
    tail = "" if what in _CALM else (" " if lang == "en" else "") + _NOT_YOU[lang]
    return mark + _TOLD[what][lang] + tail


# By template: as SMS and mail, and the mail's subject.
SECURITY: dict[str, tuple[Texts, Texts]] = {
    what: ({"zh": _whole(what, "zh"), "en": _whole(what, "en")}, _SUBJECT) for what in _TOLD
}
