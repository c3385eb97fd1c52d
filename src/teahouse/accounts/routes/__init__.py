"""Routes of accounts: Matrix's, our own, the operators', and those of test mode."""

from teahouse.accounts.routes import matrix, operators, own, server, test_mode
from teahouse.accounts.service import Accounts
from teahouse.infra.http.limits import Limiter
from teahouse.infra.http.router import Route


def routes(accounts: Accounts, limiter: Limiter) -> list[Route]:
    """Return the routes of this domain; those of test mode only in test mode."""
    found = [
        *matrix.routes(accounts, limiter),
        *server.routes(accounts),
        *own.routes(accounts, limiter),
        *operators.routes(accounts),
    ]
    if accounts.config.test_mode:
        found.extend(test_mode.routes(accounts))
    return found
