"""Which steps of a case are decisions that the register of rulings has, and what they end."""

from datetime import datetime

from teahouse.cases.model.case import REVIEW_WITHIN, Case, Decider, Statement
from teahouse.cases.model.procedure import Act, State
from teahouse.rulebook.model import NoSuchRule, Rules
from teahouse.rulings.model import Ruling

MEASURES = (Act.DISMISS, Act.ORDER, Act.LAPSE, Act.HALT, Act.RESTRICT, Act.SUSPEND, Act.BAN)
ENDS = {
    Act.COMPLY: "met",
    Act.LAPSE: "unmet",
    Act.DISMISS: "dismissed",
    Act.RELEASE: "dismissed",
    Act.EXPIRE: "time",
    Act.OVERTURN: "appeal",
}


def ended_by(before: State, act: Act) -> str:
    """Return by what a step ends the measures that hold in a case; nothing, if it ends none."""
    if before is State.HALTED and act is Act.CONFIRM:
        return "confirmed"
    return ENDS.get(act, "")


def reviewed_as(before: State, act: Act) -> str:
    """Return what became of an emergency with a step; nothing, if there was none."""
    return ended_by(before, act) if before is State.HALTED else ""


def ruling_of(
    before: State,
    after: Case,
    act: Act,
    statement: Statement | None,
    rules: Rules,
    now: datetime,
) -> Ruling | None:
    """Return a step as the register has it; ``None``: it decides nothing."""
    measure = Act.SUSPEND if before is State.HALTED and act is Act.CONFIRM else act
    if measure not in MEASURES:
        return None
    try:
        rule = rules.rule(after.rule_id)
    except NoSuchRule:  # dismissed without one, or it is in the book no longer
        rule = None
    days = rule.days if rule and act is Act.ORDER else None
    decider = statement.decider if statement else Decider.PERSON.value
    return Ruling(
        case_id=after.case_id,
        measure=measure.value,
        rule_id=after.rule_id,
        conduct=rule.conduct if rule else "",
        decider=Decider.AUTOMATIC.value if act is Act.LAPSE else decider,
        content=after.kind,
        account_class=after.account_class,
        days=REVIEW_WITHIN.days if act is Act.HALT else days,
        waited_seconds=int((now - after.opened_at).total_seconds()),
    )
