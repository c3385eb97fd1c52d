"""Imports' shapes on our own API."""

import msgspec

from teahouse.imports.model import Finding, Import, Messages, Report


class FileBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A CSV file, and what to call its import."""

    csv: str
    label: str = ""


class ReportWire(msgspec.Struct, frozen=True):
    """What a dry run found; nothing was written."""

    rows: int
    ready: int
    findings: tuple[Finding, ...]
    messages: tuple[Messages, ...]


class ImportsWire(msgspec.Struct, frozen=True):
    """The imports, newest first."""

    imports: list[Import]


class RefusedWire(msgspec.Struct, frozen=True):
    """A row that could not be brought in."""

    number: int
    why: str


class ImportWire(msgspec.Struct, frozen=True):
    """An import, and what of it could not be brought in."""

    about: Import
    refused: list[RefusedWire]


class TakeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A password of one's own for the account that was made for one, and the policy that was shown."""

    password: str
    policy_version: str
    lang: str = "en"
    device_name: str | None = None


class TakenWire(msgspec.Struct, frozen=True):
    """The account is its person's now, who is signed in."""

    user_id: str
    access_token: str
    device_id: str


def report_wire(report: Report) -> ReportWire:
    """Return what a dry run found."""
    return ReportWire(report.rows, report.ready, report.findings, report.messages)
