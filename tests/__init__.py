"""Tests; ``CONTRIBUTING.md`` says how they are run."""

import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import IO

# matrix-nio keeps what it trusts by ``atomicwrites``, which comes as source only, and our build
# machines install no such thing. Here a file is written as any other.
if find_spec("atomicwrites") is None:

    def _atomic_write(path: str, *, overwrite: bool = False) -> IO[str]:
        return Path(path).open("w" if overwrite else "x", encoding="utf-8")

    _writes = ModuleType("atomicwrites")
    _writes.__dict__["atomic_write"] = _atomic_write
    sys.modules["atomicwrites"] = _writes
