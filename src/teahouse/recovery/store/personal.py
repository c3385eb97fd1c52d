"""What is personal in recovery."""

from dataclasses import replace

from teahouse.infra.vault import field
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import OF_HOUSE, Sealed

NOTICES_PURPOSE = Purpose(
    id="recovery.notices",
    version=1,
    name=Wording("安全通知中的设备名称", "Names of devices in security notices"),
    purpose=Wording(
        "让您看出账号的重要变更是从哪台设备发起的",
        "So that you can tell from which device a grave change to your account was made",
    ),
    means=Wording(
        "加密保存，密钥专属于您的账号", "Kept encrypted under a key that belongs to your account"
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("账号安全", "Keeping your account safe"),
    retention=Wording("半年", "Half a year"),
    retention_days=180,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
PLACES_PURPOSE = replace(
    NOTICES_PURPOSE,
    id="recovery.places",
    name=Wording("安全通知中的网络位置", "The network, in security notices"),
    purpose=Wording(
        "让您看出新设备是从哪个网络登录的，只保留网段，不含完整地址",
        "So that you can tell from which network a new device came; never the whole address",
    ),
)
HELP_PURPOSE = replace(
    NOTICES_PURPOSE,
    id="recovery.help",
    name=Wording(
        "请运营者协助找回账号时的联系方式与核验记录",
        "Where to reach you, and what you showed, when you ask us to get back in",
    ),
    purpose=Wording(
        "核验来人就是账号主人，并把找回链接发给您",
        "To know that it is you who asks, and to send you the link that lets you back in",
    ),
    means=Wording(
        "加密保存，仅处理此事的运营者可见", "Kept encrypted; seen by the operators who decide"
    ),
    function=Wording("找回账号", "Getting back into your account"),
    retention=Wording(
        "联系方式：事情结束即删除；核验记录：半年",
        "Where to reach you: until it is over; what you showed: half a year",
    ),
    recipients=Wording(
        "运营者的短信或邮件服务商，仅用于发送链接",
        "The operator's SMS or mail provider, for the link",
    ),
)
DEVICE_NAME = PersonalField("recovery_notices", "device_name", NOTICES_PURPOSE)
ABOUT = PersonalField("recovery_notices", "about", NOTICES_PURPOSE)
PLACE = PersonalField("recovery_notices", "place", PLACES_PURPOSE)
EVIDENCE = PersonalField("recovery_helps", "evidence", HELP_PURPOSE, gravity=field.Gravity.IDENTITY)
HELP_CONTACT = replace(EVIDENCE, column="contact", gravity=field.Gravity.CONTACT)
FIELDS = (DEVICE_NAME, ABOUT, PLACE, HELP_CONTACT, EVIDENCE)
_NOTICES = Sealed((DEVICE_NAME, ABOUT, PLACE), ("notice_id",), row="notice_id")
SEALED = (_NOTICES, Sealed((HELP_CONTACT, EVIDENCE), ("help_id",), OF_HOUSE, "help_id"))
