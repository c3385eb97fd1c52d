"""Everything that is held of a person, domain by domain, read through each domain's own verbs.

A field of the register that none of these covers has its reason in ``NOT_EXPORTED``, or a house
test fails.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from teahouse.accountdata.service import AccountData
from teahouse.accounts.model import NoSuchAccount
from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.consent.service import Consent
from teahouse.consent.service.asks import Asks
from teahouse.encryption.service import Encryption
from teahouse.guardians.service import Guardians
from teahouse.infra.http.caller import Caller
from teahouse.invites.service import Invites
from teahouse.keybackups.service import KeyBackups
from teahouse.media.service import Media
from teahouse.officials.model import NotOfficial
from teahouse.officials.service import Officials
from teahouse.officials.service.changes import Changes
from teahouse.oidc.service import Oidc
from teahouse.passkeys.service import Passkeys
from teahouse.presence.service import Presence
from teahouse.profiles.service import Profiles
from teahouse.push.service import Push
from teahouse.realnames.service import Realnames
from teahouse.receipts.service import Receipts
from teahouse.recovery.service.telling import Telling
from teahouse.regimes.service import Regimes
from teahouse.rights.model.holdings import Holding, Row, Whose, Words
from teahouse.rooms.service import Rooms
from teahouse.search.service.house import Search
from teahouse.standing.service import Standing
from teahouse.timeline.service.reading import Reading
from teahouse.vouching.service import Vouching

NOT_EXPORTED = {
    "appservices_services.hs_token": "a secret of a program's, that operators let in",
    "approvals_letters.contact": "of a registration under way; a day at most",
    "approvals_requests.reason": "of a registration under way; there is no account yet",
    "bars_contacts.*": "of an account banned for good, whose contacts are in",
    "breaches_affected.account_id": "of a leak; what somebody was told of it is among their notices",
    "codes_codes.contact": "a contact awaiting its code, for a day at most; the contact itself is in",
    "codes_codes.code_digest": "the digest of a code that has been used or has expired",
    "detectors_echoes.user_id": "that somebody repeated something, for a day; what was said is in",
    "detectors_hits.target": "the number of a message, which is in with what it says",
    "disclosures_requests.*": "of authorities' requests, which belong to no account",
    "encryption_letters.body": "ciphertext on its way to one device, which alone can open it",
    "holds_kept.body": "what was taken back while it was held by law; shown to nobody, gone with the hold",
    "holds_values.value": "what was changed while it was held by law; gone with the hold",
    "guardians_asks.birth_month": "a child's who has no account yet; gone in a day",
    "imports_rows.particulars": "of accounts still to be made; gone when they are",
    "orders_orders.evidence": "an authority's document, which belongs to no account",
    "pairing_pairings.*": "of a device that is not signed in yet; a day at most",
    "realnames_pending.reference": "of a registration under way; there is no account yet",
    "realnames_pending.age": "of a registration under way; there is no account yet",
    "screening_sightings.*": "keyed digests that lead back to nobody; three days",
    "legacies_claims.words": "who asked for the account of somebody who has died, and their papers",
    "operators_*": "of operators, who are no accounts; their secrets are shown once",
    "recovery_helps.*": "of whoever asks, who may not be the account's owner; half a year",
    "registrations_registrations.*": "of a registration under way; there is no account yet",
    "rights_exports.secret": "the key of an export, which opens it for its owner",
    "search_messages.words": "words of messages, by which they are found; the messages are in",
    "waitlist_places.contact": "of a place in line, which belongs to no account",
    "settings_*": "the house's own settings",
}
AUDIT_PAGES_MAX = 20


@dataclass(frozen=True, repr=False)
class Sources:
    """The domains that hold anything of anybody."""

    accounts: Accounts
    profiles: Profiles
    passkeys: Passkeys
    telling: Telling
    guardians: Guardians
    realnames: Realnames
    oidc: Oidc
    regimes: Regimes
    account_data: AccountData
    push: Push
    receipts: Receipts
    presence: Presence
    encryption: Encryption
    key_backups: KeyBackups
    media: Media
    rooms: Rooms
    reading: Reading
    search: Search
    officials: Officials
    changes: Changes
    consent: Consent
    asks: Asks
    audit: Audit
    standing: Standing
    vouching: Vouching
    invites: Invites


def people_holdings(of: Sources) -> list[Holding]:
    """Return what is held about a person as such."""
    about = About(of)
    return [
        Holding("account", Words("账号", "Your account"), (), about.account, "kept", _NAME_KEPT),
        Holding(
            "contacts",
            Words("手机号与邮箱", "Phone number and e-mail address"),
            ("accounts_identifiers.phone", "accounts_identifiers.email"),
            about.contacts,
        ),
        Holding(
            "devices",
            Words("设备与登录", "Devices and sign-ins"),
            ("accounts_sessions.device_name", "accounts_sessions.last_seen_address"),
            about.devices,
        ),
        Holding(
            "profile",
            Words("昵称、头像与公开资料", "Name, picture and profile"),
            (
                "profiles_profiles.display_name",
                "profiles_profiles.avatar_url",
                "profiles_profiles.fields",
                "presence_statuses.status",
            ),
            about.profile,
        ),
        Holding(
            "public_name",
            Words("向未登录者显示昵称", "Your name shown to everybody"),
            ("profiles_public.user_id",),
            about.public_name,
        ),
        Holding(
            "passkeys",
            Words("通行密钥", "Passkeys"),
            (
                "passkeys_passkeys.label",
                "passkeys_passkeys.credential_id",
                "passkeys_passkeys.public_key",
            ),
            about.passkeys,
        ),
        Holding(
            "official",
            Words("公众号资料", "Particulars of an official account"),
            (
                "officials_accounts.name",
                "officials_accounts.subject_name",
                "officials_accounts.licence",
                "officials_changes.details",
            ),
            about.official,
        ),
        *_proved_holdings(about),
    ]


def _proved_holdings(about: "About") -> list[Holding]:
    """Return what is held of who somebody is, and of how their account was kept safe."""
    return [
        Holding(
            "child",
            Words("儿童账号的出生年月", "A child's month of birth"),
            ("guardians_links.birth_month",),
            about.child,
        ),
        Holding(
            "realname",
            Words("身份核验记录", "That your identity was confirmed"),
            ("realnames_proofs.reference",),
            about.realname,
        ),
        Holding(
            "identity_providers",
            Words("您用来登录的外部身份", "Where else you sign in from"),
            ("oidc_links.subject",),
            about.identity_providers,
        ),
        Holding(
            "tasks",
            Words("要求您完成的事项与申诉", "What you are asked to do, and your appeal"),
            ("regimes_tasks.appeal",),
            about.tasks,
        ),
    ]


def told_holdings(of: Sources) -> list[Holding]:
    """Return what is held of what a person was told, said, and had decided about them."""
    about = About(of)
    return [
        Holding(
            "consents",
            Words("您被告知与回答的记录", "What you were told and answered"),
            (),
            about.consents,
            "kept",
            Words("作为您如何回答的证据，不含内容", "as proof of how you answered; without content"),
        ),
        Holding(
            "notices",
            Words("账号安全通知", "Notices about your account's safety"),
            ("recovery_notices.device_name", "recovery_notices.about", "recovery_notices.place"),
            about.notices,
        ),
        Holding(
            "standing",
            Words("账号等级与担保", "Your standing, and vouching"),
            ("vouching_vouches.used_by", "invites_uses.account_id"),
            about.standing,
        ),
        Holding("declined", Words("您拒绝过的询问", "What you said no to"), (), about.declined),
        Holding(
            "decisions",
            Words("运营者对您账号的处理", "What operators decided about your account"),
            (),
            about.decisions,
            "kept",
            Words("审计记录只增不减，不含个人信息", "the audit log only grows; it holds ids only"),
        ),
    ]  # fmt: skip


_NAME_KEPT = Words("名字留存，以免他人冒用", "the name is kept, so that nobody else takes it")


@dataclass(frozen=True)
class About:
    """What is held about a person as such."""

    of: Sources

    async def account(self, whose: Whose) -> AsyncIterator[Row]:
        """The account itself."""
        try:
            one = await self.of.accounts.account(whose.user_id)
        except NoSuchAccount:
            return
        yield {
            "user_id": one.user_id,
            "class": one.account_class.value,
            "region": one.region,
            "state": one.state.value,
            "door": one.door,
            "at": one.created_at,
        }

    async def contacts(self, whose: Whose) -> AsyncIterator[Row]:
        """Phone and address."""
        for kind, value in (await self.of.accounts.identifiers(whose.account_id)).items():
            yield {"kind": kind, "value": value}

    async def devices(self, whose: Whose) -> AsyncIterator[Row]:
        """Devices that are signed in, with where from and when last."""
        for one in await self.of.accounts.devices(whose.account_id):
            yield {
                "device_id": one.device_id,
                "name": one.device_name,
                "address": one.last_seen_address,
                "signed_in_at": one.created_at,
                "at": one.last_seen_at,
            }

    async def profile(self, whose: Whose) -> AsyncIterator[Row]:
        """Name, picture and custom fields."""
        try:
            one = await self.of.profiles.one(whose.user_id, own=True)
        except NoSuchAccount:
            return
        if one.display_name or one.avatar_url or one.fields:
            fields = {name: msgspec.json.decode(raw) for name, raw in one.fields.items()}
            yield {"displayname": one.display_name, "avatar_url": one.avatar_url, "fields": fields}
        if status := await self.of.presence.kept(whose.user_id):
            yield {"status": status}

    async def public_name(self, whose: Whose) -> AsyncIterator[Row]:
        """That the name may be shown to people without an account."""
        since = await self.of.profiles.public_since(whose.account_id)
        if since is not None:
            yield {"user_id": whose.user_id, "at": since}

    async def passkeys(self, whose: Whose) -> AsyncIterator[Row]:
        """Passkeys: names and dates; what they sign with is on the person's own device."""
        for one in (await self.of.passkeys.keyring(whose.account_id)).passkeys:
            yield {**msgspec.structs.asdict(one), "at": one.created_at}

    async def official(self, whose: Whose) -> AsyncIterator[Row]:
        """Who is behind an official account."""
        caller = Caller(whose.account_id, whose.user_id, "", "", whose.account_class)
        try:
            one = await self.of.officials.own(caller, whose.account_id)
        except NotOfficial:
            return
        yield {**msgspec.to_builtins(one, builtin_types=(datetime,)), "at": one.created_at}
        own = await self.of.changes.own(caller)
        if own.change is not None:
            row = {"change": own.change, "proposed": own.proposed, "at": own.change.created_at}
            yield msgspec.to_builtins(row, builtin_types=(datetime,))

    async def standing(self, whose: Whose) -> AsyncIterator[Row]:
        """The stage an account is at, how it was helped in, and the vouches it gave."""
        at = await self.of.standing.own(whose.account_id)
        vouched, vouches = await self.of.vouching.held(whose.account_id)
        row: Row = {"stage": at.stage.value, "since": at.since, "reason": at.reason}
        invited = await self.of.invites.came_by(whose.account_id)
        if at.since or vouched or invited:  # else there is no row of it
            yield row | {"vouched_for": vouched, "invited_at": invited}
        for one in vouches:
            yield {"vouch_given_at": one.created_at, "friend_joined_at": one.joined_at}

    async def child(self, whose: Whose) -> AsyncIterator[Row]:
        """The month of birth that a guardian gave."""
        found = await self.of.guardians.month_of(whose.account_id)
        if found is not None:
            yield {"birth_month": found[0], "at": found[1]}

    async def realname(self, whose: Whose) -> AsyncIterator[Row]:
        """Who confirmed an identity, and under which reference; not the name or number."""
        found = await self.of.realnames.proof_of(whose.account_id)
        if found is not None:
            provider, reference, at = found
            yield {"provider": provider, "reference": reference, "at": at}

    async def identity_providers(self, whose: Whose) -> AsyncIterator[Row]:
        """Identity providers by which the person signs in; who they are there, those know."""
        for one in await self.of.oidc.links(whose.account_id):
            yield msgspec.structs.asdict(one)

    async def tasks(self, whose: Whose) -> AsyncIterator[Row]:
        """What the account is asked, and what was said against it."""
        found = await self.of.regimes.asked_of(whose.account_id)
        if found is not None:
            task, appeal = found
            yield {
                "state": task.state.value,
                "due_at": task.due_at,
                "appeal": appeal,
                "at": task.given_at,
            }

    async def consents(self, whose: Whose) -> AsyncIterator[Row]:
        """Receipts."""
        for one in await self.of.consent.receipts(whose.account_id):
            yield msgspec.structs.asdict(one)

    async def notices(self, whose: Whose) -> AsyncIterator[Row]:
        """What the person was told of grave acts."""
        caller = Caller(whose.account_id, whose.user_id, "", "", whose.account_class)
        for one in await self.of.telling.listed(caller):
            named = {"device": one.device_name, "about": one.about, "place": one.place}
            yield {"what": one.what, **named, "at": one.at}

    async def declined(self, whose: Whose) -> AsyncIterator[Row]:
        """What the app asked and the person declined."""
        for one in await self.of.asks.declined(whose.account_id):
            yield {"ask": one.ask, "times": one.times, "at": one.declined_at}

    async def decisions(self, whose: Whose) -> AsyncIterator[Row]:
        """What operators did about the account; not who."""
        before: int | None = None
        for _ in range(AUDIT_PAGES_MAX):
            page = await self.of.audit.page(before, 200, target=whose.account_id)
            for entry in page:
                yield {"act": entry.act, "detail": entry.detail, "at": entry.at}
            if len(page) < 200:
                return
            before = page[-1].seq
