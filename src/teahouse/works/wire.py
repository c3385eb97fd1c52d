"""Works as operators see them."""

import msgspec

from teahouse.works.model import Work


class WorksWire(msgspec.Struct, frozen=True):
    """Works, the newest first."""

    works: list[Work]
