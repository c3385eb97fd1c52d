"""Exports: their states, limits, and the page by which people read them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import ClassVar

import msgspec

from teahouse.errors import Kind, NotFound, Refused
from teahouse.rights.model.holdings import Held, Holding

KEPT_FOR = timedelta(days=7)
NEXT_AFTER = timedelta(hours=1)
MAKING_MAX = timedelta(days=1)  # what is not made by then was given up: its owner is told
EXPORT_BYTES_MAX = 6 * 1024**3
CHUNK_BYTES = 64 * 1024


class NoSuchExport(NotFound):
    """There is no such export, or it is gone: ask for a new one."""

    code = "rights.no_export"


class ExportSoon(Refused):
    """One export is being made, or was made within the hour."""

    code = "rights.export_soon"
    kind = Kind.CONFLICT


class MakeExport(msgspec.Struct, frozen=True):
    """Make an export that was asked for."""

    kind: ClassVar[str] = "rights.MakeExport"
    export_id: str


class VerifyErasure(msgspec.Struct, frozen=True):
    """Look whether everything of an account that ended is gone."""

    kind: ClassVar[str] = "rights.VerifyErasure"
    account_id: str


class DropBlob(msgspec.Struct, frozen=True):
    """Delete the bytes of an export that is over."""

    kind: ClassVar[str] = "rights.DropBlob"
    name: str


class Export(msgspec.Struct, frozen=True):
    """An export as its owner sees it."""

    export_id: str
    state: str  # asked, ready, failed
    asked_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    bytes_count: int | None


def index_page(
    lang: str, user_id: str, at: datetime, held: Sequence[tuple[Holding, Held]], policy: str
) -> str:
    """Return the page that says what is in an export, in one language."""
    zh = lang == "zh"
    title = "您的个人信息副本" if zh else "A copy of your personal information"
    heads = ("内容", "文件", "条数", "最近一次") if zh else ("What", "File", "How many", "Last")
    lead = (
        f"账号 {user_id}，生成于 {at:%Y-%m-%d %H:%M} UTC，依据隐私政策 {policy}。"
        if zh
        else f"Account {user_id}, made {at:%Y-%m-%d %H:%M} UTC, under privacy policy {policy}."
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(holding.words.in_lang(lang))}</th>'
        f'<td><a href="data/{holding.name}.json">data/{holding.name}.json</a></td>'
        f"<td>{told.count}</td>"
        f"<td>{f'{told.last_at:%Y-%m-%d}' if told.last_at else '–'}</td></tr>"
        for holding, told in held
    )
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    other = ("index.en.html", "English") if zh else ("index.zh.html", "中文")
    return (
        f'<!doctype html><html lang="{"zh-CN" if zh else "en"}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>body{{font:1rem/1.6 system-ui,sans-serif;max-width:50rem;"
        "margin:auto;padding:1rem}table{border-collapse:collapse;width:100%}th,td{border:1px solid "
        "#777;padding:.4rem;text-align:left}</style>"
        f'<h1>{title}</h1><p>{escape(lead)} <a href="{other[0]}">{other[1]}</a></p>'
        f"<table><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table></html>"
    )
