"""A registration as the gate and as screening see it, and its contact as it is written."""

import msgspec

from teahouse.errors import Invalid
from teahouse.gate.model.doors import Door
from teahouse.gate.model.policies import Attempt, registration_region
from teahouse.infra.vault.normal import email, phone, phone_region
from teahouse.registrations.model import Registration, WrongContact
from teahouse.screening.service.weighing import Begun

CONTACT_DOORS = {"phone": Door.PHONE, "email": Door.EMAIL}


def attempt_of(registration: Registration) -> Attempt:
    return Attempt(
        doors=registration.doors,
        account_class=registration.account_class,
        region=registration.region,
        invited=registration.invite_digest is not None,
        began_at=registration.created_at,
    )


def begun_of(registration: Registration) -> Begun:
    return Begun(
        digest=registration.digest,
        began_at=registration.created_at,
        door=registration.doors[0].value,
        region=registration.region,
        account_class=registration.account_class,
        invite_digest=registration.invite_digest,
    )


def normal(kind: str, value: str) -> tuple[str, str | None]:
    """Return a contact as it is written, and a number's country; ``BadPhone``, ``BadEmail``."""
    if kind == "phone":
        written = phone(value)
        return written, phone_region(written)
    if kind == "email":
        return email(value), None
    raise Invalid("kind must be phone or email.")


def placed_of(registration: Registration, kind: str, country: str | None) -> Registration:
    """Return a registration by the door and in the region of its contact. ``WrongContact``."""
    door = CONTACT_DOORS[kind]
    known = [one for one in registration.doors if one in CONTACT_DOORS.values()]
    if known and known != [door]:
        raise WrongContact
    doors = registration.doors if known else (door, *registration.doors)
    region = registration_region(registration.service_region, country)
    return msgspec.structs.replace(registration, doors=doors, region=region)
