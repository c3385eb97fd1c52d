"""When people say that an age is wrong, and operators settle it."""

from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.desk.service import Desk
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.vault import Vault
from teahouse.minors import store
from teahouse.minors.model.ages import BadAge, Source, Token, token_of
from teahouse.minors.model.families import REASON_LETTERS_MAX, NothingToAppeal, check_words
from teahouse.minors.service.families import Families
from teahouse.minors.service.knowing import Knowing
from teahouse.minors.store import APPEAL, WORDS, AppealRow

APPEALS_SHOWN_MAX = 100


class AgeAppeal(msgspec.Struct, frozen=True):
    """What somebody says of the age that they count as."""

    account_id: str
    words: str
    made_at: datetime


@dataclass(frozen=True, repr=False)
class Deciding:
    """Appeals about ages, and what operators decide."""

    db: Database
    log: Log
    vault: Vault
    audit: Audit
    clock: Clock
    desk: Desk
    knowing: Knowing
    families: Families

    async def appeal(self, caller: Caller, words: str) -> None:
        """Ask to have one's age looked at again. Raises ``BadWords``, ``NothingToAppeal``."""
        text, account_id = check_words(words), caller.account_id
        if not (await self.knowing.known(account_id)).told:
            raise NothingToAppeal
        async with self.db.transaction() as tx:
            await self.vault.grant(tx, account_id, [APPEAL])
            sealed = await self.vault.seal(tx, WORDS, account_id, account_id, text)
            await store.put_appeal(tx, AppealRow(account_id, sealed, self.clock.now()))

    async def appeal_of(self, account_id: str) -> AgeAppeal | None:
        """Return somebody's appeal that waits."""
        async with self.db.read() as tx:
            row = await store.appeal_of(tx, account_id)
            if row is None:
                return None
            words = await self.vault.open(tx, WORDS, account_id, account_id, row.words)
        return AgeAppeal(account_id, words, row.made_at)

    async def appeals(self) -> list[AgeAppeal]:
        """Return the appeals that wait, the oldest first; at most a hundred."""
        async with self.db.read() as tx:
            rows = await store.appeals(tx, APPEALS_SHOWN_MAX)
            return [
                AgeAppeal(
                    row.account_id,
                    await self.vault.open(tx, WORDS, row.account_id, row.account_id, row.words),
                    row.made_at,
                )
                for row in rows
            ]

    async def settle(
        self, actor: str, account_id: str, born_on: date | None, at_least: int | None, reason: str
    ) -> None:
        """Decide how old somebody counts as, by a day of birth or a band. Audited.

        What others told before no longer counts, and an appeal is answered by it. Raises
        ``BadAge``, ``BadWords``, ``NoSuchAccount``.
        """
        reason = check_words(reason, REASON_LETTERS_MAX)
        token = self._token(born_on, at_least)
        await self.desk.look(actor, account_id)
        async with self.db.transaction() as tx:
            appealed = await store.drop_appeal(tx, account_id)
            told = await self.knowing.tell(tx, account_id, Source.OPERATOR, token)
            detail: dict[str, object] = {"reason": reason, "appealed": appealed}
            await self.audit.append(tx, actor, "minors.age_settled", account_id, detail)
            await self.log.put(tx, told)
        await self.families.release(account_id)

    def _token(self, born_on: date | None, at_least: int | None) -> Token:
        nodes = self.knowing.profile.nodes
        if born_on is not None and at_least is None:
            return token_of(born_on, self.knowing.today(), nodes)
        if born_on is None and at_least in (0, *nodes):
            return Token(at_least)
        raise BadAge
