"""What is told, whole and signed: the status, the history, the keys, the feed, whom to ask."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.gate.model.notices import Notice
from teahouse.gate.service import Gate
from teahouse.notices.model.chain import ALGORITHM, Document
from teahouse.notices.model.feed import Publisher, feed, security_txt
from teahouse.notices.model.ledger import Ledger, ledger
from teahouse.notices.model.status import HistoryEnd, StatusWire, plain, status_of
from teahouse.notices.service.history import History

# What somebody above us has to say beside how registration stands, as HTML by language.
Aside = Callable[[], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True, repr=False)
class Statements:
    """What is told to everybody."""

    gate: Gate
    history: History
    config: Config
    clock: Clock
    asides: list[Aside] = field(default_factory=list[Aside], repr=False)

    async def beside(self) -> dict[str, str]:
        """Return what is said beside the status now, by language."""
        told = [await one() for one in self.asides]
        return {lang: "".join(one.get(lang, "") for one in told) for lang in ("zh", "en")}

    async def notices(self) -> list[Notice]:
        """Return what people are to be told now."""
        return await self.gate.notices()

    async def end(self) -> HistoryEnd:
        """Return the newest entry of the history."""
        return await self.history.end()

    async def status(self) -> tuple[StatusWire, Document]:
        """Return how registration stands, and the same as the signed document."""
        found = await self.notices()
        end = await self.history.end()
        status = status_of(self.config.server_name, self.clock.now(), found, end)
        told: Document = plain(status)
        document = {key: value for key, value in told.items() if key != "signature"}
        document = await self.history.sign("status", document)
        return (
            msgspec.structs.replace(
                status, key_id=document["key_id"], signature=document["signature"]
            ),
            document,
        )

    async def entries(self) -> list[Document]:
        """Return the whole history, oldest first."""
        return await self.history.entries()

    async def ledger(self) -> Ledger:
        """Return how long registration was shut."""
        return ledger(await self.history.entries(), self.clock.now())

    async def export(self) -> Document:
        """Return the whole history for a verifier."""
        return await self.history.export()

    async def keys(self) -> Document:
        """Return every public key there was, and which signs now."""
        revoked = await self.history.revoked()
        found: list[dict[str, Any]] = []
        for row in await self.history.keys():
            told = revoked.get(row.public)
            found.append(
                {
                    "key_id": row.key_id,
                    "algorithm": ALGORITHM,
                    "public": row.public,
                    "since": plain(row.created_at),
                    "until": plain(row.retired_at),
                    "revoked": told and {"at": plain(row.revoked_at), **told._asdict()},
                }
            )
        return {"server_name": self.config.server_name, "keys": found}

    async def feed(self) -> str:
        """Return the newest entries as an Atom feed."""
        config = self.config
        by = Publisher(config.server_name, config.operator_name, config.base_url)
        return feed(await self.history.entries(), by)

    def security_txt(self) -> str:
        """Return ``security.txt``; nothing when the configuration names nobody to ask."""
        config = self.config
        contact = config.security_contact or config.operator_contact
        now = self.clock.now()
        return security_txt(contact, config.security_policy_url, config.base_url, now)
