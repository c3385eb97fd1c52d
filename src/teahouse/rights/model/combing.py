"""Combing: once more after an erasure, beyond what each domain knows of, all places are looked at.

What is looked for are the ids of an account. ``STAYS`` names the columns in which they are meant to be
found after it ended, and why; a column that is not named there is looked at.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import ClassVar

import msgspec

SETTLED_AFTER = timedelta(days=1)  # by then what is done by and by is done
AT_ONCE_MAX = 1_000  # accounts in one combing, which takes as long for one
NAMES_TOLD_MAX = 20
BLOBS = "blobs"
LOGS = "logs"

# By why it stays: the columns.
_STAYS: Mapping[str, tuple[str, ...]] = {
    "the name is kept, so that nobody else takes it": (
        "accounts_accounts.account_id", "accounts_accounts.user_id",
        "accounts_accounts.admission_id",
    ),
    "the proof of the erasure, and that its keys are destroyed": (
        "rights_erasures.account_id", "rights_erasures.user_id", "vault_deks.subject_id",
        "vault_subjects.subject_id",
    ),
    "a back-up that is brought back erases it again": ("backups_erasures.subject_id",),
    "the audit log only grows; it holds ids only": ("audit_entries.actor", "audit_entries.target"),
    "proof of how somebody answered; without content": ("consent_receipts.account_id",),
    "what a hold named, three years after it ended": ("holds_objects.target",),
    "who acted for the dead, a year after it ended": (
        "legacies_claims.account_id", "legacies_claims.filed_by", "legacies_claims.user_id",
    ),
    "that two were found by one number, by ids alone": ("vault_merges.apart", "vault_merges.kept"),
    "what others reported, or was decided about a profile": (
        "cases_cases.target", "complaints_complaints.about", "findings_findings.target",
    ),
    "so that no operator decides about themselves": ("cases_reviewers.user_id",),
    "another's own setting": ("push_rules.rule_id",),
    "the order of a room: that somebody spoke; what was said is gone": (
        "directory_aliases.creator", "relations_edges.sender", "relations_edges.target_sender",
        "rooms_members.sender", "rooms_members.user_id", "rooms_rooms.creator",
        "rooms_state.state_key", "timeline_events.sender", "timeline_events.state_key",
    ),
    "over in a while by itself: what was announced, or is to be done": (
        "encryption_changes.told", "encryption_changes.user_id", "jobs_queue.unique_key",
        "log_entries.key", "timeline_transactions.user_id",
    ),
}  # fmt: skip
STAYS = {column: why for why, columns in _STAYS.items() for column in columns}


class CombErasures(msgspec.Struct, frozen=True):
    """Look through everything for what is left of accounts that are erased."""

    kind: ClassVar[str] = "rights.CombErasures"


def by_account(
    owners: Mapping[str, str],
    traces: Iterable[tuple[str, str, int]],
    lines: Mapping[str, int],
    blobs: int,
) -> dict[str, dict[str, int]]:
    """Return what was found, by account.

    ``owners``: accounts by each id that was looked for; ``traces``: id, place and number. Nobody can tell whose a file was that no row names: so it may be anybody's of them.
    """
    found = {account_id: dict[str, int]() for account_id in owners.values()}
    for value, name, rows in traces:
        places = found[owners[value]]
        places[name] = places.get(name, 0) + rows
    for value, count in lines.items():
        places = found[owners[value]]
        places[LOGS] = places.get(LOGS, 0) + count
    for places in found.values() if blobs else ():
        places[BLOBS] = blobs
    return found
