"""What an audit pack is, how one is proved, and how often one is due. Pure.

An archive is a ZIP of JSON files and ``manifest.json``, which names each with its SHA-256 and is signed.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from teahouse.notices.model.chain import Document, canonical, unproved

FORMAT = "teahouse-audit-pack/1"
CONTEXT = "audit-pack"  # what its signature is made for
MANIFEST = "manifest.json"
LISTED_MAX = 100
BYTES_MAX = 256 * 1024 * 1024  # of all files of an archive, unpacked
FILES_MAX = 100
# More than ten million individuals: at least every two years [Compliance Audit Measures 4].
EVERY = timedelta(days=730)
LAW_ZH = "个人信息保护合规审计管理办法 4"
LAW_EN = "Measures for Compliance Audits of Personal Information Protection 4"
# The moment that every file of an archive carries: what it is of stands in the manifest.
_EPOCH = (1980, 1, 1, 0, 0, 0)


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


def listed(files: Mapping[str, bytes]) -> Document:
    """Return what a manifest says of files."""
    return {
        name: {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
        for name, body in sorted(files.items())
    }


def archive(files: Mapping[str, bytes], signed_manifest: Document) -> bytes:
    """Return the archive: the same files make the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        whole = {MANIFEST: canonical(signed_manifest), **dict(sorted(files.items()))}
        for name, body in whole.items():
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def verify(raw: bytes, pinned: Iterable[str] = (), revoked: Iterable[str] = ()) -> PackProof:
    """Check an archive: its manifest's bytes and signature, and every file, no more and no fewer.

    ``pinned`` are public keys known beforehand; with any given, it must be signed by one of them.
    """
    try:
        files = _unpacked(raw)
        document: Any = msgspec.json.decode(files.pop(MANIFEST))
    except (KeyError, ValueError, zipfile.BadZipFile, NotImplementedError, EOFError):
        return PackProof(wrong="no_pack")
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        return PackProof(wrong="strange_format")
    wrong = unproved(CONTEXT, document, set(pinned), set(revoked))
    if not wrong and document.get("files") != listed(files):
        wrong = "other_files"
    return PackProof(
        wrong=wrong,
        key_id=str(document.get("key_id", "")),
        server_name=str(document.get("server_name", "")),
        pack_id=str(document.get("pack_id", "")),
        files=len(files),
        pinned=bool(set(pinned)),
    )


def _unpacked(raw: bytes) -> dict[str, bytes]:
    """Return the files of an archive. ``ValueError`` for more than any has, or one name twice."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        infos = packed.infolist()
        names = {one.filename for one in infos}
        size = sum(one.file_size for one in infos)
        if len(infos) > FILES_MAX or size > BYTES_MAX or len(names) < len(infos):
            raise ValueError("this is no archive of ours")
        return {one.filename: packed.read(one) for one in infos}


def audit_due(reached: date | None, last: datetime | None, now: datetime) -> AuditDue | None:
    """Return by when an audit is due; ``reached``: since when there are so many people."""
    if reached is None:
        return None
    begins = datetime(reached.year, reached.month, reached.day, tzinfo=now.tzinfo)
    since = begins if last is None else max(begins, last)
    return AuditDue(LAW_ZH, LAW_EN, since + EVERY, since + EVERY <= now)
