"""What operators do to an account at once, from another desk, is a case: reasons, a review, an end.

A suspension or a lock that no case stands behind would be a sanction without a procedure. So it begins
one, about the account, in the transaction in which it is done.
"""

from dataclasses import dataclass

import msgspec

from teahouse.accounts.model import Account
from teahouse.audit.service import Audit
from teahouse.cases import store
from teahouse.cases.model.case import (
    Decider,
    Found,
    HeldByCase,
    NotYours,
    Statement,
    Told,
)
from teahouse.cases.model.procedure import Act, State
from teahouse.cases.service.deciding import Deciding
from teahouse.cases.service.engine import Engine, Said
from teahouse.cases.service.sanctions import WHY
from teahouse.infra.db.pool import Tx
from teahouse.rulebook.model import SAFETY

KIND = "account"
LABEL_LETTERS = 200
REDRESS = (
    "72 小时内由另一位管理员复核，逾期自动解除；确认后可在“我的案件”中申诉。 "
    "Another operator looks at this within 72 hours, or it ends by itself; once it is confirmed, "
    "appeal under My cases."
)
MATERIALS = "能说明情况的任何材料。 Whatever explains what happened."


@dataclass(frozen=True, repr=False)
class Emergencies:
    """What the desk of accounts calls. ``actor`` is as in ``audit``; the caller puts what is returned."""

    engine: Engine
    deciding: Deciding
    audit: Audit

    async def begin(self, tx: Tx, actor: str, account: Account, reason: str) -> tuple[str, Told]:
        """Suspend an account at once; return why it is, as accounts keep it.

        Raises ``NotYours``, ``BadStep``, ``MassDecision``, ``BadTransition``.
        """
        label = reason[:LABEL_LETTERS].strip()
        decider = Decider.PERSON.value
        statement = Statement(SAFETY.id, reason, decider, REDRESS, MATERIALS, label)
        place, found = (KIND, account.user_id), shown(account)
        case_id = await self.engine.begin(tx, place, found, "other")
        row = await self.engine.held(tx, case_id)
        if row.opened_by == actor or await store.is_in_it(tx, case_id, actor):
            raise NotYours
        if row.case.state is State.HALTED:
            return f"{WHY} {case_id}", []
        await self.deciding.check_mass(tx, account.account_id, statement, actor)
        case, told = await self.engine.move(tx, row, Act.HALT, actor, Said(statement))
        detail: dict[str, object] = {"rule": case.rule_id, "kind": case.kind}
        await self.audit.append(tx, actor, "cases.halt", case_id, detail)
        return f"{WHY} {case_id}", told

    async def end(self, tx: Tx, actor: str, account: Account) -> Told | None:
        """End what was done at once; ``None``: no case holds the account.

        Raises ``HeldByCase`` when it was decided meanwhile.
        """
        word, _, case_id = account.state_reason.partition(" ")
        if word != WHY or await store.one(tx, case_id) is None:
            return None
        row = await self.engine.held(tx, case_id)
        if row.case.state is not State.HALTED:
            raise HeldByCase(case_id=case_id)
        _, told = await self.engine.move(tx, row, Act.DISMISS, actor)
        detail: dict[str, object] = {"rule": row.case.rule_id, "kind": row.case.kind}
        await self.audit.append(tx, actor, "cases.dismiss", case_id, detail)
        return told


def shown(account: Account) -> Found:
    """Return an account as the evidence of a case about it."""
    kept = {
        "user_id": account.user_id,
        "account_class": account.account_class.value,
        "created_at": account.created_at,
        "door": account.door,
    }
    class_ = account.account_class.value
    return Found(account.account_id, account.user_id, "", msgspec.json.encode(kept), class_)
