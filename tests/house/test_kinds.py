"""The census of kinds: what shows people's words to others, or moves money, can be a case [R-063].

A domain publishes when the register of personal data says that something of it is given to anybody
else; it moves money when it imports ``teahouse.money``. Such a domain has a kind of content in the
composition root, or stands here with the reason why it needs none.
"""

from collections.abc import Iterable
from typing import Any

import pytest

from teahouse.app import FIELDS
from teahouse.app.kinds import kinds_of
from teahouse.infra.vault.field import PersonalField
from teahouse.timeline.store import MESSAGES
from teahouse.vouching.store import FIELDS as VOUCHING
from tests.house import source

TO_NOBODY = {"Given to nobody", "Nobody"}

# Which kind of content the words of a domain are.
KIND_OF = {
    "timeline": "message",
    "profiles": "profile",
    "rooms": "room",
    "media": "media",
    "officials": "official",
    "accounts": "account",
}

NO_KIND = {
    "appservices": "secrets of programs that operators let in",
    "breaches": "how many are affected, to an authority",
    "codes": "contacts, to whoever sends a code to them",
    "encryption": "keys and ciphertext: nobody reads them; what is said is reported as a message",
    "guardians": "a child's month of birth, to the guardian",
    "minors": "how old somebody counts as, to guardians and operators",
    "pairing": "a device's name, to the account's own owner",
    "presence": "a status of a few words; who misuses it is reported as a person",
    "pushers": "that something is new, to the person's own device",
    "realnames": "a reference, to the provider of identities",
    "receipts": "how far somebody has read",
    "recovery": "a way back, to the account's own owner",
    "refunds": "what a guardian asks back, to operators who decide",
    "regimes": "evidence, to the operators who decide",
    "screentime": "how many minutes a minor was here, to guardians",
    "search": "words of messages, by which they are found: they go when a message is withheld",
    "settings": "the operator's own name and address",
    "waitlist": "contacts, to whoever sends a code to them",
}


def publishing(fields: Iterable[PersonalField]) -> set[str]:
    """Return the domains of which something is given to anybody else."""
    return {
        field.table.partition("_")[0]
        for field in fields
        if field.purpose.recipients.en not in TO_NOBODY
    }


def moving_money(files: dict[str, str]) -> set[str]:
    """Return the domains, by the text of their files, that know of money."""
    return {
        domain
        for domain, text in files.items()
        if "from teahouse.money" in text or "import teahouse.money" in text
    }


def sources() -> dict[str, str]:
    """Return what each domain is written like."""
    found: dict[str, str] = {}
    for path in source.files(".py", source.PACKAGE):
        domain = path.relative_to(source.PACKAGE).parts[0]
        found[domain] = found.get(domain, "") + source.text(path)
    return found


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("from teahouse.money import Money", {"teahouse"}),
        ("import teahouse.money", {"teahouse"}),
        ("from teahouse.ids import Ids", set[str]()),
    ],
)
def test_the_finder_of_money(text: str, caught: set[str]) -> None:
    assert moving_money({"teahouse": text}) == caught


def test_the_finder_of_what_is_published() -> None:
    assert publishing([MESSAGES]) == {"timeline"}
    assert publishing(VOUCHING) == set()


def test_r_063_what_publishes_or_moves_money_is_a_kind_or_says_why_not() -> None:
    wanted = publishing(FIELDS) | moving_money(sources())
    assert wanted - set(KIND_OF) - set(NO_KIND) == set(), (
        "give it a kind in app/kinds.py, or say here why nothing of it can break a rule"
    )
    assert set(NO_KIND) - wanted == set(), "these publish nothing"
    assert set(KIND_OF) & set(NO_KIND) == set()


def test_r_063_every_kind_is_registered() -> None:
    nothing: Any = None
    kinds = kinds_of(*[nothing] * 9)
    assert sorted(kind.name for kind in kinds) == sorted(KIND_OF.values())
