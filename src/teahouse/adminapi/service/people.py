"""Accounts by the tools: listed, looked at, made through the gate, changed within our rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from teahouse.accounts.model import (
    Account,
    AccountGone,
    AccountState,
    Listed,
    NoSuchAccount,
    NotAdministrator,
    NotLocal,
    Session,
    Wanted,
    localpart_of,
    masked,
    next_state,
)
from teahouse.accounts.service import Accounts
from teahouse.accounts.service.listing import Listing
from teahouse.adminapi.model import Changes, OwnContacts, TwoOperators
from teahouse.audit.service import Audit
from teahouse.consent.model import Basis
from teahouse.desk.service import Desk
from teahouse.gate.model.doors import Door
from teahouse.gate.model.policies import Attempt
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.model import Withheld
from teahouse.membership.service.coming import Coming
from teahouse.profiles.events import ProfileChanged
from teahouse.profiles.model import Profile
from teahouse.profiles.service import Profiles
from teahouse.registrations.model import NewAccount
from teahouse.registrations.service import Registrations

REASON = "By an administrator, through Synapse's administration calls."


@dataclass(frozen=True)
class Shown:
    """An account as tools show it; contacts with just enough to know them again."""

    account: Account
    profile: Profile
    contacts: list[tuple[str, str, int]]
    sessions: list[Session]


@dataclass(frozen=True, repr=False)
class People:
    """What tools do with accounts. ``actor`` is as in ``audit``."""

    db: Database
    log: Log
    audit: Audit
    accounts: Accounts
    listing: Listing
    profiles: Profiles
    desk: Desk
    registrations: Registrations
    coming: Coming
    server_name: str

    # -- looking -------------------------------------------------------------------------------

    async def page(
        self, actor: str, wanted: Wanted, limit: int, offset: int
    ) -> tuple[list[Listed], dict[str, Profile]]:
        """Return a page of accounts, with what they show of themselves. Audited."""
        async with self.db.transaction() as tx:
            found = await self.listing.page(tx, wanted, limit, offset)
            detail: dict[str, object] = {"found": len(found)}
            await self.audit.append(tx, actor, "adminapi.accounts_listed", "", detail)
        return found, await self.profiles.many([one.user_id for one in found])

    async def target(self, user_id: str) -> Account:
        """Return whom it is about. Raises ``NotLocal``, ``NoSuchAccount``."""
        if not user_id.endswith(f":{self.server_name}"):
            raise NotLocal
        return await self.accounts.account(user_id)

    async def by_contact(self, actor: str, medium: str, address: str) -> Account:
        """Return whose a number or address is. Raises ``NoSuchAccount``. Audited."""
        term = f"+{address.lstrip('+')}" if medium == "msisdn" else address
        if self.accounts.finder.kind_of(term) != {"msisdn": "phone", "email": "email"}.get(medium):
            raise NoSuchAccount
        found = await self.desk.search(actor, term, 1)
        if not found:
            raise NoSuchAccount
        return found[0]

    async def show(self, actor: str, user_id: str) -> Shown:
        """Return an account as tools show it. Audited."""
        account = await self.desk.look(actor, (await self.target(user_id)).account_id)
        if account.state is AccountState.DEACTIVATED:
            return Shown(account, Profile(), [], [])
        contacts = await self._contacts(account)
        profile = (await self.profiles.many([user_id]))[user_id]
        return Shown(account, profile, contacts, await self.accounts.devices(account.account_id))

    async def _contacts(self, account: Account) -> list[tuple[str, str, int]]:
        """Return contacts, masked; of a minor none: who may look does so in the console."""
        try:
            found = await self.accounts.finder.identifiers(account.account_id)
        except Withheld:
            return []
        return [
            (kind, masked(kind, value), int(proved_at.timestamp() * 1000))
            for kind, value, proved_at in found
        ]

    # -- making and changing -------------------------------------------------------------------

    async def make(self, actor: str, user_id: str, body: dict[str, Any]) -> None:
        """Make an account, through the gate. Raises ``GateClosed``, ``OwnContacts``, as ``finish``."""
        attempt = Attempt(
            doors=(Door.ADMIN_IMPORT,),
            account_class="personal",
            region=self.registrations.config.profile,
        )
        await self.registrations.gate.check(attempt)
        if body.get("threepids"):
            raise OwnContacts
        new = NewAccount(
            username=localpart_of(user_id, self.server_name),
            password=body.get("password"),
            display_name=body.get("displayname"),
            sign_in=False,
            administrator=bool(body.get("admin")),
        )

        async def note(tx: Tx, account: Account) -> None:
            detail: dict[str, object] = {"role": "administrator" if new.administrator else ""}
            await self.audit.append(tx, actor, "adminapi.account_made", account.account_id, detail)

        await self.registrations.steps.at_once(attempt, new, Basis.ADMINISTRATOR, note)

    async def check_changes(
        self, caller: Caller, shown: Shown, body: dict[str, Any], changes: Changes
    ) -> None:
        """Refuse, before anything is changed, whatever of it would be refused."""
        if body.get("password"):
            raise TwoOperators
        asked = body.get("threepids")
        if asked is not None:
            addresses = sorted(str(one.get("address")) for one in asked if isinstance(one, dict))
            if addresses != sorted(address for _, address, _ in shown.contacts):
                raise OwnContacts
        if body.get("deactivated") is False and shown.account.state is AccountState.DEACTIVATED:
            raise AccountGone
        if changes.profile and shown.account.state is AccountState.DEACTIVATED:
            raise NoSuchAccount
        if changes.admin is not None or changes.against:
            user_id = shown.account.user_id
            await self.other(caller, user_id, acting=changes.against and changes.admin is None)
        if changes.against and changes.admin:
            raise NotAdministrator
        if changes.locked is not None:
            next_state(shown.account.state, "lock" if changes.locked else "unlock")

    async def set_profile(self, actor: str, account: Account, wanted: Mapping[str, str]) -> None:
        """Give somebody another name or picture, or both; an empty one removes it."""
        account_id, user_id = account.account_id, account.user_id
        async with self.db.transaction() as tx:
            told: list[ProfileChanged] = []
            for name, value in wanted.items():
                set_to = value or None
                told.append(await self.profiles.set_field(tx, account_id, user_id, name, set_to))
                detail: dict[str, object] = {"what": name}
                await self.audit.append(tx, actor, "adminapi.profile_set", account_id, detail)
            await self.log.put(tx, *told)
        await self.coming.show_profile(user_id)

    async def set_administrator(self, caller: Caller, user_id: str, value: bool) -> None:
        """Make an account an administrator, or no longer. Nobody does it to themselves."""
        account = await self.other(caller, user_id)
        actor = f"account:{caller.account_id}"
        async with self.db.transaction() as tx:
            told = await self.listing.set_administrator(tx, account, value)
            if told is None:
                return
            act = "adminapi.administrator_made" if value else "adminapi.administrator_ended"
            await self.audit.append(tx, actor, act, account.account_id)
            await self.log.put(tx, told)

    async def lock(self, caller: Caller, user_id: str, locked: bool) -> None:
        """Lock an account, or open it again."""
        account = await self.other(caller, user_id, acting=True)
        if locked is not (account.state is AccountState.LOCKED):
            act = self.desk.lock if locked else self.desk.unlock
            await act(f"account:{caller.account_id}", account.account_id, REASON)

    async def suspend(self, caller: Caller, user_id: str, suspended: bool) -> None:
        """Suspend an account, or let it go."""
        account = await self.other(caller, user_id, acting=True)
        if suspended is not (account.state is AccountState.SUSPENDED):
            act = self.desk.suspend if suspended else self.desk.unsuspend
            await act(f"account:{caller.account_id}", account.account_id, REASON)

    async def end(self, caller: Caller, user_id: str, erase: bool) -> None:
        """End an account for good; its name is never given out again."""
        account = await self.other(caller, user_id, acting=True)
        actor = f"account:{caller.account_id}"

        async def note(tx: Tx, account_id: str) -> None:
            await self.audit.append(tx, actor, "adminapi.account_ended", account_id)

        await self.accounts.deactivate(account.account_id, erase, also=(note,))

    async def sign_out(self, actor: str, user_id: str, device_ids: Sequence[str]) -> None:
        """Sign out devices of somebody. Raises ``NoSuchDevice``."""
        account = await self.target(user_id)
        for device_id in device_ids:
            await self.desk.sign_out(actor, account.account_id, device_id)

    async def other(self, caller: Caller, user_id: str, acting: bool = False) -> Account:
        """Return somebody else; ``acting`` against them, no administrator either."""
        account = await self.target(user_id)
        if account.state is AccountState.DEACTIVATED:
            raise NoSuchAccount
        if account.account_id == caller.account_id or (acting and account.administrator):
            raise NotAdministrator
        return account
