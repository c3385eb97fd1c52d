"""Prints the link by which the first operator signs up, or nothing when there is one.

The supervisor runs it as ``python -m teahouse.cli.setup`` once the house is open, and writes the
configuration to its standard input.
"""

import asyncio
import sys

import msgspec

from teahouse.config import Config
from teahouse.errors import Refused


async def print_link(config: Config) -> None:
    """Print the link while there is no operator."""
    from teahouse.app import setup_token  # noqa: PLC0415 - the whole server

    token = await setup_token(config, config.database_url)
    if token:
        sys.stdout.write(f"{config.base_url}/admin/setup#{token}\n")


if __name__ == "__main__":
    try:
        asyncio.run(print_link(msgspec.json.decode(sys.stdin.buffer.read(), type=Config)))
    except Refused as refused:
        sys.exit(f"teahouse: {refused.words}")
