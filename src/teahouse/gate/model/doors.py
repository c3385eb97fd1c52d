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
    Door.PROVISIONING: DoorRule(11, True, False, "provisioned people are new people all the same"),
    Door.ADMIN_IMPORT: DoorRule(12, True, True, "an administrator's haste is not an exemption"),
    Door.CHILD: DoorRule(13, True, True, "a child's account is new, and needs more, not less"),
    Door.RECYCLED_NUMBER: DoorRule(14, True, True, "“not me, go on” makes a second account"),
    Door.RESTORE: DoorRule(15, False, False, "within the grace period the account never ceased"),
    Door.REGION_CHANGE: DoorRule(16, True, False, "else a closed region is entered by moving"),
    Door.DEVICE_PAIRING: DoorRule(17, True, False, "an id of its own is new; ours opens a session"),
    Door.TEST_ACCOUNT: DoorRule(18, True, True, "a test must meet the gate that people meet"),
}
"""Whether going through a door counts as a registration: the gate is asked exactly then."""


def door_values(doors: Sequence[Door]) -> list[str]:
    """Return doors as they are stored."""
    return [door.value for door in doors]
