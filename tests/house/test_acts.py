"""Every act that code writes into the audit log has a name in both languages, and no name is idle."""

import ast
import json
import re
from collections.abc import Iterator

import pytest

from teahouse.accounts.model import TRANSITIONS
from teahouse.annuals.model.procedure import AnnualAct
from teahouse.appearances.model import OF_OPERATORS as OF_APPEARANCES
from teahouse.approvals.model import Decision
from teahouse.assessments.model.procedure import OF_THE_HOUSE as HOUSE_ASSESSES
from teahouse.assessments.model.procedure import AssessmentAct
from teahouse.campaigns.model import CampaignAct
from teahouse.cases.model.procedure import ACTS, Act, Who
from teahouse.disclosures.model import RequestAct
from teahouse.findings.model.procedure import OF_THE_HOUSE
from teahouse.findings.model.procedure import Act as Step
from teahouse.holds.model.hold import HoldAct
from teahouse.incidents.model.flaws import FlawAct
from teahouse.incidents.model.procedure import Act as Done
from teahouse.legacies.model import ClaimAct
from teahouse.listings.model import ListingAct
from teahouse.orders.model.procedure import OrderAct
from teahouse.processors.model.register import ProcessorAct
from teahouse.refunds.model import OF_OPERATORS as OF_REFUNDS
from teahouse.transfers.model import TransferAct
from teahouse.unsealings.model import OF_OPERATORS as OF_UNSEALINGS
from tests.house import source

TEXTS = source.ROOT / "web" / "src" / "i18n"
NAME = "admin.act."
ACT = re.compile(r"[a-z]+\.[a-z_]+")
DECIDERS = (Who.OPERATOR, Who.REVIEWER)
ENDINGS = ("ended", "expired", "slipped", "resumed", "overridden")  # of a policy

# Where an act is put together while the house runs: by how it is written, all that it can be.
TOGETHER = {
    "f'cases.{act.value}'": {
        f"cases.{act.value}"
        for act, needs in ACTS.items()
        if needs.who in DECIDERS and act is not Act.OVERTURN
    },
    "f'campaigns.{act.value}'": {f"campaigns.{act.value}" for act in CampaignAct},
    "f'annuals.{act.value}'": {
        f"annuals.{act.value}" for act in AnnualAct if act.value not in ("publish", "replace")
    },
    "f'assessments.{act.value}'": {
        f"assessments.{act.value}" for act in AssessmentAct if act not in HOUSE_ASSESSES
    },
    "f'assessments.{end.value}'": {f"assessments.{act.value}" for act in HOUSE_ASSESSES},
    "f'transfers.{act.value}'": {f"transfers.{act.value}" for act in TransferAct},
    "f'processors.{act.value}'": {f"processors.{act.value}" for act in ProcessorAct},
    "f'disclosures.{act.value}'": {f"disclosures.{act.value}" for act in RequestAct},
    "f'holds.{act.value}'": {f"holds.{act.value}" for act in HoldAct},
    "f'legacies.{act.value}'": {f"legacies.{act.value}" for act in ClaimAct},
    "f'orders.{act.value}'": {f"orders.{act.value}" for act in OrderAct},
    "f'findings.{act.value}'": {f"findings.{act.value}" for act in Step if act not in OF_THE_HOUSE},
    "f'listings.{act.value}'": {f"listings.{act.value}" for act in ListingAct},
    "f'incidents.{act.value}'": {f"incidents.{act.value}" for act in Done},
    "f'incidents.flaw_{act.value}'": {f"incidents.flaw_{act.value}" for act in FlawAct},
    "f'incidents.{what}'": {
        f"incidents.{what}" for what in ("opened", "lower_asked", "lowered", "taken", "linked")
    },
    "f'refunds.{act.value}'": {f"refunds.{act.value}" for act in OF_REFUNDS},
    "f'appearances.{act.value}'": {f"appearances.{act.value}" for act in OF_APPEARANCES},
    "f'unsealings.{act.value}'": {f"unsealings.{act.value}" for act in OF_UNSEALINGS},
    "f'unsealings.{after.state.value}'": {
        f"unsealings.{state}" for state in ("ended", "lapsed", "overdue")
    },
    "f'gate.policy_{change}'": {f"gate.policy_{change}" for change in ENDINGS},
    "f'accounts.{act}'": {f"accounts.{act}" for act in TRANSITIONS},
    "f'officials.change_{verdict.decision.value}'": {
        f"officials.change_{one.value}" for one in Decision
    },
    "f'recovery.help_{what}'": {
        f"recovery.help_{what}" for what in ("asked", "agreed", "declined", "link_sent")
    },
    "f'recovery.help_{state.value}'": {f"recovery.help_{what}" for what in ("done", "stopped")},
    "f'approvals.{verdict.decision.value}'": {f"approvals.{one.value}" for one in Decision},
}


def assigned(function: ast.AST, name: str) -> Iterator[ast.expr]:
    """Return what a function assigns to a name."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(ast.unparse(t) == name for t in node.targets):
            yield node.value


def acts_of(value: ast.expr, function: ast.AST) -> set[str]:
    """Return the acts that an expression can be; what nobody can tell is returned as it stands."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return {value.value}
    if isinstance(value, ast.IfExp):
        return acts_of(value.body, function) | acts_of(value.orelse, function)
    if isinstance(value, ast.JoinedStr):
        written = ast.unparse(value).replace('"', "'")
        return TOGETHER.get(written, {written})
    found = [acts_of(one, function) for one in assigned(function, ast.unparse(value))]
    return set().union(*found) if found else {ast.unparse(value)}


def announced(module: ast.Module) -> set[str]:
    """Return the acts that a module appends to the audit log."""
    found: set[str] = set()
    for function in ast.walk(module):
        if not isinstance(function, ast.AsyncFunctionDef):
            continue
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or len(call.args) < 3:
                continue
            if re.search(r"\baudit\.append$", ast.unparse(call.func)):
                found |= acts_of(call.args[2], function)
    return found


def unnamed(acts: set[str], names: set[str]) -> set[str]:
    """Return which acts, and which domains of acts, have no name."""
    return (acts | {act.partition(".")[0] for act in acts}) - names


@pytest.mark.parametrize(
    ("code", "acts"),
    [
        ('await self.audit.append(tx, who, "tea.poured", x)', {"tea.poured"}),
        ('await audit.append(tx, who, "a.b" if x else "a.c")', {"a.b", "a.c"}),
        ('act = "a.b" if x else "a.c"\n    await h.audit.append(tx, who, act)', {"a.b", "a.c"}),
        ('await self.audit.append(tx, who, f"tea.{x}")', {"f'tea.{x}'"}),
        ('await self.list.append(tx, who, "no.act")', set[str]()),
    ],
)
def test_the_finder_of_acts(code: str, acts: set[str]) -> None:
    assert announced(ast.parse(f"async def pour():\n    {code}")) == acts


def test_the_rule_of_names_of_acts() -> None:
    assert unnamed({"tea.poured"}, {"tea"}) == {"tea.poured"}
    assert unnamed({"tea.poured"}, {"tea.poured"}) == {"tea"}
    assert unnamed({"tea.poured"}, {"tea", "tea.poured"}) == set()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_act_has_a_name_and_every_name_an_act(lang: str) -> None:
    acts = {
        act for path in source.files(".py", source.PACKAGE) for act in announced(source.tree(path))
    }
    assert {act for act in acts if not ACT.fullmatch(act)} == set(), (
        "say in TOGETHER what it can be"
    )
    texts = json.loads(source.text(TEXTS / f"admin.{lang}.json"))
    names = {key.removeprefix(NAME) for key in texts if key.startswith(NAME)}
    assert unnamed(acts, names) == set()
    listed = source.text(source.ROOT / "web" / "src" / "admin" / "state" / "acts.ts")
    assert {name for name in names if f'"{NAME}{name}",' not in listed} == set(), (
        "say it in acts.ts"
    )
    idle = names - acts - {act.partition(".")[0] for act in acts}
    assert idle == set(), "nothing does that any more"
