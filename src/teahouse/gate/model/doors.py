"""Every door by which an account can come to be, each with its decision [requirements 1.7]."""

import enum
from collections.abc import Sequence
from typing import NamedTuple


class Door(enum.Enum):
    """A way into the house. The names are stored and told; they never change."""

    PHONE = "phone"
    EMAIL = "email"
    OIDC = "oidc"
    VOUCHING = "vouching"
    INVITE = "invite"
    MINIPROGRAM = "miniprogram"
    OFFICIAL = "official"
    OFFICIAL_AGENCY = "official_agency"
    VIDEO = "video"
    ENTERPRISE = "enterprise"
    PROVISIONING = "provisioning"
    ADMIN_IMPORT = "admin_import"
    CHILD = "child"
    RECYCLED_NUMBER = "recycled_number"
    RESTORE = "restore"
    REGION_CHANGE = "region_change"
    DEVICE_PAIRING = "device_pairing"
    TEST_ACCOUNT = "test_account"
    GUEST = "guest"


class DoorRule(NamedTuple):
    """The decision about a door: does going through it count as registering, and is it there."""

    number: int
    counts_as_registration: bool
    built: bool
    why: str


DOORS: dict[Door, DoorRule] = {
    Door.PHONE: DoorRule(1, True, True, "a new person with a number"),
    Door.EMAIL: DoorRule(2, True, True, "a new person with an address"),
    Door.OIDC: DoorRule(3, True, True, "a first login from elsewhere makes an account here"),
    Door.VOUCHING: DoorRule(4, True, True, "a friend's help does not make the account less new"),
    Door.INVITE: DoorRule(5, True, True, "an invitation is a way in, and can be shut as one"),
    Door.MINIPROGRAM: DoorRule(6, True, False, "an id made on first opening is an account"),
    Door.OFFICIAL: DoorRule(7, True, True, "an official account is an account of its own class"),
    Door.OFFICIAL_AGENCY: DoorRule(8, True, False, "who fills in the form does not matter"),
    Door.VIDEO: DoorRule(9, True, False, "a second public identity of a person is a new account"),
    Door.ENTERPRISE: DoorRule(10, True, False, "a new organisation is a new account"),
    Door.PROVISIONING: DoorRule(11, True, True, "provisioned people are new people all the same"),
    Door.ADMIN_IMPORT: DoorRule(12, True, True, "an administrator's haste is not an exemption"),
    Door.CHILD: DoorRule(13, True, True, "a child's account is new, and needs more, not less"),
    Door.RECYCLED_NUMBER: DoorRule(14, True, True, "“not me, go on” makes a second account"),
    Door.RESTORE: DoorRule(15, False, False, "within the grace period the account never ceased"),
    Door.REGION_CHANGE: DoorRule(16, True, False, "else a closed region is entered by moving"),
    Door.DEVICE_PAIRING: DoorRule(17, True, False, "an id of its own is new; ours opens a session"),
    Door.TEST_ACCOUNT: DoorRule(18, True, True, "a test must meet the gate that people meet"),
    Door.GUEST: DoorRule(19, True, True, "a guest's account is an account, with less to do"),
}
"""Whether going through a door counts as a registration: the gate is asked exactly then."""


class Absence(NamedTuple):
    """Why a door is not there, and what would bring it, in both languages."""

    en: str
    zh: str


ABSENCES: dict[Door, Absence] = {
    Door.MINIPROGRAM: Absence(
        "Nothing runs inside this house that could make an id of its own on first opening. It comes "
        "with a platform for mini programs and accounts of the class developer.",
        "馆内没有小程序，也就没有首次打开时产生的编号。待有小程序平台和开发者类账号时建立。",
    ),
    Door.OFFICIAL_AGENCY: Absence(
        "An agency fills in the form of door 7 together with its client: the code goes to the "
        "client's own number, and the consent is the client's. It comes when agencies have accounts "
        "by which they answer, and a mandate that review can check.",
        "代办机构须与委托人一起走第 7 道门：验证码发到委托人的号码，同意由委托人作出。"
        "待代办机构有可追责的账号、委托书可供审核时建立。",
    ),
    Door.VIDEO: Absence(
        "Nobody has a second public identity here: a person speaks under one name. It comes with "
        "video channels that have names of their own.",
        "这里没有第二个公开身份，每人只以一个名字说话。待有独立命名的视频频道时建立。",
    ),
    Door.ENTERPRISE: Absence(
        "There are no organisations with members and administrators of their own. It comes with "
        "accounts of the class enterprise.",
        "尚无拥有成员和管理员的组织。待有企业类账号时建立。",
    ),
    Door.REGION_CHANGE: Absence(
        "An account stays in the region in which it was made: nothing moves one, so a closed region "
        "cannot be entered by moving. It comes if accounts can move, as a registration over there.",
        "账号留在注册时的地区，没有任何途径迁移，因此不能借迁移进入关闭的地区。"
        "若将来可以迁移，将视同在迁入地注册。",
    ),
    Door.DEVICE_PAIRING: Absence(
        "A paired device opens a session of a person who has an account, and gets no id of its own. "
        "It comes if devices without a person are given one.",
        "配对的设备只是打开某人已有账号的会话，没有自己的编号。若给无主设备编号时建立。",
    ),
}
"""The doors that count and are not built. Whoever builds one takes it off."""


def door_values(doors: Sequence[Door]) -> list[str]:
    """Return doors as they are stored."""
    return [door.value for door in doors]
