"""What each personal column of encryption is for: its part of the register, and of the policy."""

from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording

_ENCRYPTED = Wording("端到端加密聊天", "Talking with end-to-end encryption")

KEYS_PURPOSE = Purpose(
    id="encryption.keys",
    version=1,
    name=Wording("您各设备的公开密钥与签名", "Public keys and signatures of your devices"),
    purpose=Wording(
        "让与您聊天的人能把消息加密给您的设备，并确认设备属于您",
        "So that people who write to you can encrypt for your devices, and know that they are yours",
    ),
    means=Wording(
        "公开密钥按原样保存在数据库中；解密用的私钥只在您的设备上，服务器没有",
        "Public keys lie in the database as they are; what opens messages is on your devices only",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=_ENCRYPTED,
    retention=Wording(
        "直到该设备退出登录；签名密钥直到您更换或注销账号",
        "Until the device is signed out; keys that sign, until you replace them or delete your account",
    ),
    retention_days=None,
    recipients=Wording(
        "本服务器上的其他用户；您给他人的签名只有您自己能看到",
        "Others on this server; signatures that you give to others, only you",
    ),
)
LETTERS_PURPOSE = Purpose(
    id="encryption.letters",
    version=1,
    name=Wording("设备之间传递的密文", "What devices send each other, on its way"),
    purpose=Wording(
        "把聊天密钥和验证请求送到您的设备",
        "To bring the keys of conversations, and requests to verify, to your devices",
    ),
    means=Wording(
        "由客户端加密，按原样保存在数据库中，受访问控制",
        "Encrypted by the apps, kept as it is in the database under access control",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=_ENCRYPTED,
    retention=Wording(
        "直到您的设备取走，最长 180 天",
        "Until your device has fetched it, 180 days at most",
    ),
    retention_days=180,
    recipients=Wording("收件的设备", "The device that it is for"),
)

DEVICE = PersonalField("encryption_devices", "keys", KEYS_PURPOSE, sealed=False)
ONE_TIME = PersonalField("encryption_one_time_keys", "body", KEYS_PURPOSE, sealed=False)
FALLBACK = PersonalField("encryption_fallback_keys", "body", KEYS_PURPOSE, sealed=False)
CROSS = PersonalField("encryption_cross_keys", "body", KEYS_PURPOSE, sealed=False)
SIGNED = PersonalField("encryption_signatures", "signature", KEYS_PURPOSE, sealed=False)
LETTER = PersonalField("encryption_letters", "body", LETTERS_PURPOSE, sealed=False)
FIELDS = (DEVICE, ONE_TIME, FALLBACK, CROSS, SIGNED, LETTER)
