"""Collection as one thing."""

from dataclasses import dataclass

from teahouse.collection.service.collecting import Collecting
from teahouse.collection.service.filling import Filling
from teahouse.collection.service.using import Using


@dataclass(frozen=True, repr=False)
class Collection:
    """What names files, and what becomes of those that nothing names."""

    using: Using
    filling: Filling
    collecting: Collecting
