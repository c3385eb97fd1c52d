"""The policy's text and the rules of consent. Pure: what is shown and what an answer allows."""

import enum
import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec

from teahouse.errors import Kind, Refused

LANGS = ("zh", "en")
PURPOSES_MAX = 200
NOT_SAID = "—"

# Purposes whose ids begin so concern only accounts of these classes; all others concern everyone.
CLASSES_BY_PREFIX = {
    "officials.": ("official",),
    "appservices.": (),
    "operators.": (),
    "guardians.": (),
    "minors.": (),
    "imports.": (),
    "waitlist.": (),
}


class StalePolicy(Refused):
    """The privacy policy has changed since it was shown: read the new one and answer again."""

    code = "consent.stale_policy"
    kind = Kind.CONFLICT


class UnknownPurpose(Refused):
    """There is no such purpose in the privacy policy."""

    code = "consent.unknown_purpose"
    kind = Kind.INVALID


class NecessaryPurpose(Refused):
    """The service cannot be given without this. To end it, delete the account."""

    code = "consent.necessary"
    kind = Kind.CONFLICT


class UnknownLang(Refused):
    """The policy is written in zh and en."""

    code = "consent.unknown_lang"
    kind = Kind.INVALID


class Basis(enum.Enum):
    """How a receipt came about."""

    NOTICE = "notice"  # the person was shown the policy and answered
    WITHDRAWAL = "withdrawal"
    ADMINISTRATOR = "administrator"  # the one who made the account told the person
    TEST = "test"  # a test account of a server in test mode


class Both(msgspec.Struct, frozen=True):
    """The same words in both languages."""

    zh: str
    en: str

    def in_lang(self, lang: str) -> str:
        """Return the words in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


class Item(msgspec.Struct, frozen=True):
    """One purpose of the register, as the policy tells it."""

    id: str
    ground: str
    name: Both
    purpose: Both
    means: Both
    category: str
    basis: str
    necessary: bool
    function: Both
    retention: Both
    recipients: Both


class Section(msgspec.Struct, frozen=True):
    """A chapter of the policy."""

    id: str
    title: Both
    paragraphs: tuple[Both, ...]


class Recipient(msgspec.Struct, frozen=True):
    """Somebody outside who is given personal data, what, when and what for.

    ``role`` is ``processor`` (acts for the operator) or ``controller`` (decides for itself, and is
    given nothing without a consent of its own).
    """

    id: str
    name: Both
    host: str
    role: str
    what: Both
    why: Both
    when: Both
    purposes: tuple[str, ...]  # of the register of purposes


class PolicyText(msgspec.Struct, frozen=True):
    """The whole policy in both languages."""

    operator_name: str
    operator_contact: str
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    recipients: tuple[Recipient, ...] = ()

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits of the content's digest: same content, same version."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()[:12]


class Receipt(msgspec.Struct, frozen=True):
    """What somebody was told and answered."""

    receipt_id: str
    account_id: str | None
    registration_id: str | None
    policy_version: str
    lang: str
    accepted: tuple[str, ...]
    declined: tuple[str, ...]
    basis: str
    screen: str
    at: datetime


class Answer(msgspec.Struct, frozen=True):
    """A person's answer on one screen: the policy they saw, and the optional purposes they chose."""

    policy_version: str
    accepted: tuple[str, ...]
    lang: str
    screen: str
    basis: Basis = Basis.NOTICE


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Showing once more that it is you: the password, or a code sent to the phone or address."""

    password: str | None = None
    kind: str | None = None
    code: str | None = None


def check_lang(lang: str) -> str:
    """Return ``lang``, or raise ``UnknownLang``."""
    if lang not in LANGS:
        raise UnknownLang
    return lang


def concerns(purpose_id: str, account_class: str) -> bool:
    """Tell whether a purpose is about accounts of a class at all."""
    for prefix, classes in CLASSES_BY_PREFIX.items():
        if purpose_id.startswith(prefix):
            return account_class in classes
    return True


def decide(
    items: Sequence[Item], accepted: Iterable[str], account_class: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the purposes that an answer allows, and those it declines.

    What is necessary follows from having been told; what is optional, from an explicit yes. Raises
    ``UnknownPurpose`` for an id that the policy does not have.
    """
    chosen = set(accepted)
    unknown = sorted(chosen - {item.id for item in items})
    if unknown:
        raise UnknownPurpose(purposes=unknown[:PURPOSES_MAX])
    ours = [item for item in items if concerns(item.id, account_class)]
    allowed = tuple(item.id for item in ours if item.necessary or item.id in chosen)
    declined = tuple(item.id for item in ours if item.id not in allowed)
    return allowed, declined


def changed(
    items: Sequence[Item],
    grounds: Collection[str],
    earlier_no: Collection[str],
    accept: Collection[str],
    refuse: Collection[str],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a person allows and declines after an answer about some purposes only.

    What the answer does not name stays as it was: neither allowed nor declined by silence. Raises
    ``UnknownPurpose``.
    """
    unknown = sorted({*accept, *refuse} - {item.id for item in items})
    if unknown:
        raise UnknownPurpose(purposes=unknown[:PURPOSES_MAX])
    allowed = tuple(
        item.id
        for item in items
        if item.id not in refuse and (item.id in accept or item.ground in grounds)
    )
    no = {*refuse, *earlier_no} - set(allowed)
    return allowed, tuple(item.id for item in items if item.id in no)


def check_withdrawable(items: Sequence[Item], purposes: Iterable[str]) -> None:
    """Raise ``NecessaryPurpose`` for what only ends with the account, ``UnknownPurpose``."""
    by_id = {item.id: item for item in items}
    for purpose_id in purposes:
        item = by_id.get(purpose_id)
        if item is None:
            raise UnknownPurpose(purposes=[purpose_id])
        if item.necessary:
            raise NecessaryPurpose(purposes=[purpose_id])


def write_policy(
    name: str, contact: str, items: Iterable[Item], recipients: Iterable[Recipient] = ()
) -> PolicyText:
    """Write the privacy policy [L-17, R-091] of an operator from the registers."""
    who = name or NOT_SAID
    reach = contact or NOT_SAID
    sections = (*_what_we_do(who, reach), *_how_it_is_kept(), *_what_you_may_do(reach))
    return PolicyText(who, reach, sections, tuple(items), tuple(recipients))


def _what_we_do(who: str, reach: str) -> tuple[Section, ...]:
    """Write who processes what, and why."""
    return (
        _section(
            "who",
            ("谁在处理您的信息", "Who processes your information"),
            (
                f"本服务由 {who} 运营，是您个人信息的处理者。有关个人信息的问题，请联系：{reach}。",
                (
                    f"This service is run by {who}, who is responsible for your personal information. "
                    f"For questions about it, write to: {reach}."
                ),
            ),
            (
                "在您同意本政策之前，我们不收集、不存储您的任何个人信息，也不读取您的设备。",
                (
                    "Before you agree to this policy we collect nothing about you, store nothing about "
                    "you, and read nothing from your device."
                ),
            ),
        ),
        _section(
            "what",
            ("我们收集什么，为什么", "What we collect, and why"),
            (
                (
                    "下表列出我们收集的每一项个人信息：目的、方式、是否必需、保存多久、提供给谁。表中没有的，我们不收集。"
                    "此表由程序中的登记册自动生成。"
                ),
                (
                    "The table below lists each kind of personal information: what it is for, how it is "
                    "handled, whether it is necessary, how long it is kept and who receives it. What is "
                    "not in the table is not collected. The table is generated from the program's own "
                    "register."
                ),
            ),
            (
                "标为“可选”的项目默认不收集。不同意不影响您使用其他功能；同意之后可以随时在“设置”中同样方便地撤回。",
                (
                    "What is marked optional is off until you turn it on. Declining costs you no other "
                    "function, and you can withdraw in Settings as easily as you agreed."
                ),
            ),
        ),
    )


def _how_it_is_kept() -> tuple[Section, ...]:
    """Write how it is protected, and who receives it."""
    return (
        _section(
            "keep",
            ("如何保存和保护", "How it is kept and protected"),
            (
                (
                    "除下表写明未加密的项目（如消息）外，个人信息以您专属的密钥加密保存。"
                    "注销账号即销毁该密钥，此后任何人都无法再读取这样保存的信息。"
                ),
                (
                    "Except where the table says that it is not sealed, as with messages, personal "
                    "information is stored encrypted under a key of your own. Deleting your account "
                    "destroys that key; after that nobody can read what was stored so."
                ),
            ),
        ),
        _section(
            "share",
            ("提供给谁", "Who receives it"),
            (
                (
                    "除下表“接收方”一栏和“第三方共享清单”写明的以外，"
                    "我们不向任何人提供您的个人信息，不出售，不用于广告。"
                ),
                (
                    "Nobody receives your personal information except those named under “recipients” "
                    "in the table and in the list of those outside. It is not sold and not used for "
                    "advertising."
                ),
            ),
        ),
    )


def _what_you_may_do(reach: str) -> tuple[Section, ...]:
    """Write the rights of whoever reads it."""
    return (
        _section(
            "rights",
            ("您的权利", "Your rights"),
            (
                (
                    "您可以在“设置”中查看、更正、导出您的信息，撤回同意，注销账号。"
                    f"您也可以写信至 {reach} 提出要求，并有权向个人信息保护主管部门投诉。"
                ),
                (
                    "In Settings you can see, correct and export your information, withdraw consent, and "
                    f"delete your account. You can also write to {reach}, and you may complain to the "
                    "authority that supervises data protection where you live."
                ),
            ),
        ),
        _section(
            "children",
            ("未成年人", "Children"),
            (
                "不满十四周岁的儿童须由监护人同意后方可使用。",
                "Children under fourteen may use this service only with a guardian's consent.",
            ),
        ),
        _section(
            "changes",
            ("政策的变更", "Changes to this policy"),
            (
                (
                    "处理目的、方式或信息种类变更时，本政策的版本号随之改变，我们会重新征得您的同意；"
                    "您此前的回执不会被修改，可在“设置”中查看。"
                ),
                (
                    "When a purpose, a means or a kind of information changes, so does the version of "
                    "this policy, and you are asked again. Your earlier receipts are never altered; you "
                    "find them in Settings."
                ),
            ),
        ),
    )


def _section(section_id: str, title: tuple[str, str], *paragraphs: tuple[str, str]) -> Section:
    return Section(section_id, Both(*title), tuple(Both(*words) for words in paragraphs))
