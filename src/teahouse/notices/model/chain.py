"""Signing, chaining, and proving that nothing was changed. Pure: a verifier needs nothing else.

Canonical JSON is: keys sorted, no spaces, UTF-8, whole numbers only. What is signed is
``teahouse:<context>`` and a line feed, then the canonical JSON without ``signature``; of an entry
also without ``hash``, which is the SHA-256 of the same bytes.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FORMAT = "teahouse-registration-history/1"
ALGORITHM = "Ed25519"
GENESIS = "0" * 64  # the hash before the first entry
KEY_ID_LETTERS = 16

Document = dict[str, Any]

_ENTRY_FIELDS = {
    "seq", "at", "recorded_at", "change", "notice", "reason", "ended_at", "minutes", "key",
    "prev", "key_id", "hash", "signature",
}  # fmt: skip
REPORT = "report"  # the change of an entry about an upgrade; it has a field of that name besides
RESTORED = "restored"  # the change of an entry that tells that the house came from a back-up
REPORT_CONTEXT = "upgrade-report"  # what its signature is made for
_REPORT_FIELDS = {"run_id", "sha256"}
_HISTORY_FIELDS = {"format", "server_name", "entries", "checkpoint"}
_CHECKPOINT_FIELDS = {"server_name", "generated_at", "seq", "hash", "key_id", "signature"}
_KEY_FIELDS = {"key_id", "algorithm", "public", "server_name"}
_REVOKED_FIELDS = _KEY_FIELDS | {"revoked_at", "last_seq"}


class SigningKey(NamedTuple):
    """The key that signs now."""

    key_id: str
    public: str
    secret: Ed25519PrivateKey


class Revoked(NamedTuple):
    """How far a key that came into other hands is believed: up to an entry, and that very one."""

    last_seq: int
    last_hash: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification found. ``why`` is empty when everything is right."""

    entries: int
    first_wrong: int | None = None  # the number of the first entry that is wrong; 0: the file
    why: str = ""
    key_ids: tuple[str, ...] = ()  # that signed, in order
    pinned: bool = False  # whether one of them was known beforehand

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.why


class _Wrong(Exception):  # noqa: N818 - an outcome
    def __init__(self, seq: int, why: str) -> None:
        self.seq, self.why = seq, why
        super().__init__(why)


def canonical(value: Any) -> bytes:
    """Return a value as canonical JSON."""
    return msgspec.json.encode(value, order="deterministic")


def key_id_of(public: str) -> str:
    """Return the id of a public key in hexadecimal."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:KEY_ID_LETTERS]


def signing_key(secret: bytes) -> SigningKey:
    """Return a key from its 32 bytes."""
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public = key.public_key().public_bytes_raw().hex()
    return SigningKey(key_id_of(public), public, key)


def to_sign(context: str, document: Document) -> bytes:
    """Return the bytes that are signed for a document."""
    left_out = ("hash", "signature") if context == "entry" else ("signature",)
    rest = {key: value for key, value in document.items() if key not in left_out}
    return f"teahouse:{context}\n".encode() + canonical(rest)


def sign(key: SigningKey, context: str, document: Document) -> Document:
    """Return a document with the key's id and signature."""
    named = {**document, "key_id": key.key_id}
    return {**named, "signature": key.secret.sign(to_sign(context, named)).hex()}


def signed(context: str, document: Document, public: str) -> bool:
    """Tell whether a document carries a signature by a public key."""
    try:
        raw = bytes.fromhex(document["signature"])
        if raw.hex() != document["signature"]:
            return False  # another spelling of the same bytes
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(raw, to_sign(context, document))
    except (InvalidSignature, ValueError, TypeError, KeyError):
        return False
    return True


def sealed_entry(key: SigningKey, entry: Document) -> Document:
    """Return an entry with the key's id, signature and hash."""
    done = sign(key, "entry", entry)
    return {**done, "hash": entry_hash(done)}


def entry_hash(entry: Document) -> str:
    """Return the hash of an entry, which the next one holds."""
    return hashlib.sha256(to_sign("entry", entry)).hexdigest()


def key_entry(server_name: str, key: SigningKey) -> Document:
    """Return what an entry tells of a key that signs from then on."""
    return {
        "key_id": key.key_id,
        "algorithm": ALGORITHM,
        "public": key.public,
        "server_name": server_name,
    }


def revoked_entry(server_name: str, key: Document, revoked_at: str, last_seq: int) -> Document:
    """Return what an entry tells of a key that is believed no more.

    What it signed in this history, up to that number, is ours. Nothing else that it signed is,
    whenever it says that it was signed: whoever has a key can write any date.
    """
    named = {field: key[field] for field in ("key_id", "algorithm", "public")}
    more = {"revoked_at": revoked_at, "last_seq": last_seq}
    return {**named, "server_name": server_name, **more}


def verify_statement(
    context: str, document: Any, pinned: Iterable[str], revoked: Iterable[str] = ()
) -> str:
    """Say why a signed status or a webhook's request is not to be believed; nothing when it is.

    ``pinned`` and ``revoked`` are public keys. A revoked one is not believed by itself, whatever
    date is written: what it signed while it was ours is in the history.
    """
    named = document.get("key_id") if isinstance(document, dict) else None
    public = next((one for one in pinned if key_id_of(one) == named), None)
    if public is None:
        return "it is signed by no key that you gave"
    if public in set(revoked):
        return "the key that signed it is believed no more"
    return "" if signed(context, document, public) else "its signature is not right"


def unproved(context: str, document: Document, pinned: set[str], revoked: set[str]) -> str:
    """Say in a code why a document that names its own key is not to be believed; empty when it is.

    ``pinned`` are public keys known beforehand; with any given, one of them must have signed.
    """
    public = document.get("public")
    try:
        own = isinstance(public, str) and key_id_of(public) == document.get("key_id")
    except ValueError:
        own = False
    if not own or not isinstance(public, str):
        return "no_key"
    if not signed(context, document, public):
        return "bad_signature"
    if public in revoked:
        return "key_revoked"
    return "another_key" if pinned and public not in pinned else ""


def verify_history(
    document: Any, pinned: Iterable[str] = (), revoked: Mapping[str, Revoked] | None = None
) -> Finding:
    """Check a whole history: every hash, every signature, every number, and its end.

    ``pinned`` are public keys known beforehand; with any given, one of them must be among those
    that signed. Without, the history is proved to agree with itself, no more. ``revoked`` are
    those of them that are believed no more, and up to where.
    """
    known = set(pinned)
    count = 0
    keys: list[str] = []
    try:
        entries = _entries(document)
        count = len(entries)
        publics = _check_chain(document["server_name"], entries)
        keys = [key_id_of(public) for public in publics]
        _check_end(document, entries, publics[-1])
        _check_revoked(entries, publics, revoked or {})
        if known and not known & set(publics):
            raise _Wrong(0, "it was signed by other keys than the one that you gave")
    except _Wrong as wrong:
        return Finding(entries=count, first_wrong=wrong.seq, why=wrong.why, key_ids=tuple(keys))
    return Finding(entries=count, key_ids=tuple(keys), pinned=bool(known))


def _entries(document: Any) -> list[Any]:
    if not isinstance(document, dict) or set(document) != _HISTORY_FIELDS:
        raise _Wrong(0, "this is not a history")
    entries: Any = document["entries"]
    checkpoint = document["checkpoint"]
    if document["format"] != FORMAT or not isinstance(entries, list) or not entries:
        raise _Wrong(0, "this is not a history of a format that is known here")
    if not isinstance(checkpoint, dict) or set(checkpoint) != _CHECKPOINT_FIELDS:
        raise _Wrong(0, "its end is not signed")
    return entries


def _check_chain(server_name: str, entries: list[Any]) -> list[str]:
    """Return the public keys that signed, the one that signs now last."""
    publics: list[str] = []
    prev = GENESIS
    for seq, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or set(entry) != _fields(entry):
            raise _Wrong(seq, "it lacks a part, or has one too many")
        if type(entry["seq"]) is not int or entry["seq"] != seq:
            raise _Wrong(seq, "the numbers have a hole")
        if entry["prev"] != prev:
            raise _Wrong(seq, "it does not follow from the one before")
        if entry["hash"] != entry_hash(entry):
            raise _Wrong(seq, "its hash is not that of its content")
        named = _named_key(server_name, seq, entry)
        if entry["change"] == "key_revoked":
            _check_revocation(server_name, entry, entries[: seq - 1], publics)
        signer = publics[-1] if publics else named
        if signer is None or key_id_of(signer) != entry["key_id"]:
            raise _Wrong(seq, "it is not signed by the key that signed then")
        if not signed("entry", entry, signer):
            raise _Wrong(seq, "its signature is not right")
        if named is not None:
            publics.append(named)
        prev = entry["hash"]
    return publics


def _fields(entry: Document) -> set[str]:
    """Return which fields an entry must have; only one about a report tells of a report."""
    if entry.get("change") != REPORT:
        return _ENTRY_FIELDS
    report = entry.get(REPORT)
    whole = isinstance(report, dict) and set(report) == _REPORT_FIELDS
    return _ENTRY_FIELDS | {REPORT} if whole else set()


def _named_key(server_name: str, seq: int, entry: Document) -> str | None:
    """Return the public key that an entry names, if it is about one."""
    key: Any = entry["key"]
    if (entry["change"] in ("key", "key_revoked")) != (key is not None):
        raise _Wrong(seq, "it tells of a key, or not, and does the other")
    if key is None or entry["change"] == "key_revoked":
        return None
    if not isinstance(key, dict) or set(key) != _KEY_FIELDS or key["server_name"] != server_name:
        raise _Wrong(seq, "the key it names is not of this server")
    try:
        right = key_id_of(key["public"]) == key["key_id"] and key["algorithm"] == ALGORITHM
    except (ValueError, TypeError):
        right = False
    if not right:
        raise _Wrong(seq, "the key it names is none")
    return key["public"]


def _check_revocation(
    server_name: str, entry: Document, before: list[Document], publics: list[str]
) -> None:
    """Check that an entry revokes a key that signed before, as far as it signed."""
    key: Any = entry["key"]
    if not isinstance(key, dict) or set(key) != _REVOKED_FIELDS:
        raise _Wrong(entry["seq"], "what it tells of a revoked key is not whole")
    last = max((one["seq"] for one in before if one["key_id"] == key["key_id"]), default=0)
    named = key["public"] in publics[:-1] and key_id_of(key["public"]) == key["key_id"]
    right = named and key["server_name"] == server_name and key["algorithm"] == ALGORITHM
    if not right or type(key["last_seq"]) is not int or key["last_seq"] != last:
        raise _Wrong(entry["seq"], "the key that it revokes did not sign so far")


def _check_revoked(
    entries: list[Document], publics: list[str], revoked: Mapping[str, Revoked]
) -> None:
    """Check that a history goes the way of ours as far as keys signed that are believed no more."""
    for public, told in revoked.items():
        if public not in publics:
            continue
        if public == publics[-1]:
            raise _Wrong(0, "its end is signed by a key that is believed no more")
        last = entries[told.last_seq - 1] if 0 < told.last_seq <= len(entries) else None
        if last is None or last["hash"] != told.last_hash:
            raise _Wrong(0, "a key that is believed no more has signed another history than ours")


def _check_end(document: Document, entries: list[Document], public: str) -> None:
    end: Mapping[str, Any] = document["checkpoint"]
    if end["server_name"] != document["server_name"]:
        raise _Wrong(0, "its end is another server's")
    if type(end["seq"]) is not int or end["seq"] != len(entries):
        raise _Wrong(len(entries), "entries are missing at its end, or there are too many")
    if end["hash"] != entries[-1]["hash"] or end["key_id"] != key_id_of(public):
        raise _Wrong(0, "its end is another history's")
    if not signed("checkpoint", dict(end), public):
        raise _Wrong(0, "the signature of its end is not right")
