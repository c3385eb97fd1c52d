"""How an app is let in: the stages of its request, what it may ask for, and what goes wrong."""

import enum
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.ids import urlsafe

REQUEST_LIFE = timedelta(minutes=30)  # to sign in, or up, and answer
CODE_LIFE = timedelta(seconds=60)
DEVICE_LIFE = timedelta(minutes=10)
TRACES_LIFE = timedelta(minutes=10)  # in which a code that comes twice is known again
REFRESHES_LIFE = timedelta(days=7)  # in which a refresh token that comes twice is
UNUSED_LIFE = timedelta(days=7)  # of an app that nobody lets in
RESET_LIFE = timedelta(minutes=10)
WAIT_SECONDS, WAIT_SECONDS_MORE, WAIT_SECONDS_MAX = 5, 5, 60

USER_CODE_LETTERS = 8
STATE_LETTERS_MAX = 2000
RESPONSE_MODES = ("query", "fragment")
WAY = "oauth"  # of a device that signs in
WORD = "thw_"  # how what a browser brings begins

API_SCOPES = ("urn:matrix:client:api:*", "urn:matrix:org.matrix.msc2967.client:api:*")
DEVICE_SCOPES = ("urn:matrix:client:device:", "urn:matrix:org.matrix.msc2967.client:device:")
PASSED_BY = ("openid", "profile", "email", "offline_access")  # of OpenID Connect: not given
SCOPE_LETTERS_MAX = 1000

_DEVICE_ID = re.compile(r"[A-Za-z0-9\-._~]{1,255}")
_CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")


class Way(enum.Enum):
    """How the app hears of the answer."""

    BROWSER = "browser"  # it is sent back with a code
    DEVICE = "device"  # it asks again and again


class Stage(enum.Enum):
    """How far a request is."""

    ASKED = "asked"
    ALLOWED = "allowed"  # the app may take its session
    REFUSED = "refused"
    DONE = "done"  # it has


# What each act needs, and where it leads.
STEPS: dict[str, tuple[Stage, Stage]] = {
    "allow": (Stage.ASKED, Stage.ALLOWED),
    "refuse": (Stage.ASKED, Stage.REFUSED),
    "take": (Stage.ALLOWED, Stage.DONE),
    "burn": (Stage.ALLOWED, Stage.REFUSED),  # the code came without what its challenge was made of
}


class Scope(NamedTuple):
    """What an app is given: its words, and the device that it will be."""

    text: str
    device_id: str


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What an app asks for by a browser (RFC 6749, 4.1.1)."""

    redirect_uri: str
    scope: Scope
    state: str | None
    response_mode: str
    challenge: str


class GrantTold(msgspec.Struct, frozen=True):
    """A request as the owner sees it before they answer."""

    way: str
    client_name: str
    client_host: str
    client_uri: str
    policy_uri: str | None
    tos_uri: str | None
    back_to: str | None  # the host, or scheme, to which the browser goes afterwards
    device_id: str
    known: bool  # whether the app has a session of theirs on this device already
    expires_at: datetime


class DeviceShown(msgspec.Struct, frozen=True):
    """What a device is told that asks to be let in (RFC 8628, 3.2)."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int


class Tokens(msgspec.Struct, frozen=True):
    """What an app is given (RFC 6749, 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str
    scope: str


class App(msgspec.Struct, frozen=True):
    """An app that is signed in as somebody."""

    device_id: str
    client_name: str
    client_host: str
    granted_at: datetime


class BadScope(Refused):
    """The app must ask for the client API, for one device, and for nothing that is not given."""

    code = "grants.bad_scope"
    kind = Kind.INVALID


class BadGrant(Refused):
    """The code or token is not right, was used, or has expired."""

    code = "grants.bad_grant"
    kind = Kind.FORBIDDEN


class UnknownGrantType(Refused):
    """There is no such way to a token here."""

    code = "grants.unknown_grant_type"
    kind = Kind.INVALID


class NotForClient(Refused):
    """The app did not register for this way to a token."""

    code = "grants.not_for_client"
    kind = Kind.FORBIDDEN


class Pending(Refused):
    """Nobody has answered yet: ask again shortly."""

    code = "grants.pending"
    kind = Kind.INVALID


class TooFast(Refused):
    """That was too soon: wait five seconds longer between two questions."""

    code = "grants.too_fast"
    kind = Kind.INVALID


class Expired(Refused):
    """Nobody answered in time: begin again."""

    code = "grants.expired"
    kind = Kind.FORBIDDEN


class Denied(Refused):
    """The owner of the account said no."""

    code = "grants.denied"
    kind = Kind.FORBIDDEN


class NoSuchRequest(Refused):
    """This code is not right, was answered, or has expired: begin again in the app."""

    code = "grants.not_found"
    kind = Kind.NOT_FOUND


class DeviceTaken(Refused):
    """The app asks to be a device that is signed in already by another way: begin again in it."""

    code = "grants.device_taken"
    kind = Kind.CONFLICT


class AppsRefused(Refused):
    """This server lets no other apps in."""

    code = "grants.apps_refused"
    kind = Kind.NOT_FOUND


class InBrowser(Refused):
    """An app that was let in by the browser has this done there, not by its own calls."""

    code = "grants.in_browser"
    kind = Kind.NOT_FOUND


class OnlyMatrix(Refused):
    """An app that was let in by the browser may use Matrix's calls, and not this house's own."""

    code = "grants.only_matrix"
    kind = Kind.FORBIDDEN


def next_stage(stage: Stage, act: str) -> Stage | None:
    """Return where an act leads; ``None``: it is not its turn."""
    needed, after = STEPS[act]
    return after if stage is needed else None


def read_scope(written: str) -> Scope:
    """Return what an app asks for, without what is passed by. Raises ``BadScope``."""
    if len(written) > SCOPE_LETTERS_MAX:
        raise BadScope
    words = [one for one in dict.fromkeys(written.split(" ")) if one and one not in PASSED_BY]
    devices = {one[len(p) :] for one in words for p in DEVICE_SCOPES if one.startswith(p)}
    if any(one not in API_SCOPES and not one.startswith(DEVICE_SCOPES) for one in words):
        raise BadScope("The scope names something that is not given here.")
    if not any(one in API_SCOPES for one in words) or len(devices) != 1:
        raise BadScope("The scope must name the client API and exactly one device.")
    device_id = devices.pop()
    if not _DEVICE_ID.fullmatch(device_id):
        raise BadScope("A device id may hold letters, digits and - . _ ~ only.")
    return Scope(" ".join(words), device_id)


def proves(verifier: str, challenge: str) -> bool:
    """Tell whether a challenge was made of a verifier (RFC 7636, 4.6)."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    made = urlsafe(hashlib.sha256(verifier.encode()).digest())
    return hmac.compare_digest(made.encode(), challenge.encode())


def plain_word(written: str) -> str:
    """Return a browser's word as it is, and a code as it was made, however somebody typed it."""
    if written.startswith(WORD):
        return written
    letters = "".join(letter for letter in written.lower() if letter.isalnum())
    return letters[: USER_CODE_LETTERS + 1]


def in_halves(code: str) -> str:
    """Return a code as people read it best."""
    return f"{code[:4]}-{code[4:]}".upper()


def sent_back(redirect_uri: str, response_mode: str, **told: str | None) -> str:
    """Return an app's address with what it is told (RFC 6749, 4.1.2; "Response Modes")."""
    query = urlencode({name: value for name, value in told.items() if value is not None})
    if response_mode == "fragment":
        return f"{redirect_uri}#{query}"
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}"


class Fault(msgspec.Struct, frozen=True):
    """Why an app is sent back at once (RFC 6749, 4.1.2.1)."""

    error: str
    words: str


def read_asking(said: Mapping[str, str], redirect_uri: str) -> Asking | Fault:
    """Return what an app asks for by a browser, or why it is sent back."""
    mode, state = said.get("response_mode", "query"), said.get("state")
    if mode not in RESPONSE_MODES:
        return Fault("invalid_request", "response_mode must be query or fragment.")
    if state is not None and len(state) > STATE_LETTERS_MAX:
        return Fault("invalid_request", "state is too long.")
    if said.get("response_type") != "code":
        return Fault("unsupported_response_type", "response_type must be code.")
    if said.get("code_challenge_method") != "S256":
        return Fault("invalid_request", "code_challenge_method must be S256.")
    challenge = said.get("code_challenge", "")
    if not _CHALLENGE.fullmatch(challenge):
        return Fault("invalid_request", "code_challenge must be a SHA-256 in base64url.")
    if "none" in said.get("prompt", "").split():
        return Fault("interaction_required", "Whoever owns the account has to be asked.")
    try:
        scope = read_scope(said.get("scope", ""))
    except BadScope as refused:
        return Fault("invalid_scope", refused.words)
    return Asking(
        redirect_uri=redirect_uri,
        scope=scope,
        state=state,
        response_mode=mode,
        challenge=challenge,
    )
