"""What an app says of itself when it registers (RFC 7591), and where it may be sent back to.

The rules are Matrix's ("Client registration", v1.15): what an app names lies on the host of its
``client_uri`` or below it, and where it is sent back to is compared letter by letter.
"""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

import msgspec

from teahouse.errors import Kind, Refused

METADATA_BYTES_MAX = 16 * 1024
NAME_LETTERS_MAX = 100
URI_LETTERS_MAX = 2000
REDIRECTS_MAX = 20
WORDS_MAX = 50  # in a list of grant or response types

WEB, NATIVE = "web", "native"
CODE_GRANT = "authorization_code"
REFRESH_GRANT = "refresh_token"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
GRANT_TYPES = (CODE_GRANT, REFRESH_GRANT, DEVICE_GRANT)
RESPONSE_TYPES = ("code",)
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_LOOPBACK_URI = re.compile(
    r"(http://(?:localhost|127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?((?:[/?].*)?)"
)


class Metadata(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept of what an app says; also the answer to it."""

    client_name: str | None = None
    client_uri: str
    logo_uri: str | None = None
    tos_uri: str | None = None
    policy_uri: str | None = None
    redirect_uris: tuple[str, ...]
    application_type: str
    grant_types: tuple[str, ...]
    response_types: tuple[str, ...]
    token_endpoint_auth_method: str

    @property
    def host(self) -> str:
        """The host that stands for the app."""
        return urlsplit(self.client_uri).hostname or ""

    @property
    def name(self) -> str:
        """What the app is called: by itself, or by its host."""
        return self.client_name or self.host


class Client(msgspec.Struct, frozen=True):
    """An app that has registered."""

    client_id: str
    metadata: Metadata


class BadMetadata(Refused):
    """What the app says of itself cannot be taken."""

    code = "grants.bad_metadata"
    kind = Kind.INVALID


class BadRedirect(Refused):
    """The app may not be sent back to that address."""

    code = "grants.bad_redirect"
    kind = Kind.INVALID


class UnknownClient(Refused):
    """There is no such app here: it has to register first."""

    code = "grants.unknown_client"
    kind = Kind.FORBIDDEN


def read_metadata(said: Mapping[str, Any]) -> Metadata:
    """Return what is kept of what an app says. Raises ``BadMetadata``, ``BadRedirect``.

    Grant and response types that we do not know are passed by, as are translations.
    """
    kind = _text(said, "application_type") or WEB
    if kind not in (WEB, NATIVE):
        raise BadMetadata("application_type must be web or native.")
    if (_text(said, "token_endpoint_auth_method") or "none") != "none":
        raise BadMetadata("token_endpoint_auth_method must be none: apps keep no secret here.")
    uri = _text(said, "client_uri")
    if uri is None:
        raise BadMetadata("client_uri is missing.")
    host = _web(uri, "client_uri").hostname or ""
    grants = [one for one in _words(said, "grant_types", [CODE_GRANT]) if one in GRANT_TYPES]
    answers = [one for one in _words(said, "response_types", ["code"]) if one in RESPONSE_TYPES]
    if CODE_GRANT not in grants and DEVICE_GRANT not in grants:
        raise BadMetadata("grant_types must name authorization_code or the device code.")
    if CODE_GRANT in grants and not answers:
        raise BadMetadata("response_types must name code.")
    redirects = _words(said, "redirect_uris", [])
    if CODE_GRANT in grants and not redirects:
        raise BadRedirect("redirect_uris is missing.")
    if len(redirects) > REDIRECTS_MAX:
        raise BadRedirect(f"At most {REDIRECTS_MAX} redirect_uris are kept.")
    for one in redirects:
        check_redirect(one, kind, host)
    return Metadata(
        client_name=_name(said),
        client_uri=uri,
        logo_uri=_page(said, "logo_uri", host),
        tos_uri=_page(said, "tos_uri", host),
        policy_uri=_page(said, "policy_uri", host),
        redirect_uris=tuple(dict.fromkeys(redirects)),
        application_type=kind,
        grant_types=tuple(dict.fromkeys([*grants, REFRESH_GRANT])),
        response_types=tuple(dict.fromkeys(answers)),
        token_endpoint_auth_method="none",  # noqa: S106 - which is to say that there is none
    )


def check_redirect(uri: str, kind: str, host: str) -> None:
    """Refuse an address to which an app of ``host`` may not be sent back: ``BadRedirect``."""
    parts = _split(uri)
    if parts is None or "#" in uri:
        raise BadRedirect("A redirect URI must be a URI without a fragment.")
    if parts.scheme == "https":
        if not _is_web(parts) or not _within(parts.hostname or "", host):
            raise BadRedirect("A redirect URI must lie on the host of client_uri, or below it.")
    elif kind != NATIVE:
        raise BadRedirect("A redirect URI of a web app must be https.")
    elif parts.scheme == "http":
        if parts.netloc not in LOOPBACK:
            raise BadRedirect("An http redirect URI must be of the loopback host, without a port.")
    elif not _is_private(uri, parts.scheme, host):
        raise BadRedirect("A scheme of one's own must begin with the host of client_uri, reversed.")


def is_redirect(of: Metadata, uri: str) -> bool:
    """Tell whether an app registered an address; on the loopback host its port is free."""
    if uri in of.redirect_uris:
        return True
    found = _LOOPBACK_URI.fullmatch(uri) if of.application_type == NATIVE else None
    return found is not None and found[1] + found[2] in of.redirect_uris


def _is_private(uri: str, scheme: str, host: str) -> bool:
    reverse = ".".join(reversed(host.split(".")))
    named = "." in host and not _is_address(host)
    below = scheme == reverse or scheme.startswith(f"{reverse}.")
    return named and below and not uri[len(scheme) + 1 :].startswith("//")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _within(host: str, base: str) -> bool:
    return host == base or (not _is_address(base) and host.endswith(f".{base}"))


def _split(uri: str) -> SplitResult | None:
    if len(uri) > URI_LETTERS_MAX or not _URI.fullmatch(uri):
        return None
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_web(parts: SplitResult) -> bool:
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


def _web(uri: str, name: str) -> SplitResult:
    parts = _split(uri)
    if parts is None or not _is_web(parts):
        raise BadMetadata(f"{name} must be an https address without a user or password.")
    return parts


def _page(said: Mapping[str, Any], name: str, host: str) -> str | None:
    uri = _text(said, name)
    if uri is not None and not _within(_web(uri, name).hostname or "", host):
        raise BadMetadata(f"{name} must lie on the host of client_uri, or below it.")
    return uri


def _name(said: Mapping[str, Any]) -> str | None:
    """Return the app's name without what could turn it, or hide in it."""
    name = "".join(letter for letter in _text(said, "client_name") or "" if letter.isprintable())
    return name.strip()[:NAME_LETTERS_MAX].strip() or None


def _text(said: Mapping[str, Any], name: str) -> str | None:
    value = said.get(name)
    if value is not None and not isinstance(value, str):
        raise BadMetadata(f"{name} must be text.")
    return value


def _words(said: Mapping[str, Any], name: str, default: list[str]) -> list[str]:
    value = said.get(name)
    if value is None:
        return default
    refused = BadRedirect if name == "redirect_uris" else BadMetadata
    if not isinstance(value, list) or len(cast("list[Any]", value)) > WORDS_MAX:
        raise refused(f"{name} must be a list of at most {WORDS_MAX}.")
    words = cast("list[Any]", value)
    if not all(isinstance(one, str) for one in words):
        raise refused(f"{name} must be a list of texts.")
    return words
