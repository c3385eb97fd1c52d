"""What apps and their owners send and are told (RFC 8414, RFC 7591, RFC 6749), and one page."""

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qs, quote

import msgspec

from teahouse.errors import Invalid
from teahouse.grants.model import API_SCOPES, App
from teahouse.grants.model.clients import (
    CODE_GRANT,
    DEVICE_GRANT,
    REFRESH_GRANT,
    Client,
)
from teahouse.notices.model.markup import page

FORM_FIELDS_MAX = 20
WORDS = {
    "zh": ("无法授权", "请关闭此页，回到应用重新开始。"),
    "en": ("This app cannot be let in", "Close this page, and begin again in the app."),
}
ACTIONS = (
    "org.matrix.profile",
    "org.matrix.devices_list",
    "org.matrix.device_view",
    "org.matrix.device_delete",
    "org.matrix.account_deactivate",
    "org.matrix.cross_signing_reset",
)
# Where each leads in our client; the other names are those of the proposal (MSC4191).
PLACES = {
    "org.matrix.profile": "profile",
    "org.matrix.devices_list": "devices",
    "org.matrix.device_view": "devices",
    "org.matrix.device_delete": "devices",
    "org.matrix.sessions_list": "devices",
    "org.matrix.session_view": "devices",
    "org.matrix.session_end": "devices",
    "org.matrix.account_deactivate": "delete",
    "org.matrix.cross_signing_reset": "reset",
}


class GrantWordIn(msgspec.Struct, frozen=True):
    """What the browser brought from an app, or the code that a device shows."""

    word: str


class GrantAnsweredOut(msgspec.Struct, frozen=True):
    """Where the browser goes now; nowhere, when the app waits on another device."""

    go_to: str | None


class AppsOut(msgspec.Struct, frozen=True):
    """The apps that are signed in as the caller."""

    apps: list[App]


class ResetIn(msgspec.Struct, frozen=True):
    """What somebody shows before their keys may be replaced."""

    password: str | None = None
    kind: str | None = None
    code: str | None = None


def metadata(base: str, signs_up: bool) -> dict[str, Any]:
    """Return what apps are told of the house (Matrix, "Server metadata discovery")."""
    place = f"{base}/oauth2"
    return {
        "issuer": f"{base}/",
        "authorization_endpoint": f"{place}/authorize",
        "token_endpoint": f"{place}/token",
        "revocation_endpoint": f"{place}/revoke",
        "registration_endpoint": f"{place}/clients",
        "device_authorization_endpoint": f"{place}/device",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment"],
        "grant_types_supported": [CODE_GRANT, REFRESH_GRANT, DEVICE_GRANT],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "scopes_supported": list(API_SCOPES),
        "authorization_response_iss_parameter_supported": True,
        "account_management_uri": f"{place}/account",
        "account_management_actions_supported": list(ACTIONS),
        **({"prompt_values_supported": ["create"]} if signs_up else {}),
    }


def client_out(client: Client) -> dict[str, Any]:
    """Return the answer to an app that registered (RFC 7591, 3.2.1)."""
    return {"client_id": client.client_id, **msgspec.to_builtins(client.metadata)}


def form(raw: bytes) -> dict[str, str]:
    """Return a form's fields. Raises ``Invalid``: no field may stand twice (RFC 6749, 3.2)."""
    try:
        found = parse_qs(
            raw.decode("ascii"), errors="strict", max_num_fields=FORM_FIELDS_MAX
        )  # an empty value counts as none
    except ValueError as wrong:
        raise Invalid("The form cannot be read.") from wrong
    return once(found)


def once(found: Mapping[str, list[str]]) -> dict[str, str]:
    """Return fields that stand once each. Raises ``Invalid``."""
    if any(len(values) > 1 for values in found.values()):
        raise Invalid("A parameter stands there more than once.")
    if any("\0" in values[0] for values in found.values()):
        raise Invalid("A parameter holds the character NUL.")
    return {name: values[0] for name, values in found.items() if values[0]}


def place_of(action: str | None, device_id: str | None) -> str:
    """Return where in our client somebody looks after an account."""
    place = PLACES.get(action or "")
    if place is None:
        return "#/account"
    named = f"/{quote(device_id, safe='')}" if place == "devices" and device_id else ""
    return f"#/account/{place}{named}"


def refused_page(said: str, lang: str) -> str:
    """Return the page of a request that goes nowhere."""
    title, words = WORDS[lang]
    return page(title, lang, f"<p>{escape(said)}</p><p>{words}</p>")
