"""What an audit pack is, how one is proved, and how often one is due. Pure.

One is an archive of JSON files (``notices/model/archives``).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from teahouse.notices.model.archives import checked
from teahouse.notices.model.chain import Document

FORMAT = "teahouse-audit-pack/1"
CONTEXT = "audit-pack"  # what its signature is made for
LISTED_MAX = 100
# More than ten million individuals: at least every two years [Compliance Audit Measures 4].
EVERY = timedelta(days=730)
LAW_ZH = "个人信息保护合规审计管理办法 4"
LAW_EN = "Measures for Compliance Audits of Personal Information Protection 4"


class Pack(msgspec.Struct, frozen=True):
    """A pack that was made; ``sha256`` is of the archive."""

    pack_id: str
    made_at: datetime
    made_by: str
    sha256: str
    bytes_count: int


class PackProof(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification found; ``wrong`` says why it is not right, in a code."""

    wrong: str = ""
    key_id: str = ""
    server_name: str = ""
    pack_id: str = ""
    files: int = 0
    pinned: bool = False


class AuditDue(msgspec.Struct, frozen=True):
    """By when an audit is due, where a law says how often."""

    law_zh: str
    law_en: str
    due_at: datetime
    late: bool


def manifest(pack_id: str, server_name: str, release: str, made_at: str, public: str) -> Document:
    """Return a manifest that names no files yet."""
    return {
        "format": FORMAT,
        "pack_id": pack_id,
        "server_name": server_name,
        "release": release,
        "made_at": made_at,
        "public": public,
    }


def verify(raw: bytes, pinned: Iterable[str] = (), revoked: Iterable[str] = ()) -> PackProof:
    """Check an archive offline: see ``archives.checked``."""
    known = set(pinned)
    wrong, document, files = checked(raw, FORMAT, CONTEXT, known, revoked)
    return PackProof(
        wrong=wrong,
        key_id=str(document.get("key_id", "")),
        server_name=str(document.get("server_name", "")),
        pack_id=str(document.get("pack_id", "")),
        files=files,
        pinned=bool(known),
    )


def audit_due(reached: date | None, last: datetime | None, now: datetime) -> AuditDue | None:
    """Return by when an audit is due; ``reached``: since when there are so many people."""
    if reached is None:
        return None
    begins = datetime(reached.year, reached.month, reached.day, tzinfo=now.tzinfo)
    since = begins if last is None else max(begins, last)
    return AuditDue(LAW_ZH, LAW_EN, since + EVERY, since + EVERY <= now)
