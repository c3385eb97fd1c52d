"""Routes of accounts: Matrix's, and our own."""

from teahouse.accounts.routes import matrix, own, server
from teahouse.accounts.service import Accounts
from teahouse.infra.http.limits import Limiter
from teahouse.infra.http.router import Route


def routes(accounts: Accounts, limiter: Limiter) -> list[Route]:
    """Return the routes of this domain."""
    return [
        *matrix.routes(accounts, limiter),
        *server.routes(accounts),
        *own.routes(accounts, limiter),
    ]
