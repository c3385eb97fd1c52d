"""The census of purposes: what is kept of people is declared, told in the policy, and sealed.

A binary column that is neither declared as personal nor said here not to be fails the build; so
does a field that a store declares and the house does not hand to the register.
"""

import importlib
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from teahouse.app import FIELDS
from teahouse.consent.model import concerns, decide, write_policy
from teahouse.consent.service import item_of
from teahouse.consent.wire import policy_wire
from teahouse.consent.wire.pages import policy_page
from teahouse.infra.vault.field import Necessity, PersonalField, PurposeRegister

SOURCE = Path(__file__).parents[2] / "src" / "teahouse"

DIGESTS = ("digest", "hash", "sha256", "check_value")  # of secrets and of content
NOT_PERSONAL = {
    "audit_entries.prev_hash": "the chain",
    "jobs_queue.payload": "ids; what is personal is read where it is sealed",
    "log_entries.body": "ids, and events that are trimmed from the log",
    "notices_keys.sealed": "keys",
    "screening_keys.secret": "a key of a day, gone after two",
    "realnames_tries.who": "an account's id or a registration's digest, for two days",
    "vault_deks.wrapped_dek": "keys",
    "vault_keys.wrapped": "keys",
}
# Told to somebody, and yet nothing that a person shows of themselves to others.
NOT_SHOWN = {
    "accounts_identifiers.email": "to write to its owner", "accounts_identifiers.phone": "the same",
    "appservices_services.hs_token": "a program's secret", "codes_codes.contact": "a code's way",
    "guardians_asks.birth_month": "a guardian's duty", "guardians_links.birth_month": "the same",
    "holds_kept.body": "for the authority that the hold names", "holds_values.value": "the same",
    "media_files.name": "part of a message, which stays with those it was sent to",
    "minors_ages.token": "a duty towards minors", "minors_appeals.words": "for who decides it",
    "pairing_pairings.device_name": "for the owner", "pairing_pairings.place": "for the owner",
    "pushers_pushers.app": "the owner's own device", "pushers_pushers.browser": "the same",
    "realnames_pending.age": "a duty towards minors", "refunds_claims.words": "for who decides it",
    "refunds_claims.reason": "the same", "refunds_claims.appeal_words": "the same",
    "refunds_claims.appeal_reason": "the same", "realnames_pending.reference": "a duty",
    "realnames_proofs.reference": "a duty", "phoneholders_checks.reference": "a duty",
    "recovery_helps.contact": "a link's way", "recovery_helps.evidence": "for who decides it",
    "regimes_tasks.appeal": "for who decides it", "settings_values.value": "the house's own",
    "waitlist_places.contact": "a link's way",
}  # fmt: skip


def declared_in_source() -> dict[str, PersonalField]:
    found: dict[str, PersonalField] = {}
    for path in SOURCE.rglob("*.py"):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if "store" not in parts or parts[0] == "infra":
            continue
        name = ".".join(part for part in parts if part != "__init__")
        module = importlib.import_module(f"teahouse.{name}")
        for value in vars(module).values():
            if isinstance(value, PersonalField):
                found[value.name] = value
    return found


def test_every_declared_field_is_in_the_register() -> None:
    assert {field.name for field in FIELDS} == set(declared_in_source())
    PurposeRegister(FIELDS)  # asserts that nothing is declared twice


async def test_every_field_is_a_column_and_every_binary_column_is_decided(
    dsn: str, wiper: asyncpg.Connection
) -> None:
    rows = await wiper.fetch(
        "select table_name || '.' || column_name, data_type from information_schema.columns"
        " where table_schema = 'public'"
    )
    columns = {row[0]: row[1] for row in rows}
    by_name = {field.name: field for field in FIELDS}
    assert set(by_name) <= set(columns)
    sealed = {name for name, field in by_name.items() if field.sealed}
    assert {name for name in sealed if columns[name] != "bytea"} == set()
    binary = {name for name, kind in columns.items() if kind == "bytea"}
    undecided = {
        name for name in binary - set(by_name) - set(NOT_PERSONAL) if not name.endswith(DIGESTS)
    }
    assert undecided == set(), "declare them in their store, or say here why they are not personal"
    assert set(NOT_PERSONAL) <= binary, "these are gone"


def test_the_policy_tells_of_every_field_in_both_languages() -> None:
    items = [item_of(purpose) for purpose in PurposeRegister(FIELDS).purposes()]
    text = write_policy("Tea", "privacy@tea.example", items)
    assert {field.purpose.id for field in FIELDS} == {item.id for item in text.items}
    since = datetime(2021, 7, 27, tzinfo=UTC)
    for lang in ("zh", "en"):
        page = policy_page(policy_wire(text, text.version, lang, since))
        for field in FIELDS:
            words = field.purpose.name
            assert (words.zh if lang == "zh" else words.en).replace("'", "&#x27;") in page


def test_what_people_are_asked_for_is_theirs_to_decline() -> None:
    items = [item_of(purpose) for purpose in PurposeRegister(FIELDS).purposes()]
    allowed, declined = decide(items, (), "personal")
    purposes = {purpose.id: purpose for purpose in PurposeRegister(FIELDS).purposes()}
    assert all(purposes[one].necessity is Necessity.NECESSARY for one in allowed)
    assert all(purposes[one].necessity is Necessity.OPTIONAL for one in declined)
    assert not any(one.startswith(("operators.", "officials.")) for one in (*allowed, *declined))
    assert concerns("officials.subject", "official")


def test_no_consent_is_asked_for_what_the_contract_needs() -> None:
    for field in FIELDS:
        purpose = field.purpose
        if purpose.necessity is Necessity.NECESSARY:
            assert purpose.basis.value != "consent", f"{purpose.id}: consent must be optional"


def test_what_others_see_of_somebody_is_not_opened_while_they_are_restricted() -> None:
    """A column that others see in the person's name is ``shown``, or is said here to be no such thing."""
    others = {"Nobody", "Given to nobody"}
    seen = {one.name for one in FIELDS if one.sealed and one.purpose.recipients.en not in others}
    shown = {one.name for one in FIELDS if one.shown}
    assert shown <= seen, "nobody else sees these"
    assert seen - shown == NOT_SHOWN.keys(), "mark it as shown, or say here why it is not"
