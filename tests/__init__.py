"""Tests; ``CONTRIBUTING.md`` says how they are run."""

import sys
from importlib.util import find_spec
from types import ModuleType

# With encryption matrix-nio wants ``atomicwrites``, to export keys to files. It comes as source only,
# which our build machines do not install, and no test exports keys to a file.
if find_spec("atomicwrites") is None:
    _writes = ModuleType("atomicwrites")
    _writes.__dict__["atomic_write"] = open
    sys.modules["atomicwrites"] = _writes
