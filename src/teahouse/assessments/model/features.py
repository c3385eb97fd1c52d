"""The closed list of features that the law asks an assessment of, and why every other setting is plain.

A feature is risky by at least one cause of Personal Information Protection Law 55 or GDPR 35. It is on by
the configuration alone; one without a setting is part of the house, and always on.
"""

import enum
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from teahouse.config import Config
from teahouse.gate.model.policies import Both


class Cause(enum.Enum):
    """Why a feature is assessed before [PIPL 55, GDPR 35(3)]. The names are told."""

    SENSITIVE = "sensitive"  # it processes sensitive data
    AUTOMATED = "automated"  # it decides automatically
    ENTRUSTED = "entrusted"  # somebody processes for the house
    PROVIDED = "provided"  # data are handed on to somebody
    PUBLISHED = "published"
    MINORS = "minors"


@dataclass(frozen=True, slots=True)
class Feature:
    """Something the house can do that is assessed first. ``settings`` switch it on, if any do."""

    id: str
    name: Both
    does: Both
    causes: tuple[Cause, ...]
    purposes: tuple[str, ...]  # ids in the register: what it is assessed for
    settings: tuple[str, ...] = ()
    is_on: Callable[[Config], bool] = lambda _config: True


def _filled(name: str) -> Callable[[Config], bool]:
    return lambda config: bool(getattr(config, name))


def _allowed(name: str) -> Callable[[Config], bool]:
    return lambda config: getattr(config, name) == "allow"


_C = Cause
FEATURES: tuple[Feature, ...] = (
    Feature(
        "realnames",
        Both("实名核验", "Confirming identities"),
        Both(
            "把姓名与证件号码交给核验方确认", "Names and numbers of documents go to whoever confirms them"
        ),
        (_C.SENSITIVE, _C.ENTRUSTED),
        ("realnames.identity",),
        ("realname_url", "realname_secret", "realname_secret_next"),
        _filled("realname_url"),
    ),
    Feature(
        "phone_holders",
        Both("手机号登记人核验", "Asking who holds a number"),
        Both(
            "把手机号和姓名交给核验方，由其告知年龄段",
            "Telephone numbers and names go to whoever knows their holders, and tells their age",
        ),
        (_C.SENSITIVE, _C.ENTRUSTED),
        ("phoneholders.check", "minors.age"),
        (
            "phone_holder_url",
            "phone_holder_secret",
            "phone_holder_secret_next",
            "phone_holder_asks_number",
        ),
        _filled("phone_holder_url"),
    ),
    Feature(
        "detectors_all",
        Both("比对所有明文", "Comparing all plain text with lists"),
        Both(
            "房间与私聊中未加密的内容都与检测清单比对",
            "What is written without encryption is compared with lists, in private rooms too",
        ),
        (_C.AUTOMATED,),
        ("detectors.looking", "timeline.messages"),
        ("detectors",),
        lambda config: config.detectors == "all",
    ),
    Feature(
        "stills",
        Both("儿童出镜识别", "Scoring pictures for children"),
        Both(
            "公开的图片缩小后交给识别方打分，高分的由人工复核",
            "Pictures shown in public go, made small, to a scorer; people look at what it scores high",
        ),
        (_C.SENSITIVE, _C.AUTOMATED, _C.ENTRUSTED, _C.MINORS),
        ("timeline.messages",),
        ("stills_url", "stills_secret", "stills_score_min"),
        _filled("stills_url"),
    ),
    Feature(
        "relay",
        Both("通话中继", "A relay for calls"),
        Both("通话经由中继服务器", "Calls pass through a relay"),
        (_C.ENTRUSTED,),
        ("accounts.session",),
        ("turn_uris", "turn_secret", "turn_seconds"),
        _filled("turn_uris"),
    ),
    Feature(
        "providers",
        Both("第三方身份登录", "Signing in by an identity provider"),
        Both("由别的服务证明身份", "Another service says who somebody is"),
        (_C.PROVIDED,),
        ("oidc.subject",),
        ("oidc",),
        _filled("oidc"),
    ),
    Feature(
        "sms",
        Both("短信", "SMS"),
        Both("手机号码与验证码交给短信网关", "Phone numbers and codes go to a gateway"),
        (_C.ENTRUSTED,),
        ("accounts.phone", "accounts.code"),
        ("sms_url", "sms_token"),
        _filled("sms_url"),
    ),
    Feature(
        "mail",
        Both("电子邮件", "E-mail"),
        Both("邮箱地址与验证码交给邮件服务器", "Addresses and codes go to a mail server"),
        (_C.ENTRUSTED,),
        ("accounts.email", "accounts.code"),
        ("smtp_url", "mail_from"),
        _filled("smtp_url"),
    ),
    Feature(
        "files_elsewhere",
        Both("文件存放在别处", "Files kept elsewhere"),
        Both("上传的文件存放在对象存储", "What people upload lies in an object store"),
        (_C.ENTRUSTED,),
        ("media.file_name",),
        ("blobs_url",),
        _filled("blobs_url"),
    ),
    Feature(
        "previews",
        Both("网页预览", "Previews of pages"),
        Both(
            "本站读取用户贴出的网址，对方由此得知",
            "The house reads pages that people link to, and their owners see that it does",
        ),
        (_C.PROVIDED,),
        ("timeline.messages",),
        ("previews", "previews_denied", "previews_inside"),
        _allowed("previews"),
    ),
    Feature(
        "apps",
        Both("其他应用", "Other apps"),
        Both(
            "经本人同意，别人的应用读取其账号", "Apps of others read an account, when its owner lets them"
        ),
        (_C.PROVIDED,),
        ("accounts.session", "timeline.messages"),
        ("apps",),
        _allowed("apps"),
    ),
    Feature(
        "appservices",
        Both("桥接与机器人", "Bridges and bots"),
        Both(
            "桥接把房间内容带往别的服务", "Bridges carry what is said in rooms to other services"
        ),
        (_C.PROVIDED,),
        ("appservices.token", "timeline.messages"),
        ("appservices",),
        _filled("appservices"),
    ),
    Feature(
        "push",
        Both("推送", "Notices on devices"),
        Both(
            "通知经由应用选择的推送网关", "Notices go by the gateways that people's apps name"
        ),
        (_C.PROVIDED,),
        ("pushers.app", "pushers.web"),
    ),
    Feature(
        "people_search",
        Both("查找用户", "Finding people"),
        Both("公开的个人资料可被搜索", "Profiles that their owners published are found"),
        (_C.PUBLISHED, _C.AUTOMATED),
        ("profiles.public",),
    ),
    Feature(
        "screening",
        Both("防批量注册", "Screening of registrations"),
        Both(
            "自动判断注册是否出自批量操作", "A machine says which registrations look made in bulk"
        ),
        (_C.AUTOMATED,),
        ("screening.sightings",),
    ),
    Feature(
        "minors",
        Both("未成年人与监护", "Minors and their guardians"),
        Both(
            "年龄段、监护关系、时段与限额", "Bands of age, guardians, hours and limits"
        ),
        (_C.MINORS, _C.SENSITIVE),
        ("minors.age", "minors.spending", "guardians.birth_month"),
    ),
    Feature(
        "officials",
        Both("公众号主体", "Who is behind official accounts"),
        Both(
            "收集并公示公众号的主体", "Who speaks in public is asked for and shown"
        ),
        (_C.SENSITIVE, _C.PUBLISHED),
        ("officials.subject", "officials.application"),
    ),
)  # fmt: skip
BY_ID = {one.id: one for one in FEATURES}

# Every other setting, with why it hands nobody's data to anybody and decides about nobody.
PLAIN: dict[str, tuple[str, ...]] = {
    "what the house is called, and where it is found": (
        "server_name", "public_url", "operator_name", "operator_contact", "security_contact",
        "support_url", "security_policy_url", "privacy_contact", "policy_reason", "profile",
    ),
    "the engines of the house itself": (
        "data_dir", "listen", "trusted_proxies", "database_url", "replicas", "nats_url", "workers",
        "log_shards", "database_pool_max", "overload", "log_level", "test_mode", "tenant",
    ),
    "keys, which hold no personal data": (
        "key_file", "key_passphrase_file", "ledger_file", "transit_url", "transit_token_file",
        "transit_prefix", "region_keys", "upgrade_soft_days", "upgrade_quiet_hours",
        "upgrade_quiet_zone",
    ),
    "for how long, and how much": (
        "policy_notice_days", "backup_keep_days", "deletion_grace_days", "recovery_wait_hours",
        "guest_days", "retention_days", "retention_days_least", "retention_days_most",
        "files_unused_days", "files_unused_days_encrypted", "upload_bytes_max", "kept_bytes_max",
        "kept_bytes_total",
    ),
    "places inside the operator's own network": ("webhooks_inside", "pushers_inside"),
    "figures without people": ("status_dir",),
    "it keeps more from others, or shows less to them": ("encryption", "default_room_version"),
    "what people in one room see of each other": ("presence",),
    "reading without an account": ("guests",),
    "doors that the gate decides about anyway": (
        "registration_shared_secret", "registration_shared_secret_before", "synapse_pepper",
    ),
    "whether what stands in a register is asked for": ("assessments", "registers_enforce"),
}  # fmt: skip


def features_on(config: Config) -> list[Feature]:
    """Return the features that a configuration has on."""
    return [one for one in FEATURES if one.is_on(config)]


def switched_on(before: Config, after: Config) -> list[Feature]:
    """Return the features that a change switches on."""
    return [one for one in FEATURES if one.is_on(after) and not one.is_on(before)]


class PurposeSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What the register of purposes says of one, as far as an assessment depends on it."""

    ground: str  # its id and version
    purpose: Both
    means: Both
    category: str
    basis: str
    retention_days: int | None
    recipients: Both


def feature_digest(feature: Feature, register: Mapping[str, PurposeSaid]) -> str:
    """Return a digest of what the register says of a feature: another digest, another assessment."""
    said = [register[purpose_id] for purpose_id in feature.purposes]
    told = [[cause.value for cause in feature.causes], said]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()
