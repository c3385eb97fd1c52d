"""Archives that the house signs: a ZIP of files, and a manifest that names each with its digest. Pure.

``manifest.json`` names each file with its SHA-256 and is signed; what else it says is for whose archive
it is.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

import msgspec

from teahouse.notices.model.chain import Document, canonical, unproved

MANIFEST = "manifest.json"
BYTES_MAX = 256 * 1024 * 1024  # of all files of an archive, unpacked
FILES_MAX = 100
# The moment that every file of an archive carries: what it is of stands in the manifest.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Checked(NamedTuple):
    """An archive that was checked: why it is not right, in a code, its manifest, and its files."""

    wrong: str
    manifest: Document
    files: int


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


def checked(
    raw: bytes, form: str, context: str, pinned: Iterable[str] = (), revoked: Iterable[str] = ()
) -> Checked:
    """Check an archive: its manifest's bytes and signature, and every file, no more and no fewer.

    ``pinned`` are public keys known beforehand; with any given, it must be signed by one of them.
    """
    read = _read(raw)
    if read is None:
        return Checked("no_pack", {}, 0)
    document, files = read
    if document.get("format") != form:
        return Checked("strange_format", {}, 0)
    wrong = unproved(context, document, set(pinned), set(revoked))
    if not wrong and document.get("files") != listed(files):
        wrong = "other_files"
    return Checked(wrong, document, len(files))


def form_of(raw: bytes) -> str:
    """Return what an archive says that it is; nothing for what is none."""
    read = _read(raw)
    return str(read[0].get("format", "")) if read else ""


def _read(raw: bytes) -> tuple[Document, dict[str, bytes]] | None:
    """Return the manifest of an archive, and its other files; ``None``: it is none."""
    try:
        files = _unpacked(raw)
        document: Any = msgspec.json.decode(files.pop(MANIFEST))
    except (KeyError, ValueError, zipfile.BadZipFile, NotImplementedError, EOFError):
        return None
    return (cast("Document", document) if isinstance(document, dict) else {}), files


def _unpacked(raw: bytes) -> dict[str, bytes]:
    """Return the files of an archive. ``ValueError`` for more than any has, or one name twice."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        infos = packed.infolist()
        names = {one.filename for one in infos}
        size = sum(one.file_size for one in infos)
        if len(infos) > FILES_MAX or size > BYTES_MAX or len(names) < len(infos):
            raise ValueError("this is no archive of ours")
        return {one.filename: packed.read(one) for one in infos}
