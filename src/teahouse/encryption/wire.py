"""Requests and answers of encryption, as Matrix has them."""

from typing import Any

import msgspec

from teahouse.encryption.model.keys import Object, Stock
from teahouse.encryption.service.keys import Shown


class UploadIn(msgspec.Struct, frozen=True):
    """The body of ``POST /keys/upload``."""

    device_keys: Object | None = None
    one_time_keys: Object | None = None
    fallback_keys: Object | None = None


class QueryIn(msgspec.Struct, frozen=True):
    """The body of ``POST /keys/query``."""

    device_keys: dict[str, list[str]]
    timeout: int | None = None


class ClaimIn(msgspec.Struct, frozen=True):
    """The body of ``POST /keys/claim``."""

    one_time_keys: dict[str, dict[str, str]]
    timeout: int | None = None


class PublishIn(msgspec.Struct, frozen=True):
    """The body of ``POST /keys/device_signing/upload``."""

    master_key: Object | None = None
    self_signing_key: Object | None = None
    user_signing_key: Object | None = None
    auth: Object | None = None


class SendIn(msgspec.Struct, frozen=True):
    """The body of ``PUT /sendToDevice``."""

    messages: dict[str, dict[str, Object]]


def stock_out(stock: Stock) -> dict[str, Any]:
    """Return how many one-time keys there are."""
    return {"one_time_key_counts": stock.told}


def shown_out(shown: Shown) -> dict[str, Any]:
    """Return other people's keys."""
    return {
        "device_keys": shown.devices,
        "failures": shown.failures,
        **{f"{usage}_keys": keys for usage, keys in shown.cross.items()},
    }
