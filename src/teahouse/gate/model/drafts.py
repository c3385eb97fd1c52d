"""A policy as an operator writes it: in the console, to the gate and to what is asked about it."""

from datetime import datetime
from typing import Annotated

import msgspec

from teahouse.gate.model.policies import Both, Draft, LegalBasis, State, Words

Moment = Annotated[datetime, msgspec.Meta(tz=True)]  # a time without its zone is no time


class DraftBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A policy as an operator writes it."""

    state: State
    region: str = "*"
    account_class: str = "*"
    door: str = "*"
    pace_per_minute: int | None = None
    effective_from: Moment | None = None
    effective_until: Moment | None = None
    reason: Both = Both()
    legal_basis: tuple[LegalBasis, ...] = ()
    own_decision: bool = False
    justification: str = ""
    technical_necessity: str = ""
    expected_resume: Moment | None = None
    still_works: Both | None = None
    contact: str = ""
    related_campaign: str | None = None
    resume_on: str | None = None
    resume_pace_per_minute: int | None = None
    waiting_list: bool = False

    def draft(self) -> Draft:
        """Return it as the gate takes it."""
        words = Words(
            reason=self.reason,
            legal_basis=self.legal_basis,
            own_decision=self.own_decision,
            justification=self.justification,
            technical_necessity=self.technical_necessity,
            expected_resume=self.expected_resume,
            contact=self.contact,
            related_campaign=self.related_campaign,
            waiting_list=self.waiting_list,
        )
        if self.still_works is not None:
            words = msgspec.structs.replace(words, still_works=self.still_works)
        return Draft(
            state=self.state,
            region=self.region,
            account_class=self.account_class,
            door=self.door,
            pace_per_minute=self.pace_per_minute,
            effective_from=self.effective_from,
            effective_until=self.effective_until,
            words=words,
            resume_on=self.resume_on,
            resume_pace_per_minute=self.resume_pace_per_minute,
        )
