"""Registrations' routes, in three files: our own, Matrix's, and the pages of Matrix's stages."""

from teahouse.infra.http.router import Route
from teahouse.registrations.routes import matrix, own, pages
from teahouse.registrations.service import Registrations


def routes(registrations: Registrations) -> list[Route]:
    """Return every route to a new account."""
    return [
        *own.routes(registrations),
        *matrix.routes(registrations),
        *pages.routes(registrations),
    ]
