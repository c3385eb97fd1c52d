"""Commands that only need the database."""

import sys

from teahouse.config import Config
from teahouse.infra.db.migrator import migrate as apply_migrations
from teahouse.infra.engines.connection import connection


def say(line: str) -> None:
    """Tell the operator something on stderr."""
    sys.stderr.write(f"teahouse: {line}\n")
    sys.stderr.flush()


async def migrate(config: Config) -> int:
    """Apply what is missing and print its names."""
    async with connection(config, say) as dsn:
        applied = await apply_migrations(dsn)
    for name in applied:
        sys.stdout.write(f"applied {name}\n")
    if not applied:
        sys.stdout.write("the database is up to date\n")
    return 0
