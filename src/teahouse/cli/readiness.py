"""Asking a server whether it is ready, as anybody would."""

import asyncio

ANSWER_SECONDS_MAX = 2.0
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - listening on all is listening here


async def answers(host: str, port: int, path: str = "/readyz") -> bool:
    """Tell whether ``GET path`` is 200 at the address; one that means all is asked on loopback."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            reader, writer = await asyncio.open_connection(_ANY.get(host, host), port)
            request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            writer.write(request.encode())
            status = await reader.readline()
            writer.close()
    except (OSError, TimeoutError):
        return False
    return b" 200 " in status
