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
DEVICE_NAME = PersonalField("recovery_notices", "device_name", NOTICES_PURPOSE)
FIELDS = (DEVICE_NAME,)
