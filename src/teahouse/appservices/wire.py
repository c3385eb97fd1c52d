"""Application services' calls as the outside sees them."""

from typing import Literal

import msgspec


class PingBody(msgspec.Struct, frozen=True):
    """``POST /appservice/{id}/ping``."""

    transaction_id: str | None = None


class ListedBody(msgspec.Struct, frozen=True):
    """``PUT /directory/list/appservice/{network}/{room}``."""

    visibility: Literal["public", "private"]
