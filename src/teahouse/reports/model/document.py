"""The report as a document: made from facts by fixed rules, and proved by anybody, offline.

A file is right when its bytes are canonical JSON, its signature is, and everything in it that follows
from the rest does follow. Any changed byte is found.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from teahouse.gate.model.policies import Both
from teahouse.notices.model.chain import (
    REPORT,
    REPORT_CONTEXT,
    Document,
    canonical,
    key_id_of,
    signed,
)
from teahouse.reports.model.details import DETAILS, details_of
from teahouse.reports.model.facts import (
    CLOSED,
    COLUMN_POINTS_MAX,
    CurveFact,
    RunFacts,
    SinkSeen,
    thinned,
)
from teahouse.reports.model.sinks import BY_NAME, Follows, State, residual, unknown
from teahouse.reports.model.stolen import DEK, INDEX, STOLEN
from teahouse.reports.model.words import CAPABILITIES, CLASSES, METHODS, SHORTFALLS, WRONGS

FORMAT = "teahouse-upgrade-report/1"
BYTES_MAX = 8_000_000


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """The sums."""

    rows: int
    done: int
    quarantined: int
    values: int
    old: int
    rows_per_second: int
    failed_requests: int
    down_milliseconds: int
    within_budget: bool


class Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole document; ``facts`` as the run told them, the rest reckoned from them."""

    format: str
    server_name: str
    made_at: datetime
    facts: RunFacts
    complete: bool
    shortfalls: dict[str, Both]
    totals: Totals
    residual: tuple[SinkSeen, ...]
    words: dict[str, dict[str, Both]]
    public: str = ""
    key_id: str = ""
    signature: str = ""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification found. ``wrong`` is empty when everything is right, else a code."""

    wrong: str = ""  # one of WRONGS in words.py
    run_id: str = ""
    key_id: str = ""
    sha256: str = ""
    pinned: bool = False  # its key was known beforehand
    complete: bool = False

    @property
    def right(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong

    @property
    def why(self) -> str:
        """What is wrong, in English."""
        return WRONGS[self.wrong].en if self.wrong else ""


def shortfalls(facts: RunFacts) -> list[str]:
    """Return why a run is not complete; nothing when it is."""
    columns = facts.columns
    sealed = any(one.data_class in (DEK, INDEX) and one.rows for one in facts.classes)
    old_sinks = any(
        one.state == State.HOLDS_OLD.value and BY_NAME[one.sink].follows is Follows.REKEYED
        for one in facts.sinks
        if one.sink in BY_NAME
    )
    found = {
        "aborted": facts.outcome != CLOSED,
        "not_all_done": any(one.done + one.quarantined < one.rows for one in facts.classes),
        "quarantined": any(one.quarantined for one in facts.classes),
        "not_verified": sealed and not columns,
        "old_values": any(one.old for one in columns),
        "broken": any(one.broken for one in columns),
        "differing": any(one.differing for one in columns),
        "unindexed": any(one.unindexed for one in columns),
        "undeclared": bool(facts.undeclared),
        "sinks_unknown": bool(unknown(facts.sinks)),
        "sinks_old": old_sinks,
    }
    return [name for name, is_so in found.items() if is_so]


def totals(facts: RunFacts) -> Totals:
    """Return the sums of a run."""
    done = sum(one.done for one in facts.classes)
    worked = sum(one.milliseconds for one in facts.classes)
    down = max((one.down_milliseconds for one in facts.capabilities), default=0)
    return Totals(
        rows=sum(one.rows for one in facts.classes),
        done=done,
        quarantined=sum(one.quarantined for one in facts.classes),
        values=sum(one.values for one in facts.columns),
        old=sum(one.old for one in facts.columns),
        rows_per_second=done * 1000 // worked if worked else 0,
        failed_requests=sum(one.failed for one in facts.capabilities),
        down_milliseconds=down,
        within_budget=down <= facts.budget_seconds * 1000,
    )


def _words(facts: RunFacts) -> dict[str, dict[str, Both]]:
    """Return what the names in a report mean; those that are in it."""
    sinks = [BY_NAME[one.sink] for one in facts.sinks if one.sink in BY_NAME]
    codes = (told.code for one in facts.sinks for told in details_of(one))
    stolen = {facts.stolen: STOLEN[facts.stolen].remains} if facts.stolen in STOLEN else {}
    return {
        "classes": _some(CLASSES, (one.data_class for one in facts.classes)),
        "capabilities": _some(CAPABILITIES, (one.capability for one in facts.capabilities)),
        "methods": _some(METHODS, (one.method for one in facts.capabilities)),
        "sinks": {sink.name: sink.how for sink in sinks},
        "details": _some(DETAILS, codes),
        "stolen": {str(name): words for name, words in stolen.items()},
    }


def _some(words: dict[str, Both], names: Iterable[str]) -> dict[str, Both]:
    return {name: words[name] for name in sorted(set(names)) if name in words}


def report_of(server_name: str, made_at: datetime, facts: RunFacts) -> Report:
    """Return the report of a run, not signed yet."""
    told = msgspec.structs.replace(
        facts, points=thinned(facts.points), curves=_thinner(facts.curves)
    )
    why = shortfalls(told)
    return Report(
        format=FORMAT,
        server_name=server_name,
        made_at=made_at,
        facts=told,
        complete=not why,
        shortfalls={name: SHORTFALLS[name] for name in why},
        totals=totals(told),
        residual=tuple(residual(told.sinks)),
        words=_words(told),
    )


def _thinner(
    curves: tuple[CurveFact, ...] | msgspec.UnsetType,
) -> tuple[CurveFact, ...] | msgspec.UnsetType:
    """Return the curves of columns with no more points than there is room for."""
    if isinstance(curves, msgspec.UnsetType):
        return msgspec.UNSET
    return tuple(
        msgspec.structs.replace(one, points=thinned(one.points, COLUMN_POINTS_MAX))
        for one in curves
    )


def to_sign(report: Report) -> Document:
    """Return a report as it is handed over to be signed, which adds the last three."""
    told: Document = msgspec.to_builtins(report)
    return {
        name: value for name, value in told.items() if name not in ("public", "key_id", "signature")
    }


def read(raw: bytes) -> Report:
    """Return a report from its bytes. ``msgspec.DecodeError`` for what is none."""
    return msgspec.json.decode(raw, type=Report)


def verify(raw: bytes, pinned: Iterable[str] = ()) -> Proof:
    """Check a report: its bytes, signature, and all that follows from its facts.

    ``pinned`` are public keys known beforehand; with any given, it must be signed by one of them.
    Without, the report is proved to agree with itself, no more.
    """
    known = set(pinned)
    try:
        report = read(raw)
        document = msgspec.json.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return Proof(wrong="no_report")
    proof = Proof(
        run_id=report.facts.run_id,
        key_id=report.key_id,
        sha256=hashlib.sha256(raw).hexdigest(),
        pinned=bool(known),
        complete=report.complete,
    )
    return msgspec.structs.replace(proof, wrong=_wrong(raw, report, document, known))


def _wrong(raw: bytes, report: Report, document: Any, known: set[str]) -> str:
    if report.format != FORMAT:
        return "strange_format"
    if canonical(document) != raw:
        return "other_bytes"
    try:
        its_own = key_id_of(report.public) == report.key_id
    except ValueError:
        its_own = False
    if not its_own:
        return "no_key"
    if not signed(REPORT_CONTEXT, document, report.public):
        return "bad_signature"
    if known and report.public not in known:
        return "another_key"
    made = report_of(report.server_name, report.made_at, report.facts)
    if _reckoned(made) != _reckoned(report):
        return "does_not_follow"
    return ""


def _reckoned(report: Report) -> tuple[Any, ...]:
    """Return what follows from the facts; not the words, which a later release may say better."""
    return report.complete, sorted(report.shortfalls), report.totals, report.residual


def in_history(proof: Proof, history: Any) -> bool:
    """Tell whether a public history, verified by itself, holds the digest of a report."""
    return any(
        entry.get(REPORT) == {"run_id": proof.run_id, "sha256": proof.sha256}
        for entry in history["entries"]
    )
