"""The routes: refusals, and the page for clients that know no way to sign in."""

from teahouse.elsewhere.routes import login, refusing
from teahouse.infra.http.router import Route


def routes() -> list[Route]:
    """Return these routes."""
    return [*refusing.routes(), *login.routes()]
