"""One verb that proves whatever the house has signed, offline: what it is, the file says itself."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from teahouse.annuals.model import report as annuals
from teahouse.cli.history import Trusted, trusted_by
from teahouse.cli.history import report as say_history
from teahouse.cli.spoken import LangHere, chosen, in_
from teahouse.errors import Invalid, Refused
from teahouse.gate.model.policies import Both
from teahouse.holds.model import handing as held
from teahouse.infra.http import strict_json
from teahouse.notices.model import chain
from teahouse.notices.model.archives import form_of
from teahouse.orders.model import report as orders
from teahouse.packs import model as packs
from teahouse.processors.model import proof as proofs
from teahouse.reports.model import document as upgrades
from teahouse.reports.model.words import WRONGS

BYTES_MAX = 64 * 1024 * 1024
ZIP = b"PK"

File = Annotated[Path, typer.Argument(help="What the house signed.", exists=True, dir_okay=False)]
Key = Annotated[
    str, typer.Option("--key", help="The public key you trust: hexadecimal, or a keys.json.")
]

WHY = {
    "no_pack": Both("不是本系统的压缩包", "it is no archive of ours"),
    "strange_format": Both("格式未知", "its format is not known here"),
    "other_files": Both("文件与签名时不同，或有增减", "its files are not those that were signed"),
    "no_key": Both("没有写明签名的密钥", "it does not name the key that signed it"),
    "bad_signature": Both("签名不正确", "its signature is not right"),
    "another_key": Both(
        "签名的密钥不是您给出的那一把", "it was signed by another key than the one that you gave"
    ),
    "key_revoked": Both("签名的密钥已被撤销", "the key that signed it is believed no more"),
}
RIGHT = Both("未被改动：{what}，{server}，密钥 {key}", "RIGHT: {what} of {server}, key {key}")
WRONG = Both("不可信：{why}", "NOT RIGHT: {why}")
UNPINNED = Both(
    "没有给出密钥：只证明文件自身一致。请用 --key 指明您信任的公钥。",
    "No key was given: it agrees with itself, and whose it is you do not know. Add --key.",
)
WHAT = {
    "pack": Both("审计材料包 {pack}，{files} 个文件", "audit pack {pack} with {files} files"),
    "held": Both(
        "依法留存内容包 {handing}（文号 {reference}），{files} 个文件",
        "package {handing} of what was held, for {reference}, with {files} files",
    ),
    "annual": Both("年度报告 {report}（{year} 年）", "yearly report {report} of {year}"),
    "order": Both("命令执行报告 {order}", "report of the order {order}"),
    "processor": Both(
        "受托方 {processor} 终止的证明：其密钥{key}，其下 {under} 件已不可读，吊销凭证 {revoked} 项",
        "proof of the end of the processor {processor}: its key {key}, {under} objects under it "
        "are unreadable, {revoked} credentials revoked",
    ),
    "upgrade": Both("安全升级报告 {run}", "report of the upgrade {run}"),
}

# What became of the key of a processor.
KEYS = {
    "destroyed": Both("已于 {at} 销毁", "was destroyed at {at}"),
    "lost": Both("据声明已遗失", "is lost, as was stated"),
    "none": Both("从未有过", "never was"),
}

# Whether it is right, and a line for people.
Found = tuple[bool, str]


def verify(file: File, key: Key = "", lang: LangHere = None) -> None:
    """Check what the house signed, offline: an archive, a history, a report.

    Reports are of a year, an order, an upgrade, or a processor's end. Exit code 1 when anything was changed.
    """
    said = chosen(lang)
    trusted = trusted_by(key) if key else Trusted((), {})
    if file.stat().st_size > BYTES_MAX:
        raise Invalid(f"{file} is larger than anything that the house signs.")
    raw = file.read_bytes()
    if raw.startswith(ZIP):
        prove = _held if form_of(raw) == held.FORMAT else _pack
        _end(prove(raw, trusted, said), trusted, said)
    document = _document(file, raw)
    if document.get("format") == chain.FORMAT:
        found = chain.verify_history(document, trusted.pinned, trusted.revoked)
        raise typer.Exit(say_history(found, document))
    check = BY_FORMAT.get(str(document.get("format", "")))
    if check is None:
        raise Invalid(f"{file} is nothing that the house signs, or of a newer release.")
    _end(check(raw, document, trusted, said), trusted, said)


def _document(file: Path, raw: bytes) -> dict[str, Any]:
    try:
        document = strict_json.loads(raw)
    except (Refused, ValueError) as wrong:
        raise Invalid(f"{file} is neither an archive nor JSON.") from wrong
    if not isinstance(document, dict):
        raise Invalid(f"{file} is nothing that the house signs.")
    return document


def _end(found: Found, trusted: Trusted, lang: str) -> None:
    right, line = found
    sys.stdout.write(f"{line}\n")
    if right and not trusted.pinned:
        sys.stdout.write(f"{in_(UNPINNED, lang)}\n")
    raise typer.Exit(0 if right else 1)


def _pack(raw: bytes, trusted: Trusted, lang: str) -> Found:
    proof = packs.verify(raw, trusted.pinned, trusted.revoked)
    if proof.wrong:
        return _wrong(proof.wrong, lang)
    what = in_(WHAT["pack"], lang).format(pack=proof.pack_id, files=proof.files)
    return True, in_(RIGHT, lang).format(what=what, server=proof.server_name, key=proof.key_id)


def _held(raw: bytes, trusted: Trusted, lang: str) -> Found:
    proof = held.verify(raw, trusted.pinned, trusted.revoked)
    if proof.wrong:
        return _wrong(proof.wrong, lang)
    named = {"handing": proof.handing_id, "reference": proof.reference, "files": proof.files}
    what = in_(WHAT["held"], lang).format(**named)
    return True, in_(RIGHT, lang).format(what=what, server=proof.server_name, key=proof.key_id)


def _order(_raw: bytes, document: dict[str, Any], trusted: Trusted, lang: str) -> Found:
    why = chain.unproved(orders.CONTEXT, document, set(trusted.pinned), set(trusted.revoked))
    if why:
        return _wrong(why, lang)
    order = document["facts"]["order"]["order_id"]
    return _right(in_(WHAT["order"], lang).format(order=order), document, lang)


def _processor(_raw: bytes, document: dict[str, Any], trusted: Trusted, lang: str) -> Found:
    why = chain.unproved(proofs.CONTEXT, document, set(trusted.pinned), set(trusted.revoked))
    if why:
        return _wrong(why, lang)
    key = document["key"]
    state = "none" if key is None else "lost" if key["lost"] else "destroyed"
    at = "" if key is None else key["destroyed_at"]
    named = {
        "processor": document["processor_id"],
        "key": in_(KEYS[state], lang).format(at=at),
        "under": len(document["under"]),
        "revoked": len(document["revoked"]),
    }
    return _right(in_(WHAT["processor"], lang).format(**named), document, lang)


def _annual(_raw: bytes, document: dict[str, Any], trusted: Trusted, lang: str) -> Found:
    why = chain.unproved(annuals.CONTEXT, document, set(trusted.pinned), set(trusted.revoked))
    if why:
        return _wrong(why, lang)
    named = {"report": document["report_id"], "year": document["year"]}
    return _right(in_(WHAT["annual"], lang).format(**named), document, lang)


def _upgrade(raw: bytes, document: dict[str, Any], trusted: Trusted, lang: str) -> Found:
    proof = upgrades.verify(raw, trusted.pinned)
    if not proof.right:
        return False, in_(WRONG, lang).format(why=in_(WRONGS[proof.wrong], lang))
    if document["public"] in trusted.revoked:
        return _wrong("key_revoked", lang)
    return _right(in_(WHAT["upgrade"], lang).format(run=proof.run_id), document, lang)


def _right(what: str, document: dict[str, Any], lang: str) -> Found:
    named = {"server": document["server_name"], "key": document["key_id"]}
    return True, in_(RIGHT, lang).format(what=what, **named)


def _wrong(code: str, lang: str) -> Found:
    return False, in_(WRONG, lang).format(why=in_(WHY[code], lang))


BY_FORMAT: dict[str, Callable[[bytes, dict[str, Any], Trusted, str], Found]] = {
    annuals.FORMAT: _annual,
    orders.FORMAT: _order,
    proofs.FORMAT: _processor,
    upgrades.FORMAT: _upgrade,
}
