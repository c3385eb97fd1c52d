"""Routes by which people come in: Matrix's, and our own."""

from teahouse.entry.routes import matrix, own, server
from teahouse.entry.service import Entry
from teahouse.infra.http.limits import Limiter
from teahouse.infra.http.router import Route


def routes(entry: Entry, limiter: Limiter) -> list[Route]:
    """Return the routes of this domain."""
    return [
        *matrix.routes(entry, limiter),
        *server.routes(entry.accounts.config),
        *own.routes(entry, limiter),
    ]
