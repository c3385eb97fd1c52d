"""What browsers are asked to do with an authenticator, and how their answers are checked.

User verification is always asked for, attestation never: a house has no business knowing which
make of authenticator a person owns. A counter that goes backwards is told and not judged here.
"""

import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from teahouse.config import LOOPBACK, Config

CEREMONY_MS = 300_000
CREDENTIAL_ID_BYTES_MAX = 1023  # of the specification


class NotProved(Exception):  # noqa: N818 - each domain has its own words for it
    """What was sent proves nothing."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """For whom a passkey is good: the host that people see, and the origin of our pages."""

    rp_id: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewCredential:
    """What an authenticator has made."""

    credential_id: bytes
    public_key: bytes
    signs: int
    synced: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as a browser sent it, read as far as anybody can who has not checked it."""

    credential: dict[str, Any]
    credential_id: bytes
    challenge: bytes
    user_handle: bytes | None


def relying_party(config: Config) -> RelyingParty | None:
    """Return who we are to authenticators; ``None`` where people reach us by a bare address.

    An address can be no relying party; on one's own machine ``localhost`` stands in for it.
    """
    parts = urlsplit(config.base_url)
    host = parts.hostname or ""
    name = config.operator_name or config.server_name
    if not config.public_url and host in LOOPBACK:
        return RelyingParty("localhost", name, f"http://localhost:{parts.port}")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        port = "" if parts.port in (None, {"https": 443, "http": 80}[parts.scheme]) else parts.port
        origin = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
        return RelyingParty(host, name, origin)
    return None


def creation_options(
    party: RelyingParty,
    challenge: bytes,
    user: tuple[bytes, str, str],
    known: Sequence[bytes],
) -> dict[str, Any]:
    """Return what to ask a browser for a new passkey of ``user`` (handle, name, name shown)."""
    options = webauthn.generate_registration_options(
        rp_id=party.rp_id,
        rp_name=party.name,
        user_id=user[0],
        user_name=user[1],
        user_display_name=user[2],
        challenge=challenge,
        timeout=CEREMONY_MS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return json.loads(webauthn.options_to_json(options))


def request_options(party: RelyingParty, challenge: bytes) -> dict[str, Any]:
    """Return what to ask a browser that shall show any passkey it has for us."""
    options = webauthn.generate_authentication_options(
        rp_id=party.rp_id,
        challenge=challenge,
        timeout=CEREMONY_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return json.loads(webauthn.options_to_json(options))


def read_answer(credential: dict[str, Any]) -> Answer:
    """Return which credential and which challenge an answer is about. Raises ``NotProved``."""
    try:
        response = credential["response"]
        told = parse_client_data_json(base64url_to_bytes(response["clientDataJSON"]))
        handle = response.get("userHandle")
        credential_id = base64url_to_bytes(credential["rawId"])
        user_handle = base64url_to_bytes(handle) if handle else None
    except Exception as wrong:  # whatever a stranger's bytes break is the stranger's
        raise NotProved from wrong
    if told.cross_origin or not 0 < len(credential_id) <= CREDENTIAL_ID_BYTES_MAX:
        raise NotProved
    return Answer(credential, credential_id, told.challenge, user_handle)


def check_creation(party: RelyingParty, answer: Answer) -> NewCredential:
    """Return the new credential of an answer whose challenge is ours. Raises ``NotProved``."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer.credential,
            expected_challenge=answer.challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as wrong:
        raise NotProved from wrong
    return NewCredential(
        made.credential_id, made.credential_public_key, made.sign_count, made.credential_backed_up
    )


def check_request(party: RelyingParty, answer: Answer, public_key: bytes) -> int:
    """Return the counter of an answer whose challenge is ours. Raises ``NotProved``."""
    try:
        shown = webauthn.verify_authentication_response(
            credential=answer.credential,
            expected_challenge=answer.challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as wrong:
        raise NotProved from wrong
    return shown.new_sign_count
