"""A worker may hold as many connections as the machine's owner allows, not as many as was usual once."""

import subprocess
import sys

LOOK = """
import resource
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
from teahouse.cli.worker import open_as_many_as_may_be
open_as_many_as_may_be()
open_as_many_as_may_be()
assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
print(hard)
"""


def test_the_soft_limit_is_raised_to_the_hard_one() -> None:
    told = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    assert int(told.stdout) > 256
