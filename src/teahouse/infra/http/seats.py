"""Who was recognised by which token, remembered by one worker.

Found by the SHA-256 of the token, in memory only: what is stored of a token is found by a key, and
this spares it for every request but the first of an hour.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from teahouse.infra.http.caller import Caller

SEATS_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Seat:
    """A token that this worker has seen, and until when it need not ask again."""

    caller: Caller
    locked: bool
    expires_at: datetime | None
    ask_again_at: datetime


@dataclass
class Seats:
    """The tokens that this worker has seen, dropped person by person."""

    changes: int = 0
    _by_digest: OrderedDict[bytes, Seat] = field(default_factory=OrderedDict[bytes, Seat])
    _by_user: dict[str, set[bytes]] = field(default_factory=dict[str, set[bytes]])

    def get(self, digest: bytes) -> Seat | None:
        """Return what is known of a token."""
        return self._by_digest.get(digest)

    def keep(self, digest: bytes, seat: Seat, changes: int) -> None:
        """Remember a token, unless something changed since ``changes`` was read."""
        if changes != self.changes:
            return  # what was read may be older than what was told meanwhile
        self._by_digest[digest] = seat
        self._by_user.setdefault(seat.caller.user_id, set()).add(digest)
        while len(self._by_digest) > SEATS_MAX:
            old, gone = self._by_digest.popitem(last=False)
            self._forget(gone.caller.user_id, old)

    def drop(self, user_id: str) -> None:
        """Forget every token of a person."""
        self.changes += 1
        for digest in self._by_user.pop(user_id, ()):
            self._by_digest.pop(digest, None)

    def _forget(self, user_id: str, digest: bytes) -> None:
        digests = self._by_user.get(user_id)
        if digests is not None:
            digests.discard(digest)
            if not digests:
                del self._by_user[user_id]
