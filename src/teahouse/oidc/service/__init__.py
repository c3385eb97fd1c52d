"""Signing in by a provider: out and back, the first time by the gate, and linking."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from teahouse.accounts.model import Account, BadLocalpart, Device, OpenedSession
from teahouse.accounts.service import Accounts
from teahouse.config import Config
from teahouse.consent.model import Basis
from teahouse.consent.service import Consent
from teahouse.entry.service import Entry
from teahouse.gate.model.doors import Door
from teahouse.gate.model.policies import Attempt
from teahouse.ids import token_digest, urlsafe
from teahouse.infra.db.pool import Tx, UniqueViolation
from teahouse.infra.egress.client import Egress, place_of
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.index import BlindIndex
from teahouse.oidc import store
from teahouse.oidc.model import (
    ARRIVAL_LIFE,
    BROWSER,
    FLOW_LIFE,
    TOKEN_LIFE,
    Arrival,
    Flow,
    FlowOver,
    Link,
    LinkedElsewhere,
    NoSuchProvider,
    check_return,
    claim_text,
    known_browser,
    named,
    with_token,
)
from teahouse.oidc.service.arrivals import Arrivals
from teahouse.oidc.service.logouts import Logouts, came, way_of
from teahouse.oidc.service.provider import Provider
from teahouse.oidc.store import SUBJECT, Came
from teahouse.proofs.model import Shown
from teahouse.recovery.model import What
from teahouse.recovery.service import Recovery
from teahouse.registrations.model import Created, NewAccount
from teahouse.registrations.service import Registrations


class Gone(NamedTuple):
    """Where somebody is sent, and the cookie by which their browser is known again."""

    to: str
    browser: str


class Back(NamedTuple):
    """Who came back: with a login token for a client, or with an arrival that has no account."""

    to: str
    token: str = ""
    arrival: str = ""


# Called with what a person of a provider is found by, before an account is given it; may refuse.
SubjectCheck = Callable[[Tx, str], Awaitable[None]]


@dataclass(frozen=True, repr=False)
class Oidc:
    """The identity providers of this house."""

    providers: Mapping[str, Provider]
    arrivals: Arrivals
    accounts: Accounts
    consent: Consent
    recovery: Recovery
    registrations: Registrations
    logouts: Logouts
    checks: list[SubjectCheck] = field(default_factory=list[SubjectCheck])

    def listen(self, entry: Entry) -> None:
        """Offer the ways to sign in; links go with their account, and when everybody is put out."""
        self.accounts.endings.append(store.forget)
        self.accounts.shuttings.append(store.forget)
        self.logouts.listen()
        if self.providers:
            known = [{"id": key, "name": p.settings.name} for key, p in self.providers.items()]
            entry.flows.append({"type": "m.login.sso", "identity_providers": known})
            entry.token_ways.append(self.sign_in)

    # -- out and back --------------------------------------------------------------------------

    async def leave(self, provider_id: str | None, return_to: str, browser: str = "") -> Gone:
        """Send somebody to a provider; ``browser`` is the cookie they have, if it is ours.

        Raises ``NoSuchProvider``, ``BadReturn``.
        """
        check_return(return_to)
        if provider_id is None:
            provider_id = next(iter(self.providers), None)
        provider = self._provider(provider_id)
        ids, now = self.accounts.ids, self.accounts.clock.now()
        state, nonce = ids.token("ths"), urlsafe(ids.bytes(24))
        browser = known_browser(browser) or ids.token(BROWSER)
        verifier = urlsafe(ids.bytes(48))
        flow = Flow(token_digest(browser), provider.settings.id, nonce, verifier, return_to)
        challenge = urlsafe(hashlib.sha256(verifier.encode()).digest())
        to = await provider.entrance(state, nonce, challenge)
        async with self.accounts.db.read() as tx:
            await store.insert_flow(tx, token_digest(state), flow, now + FLOW_LIFE)
        return Gone(to, browser)

    async def come(self, state: str, browser: str, code: str) -> Back:
        """Take somebody back. Who has no account here meets the gate before anything is kept.

        Raises ``FlowOver``, ``NotBelieved``, ``ProviderFailed``, ``GateClosed``, ``GatePaced``.
        """
        now = self.accounts.clock.now()
        async with self.accounts.db.read() as tx:
            flow = await store.take_flow(tx, token_digest(state), now)
        if flow is None or flow.browser_digest != token_digest(browser):
            raise FlowOver
        provider = self._provider(flow.provider)
        claims = await provider.claims(code, flow)
        async with self.accounts.db.read() as tx:
            wanted = self._indexes(flow.provider, claims["sub"])
            account_id = await store.linked(tx, flow.provider, wanted)
        sid = named(claims, "sid")
        if account_id is not None:
            token = await self._token(account_id, came(flow.provider, sid))
            return Back(with_token(flow.return_to, token), "token")
        name = self._suggested(claim_text(claims, provider.settings.localpart_claim))
        shown = claim_text(claims, provider.settings.name_claim)
        arrival = Arrival(
            flow.provider, claims["sub"], name, shown, flow.return_to, now + ARRIVAL_LIFE,
            flow.browser_digest.hex(), sid,
        )  # fmt: skip
        return Back(flow.return_to, arrival=self.arrivals.seal(arrival))

    async def check_gate(self) -> None:
        """Refuse who could not register now: ``GateClosed``, ``GatePaced``."""
        await self.registrations.gate.check(self._attempt())

    def look(self, word: str, browser: str) -> tuple[Arrival, str]:
        """Return what a browser brought, and its provider's name. Raises ``FlowOver``."""
        arrival = self.arrivals.open(word, browser)
        return arrival, self._provider(arrival.provider).settings.name

    # -- the first time ------------------------------------------------------------------------

    async def register(
        self, word: str, browser: str, policy_version: str, new: NewAccount, lang: str
    ) -> tuple[Created, str | None]:
        """Make an account for who came back, and return it and where another client waits for it.

        The gate is asked again. Raises as ``Steps.at_once``, ``StalePolicy``, ``FlowOver``,
        ``LinkedElsewhere``, and what :attr:`checks` refuse.
        """
        await self.check_gate()
        arrival = self.arrivals.open(word, browser)
        self.consent.check_current(policy_version)

        device_id = new.device_id or self.accounts.ids.device_id()
        new = msgspec.structs.replace(new, device_id=device_id)
        by, now = came(arrival.provider, arrival.sid), self.accounts.clock.now()

        async def also(tx: Tx, account: Account) -> None:
            await self._link(tx, account.account_id, arrival)
            await store.put_session(tx, account.account_id, device_id, by, now)

        steps = self.registrations.steps
        created = await steps.at_once(self._attempt(), new, Basis.NOTICE, also, lang=lang)
        other = None  # where another client waits for its own token; ours has one
        if not arrival.return_to.startswith(f"{self.accounts.config.base_url}/"):
            token = await self._token(created.account.account_id, by)
            other = with_token(arrival.return_to, token)
        return created, other

    # -- of one's own --------------------------------------------------------------------------

    async def link(self, caller: Caller, word: str, browser: str, shown: Shown, lang: str) -> None:
        """Let the caller sign in by who came back. Raises ``WrongCredentials``, ``LinkedElsewhere``."""
        await self.recovery.confirming.check(caller, shown)
        arrival = self.arrivals.open(word, browser)
        await self.consent.change(
            caller.account_id, [SUBJECT.purpose.id], [], lang, "settings.providers"
        )
        async with self.accounts.db.transaction() as tx:
            await self.accounts.hold(tx, caller.account_id)
            await self._link(tx, caller.account_id, arrival)
            tell = self.recovery.telling.tell
            await tell(tx, caller.account_id, What.PROVIDER_LINKED, caller)

    async def unlink(self, caller: Caller, provider_id: str, shown: Shown) -> None:
        """Take a provider from the caller's ways to sign in. Raises ``WrongCredentials``."""
        await self.recovery.confirming.check(caller, shown)
        async with self.accounts.db.transaction() as tx:
            if not await store.unlink(tx, caller.account_id, provider_id):
                raise NoSuchProvider
            tell = self.recovery.telling.tell
            await tell(tx, caller.account_id, What.PROVIDER_UNLINKED, caller)

    async def links(self, account_id: str) -> list[Link]:
        """Return by which providers an account is signed in to."""
        async with self.accounts.db.read() as tx:
            found = await store.links(tx, account_id)
        return [Link(key, self._name(key), at) for key, at in found]

    async def subjects(self, tx: Tx, account_id: str) -> list[str]:
        """Return what an account is found by at its providers, opened."""
        opened = self.accounts.vault.open
        return [
            store.found_by(
                key, await opened(tx, SUBJECT, account_id, f"{account_id}/{key}", sealed)
            )
            for key, sealed in await store.subjects(tx, account_id)
        ]

    async def sign_in(self, token: str, device: Device) -> tuple[Account, OpenedSession] | None:
        """Sign in by a login token, once; ``None``: it is none, or none any more."""
        async with self.accounts.db.read() as tx:
            now = self.accounts.clock.now()
            taken = await store.take_token(tx, token_digest(token), now)
        if taken is None:
            return None
        account_id, by = taken
        device = msgspec.structs.replace(device, way=way_of(by))
        return await self.accounts.sign_in(account_id, device)

    async def logged_out(self, provider_id: str, token: str) -> int:
        """Sign out whom a provider says is gone there. Raises ``NoSuchProvider``, ``BadLogout``."""
        return await self.logouts.end(self._provider(provider_id), token)

    async def purge(self, tx: Tx) -> None:
        """Delete what expired."""
        await store.purge(tx, self.accounts.clock.now())

    # -- inside --------------------------------------------------------------------------------

    async def _link(self, tx: Tx, account_id: str, arrival: Arrival) -> None:
        vault, now = self.accounts.vault, self.accounts.clock.now()
        provider, subject = arrival.provider, arrival.subject
        for check in self.checks:
            await check(tx, store.found_by(provider, subject))
        sealed = await vault.seal(tx, SUBJECT, account_id, f"{account_id}/{provider}", subject)

        async def write() -> bool:
            if await store.linked(tx, provider, self._indexes(provider, subject)) is not None:
                raise LinkedElsewhere
            index = vault.indexer.slots(SUBJECT, store.found_by(provider, subject))
            return await store.insert_link(tx, account_id, provider, sealed, index, now)

        try:
            await vault.ring.written(tx, write)
        except UniqueViolation as taken:
            raise LinkedElsewhere from taken

    async def _token(self, account_id: str, by: Came) -> str:
        token, now = self.accounts.ids.token("thl"), self.accounts.clock.now()
        async with self.accounts.db.read() as tx:
            await store.insert_token(tx, token_digest(token), account_id, now + TOKEN_LIFE, by)
        return token

    def _indexes(self, provider: str, subject: str) -> list[BlindIndex]:
        return self.accounts.vault.indexer.candidates(SUBJECT, store.found_by(provider, subject))

    def _suggested(self, wanted: str) -> str:
        try:
            return self.accounts.check_localpart(wanted.partition("@")[0])
        except BadLocalpart:
            return ""

    def _provider(self, provider_id: str | None) -> Provider:
        found = self.providers.get(provider_id or "")
        if found is None:
            raise NoSuchProvider
        return found

    def _name(self, provider_id: str) -> str:
        found = self.providers.get(provider_id)
        return found.settings.name if found else provider_id

    def _attempt(self) -> Attempt:
        profile = self.accounts.config.profile
        return Attempt(doors=(Door.OIDC,), account_class="personal", region=profile)


def make_oidc(
    egress: Egress,
    entry: Entry,
    consent: Consent,
    recovery: Recovery,
    registrations: Registrations,
) -> Oidc:
    """Put the parts together, with a provider for each that is configured."""
    accounts = entry.accounts
    config, clock = accounts.config, accounts.clock
    callback = f"{config.base_url}/api/v1/oidc/callback"
    providers = {one.id: Provider(one, egress, clock, callback) for one in config.oidc}
    arrivals = Arrivals(accounts.vault.ring.house_keys, clock, accounts.ids)
    logouts = Logouts(accounts)
    oidc = Oidc(providers, arrivals, accounts, consent, recovery, registrations, logouts)
    oidc.listen(entry)
    return oidc


def allowed_issuers(config: Config) -> frozenset[tuple[str, int]]:
    """Return the hosts that the configuration itself names, for the egress client."""
    return frozenset(place_of(provider.issuer) for provider in config.oidc)
