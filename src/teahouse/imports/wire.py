"""Imports' shapes on our own API."""

import msgspec

from teahouse.imports.model import Finding, Import


class FileBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A CSV file, and what to call its import."""

    csv: str
    label: str = ""


class ReportWire(msgspec.Struct, frozen=True):
    """What a dry run found; nothing was written."""

    rows: int
    ready: int
    findings: tuple[Finding, ...]


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
