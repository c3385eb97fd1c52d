"""The census of labels: a table, a column or a bucket without one fails the build [L-D21].

What is labelled sensitive is sealed or says why not; and a label and the category of its purpose,
which leads the vault's keys and its step-up, are of one mind.
"""

from pathlib import Path

import asyncpg

from teahouse.app import FIELDS
from teahouse.app.registers import labels_of
from teahouse.config import Config
from teahouse.infra.vault.field import Category, PurposeRegister
from teahouse.labels.model import Label, Labels, above

BUCKETS = {"backups", "blobs", "broker", "exports", "keys", "ledger", "logs", "status"}


def labels() -> Labels:
    return labels_of(Config(), PurposeRegister(FIELDS))


async def test_l_d21_every_table_column_and_bucket_has_a_label(
    dsn: str, wiper: asyncpg.Connection
) -> None:
    rows = await wiper.fetch(
        "select table_name from information_schema.tables where table_schema = 'public'"
    )
    book = labels().book
    assert {row[0] for row in rows} == set(book.tables), "give it a label in labels/labels.json"
    assert {field.name for field in FIELDS} == set(book.columns), "the same"
    assert set(book.buckets) == BUCKETS
    assert list(book.tables) == sorted(book.tables)
    assert list(book.columns) == sorted(book.columns)


def test_l_d21_what_is_declared_is_somebodys_and_sensitive_as_its_purpose_says() -> None:
    known = labels()
    for field in FIELDS:
        label, category = known.of(field.name), field.purpose.category
        assert label is not Label.GENERAL, f"{field.name} is declared, so it is about somebody"
        sensitive = above(label, Label.PERSONAL)
        assert sensitive == (category is not Category.ORDINARY), field.name


def test_l_d21_what_is_sensitive_is_sealed_or_says_why_not() -> None:
    known, sealed = labels(), {field.name for field in FIELDS if field.sealed}
    book = known.book
    stores = {**book.tables, **book.columns}
    sensitive = {name for name, label in stores.items() if above(label, Label.PERSONAL)}
    assert sensitive - sealed == set(book.unsealed), "seal it, or say in labels.json why not"
    assert all(len(why) > 10 for why in book.unsealed.values())


def test_l_d21_a_label_that_is_changed_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "labels.json").write_text('{"raised": {"findings_findings": "sensitive"}}')
    config, register = Config(data_dir=str(tmp_path)), PurposeRegister(FIELDS)
    assert labels_of(config, register).of("findings_findings") is Label.SENSITIVE
    assert labels().of("findings_findings") is Label.GENERAL
