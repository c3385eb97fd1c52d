"""Labels by themselves: raised, never lowered; and what each lets be done."""

import msgspec
import pytest

from teahouse.labels.model import (
    BadLabels,
    Label,
    LabelBook,
    Labels,
    above,
    highest,
    raise_labels,
    read_labels,
)

BOOK = LabelBook(
    version="1",
    tables={"gate_policies": Label.GENERAL, "accounts_identifiers": Label.PERSONAL},
    columns={"accounts_identifiers.phone": Label.PERSONAL, "minors_ages.token": Label.SENSITIVE},
    buckets={"blobs": Label.PERSONAL},
    unsealed={},
)
PURPOSES = {
    "accounts.phone": ("accounts_identifiers.phone",),
    "minors.age": ("minors_ages.token",),
}


def raised(**names: str) -> Labels:
    """Return the labels with some raised."""
    wanted = {name.replace("__", "."): label for name, label in names.items()}
    return Labels(raise_labels(BOOK, msgspec.json.encode({"raised": wanted})), PURPOSES)


def test_l_d21_the_house_raises_labels_and_lowers_none() -> None:
    labels = raised(
        accounts_identifiers__phone="important", gate_policies="core", blobs="sensitive"
    )
    assert labels.of("accounts_identifiers.phone") is Label.IMPORTANT
    assert labels.of("gate_policies") is Label.CORE
    assert labels.of("blobs") is Label.SENSITIVE
    assert labels.of("accounts_identifiers") is Label.PERSONAL
    assert read_labels(msgspec.json.encode(labels.book)) == labels.book
    for wrong in ({"raised": {"minors_ages.token": "personal"}}, {"raised": {"shoes": "core"}},
                  {"raised": {"blobs": "secret"}}, {"lowered": {}}):  # fmt: skip
        with pytest.raises(BadLabels):
            raise_labels(BOOK, msgspec.json.encode(wrong))


def test_l_d21_a_purpose_is_as_high_as_the_highest_of_what_it_declares() -> None:
    labels = Labels(BOOK, PURPOSES)
    assert labels.of_purposes(("accounts.phone",)) is Label.PERSONAL
    assert labels.of_purposes(("accounts.phone", "minors.age")) is Label.SENSITIVE
    assert labels.of_purposes(("unheard.of",)) is Label.PERSONAL
    assert raised(accounts_identifiers__phone="core").of_purpose("accounts.phone") is Label.CORE


def test_what_is_sensitive_is_closed_to_inspectors() -> None:
    labels = Labels(BOOK, PURPOSES)
    stores = ("gate_policies", "accounts_identifiers", "minors_ages.token")
    assert labels.closed_to_inspectors(stores) == ["minors_ages.token"]
    assert highest(()) is Label.PERSONAL
    assert above(Label.CORE, Label.IMPORTANT)
    assert not above(Label.GENERAL, Label.GENERAL)
