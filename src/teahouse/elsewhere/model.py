"""Why something is refused that other houses do."""

import msgspec

from teahouse.errors import Kind, Missing, Refused

NO_LETTERS = "Invitations by e-mail or phone are not offered here."


class ContactDenied(Refused):
    """Numbers and addresses are not taken this way here: use the house's own pages."""

    code = "elsewhere.contact_denied"
    kind = Kind.FORBIDDEN


class Invited(msgspec.Struct, frozen=True):
    """Somebody to invite, and perhaps why; ``address`` is of who has no user id."""

    user_id: str | None = None
    address: str | None = None
    reason: str | None = None

    @property
    def whom(self) -> str:
        """Return the user id. Raises ``ContactDenied`` for an address, ``Missing``."""
        if self.user_id is not None:
            return self.user_id
        if self.address is not None:
            raise ContactDenied(NO_LETTERS)
        raise Missing("user_id is missing.")
