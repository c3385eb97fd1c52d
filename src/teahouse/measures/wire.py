"""Narrower measures as operators see them."""

import msgspec

from teahouse.measures.model import Suggestion


class SuggestionsWire(msgspec.Struct, frozen=True):
    """Narrower measures, the least restrictive first."""

    suggestions: list[Suggestion]
