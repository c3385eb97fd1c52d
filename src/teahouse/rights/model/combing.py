"""Combing: once more after an erasure, beyond what each domain knows of, all places are looked at.

What is looked for are the ids of an account. ``STAYS`` names the columns in which they are meant to be
found after it ended, and why; a column that is not named there is looked at.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar, NamedTuple

import msgspec

from teahouse.infra.vault.traces import Trace, Traced

SETTLED_AFTER = timedelta(days=1)  # by then what is done by and by is done
AT_ONCE_MAX = 1_000  # accounts in one combing, which takes as long for one
NAMES_TOLD_MAX = 20
BLOBS = "blobs"
LOGS = "logs"

STAYS: Mapping[str, str] = {
    # That there was one, so that nobody takes its name, and that it is gone.
    "accounts_accounts.account_id": "the name is kept, so that nobody else takes it",
    "accounts_accounts.admission_id": "where an id of another kind has the same form",
    "accounts_accounts.user_id": "the name is kept, so that nobody else takes it",
    "backups_erasures.subject_id": "a back-up that is brought back erases it again",
    "rights_erasures.account_id": "the proof of the erasure itself",
    "rights_erasures.user_id": "the proof of the erasure itself",
    "vault_deks.subject_id": "that its keys are destroyed",
    "vault_subjects.subject_id": "that its keys are destroyed",
    # What is proof of what was decided, told or answered, by id alone.
    "audit_entries.actor": "the audit log only grows; it holds ids only",
    "audit_entries.target": "the audit log only grows; it holds ids only",
    "consent_receipts.account_id": "proof of how somebody answered; without content",
    "holds_objects.target": "what a hold named, three years after it ended",
    "legacies_claims.account_id": "who acted for the dead, a year after it ended",
    "legacies_claims.filed_by": "who acted for the dead, a year after it ended",
    "legacies_claims.user_id": "who acted for the dead, a year after it ended",
    "vault_merges.apart": "that two were found by one number, by ids alone",
    "vault_merges.kept": "that two were found by one number, by ids alone",
    # What is somebody else's, or was decided about them.
    "cases_cases.target": "that a profile was decided about, three years after the last step",
    "cases_reviewers.user_id": "so that no operator decides about themselves",
    "complaints_complaints.about": "what others reported, a year after it was decided",
    "findings_findings.target": "what an authority found",
    "push_rules.rule_id": "another's own setting",
    # That somebody spoke stays with those to whom it was said; what was said is gone.
    "directory_aliases.creator": "who named a room, so that nobody else takes the name away",
    "relations_edges.sender": "the order of a room",
    "relations_edges.target_sender": "the order of a room",
    "rooms_members.sender": "the order of a room",
    "rooms_members.user_id": "the order of a room",
    "rooms_rooms.creator": "the order of a room",
    "rooms_state.state_key": "the order of a room",
    "timeline_events.sender": "the order of a room",
    "timeline_events.state_key": "the order of a room",
    # What is over in a while by itself.
    "encryption_changes.told": "that devices of another changed, until it was told",
    "encryption_changes.user_id": "that its devices are gone, which others have yet to hear",
    "jobs_queue.unique_key": "that something of it is to be done, until it is",
    "log_entries.key": "what was announced, until everybody has heard it",
    "timeline_transactions.user_id": "that a message was taken once, for some hours",
}


class CombErasures(msgspec.Struct, frozen=True):
    """Look through everything for what is left of accounts that are erased."""

    kind: ClassVar[str] = "rights.CombErasures"


class Combed(NamedTuple):
    """What a combing found: by account, how many rows, lines or files by place; and what it read."""

    found: dict[str, dict[str, int]]
    traced: Traced
    log_bytes: int
    blobs_count: int
    strays: Sequence[str]  # files that no row names


def by_account(
    owners: Mapping[str, str], traces: Iterable[Trace], lines: Mapping[str, int], blobs: int
) -> dict[str, dict[str, int]]:
    """Return what was found, by account. ``owners``: accounts by each id that was looked for.

    Nobody can tell whose a file was that no row names: so it may be anybody's of them.
    """
    found = {account_id: dict[str, int]() for account_id in owners.values()}
    for one in traces:
        places = found[owners[one.value]]
        places[one.name] = places.get(one.name, 0) + one.rows
    for value, count in lines.items():
        places = found[owners[value]]
        places[LOGS] = places.get(LOGS, 0) + count
    for places in found.values() if blobs else ():
        places[BLOBS] = blobs
    return found
