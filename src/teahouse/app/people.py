"""Who there is, what they show and agreed to, and who runs the house."""

from dataclasses import dataclass

from teahouse.accountdata import jobs as accountdata_jobs
from teahouse.accountdata import routes as accountdata_routes
from teahouse.accountdata import store as accountdata_store
from teahouse.accountdata.model import PUSH_RULES
from teahouse.accountdata.service import AccountData
from teahouse.accounts import store as accounts_store
from teahouse.accounts.service import Accounts
from teahouse.accounts.service.opening import open_accounts
from teahouse.app.ground import Ground
from teahouse.audit import routes as audit_routes
from teahouse.audit.service import Audit
from teahouse.codes import jobs as codes_jobs
from teahouse.codes import routes as codes_routes
from teahouse.codes import store as codes_store
from teahouse.config import Config
from teahouse.consent import jobs as consent_jobs
from teahouse.consent import routes as consent_routes
from teahouse.consent import store as consent_store
from teahouse.consent.service import Consent
from teahouse.consent.service.asks import Asks
from teahouse.consent.service.stepups import StepUps
from teahouse.desk import routes as desk_routes
from teahouse.desk.service import Desk
from teahouse.entry import routes as entry_routes
from teahouse.entry.service import Entry
from teahouse.infra.db.pool import Tx
from teahouse.infra.egress.ways import Way
from teahouse.infra.http.caller import Caller
from teahouse.infra.http.limits import Limiter
from teahouse.infra.http.router import Route
from teahouse.infra.senders.choose import Senders, choose_senders
from teahouse.infra.vault.field import PersonalField, PurposeRegister
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.webauthn.ceremonies import relying_party
from teahouse.infra.webauthn.challenges import Challenges
from teahouse.operators import jobs as operators_jobs
from teahouse.operators import routes as operators_routes
from teahouse.operators import store as operators_store
from teahouse.operators.service import Operators
from teahouse.pairing import jobs as pairing_jobs
from teahouse.pairing import routes as pairing_routes
from teahouse.pairing import store as pairing_store
from teahouse.pairing.service import Pairing
from teahouse.passkeys import jobs as passkeys_jobs
from teahouse.passkeys import routes as passkeys_routes
from teahouse.passkeys import store as passkeys_store
from teahouse.passkeys.service import Passkeys
from teahouse.profiles import jobs as profiles_jobs
from teahouse.profiles import routes as profiles_routes
from teahouse.profiles import store as profiles_store
from teahouse.profiles.service import Profiles
from teahouse.push.model.rules import default_document
from teahouse.realnames import jobs as realnames_jobs
from teahouse.realnames import routes as realnames_routes
from teahouse.realnames import store as realnames_store
from teahouse.realnames.service import Realnames
from teahouse.realnames.service.http_provider import HttpProvider
from teahouse.recovery import jobs as recovery_jobs
from teahouse.recovery import routes as recovery_routes
from teahouse.recovery import store as recovery_store
from teahouse.recovery.model import Added, What
from teahouse.recovery.routes import desk as recovery_desk
from teahouse.recovery.service import Recovery, make_recovery
from teahouse.settings import routes as settings_routes
from teahouse.settings import store as settings_store
from teahouse.settings.service.channels import Channels
from teahouse.settings.service.settings import Settings, own_copy
from teahouse.standing import jobs as standing_jobs
from teahouse.standing import routes as standing_routes
from teahouse.standing.service import Standing

FIELDS = (
    *accounts_store.FIELDS,
    *profiles_store.FIELDS,
    *codes_store.FIELDS,
    *consent_store.FIELDS,
    *operators_store.FIELDS,
    *settings_store.FIELDS,
    *accountdata_store.FIELDS,
    *recovery_store.FIELDS,
    *passkeys_store.FIELDS,
    *pairing_store.FIELDS,
    *realnames_store.FIELDS,
)
SEALED = (
    *accounts_store.SEALED,
    *profiles_store.SEALED,
    *codes_store.SEALED,
    *operators_store.SEALED,
    *settings_store.SEALED,
    *recovery_store.SEALED,
    *passkeys_store.SEALED,
    *pairing_store.SEALED,
    *realnames_store.SEALED,
)
PASSING = (*codes_store.PASSING,)


@dataclass(frozen=True, repr=False)
class People:
    """Who there is, what they show and agreed to, and who runs the house."""

    audit: Audit
    settings: Settings
    accounts: Accounts
    entry: Entry
    desk: Desk
    profiles: Profiles
    operators: Operators
    consent: Consent
    stepups: StepUps
    asks: Asks
    account_data: AccountData
    recovery: Recovery
    passkeys: Passkeys
    standing: Standing
    pairing: Pairing
    realnames: Realnames


def make_people(ground: Ground, fields: tuple[PersonalField, ...]) -> People:
    """Make the domains of people; ``fields`` are all that the house keeps of anybody."""
    config, clock, ids = ground.config, ground.clock, ground.ids
    db, log, vault = ground.db, ground.log, ground.vault
    audit = Audit(db, clock)
    settings = _make_settings(ground, audit)
    accounts = _make_accounts(ground, settings)
    entry = Entry(accounts)
    desk = Desk(db, log, audit, accounts)
    profiles = Profiles(db, vault, accounts)
    account_data = AccountData(db, log, {PUSH_RULES: default_document})
    profiles.listen()
    consent = Consent(db, log, vault, PurposeRegister(fields), config, clock, ids)
    consent.stops[profiles_store.PUBLIC_PURPOSE.id] = [profiles.hide_public]
    recovery = make_recovery(accounts, account_data, audit, ground.jobs, consent.lang_of)
    entry.code_checks.append(recovery.returning.check_code)
    challenges = Challenges(vault.ring.house_keys, clock, ids)
    party, prove = relying_party(config), recovery.confirming.prove

    async def tell(tx: Tx, caller: Caller, what: str, name: str = "", place: str = "") -> None:
        added = Added(name, place) if name or place else None
        await recovery.telling.tell(tx, caller.account_id, What(what), caller, added=added)

    passkeys = Passkeys(db, vault, accounts, challenges, party, prove, tell, clock, ids)
    passkeys.listen()
    recovery.confirming.others["passkey"] = passkeys.proved
    standing = Standing(db, log, audit, accounts, desk, clock)
    standing.listen()
    operators = Operators(db, vault, audit, accounts.passwords, clock, ids, config)
    ground.locksmith.also_holds(KeyPurpose.SESSION, operators.held)
    asks = Asks(db, clock)
    accounts.endings.append(asks.forget)
    pairing = Pairing(db, vault, accounts, tell, clock, ids, config, recovery.confirming)
    pairing.listen(entry)
    return People(
        audit=audit,
        settings=settings,
        accounts=accounts,
        entry=entry,
        desk=desk,
        profiles=profiles,
        operators=operators,
        consent=consent,
        stepups=StepUps(db, prove, operators, audit, clock),
        asks=asks,
        account_data=account_data,
        recovery=recovery,
        passkeys=passkeys,
        standing=standing,
        pairing=pairing,
        realnames=_make_realnames(ground, audit, accounts, consent),
    )


def _make_accounts(ground: Ground, settings: Settings) -> Accounts:
    accounts = open_accounts(
        db=ground.db,
        log=ground.log,
        vault=ground.vault,
        jobs=ground.jobs,
        senders=settings.channels.senders,
        clock=ground.clock,
        ids=ground.ids,
        config=ground.config,
    )
    ground.closing.callback(accounts.passwords.close)
    ground.locksmith.also_holds(KeyPurpose.PEPPER, accounts.wrapping.held)
    ground.locksmith.also_holds(KeyPurpose.SESSION, accounts.sessions.held)
    return accounts


def _make_realnames(
    ground: Ground, audit: Audit, accounts: Accounts, consent: Consent
) -> Realnames:
    realnames = Realnames(
        db=ground.db,
        vault=ground.vault,
        audit=audit,
        clock=ground.clock,
        ids=ground.ids,
        accounts=accounts,
        consent=consent,
        provider=_provider(ground),
    )
    realnames.listen()
    return realnames


def _make_settings(ground: Ground, audit: Audit) -> Settings:
    config, db, clock, ids = ground.config, ground.db, ground.clock, ground.ids
    senders = choose_senders(config, ground.egress, clock, ids)

    def make(wanted: Config) -> Senders:
        return choose_senders(wanted, ground.egress, clock, ids, senders.outbox)

    channels = Channels(db, audit, clock, ids, senders, make)
    own = own_copy(config)
    settings = Settings(db, ground.log, ground.vault, audit, clock, config, own, channels)
    settings.listen()
    ground.closing.push_async_callback(settings.close)
    return settings


def _provider(ground: Ground) -> HttpProvider | None:
    """Return who confirms identities, if the operator named anybody."""
    config = ground.config
    if not config.realname_url:
        return None
    secrets = config.realname_secret, config.realname_secret_next
    return HttpProvider(ground.egress.by(Way.REALNAME), ground.clock, config.realname_url, *secrets)


def people_jobs(ground: Ground, people: People) -> None:
    """Say what these domains do later."""
    codes_jobs.register(people.accounts.codes, ground.jobs)
    recovery_jobs.register(people.recovery, ground.jobs)
    realnames_jobs.register(people.realnames, ground.log, ground.jobs)
    operators_jobs.register(people.operators, ground.jobs)
    passkeys_jobs.register(people.passkeys, ground.jobs)
    consent_jobs.register(people.stepups, ground.jobs)
    profiles_jobs.register(people.profiles, ground.log)
    pairing_jobs.register(people.pairing, ground.jobs)
    accountdata_jobs.register(people.account_data, ground.log)
    standing_jobs.register(people.standing, ground.jobs)


def people_routes(ground: Ground, people: People, limiter: Limiter) -> list[Route]:
    """Return the routes of these domains."""
    return [
        *audit_routes.routes(people.audit),
        *codes_routes.routes(people.accounts.codes, ground.config.test_mode),
        *entry_routes.routes(people.entry, limiter),
        *desk_routes.routes(people.desk),
        *profiles_routes.routes(people.profiles),
        *operators_routes.routes(people.operators, limiter),
        *settings_routes.routes(people.settings),
        *consent_routes.routes(people.consent),
        *consent_routes.fresh_routes(people.stepups, people.asks),
        *accountdata_routes.routes(people.account_data),
        *recovery_routes.routes(people.recovery),
        *recovery_desk.routes(people.recovery, people.operators.check_password),
        *realnames_routes.routes(people.realnames),
        *passkeys_routes.routes(people.passkeys),
        *standing_routes.routes(people.standing),
        *pairing_routes.routes(people.pairing),
    ]
