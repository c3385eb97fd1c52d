"""A registration as the gate and as screening see it, and its contact as it is written."""

from teahouse.errors import Invalid
from teahouse.gate.model.policies import Attempt
from teahouse.infra.vault.normal import email, phone, phone_region
from teahouse.registrations.model import Registration
from teahouse.screening.service.weighing import Begun


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
