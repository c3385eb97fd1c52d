"""What is personal in recovery."""

from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording

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
PLACES_PURPOSE = Purpose(
    id="recovery.places",
    version=1,
    name=Wording("安全通知中的网络位置", "The network, in security notices"),
    purpose=Wording(
        "让您看出新设备是从哪个网络登录的，只保留网段，不含完整地址",
        "So that you can tell from which network a new device came; never the whole address",
    ),
    means=NOTICES_PURPOSE.means,
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=NOTICES_PURPOSE.function,
    retention=NOTICES_PURPOSE.retention,
    retention_days=180,
    recipients=NOTICES_PURPOSE.recipients,
)
DEVICE_NAME = PersonalField("recovery_notices", "device_name", NOTICES_PURPOSE)
ABOUT = PersonalField("recovery_notices", "about", NOTICES_PURPOSE)
PLACE = PersonalField("recovery_notices", "place", PLACES_PURPOSE)
FIELDS = (DEVICE_NAME, ABOUT, PLACE)
