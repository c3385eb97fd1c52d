"""The census of algorithms: a rule that ranks, scores or decides about people has a row [L-24]."""

import ast
import importlib
import re
from collections.abc import Iterator
from importlib import resources

import msgspec
import pytest

from teahouse.algorithms.model import FILINGS, Algorithm, AlgorithmSwitchKind, read_algorithms
from teahouse.app import FIELDS
from teahouse.config import Config
from teahouse.infra.vault.field import PurposeRegister
from tests.house import source

# What a rule that acts on people is called, in the pure rules of a domain.
ACTS = re.compile(
    r"_?(rank|score|weigh|likeness|suggest|recommend|predict|promoted|evaluate|decide|verdict"
    r"|is_too_often|is_crowd|find_bursts|answer_to|needs_sign_off|voices|rule_for|estimate|bits_of"
    r"|closeness|findings)[a-z_]*"
)
NOT_OF_PEOPLE = {
    "incidents.model.law:Law.rank": "how serious an incident is, by numbers that people noted",
    "approvals.model:rule_for.rank": "inside of rule_for",
    "consent.model:decide": "what the person answered",
    "breaches.model:bits_of": "which tables a leak touched, as bits",
    "keybackups.model:KeptKey.rank": "which copy of a key is the better one",
    "orders.model.checks:decider_of": "which operator decides",
    "renewals.model.sums:findings_of": "whether sums of an upgrade agree",
}


def rows() -> tuple[Algorithm, ...]:
    raw = (resources.files("teahouse.algorithms") / "algorithms.json").read_bytes()
    return read_algorithms(raw).algorithms


def acting(tree: ast.AST, inside: str = "") -> Iterator[str]:
    """Return the names of what ranks, scores or decides in a module."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{inside}{node.name}"
            if not isinstance(node, ast.ClassDef) and ACTS.fullmatch(node.name):
                yield name
            yield from acting(node, f"{name}.")


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("def rank(x): ...", ["rank"]),
        ("class A:\n    def score_of(self): ...", ["A.score_of"]),
        ("def ranked_by():\n    def suggest(): ...", ["ranked_by", "ranked_by.suggest"]),
        ("def check_rank(): ...", []),
    ],
)
def test_the_census_sees(text: str, caught: list[str]) -> None:
    assert list(acting(ast.parse(text))) == caught


def test_l_24_what_acts_on_people_has_a_row() -> None:
    found: set[str] = set()
    for path in source.files(".py", source.PACKAGE):
        parts = path.relative_to(source.PACKAGE).with_suffix("").parts
        if "model" in parts and parts[0] != "infra":
            module = ".".join(part for part in parts if part != "__init__")
            found |= {f"{module}:{name}" for name in acting(ast.parse(source.text(path)))}
    told = {code for row in rows() for code in row.code}
    assert found - told - set(NOT_OF_PEOPLE) == set(), (
        "give it a row in algorithms/algorithms.json, or say here why it is not about people"
    )
    assert set(NOT_OF_PEOPLE) <= found, "these are gone"


def test_l_24_each_row_names_code_that_is_there_and_purposes_that_are_declared() -> None:
    purposes = {one.id for one in PurposeRegister(FIELDS).purposes()}
    ids = [row.id for row in rows()]
    assert len(set(ids)) == len(ids)
    for row in rows():
        assert row.code, row.id
        assert set(row.purposes) <= purposes, row.id
        assert row.filing in FILINGS, row.id
        for code in row.code:
            module, _, names = code.partition(":")
            found = importlib.import_module(f"teahouse.{module}")
            for name in names.split("."):
                found = getattr(found, name)
            assert callable(found), code
        said = (row.name, row.how, row.data, row.touches, row.person)
        assert all(one.zh and one.en for one in said), row.id


def test_l_24_a_switch_is_real_or_says_why_there_is_none() -> None:
    settings = msgspec.structs.asdict(Config())
    pages = source.text(source.ROOT / "web" / "src" / "admin" / "state" / "places.ts")
    for row in rows():
        switch = row.switch
        if switch.kind is AlgorithmSwitchKind.NONE:
            assert switch.why, row.id
        elif switch.kind is AlgorithmSwitchKind.SETTING:
            assert switch.at in settings, row.id
            assert switch.off or settings[switch.at] == "", f"{row.id}: empty is what stops it"
        elif switch.kind is AlgorithmSwitchKind.CONSOLE:
            assert f'["{switch.at}", ' in pages, row.id
        else:
            assert switch.at, row.id
