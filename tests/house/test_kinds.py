"""The census of kinds: what shows people's words to others, or moves money, can be a case [R-063].

A domain publishes when the register of personal data says that something of it is given to anybody
else, or when it announces anything: followers carry announcements to people. It moves money when it
imports ``teahouse.money``, or has a column for an amount. Such a domain has a kind of content in the
composition root, or stands here with the reason why it needs none. A domain made up by the tests is
caught in each of these ways, so that the census can fail.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from teahouse.app import FIELDS
from teahouse.app.kinds import kinds_of
from teahouse.infra.vault.field import PersonalField
from teahouse.ratings.model import Rated
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
    "accountdata": "what somebody keeps for their own devices",
    "appservices": "secrets of programs that operators let in",
    "breaches": "how many are affected, to an authority",
    "campaigns": "that an operator's campaign begins or ends",
    "codes": "contacts, to whoever sends a code to them",
    "consent": "that somebody's own choices have changed, to the house",
    "directory": "that a room's address is gone; who misuses one is reported with the room",
    "encryption": "keys and ciphertext: nobody reads them; what is said is reported as a message",
    "gate": "that an operator's policy has changed",
    "guardians": "a child's month of birth, to the guardian",
    "holidays": "that operators loaded or removed a school year",
    "holds": "what was put aside by law, to the authority that is named, by two operators",
    "minors": "how old somebody counts as, to guardians and operators",
    "notices": "what operators publish, signed, in a history that nothing is taken from",
    "orders": "that an authority's order has begun or ended",
    "pairing": "a device's name, to the account's own owner",
    "presence": "a status of a few words; who misuses it is reported as a person",
    "processors": "that an entry of the register has changed, to the house itself",
    "pushers": "that something is new, to the person's own device",
    "phoneholders": "a reference, to the verifier of phone holders",
    "realnames": "a reference, to the provider of identities",
    "ratings": "up to which age a guardian lets a minor see things, to both of them",
    "receipts": "how far somebody has read",
    "recovery": "a way back, to the account's own owner",
    "refunds": "what a guardian asks back, to operators who decide",
    "regimes": "evidence, to the operators who decide",
    "screentime": "how many minutes a minor was here, to guardians",
    "screening": "that operators' rules have changed, or that a sign-up was looked at again",
    "search": "words of messages, by which they are found: they go when a message is withheld",
    "settings": "the operator's own name and address",
    "standing": "that a stage or a silence has changed, to the house",
    "transfers": "that an entry of the register has changed, to the house itself",
    "waitlist": "contacts, to whoever sends a code to them",
    "works": "that an operator's own work has ended",
}

# What is published for everybody to find carries a label of ages [L-M24]: who lists, finds or opens it.
RATED_BY = {
    "room": ("directory", "membership", "timeline", "spaces", "guests"),
    "official": ("directory",),
}
# Domains that the composition root has ask, and by what.
ASKED_BY_ROOT = {"timeline": "peeking.append(directory.ratings.check_room)"}
NOT_RATED = {
    "message": "what is said in a room, which is labelled as a whole",
    "profile": "a name and a picture; who misuses them is reported",
    "media": "a file goes with what is said, or with what a product publishes",
    "account": "a person; what an official account publishes is a kind of its own",
}

_MONEY = re.compile(
    r"^\s*(from teahouse import .*\bmoney\b|(from|import) teahouse\.money\b)", re.MULTILINE
)
_ASKS = re.compile(r"ratings\.(check|barrier|open_among)\(")
_AMOUNT = re.compile(r"^\s*(\w+_minor|currency)\s+(bigint|integer|numeric|text|char)", re.MULTILINE)


def publishing(fields: Iterable[PersonalField]) -> set[str]:
    """Return the domains of which something is given to anybody else."""
    return {
        field.table.partition("_")[0]
        for field in fields
        if field.purpose.recipients.en not in TO_NOBODY
    }


def announcing(files: Mapping[str, str]) -> set[str]:
    """Return the domains, by the paths of their files, that announce anything."""
    places = [path.split("/") for path in files]
    return {parts[0] for parts in places if parts[1:2] in (["events.py"], ["events"])}


def moving_money(files: Mapping[str, str]) -> set[str]:
    """Return the domains, by their files, that know of money or keep amounts."""
    return {
        path.partition("/")[0]
        for path, text in files.items()
        if (_MONEY if path.endswith(".py") else _AMOUNT).search(text)
    }


def unasked(fields: Iterable[PersonalField], files: Mapping[str, str]) -> set[str]:
    """Return the domains that publish or move money, and are no kind, nor say why not."""
    wanted = publishing(fields) | announcing(files) | moving_money(files)
    return wanted - set(KIND_OF) - set(NO_KIND)


def unlabelled(
    kinds: Iterable[str], rated: Mapping[str, Iterable[str]], files: Mapping[str, str]
) -> set[str]:
    """Return the kinds that carry no label and say not why, or whose domains do not ask for it."""
    asking = {path.partition("/")[0] for path, text in files.items() if _ASKS.search(text)}
    asking |= set(ASKED_BY_ROOT)
    asked = {kind for kind, domains in rated.items() if set(domains) <= asking}
    return set(kinds) - asked - set(NOT_RATED)


def sources() -> dict[str, str]:
    """Return the files of the domains, by their paths within the package."""
    found = (*source.files(".py", source.PACKAGE), *source.files(".sql", source.PACKAGE))
    files = {path.relative_to(source.PACKAGE).as_posix(): source.text(path) for path in found}
    return {
        path: text
        for path, text in files.items()
        if "/" in path and not path.startswith(("infra/", "app/", "cli/", "migrations/"))
    }


GIVEN = replace(MESSAGES, table="moments_posts")


@pytest.mark.parametrize(
    ("fields", "path", "text"),
    [
        ([GIVEN], "moments/store.py", ""),
        ([], "moments/events.py", "class MomentShared: ..."),
        ([], "moments/events/posts.py", ""),
        ([], "moments/service.py", "from teahouse.money import Money"),
        ([], "moments/service.py", "    import teahouse.money"),
        ([], "moments/service/tips.py", "from teahouse import clock, money"),
        ([], "moments/schema.sql", "create table moments_tips (\n    amount_minor bigint not null"),
        ([], "moments/schema.sql", "    currency text not null"),
    ],
)
def test_r_063_a_domain_that_publishes_or_moves_money_is_caught(
    fields: list[PersonalField], path: str, text: str
) -> None:
    assert unasked([*FIELDS, *fields], {**sources(), path: text}) == {"moments"}


@pytest.mark.parametrize("text", ["from teahouse.ids import Ids", "# import teahouse.money", ""])
def test_what_knows_of_no_money_is_not_caught(text: str) -> None:
    assert moving_money({"moments/service.py": text}) == set()


def test_the_finder_of_what_is_published() -> None:
    assert publishing([MESSAGES]) == {"timeline"}
    assert publishing(VOUCHING) == set()


def test_r_063_what_publishes_or_moves_money_is_a_kind_or_says_why_not() -> None:
    files = sources()
    assert unasked(FIELDS, files) == set(), (
        "give it a kind in app/kinds.py, or say here why nothing of it can break a rule"
    )
    wanted = publishing(FIELDS) | announcing(files) | moving_money(files)
    assert set(NO_KIND) - wanted == set(), "these publish nothing"
    assert set(KIND_OF) & set(NO_KIND) == set()


def test_l_m24_what_is_published_carries_a_label_or_says_why_not() -> None:
    files, kinds = sources(), set(KIND_OF.values())
    assert unlabelled(kinds, RATED_BY, files) == set(), (
        "ask ratings where it is listed and opened, or say here why it needs no label"
    )
    assert set(RATED_BY) <= {one.value for one in Rated}, "a label needs the name of the kind"
    assert set(RATED_BY) & set(NOT_RATED) == set()
    root = source.text(source.PACKAGE / "app" / "talk.py")
    assert all(words in root for words in ASKED_BY_ROOT.values())
    assert "ratings.check(sender, Rated.OFFICIAL" in root, "who begins with one is asked their age"


def test_l_m24_a_product_that_does_not_ask_for_labels_is_caught() -> None:
    files, kinds = sources(), {*KIND_OF.values(), "video"}
    assert unlabelled(kinds, RATED_BY, files) == {"video"}
    rated = {**RATED_BY, "video": ("shorts",)}
    silent = {**files, "shorts/service.py": "from teahouse.ratings.service import Ratings"}
    assert unlabelled(kinds, rated, silent) == {"video"}, "to import is not to ask"
    asking = {**files, "shorts/service.py": "await self.ratings.check(user_id, kind, video_id)"}
    assert unlabelled(kinds, rated, asking) == set()


def test_r_063_every_kind_is_registered() -> None:
    nothing: Any = None
    kinds = kinds_of(*[nothing] * 9)
    assert sorted(kind.name for kind in kinds) == sorted(KIND_OF.values())
