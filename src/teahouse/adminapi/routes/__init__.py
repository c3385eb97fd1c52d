"""Routes that Synapse's tools call: each asks for an administrator, and for the role it needs."""

from teahouse.adminapi.routes import absent, annals, files, halls, people, reports, tokens
from teahouse.adminapi.service import AdminApi
from teahouse.infra.http.router import Route


def routes(api: AdminApi) -> list[Route]:
    """Return the routes of this domain."""
    return [
        *people.routes(api),
        *halls.routes(api),
        *files.routes(api),
        *tokens.routes(api),
        *reports.routes(api),
        *annals.routes(api),
        *absent.routes(api),
    ]
