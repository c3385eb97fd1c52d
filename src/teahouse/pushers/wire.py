"""Pushers as the outside sees them."""

from typing import Any

import msgspec

from teahouse.pushers.model import App, Browser
from teahouse.pushers.service.pushers import WebState


class SetPusher(msgspec.Struct, frozen=True):
    """What a client wants to be told by; ``kind`` null ends it."""

    app_id: str
    pushkey: str
    kind: str | None
    app_display_name: str | None = None
    device_display_name: str | None = None
    lang: str | None = None
    data: dict[str, Any] | None = None
    profile_tag: str | None = None
    append: bool = False


class WebPushIn(msgspec.Struct):
    """The subscription that the browser has made for ``sender_key``, and what may be shown."""

    endpoint: str
    p256dh: str
    auth: str
    sender_key: str
    lang: str = "zh"
    shows_text: bool = False


class WebPushOut(msgspec.Struct):
    """Whether this device's browser is told of what is new.

    ``sender_key`` is what to subscribe for; another than before means subscribing again.
    """

    sender_key: str
    on: bool
    shows_text: bool
    endpoint: str | None


def app_wire(app: App) -> dict[str, Any]:
    """Return a pusher as ``GET /pushers`` gives it."""
    found: dict[str, Any] = {
        "kind": "http",
        "app_id": app.app_id,
        "pushkey": app.pushkey,
        "app_display_name": app.app_display_name,
        "device_display_name": app.device_display_name,
        "lang": app.lang,
        "data": app.data,
    }
    return found if app.profile_tag is None else {**found, "profile_tag": app.profile_tag}


def browser_of(body: WebPushIn) -> Browser:
    """Return a subscription."""
    return Browser(
        endpoint=body.endpoint,
        p256dh=body.p256dh,
        auth=body.auth,
        sender_key=body.sender_key,
        lang=body.lang,
        shows_text=body.shows_text,
    )


def web_wire(state: WebState) -> WebPushOut:
    """Return whether a browser is told."""
    browser = state.browser
    shows = browser is not None and browser.shows_text
    endpoint = browser.endpoint if browser is not None else None
    return WebPushOut(state.sender_key, browser is not None, shows, endpoint)
