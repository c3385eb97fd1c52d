"""Notices' routes, in two files: for everyone, and for operators."""

from teahouse.infra.http.router import Route
from teahouse.notices.routes import operators, public
from teahouse.notices.service import Notices


def routes(notices: Notices) -> list[Route]:
    """Return every route of notices."""
    return [*public.routes(notices.statements), *operators.routes(notices)]
