"""Every refusal has a code of its own, and words in every API that can meet it."""

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

import teahouse
from teahouse.errors import Kind, Refused
from teahouse.infra.http.dialects import matrix, oauth, own

CODE = re.compile(r"[a-z]+(?:_[a-z]+)*\.[a-z0-9]+(?:_[a-z0-9]+)*")
# Words of the Client-Server API, and those of its proposals that everyone speaks.
ERRCODE = re.compile(r"M_[A-Z]+(?:_[A-Z]+)*")

# The words before the dot that are no domain's: what any request, session or server may meet.
EVERYBODYS = {"request", "session", "server", "serve", "config"}
# A rule of who may do what is judged in the machinery, and speaks of operators.
LENT = {"operators.role"}
# Domains that speak with the first word of another, because to clients they are one thing.
SPEAKS_AS = {
    "codes": "accounts",
    "passwords": "accounts",
    "planning": "upgrades",
    "profiles": "accounts",
    "proofs": "accounts",
    "recovery": "accounts",
    "registrations": "gate",
    "rulebook": "cases",
}


def everything() -> None:
    """Import every module, so that every refusal is known."""
    for found in pkgutil.walk_packages(teahouse.__path__, "teahouse."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)


def below(family: type[Refused]) -> Iterator[type[Refused]]:
    """Return every kind of refusal the house has defined."""
    for child in family.__subclasses__():
        if child.__module__.startswith("teahouse."):
            yield child
        yield from below(child)


def refusals() -> list[type[Refused]]:
    everything()
    return sorted(set(below(Refused)), key=lambda one: (one.__module__, one.__name__))


def shared(classes: Iterable[type[Refused]]) -> list[str]:
    """Return the codes that are borne by more than one refusal, or by none of its own."""
    nameless = [one.__name__ for one in classes if "code" not in vars(one)]
    counted = Counter(one.code for one in classes if "code" in vars(one))
    return nameless + [code for code, times in counted.items() if times > 1]


def misplaced(one: type[Refused]) -> bool:
    """Tell whether a code's first word is not that of the domain that refuses."""
    rooms = one.__module__.split(".")
    lent = {SPEAKS_AS[room] for room in rooms if room in SPEAKS_AS}
    return one.code.partition(".")[0] not in {*rooms, *lent, *EVERYBODYS} and one.code not in LENT


def test_the_rules() -> None:
    first = type("First", (Refused,), {"code": "rooms.full", "__module__": "tests.x"})
    second = type("Second", (Refused,), {"code": "rooms.full", "__module__": "tests.x"})
    third = type("Third", (first,), {"__module__": "tests.rooms"})
    assert shared([first]) == []
    assert shared([first, second]) == ["rooms.full"]
    assert shared([first, third]) == ["Third"]
    assert misplaced(first)
    assert not misplaced(third)
    assert not CODE.fullmatch("rooms")
    assert not CODE.fullmatch("rooms.Full")


def test_every_refusal_has_a_code_of_its_own() -> None:
    found = refusals()
    assert len(found) > 50
    assert shared(found) == []
    assert [one.code for one in found if not CODE.fullmatch(one.code)] == []
    assert [f"{one.__module__}: {one.code}" for one in found if misplaced(one)] == []


def test_every_refusal_says_something() -> None:
    silent = [one.__name__ for one in refusals() if not (one.__doc__ or "").strip()]
    assert silent == []


TABLES = {"matrix": matrix.KINDS, "oauth": oauth.KINDS, "own": own.STATUSES}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_kind_has_words_in_every_dialect(table: dict[Kind, tuple[int, str]]) -> None:
    assert set(table) == set(Kind)
    assert all(400 <= status < 600 and words for status, words in table.values())
    assert {one.kind for one in refusals()} <= set(table)


def test_oauth_has_words_of_its_own_only_for_codes_that_are() -> None:
    codes = {one.code: one.kind for one in refusals()}
    assert [code for code in oauth.ERRORS if code not in codes] == []
    idle = [code for code, row in oauth.ERRORS.items() if row == oauth.KINDS[codes[code]]]
    assert idle == [], "the kind's own row says the same"


def test_matrix_has_words_of_its_own_only_for_codes_that_are() -> None:
    codes = {one.code: one.kind for one in refusals()}
    assert [code for code in matrix.ERRCODES if code not in codes] == []
    assert all(400 <= status < 600 for status, _ in matrix.ERRCODES.values())
    spoken = [*matrix.ERRCODES.values(), *matrix.KINDS.values()]
    assert [word for _, word in spoken if not ERRCODE.fullmatch(word)] == []
    idle = [code for code, row in matrix.ERRCODES.items() if row == matrix.KINDS[codes[code]]]
    assert idle == [], "the kind's own row says the same"
