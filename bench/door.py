"""A door into a namespace: ``python -m bench.door ADDRESS PORT INSIDE`` leads to loopback there.

Test mode, which lets a bench make accounts, is for loopback only; this is how others come to it.
"""

import asyncio
import sys
from contextlib import suppress

PIECE_BYTES = 65_536


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
    writer.close()


async def _lead(inside: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        there, to_there = await asyncio.open_connection("127.0.0.1", inside)
    except OSError:
        writer.transport.abort()
        return
    await asyncio.gather(_pass_on(reader, to_there), _pass_on(there, writer))


async def main() -> None:
    """Open it."""
    address, port, inside = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    server = await asyncio.start_server(
        lambda reader, writer: _lead(inside, reader, writer), address, port
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
