"""Sending letters to devices, and keeping them until they have arrived."""

from collections import OrderedDict
from dataclasses import dataclass, field

from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.encryption.events import LettersSent
from teahouse.encryption.model import letters as model
from teahouse.encryption.model.keys import check_device_said
from teahouse.encryption.model.letters import Fetched, Letter, Messages
from teahouse.encryption.store import letters as store
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller

EMPTY_IN_MEMORY_MAX = 100_000
NOTHING = Fetched([], 0)


@dataclass(repr=False)
class Letters:
    """Letters. Who is known to have none is not looked up again; ``turn`` counts what was sent."""

    db: Database
    log: Log
    accounts: Accounts
    clock: Clock
    turn: int = 0
    _empty: OrderedDict[str, None] = field(default_factory=OrderedDict[str, None])

    def listen(self, log: Log) -> None:
        """Begin to hear."""
        log.hear(LettersSent, self._sent)

    async def send(self, caller: Caller, event_type: str, txn_id: str, messages: Messages) -> None:
        """Send a letter to each device that is named; ``*`` is every device of a person.

        The same transaction id of the same device sends nothing more. Raises ``Invalid``,
        ``TooLarge``.
        """
        model.check_names(event_type, txn_id)
        check_device_said(caller.session_id)
        now = self.clock.now()
        async with self.db.transaction() as tx:
            await self.accounts.sessions.hold(tx, caller.session_id)
            if not await store.note(tx, caller.session_id, f"{event_type}|{txn_id}", now):
                return
            devices = await self.accounts.sessions.of_users(tx, sorted(messages), hold=True)
            letters = model.addressed(caller.user_id, event_type, messages, devices)
            if letters:
                await self._post(tx, letters)

    async def _post(self, tx: Tx, letters: list[Letter]) -> None:
        by_user: dict[str, list[Letter]] = {}
        for letter in letters:
            by_user.setdefault(letter.user_id, []).append(letter)
        told = [
            LettersSent(user_id, [one.session_id for one in mine])
            for user_id, mine in by_user.items()
        ]
        places = self.log.places(await self.log.put(tx, *told), len(told))
        rows = [
            (letter.session_id, pos, letter.body)
            for pos, mine in zip(places, by_user.values(), strict=True)
            for letter in mine
        ]
        await store.post(tx, rows, self.clock.now())

    async def fetch(
        self, session_id: str, after: int, until: int, most: int = model.LETTERS_AT_ONCE_MAX
    ) -> Fetched:
        """Return a device's letters between two positions, as many as go at once.

        Those up to ``after`` have arrived, and are deleted.
        """
        if session_id in self._empty:
            return NOTHING
        turn = self.turn
        async with self.db.read() as tx:
            rows = await store.fetch(tx, session_id, after, most + 1)
        if not rows and turn == self.turn:
            self._empty[session_id] = None
            if len(self._empty) > EMPTY_IN_MEMORY_MAX:
                self._empty.popitem(last=False)
        return model.split(rows, until, most)

    def has_none(self, session_id: str) -> bool:
        """Tell whether memory knows that there is no letter for a device."""
        return session_id in self._empty

    async def purge(self, tx: Tx) -> None:
        """Delete letters that nobody came for, and transaction ids of yesterday."""
        now = self.clock.now()
        await store.purge(tx, now - model.LETTER_LIFE, now - model.TRANSACTION_LIFE)

    def _sent(self, _pos: int, told: LettersSent) -> None:
        self.turn += 1
        for session_id in told.session_ids:
            self._empty.pop(session_id, None)
