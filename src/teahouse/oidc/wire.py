"""Signing in by a provider, as the outside sees it, and the one page of our own."""

from datetime import datetime
from html import escape
from urllib.parse import urlsplit

import msgspec

from teahouse.notices.model.markup import page
from teahouse.oidc.model import Link

WORDS = {
    "zh": {
        "title": "继续登录",
        "ask": "您正在登录客户端：",
        "go": "继续",
        "else": "如果这不是您打开的客户端，请关闭此页。",
        "over": "登录未完成",
    },
    "en": {
        "title": "Go on signing in",
        "ask": "You are signing in to this client:",
        "go": "Go on",
        "else": "If you did not open it, close this page.",
        "over": "Not signed in",
    },
}


class ProviderOut(msgspec.Struct, frozen=True):
    """An identity provider by which one may sign in."""

    id: str
    name: str


class ProvidersOut(msgspec.Struct, frozen=True):
    """Those there are."""

    providers: list[ProviderOut]


class ArrivalIn(msgspec.Struct, frozen=True):
    """What the browser brought back."""

    arrival: str


class ArrivalOut(msgspec.Struct, frozen=True):
    """Who came back: nothing of this is stored here."""

    provider: str
    provider_name: str
    localpart: str
    display_name: str
    policy_version: str
    expires_at: datetime


class OidcRegisterIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to the policy and a name: the account is made of these."""

    arrival: str
    policy_version: str
    username: str
    display_name: str | None = None
    device_name: str | None = None
    lang: str = "en"


class OidcRegisteredOut(msgspec.Struct, frozen=True):
    """A new account, signed in; ``return_to`` is where another client waits, with its token."""

    user_id: str
    access_token: str
    device_id: str
    return_to: str | None


class LinksOut(msgspec.Struct, frozen=True):
    """By which providers one signs in."""

    links: list[Link]


class LinkProviderIn(msgspec.Struct, frozen=True):
    """What the browser brought back, and proof of whose account it is linked to."""

    arrival: str
    password: str | None = None
    kind: str | None = None
    code: str | None = None
    lang: str = "en"


class UnlinkProviderIn(msgspec.Struct, frozen=True):
    """Which provider goes, and proof."""

    provider: str
    password: str | None = None
    kind: str | None = None
    code: str | None = None


def confirm_page(to: str, lang: str) -> str:
    """Return the page that asks before a login token leaves this house."""
    words = WORDS[lang]
    parts = urlsplit(to)
    where = parts.netloc or f"{parts.scheme}:"
    body = (
        f"<p>{words['ask']} <strong>{escape(where)}</strong></p>"
        f'<p><a href="{escape(to)}" rel="noreferrer">{words["go"]}</a></p><p>{words["else"]}</p>'
    )
    return page(words["title"], lang, body)


def over_page(said: str, lang: str) -> str:
    """Return the page of a sign-in that came to nothing."""
    return page(WORDS[lang]["over"], lang, f"<p>{escape(said)}</p>")
