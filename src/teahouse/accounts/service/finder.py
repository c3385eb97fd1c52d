"""Finding whose account it is, and whether they know its password, telling nothing either way."""

from dataclasses import dataclass
from datetime import datetime

from teahouse.accounts import model, store
from teahouse.accounts.model import Account, Contact
from teahouse.accounts.store import passwords as rows
from teahouse.accounts.store.personal import IDENTIFIER_FIELDS
from teahouse.codes.model import check_kind
from teahouse.errors import Refused
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.model import StaleRing
from teahouse.infra.vault.vault import Fresh, Vault
from teahouse.passwords.model import PASSWORD_BYTES_MAX
from teahouse.passwords.service import Passwords

Who = tuple[str, str]  # ("user" | "phone" | "email", what was written)


@dataclass(frozen=True, slots=True, repr=False)
class Finder:
    """Finds accounts by what somebody wrote."""

    db: Database
    vault: Vault
    passwords: Passwords
    server_name: str

    def kind_of(self, term: str) -> str:
        """Tell a phone number and an address from a user name."""
        if term.startswith("+"):
            return "phone"
        return "email" if "@" in term[1:] else "user"

    def same_for_all(self, who: Who) -> str:
        """Return the same words however somebody writes a name, number or address; for limits."""
        kind, written = who
        if kind == "user":
            return model.localpart_of(written.strip(), self.server_name) or written
        try:
            return self.vault.indexer.index(IDENTIFIER_FIELDS[kind], written).digest.hex()
        except Refused:
            return written  # nobody's

    async def by_identifier(self, tx: Tx, kind: str, value: str) -> Account | None:
        """Return who has proved just this number or address. Raises ``BadPhone``, ``BadEmail``."""
        check_kind(kind)
        personal = IDENTIFIER_FIELDS[kind]
        may_be_another = self.vault.indexer.folds(personal)  # before it is looked for
        found = await self._alike(tx, kind, value)
        if found is None or not may_be_another:
            return found
        assert personal.normaliser is not None, "contacts are normalised"
        theirs = await self.contacts_in_use(tx, found.account_id, kind)
        return found if personal.normaliser.apply(value) in theirs else None

    async def owner(self, tx: Tx, kind: str, value: str) -> str | None:
        """Return the account of a contact that is the same, or looks the same, whatever is proved.

        Nothing is opened, so that it takes as long as for nobody; codes look whether it is the same
        before one is sent.
        """
        found = await self._alike(tx, kind, value)
        return found.account_id if found else None

    async def _alike(self, tx: Tx, kind: str, value: str) -> Account | None:
        check_kind(kind)
        wanted = self.vault.indexer.candidates(IDENTIFIER_FIELDS[kind], value)
        return await store.account_by_index(tx, kind, wanted)

    async def contacts_in_use(self, tx: Tx, account_id: str, kind: str) -> list[str]:
        """Return an account's contacts of a kind; for codes, and shown to nobody."""
        found = await self.reached_within(tx, account_id)
        return [one.value for one in found if one.kind == kind and one.rank > 0]

    async def find(self, who: Who) -> Account | None:
        """Return whose name, number or address it is, for who knows the password besides.

        What makes no sense is nobody's.
        """
        kind, written = who
        async with self.db.read() as tx:
            if kind != "user":
                try:
                    return await self._alike(tx, kind, written)
                except Refused:
                    return None  # not a number at all is told like a number nobody has
            localpart = model.localpart_of(written, self.server_name)
            if not localpart:
                return None
            user_id = model.user_id_of(localpart, self.server_name)
            return await store.account_by_user(tx, user_id)

    async def search(self, term: str, limit: int, gone_too: bool = False) -> list[Account]:
        """Return accounts whose name begins with ``term``, with ``gone_too`` the deactivated."""
        found = model.localpart_of(term.strip(), self.server_name)
        if not found:
            return []
        pattern = found.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        async with self.db.read() as tx:
            return await store.search(tx, pattern, min(limit, model.SEARCH_RESULTS_MAX), gone_too)

    async def contacts(self, account_id: str) -> list[Contact]:
        """Return every contact, opened: the phone first, those that were replaced before."""
        async with self.db.read() as tx:
            return await self.contacts_within(tx, account_id)

    async def contacts_within(self, tx: Tx, account_id: str) -> list[Contact]:
        """Like :meth:`contacts`, in somebody's transaction."""
        rows = await store.identifiers(tx, account_id)
        return [await self._opened(tx, account_id, row) for row in rows]

    async def reached_within(self, tx: Tx, account_id: str) -> list[Contact]:
        """Return every contact, to write to it or to compare it: whoever calls shows it to nobody."""
        word = self.vault.own_word(account_id, "to reach its owner")
        rows = await store.identifiers(tx, account_id)
        return [await self._opened(tx, account_id, row, word) for row in rows]

    async def identifiers(self, account_id: str) -> list[tuple[str, str, datetime]]:
        """Return (kind, value, when proved) of the contacts in use, opened, the main ones first."""
        found = await self.contacts(account_id)
        return [(one.kind, one.value, one.proved_at) for one in found if one.rank > 0]

    async def _opened(
        self, tx: Tx, account_id: str, row: store.IdentifierRow, word: Fresh | None = None
    ) -> Contact:
        personal = IDENTIFIER_FIELDS[row.kind]
        value = await self.vault.open(tx, personal, account_id, account_id, row.sealed, word)
        return Contact(row.kind, value, row.rank, row.proved_at, row.leaves_at)

    async def check_password(
        self, account: Account | None, password: str, written: str = ""
    ) -> bool:
        """Tell whether it is the account's password, with the same work when there is none.

        Where there is no digest, somebody else's is tried, always the same one's for what was
        ``written``: so that nobody's names take as long as people's do, whichever systems those
        came from. A digest that is not of today's form is replaced as soon as its password is known.
        """
        whose, lot = "" if account is None else account.account_id, self.passwords.lot(written)
        async with self.db.read() as tx:  # for nobody, too: a look at the database can be timed
            phc, other = await rows.password_and_other(tx, whose, lot)
        if len(password.encode()) > PASSWORD_BYTES_MAX:
            password, phc = "", None
        right = await self._check(phc, password, other)
        if right and account is not None and phc is not None and self.passwords.outdated(phc):
            stronger = await self.passwords.hash(password)
            async with self.db.read() as tx:
                await rows.upgrade(tx, account.account_id, phc, stronger)
        return right

    async def _check(self, phc: str | None, password: str, other: str | None) -> bool:
        try:
            return await self.passwords.check(phc, password, other)
        except StaleRing:  # under a pepper that this worker has not read
            async with self.db.read() as tx:
                await self.vault.ring.catch_up(tx)
        return await self.passwords.check(phc, password, other)
