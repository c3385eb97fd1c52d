"""Why something is refused that other houses do."""

from teahouse.errors import Kind, Refused


class ContactDenied(Refused):
    """Numbers and addresses are not taken this way here: use the house's own pages."""

    code = "elsewhere.contact_denied"
    kind = Kind.FORBIDDEN
