"""Where a request comes from, when a proxy stands before us.

Only the proxies that the configuration names are believed; whoever else sends X-Forwarded-For is
known by the address of their own connection, so that no header buys a fresh rate limit.
"""

from typing import Any

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


def behind(app: Any, trusted_proxies: str) -> Any:
    """Return an ASGI application that sees the address which the nearest trusted proxy saw.

    ``trusted_proxies`` is the setting of that name: addresses and networks, by commas.
    """
    if not trusted_proxies:
        return app
    return ProxyHeadersMiddleware(app, trusted_proxies)
