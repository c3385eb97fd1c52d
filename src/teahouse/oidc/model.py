"""What a provider says, what of it is believed, and what goes wrong."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from teahouse.errors import Kind, Refused

FLOW_LIFE = timedelta(minutes=10)
ARRIVAL_LIFE = timedelta(minutes=30)  # to answer the policy and choose a name
TOKEN_LIFE = timedelta(minutes=2)
METADATA_LIFE = timedelta(hours=1)
KEYS_LIFE = timedelta(hours=1)  # then a key that the provider took out is believed no more
KEYS_AGAIN_AFTER = timedelta(minutes=1)  # an unknown key is asked for at most so often
CLOCK_SKEW_SECONDS = 120
RETURN_LETTERS_MAX = 2000
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
DOOR = "oidc"
BROWSER = "thc"  # how a browser's cookie begins
BROWSER_LETTERS_MAX = 100
WAY = "oidc"  # of a device that signs in
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TYPES = ("logout+jwt", "application/logout+jwt", "jwt")
LOGOUT_LIFE = timedelta(minutes=10)  # a longer one is none that was made for this moment
LOGOUT_BYTES_MAX = 16 * 1024
CLAIM_LETTERS_MAX = 255


class Metadata(msgspec.Struct, frozen=True):
    """What a provider tells of itself (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Tokens(msgspec.Struct, frozen=True):
    """The answer of a token endpoint; what else it holds is passed by."""

    id_token: str
    access_token: str = ""


class Flow(msgspec.Struct, frozen=True):
    """Somebody who went to a provider."""

    browser_digest: bytes
    provider: str
    nonce: str
    verifier: str
    return_to: str


class Arrival(msgspec.Struct, frozen=True):
    """Somebody who came back and has no account yet; only their browser keeps it, sealed."""

    provider: str
    subject: str
    localpart: str
    display_name: str
    return_to: str
    expires_at: datetime
    browser: str = ""  # digest of the cookie of who came back: nobody else may use it
    sid: str = ""  # the provider's own session


class Link(msgspec.Struct, frozen=True):
    """A provider that one signs in by."""

    provider: str
    name: str
    linked_at: datetime


class LoggedOut(msgspec.Struct, frozen=True):
    """A session that a provider says is over: one of its own, or all of a person."""

    subject: str
    sid: str
    said: str  # by which this saying is known again
    expires_at: datetime


class NoSuchProvider(Refused):
    """There is no such identity provider here."""

    code = "oidc.no_provider"
    kind = Kind.NOT_FOUND


class ProviderFailed(Refused):
    """The identity provider does not answer as it should: try again shortly."""

    code = "oidc.provider_failed"
    kind = Kind.UNAVAILABLE


class FlowOver(Refused):
    """This sign-in was begun in another browser, or too long ago: begin again."""

    code = "oidc.flow_over"
    kind = Kind.FORBIDDEN


class NotBelieved(Refused):
    """What the identity provider said is not to be believed."""

    code = "oidc.not_believed"
    kind = Kind.FORBIDDEN


class BadLogout(Refused):
    """That logout token is not to be believed."""

    code = "oidc.bad_logout"
    kind = Kind.INVALID


class LinkedElsewhere(Refused):
    """That identity is linked to an account already."""

    code = "oidc.linked_elsewhere"
    kind = Kind.CONFLICT


class BadReturn(Refused):
    """redirectUrl must be an address of a client."""

    code = "oidc.bad_return"
    kind = Kind.INVALID


def check_claims(
    claims: Mapping[str, Any], issuer: str, client_id: str, nonce: str, now: datetime
) -> str:
    """Return the subject of an ID token whose signature is right. Raises ``NotBelieved``.

    OpenID Connect Core 1.0, section 3.1.3.7.
    """
    meant = _audience(claims, issuer, client_id)
    if claims.get("azp", client_id) != client_id or (len(meant) > 1 and "azp" not in claims):
        raise NotBelieved
    _lifetime(claims, now)
    subject = claims.get("sub")
    if claims.get("nonce") != nonce or not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise NotBelieved
    return subject


def check_logout(
    claims: Mapping[str, Any], typed: object, issuer: str, client_id: str, now: datetime
) -> LoggedOut:
    """Return what a logout token says whose signature is right. Raises ``NotBelieved``.

    OpenID Connect Back-Channel Logout 1.0, section 2.6. ``typed`` is its header's ``typ``: an ID
    token can never pass for one, as it has a nonce and no such event.
    """
    _audience(claims, issuer, client_id)
    _, expires = _lifetime(claims, now)
    events, said = claims.get("events"), claims.get("jti")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise NotBelieved
    if "nonce" in claims or (typed is not None and str(typed).lower() not in LOGOUT_TYPES):
        raise NotBelieved
    if not isinstance(said, str) or not 0 < len(said) <= CLAIM_LETTERS_MAX:
        raise NotBelieved
    if expires > (now + LOGOUT_LIFE).timestamp() + CLOCK_SKEW_SECONDS:
        raise NotBelieved
    subject, sid = named(claims, "sub"), named(claims, "sid")
    if not subject and not sid:
        raise NotBelieved
    return LoggedOut(subject, sid, said, now + LOGOUT_LIFE + timedelta(seconds=CLOCK_SKEW_SECONDS))


def named(claims: Mapping[str, Any], name: str) -> str:
    """Return an identifier of the provider's, whole, or "" when there is none that we can keep."""
    value = claims.get(name)
    return value if isinstance(value, str) and len(value) <= CLAIM_LETTERS_MAX else ""


def _audience(claims: Mapping[str, Any], issuer: str, client_id: str) -> list[Any]:
    audience = claims.get("aud")
    meant = [audience] if isinstance(audience, str) else audience
    if claims.get("iss") != issuer or not isinstance(meant, list) or client_id not in meant:
        raise NotBelieved
    return meant


def _lifetime(claims: Mapping[str, Any], now: datetime) -> tuple[float, float]:
    expires, issued, at = claims.get("exp"), claims.get("iat"), now.timestamp()
    if not isinstance(expires, int | float) or expires + CLOCK_SKEW_SECONDS <= at:
        raise NotBelieved
    if not isinstance(issued, int | float) or issued - CLOCK_SKEW_SECONDS > at:
        raise NotBelieved
    return issued, expires


def check_metadata(metadata: Metadata, issuer: str) -> Metadata:
    """Refuse a provider that speaks for another, or gives up encryption: ``NotBelieved``."""
    if metadata.issuer != issuer:
        raise NotBelieved
    scheme = urlsplit(issuer).scheme
    places = (
        metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri,
        metadata.userinfo_endpoint or issuer,
    )  # fmt: skip
    if any(urlsplit(place).scheme != scheme for place in places):
        raise NotBelieved
    return metadata


def known_browser(word: str) -> str:
    """Return a browser's cookie if it can be one of ours, else ""."""
    ours = word.startswith(f"{BROWSER}_") and len(word) <= BROWSER_LETTERS_MAX
    return (
        word if ours and word.isascii() and word.replace("_", "").replace("-", "").isalnum() else ""
    )


def check_return(url: str) -> str:
    """Return where a client wants its person back; a script's address is none: ``BadReturn``."""
    scheme = urlsplit(url).scheme
    if not scheme or scheme in ("javascript", "data", "vbscript", "blob", "file", "about"):
        raise BadReturn
    if len(url) > RETURN_LETTERS_MAX or not url.isascii() or not url.isprintable():
        raise BadReturn
    return url


def with_token(url: str, token: str) -> str:
    """Return a client's address with its login token (Matrix, "SSO during login")."""
    before, hash_, fragment = url.partition("#")
    joined = f"{before}{'&' if '?' in before else '?'}loginToken={token}"
    return f"{joined}{hash_}{fragment}"


def claim_text(claims: Mapping[str, Any], name: str) -> str:
    """Return a claim if it is a text, without its margins."""
    value = claims.get(name)
    return value.strip()[:100] if isinstance(value, str) else ""
