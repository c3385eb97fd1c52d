"""What a device is told in every sync: letters, whose devices changed, how many keys are left."""

from dataclasses import dataclass

import msgspec

from teahouse.encryption.model.keys import Stock
from teahouse.encryption.model.letters import Fetched
from teahouse.encryption.service import Encryption
from teahouse.encryption.service.lists import Found, Span
from teahouse.infra.http.caller import Caller
from teahouse.sync.model import Token

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class ForDevice:
    """What there is for one device."""

    letters: Fetched
    lists: Found
    stock: Stock

    @property
    def empty(self) -> bool:
        """Whether there is nothing that is worth waking for."""
        return not (self.letters.bodies or self.lists.changed or self.lists.left)

    def placed(self, token: Token) -> Token:
        """Return a token that tells how far the device has its letters."""
        return msgspec.structs.replace(token, letters=self.letters.place)

    def encoded(self) -> list[bytes]:
        """Return the parts of an answer."""
        counts, unused = _encode(self.stock.told), _encode(self.stock.unused)
        parts = [
            b',"device_one_time_keys_count":%b,"device_unused_fallback_key_types":%b'
            % (counts, unused)
        ]
        if self.letters.bodies:
            parts.append(b',"to_device":{"events":[%b]}' % b",".join(self.letters.bodies))
        if self.lists.changed or self.lists.left:
            changed, left = _encode(sorted(self.lists.changed)), _encode(sorted(self.lists.left))
            parts.append(b',"device_lists":{"changed":%b,"left":%b}' % (changed, left))
        return parts


@dataclass(frozen=True)
class Devices:
    """Finds what there is for a device."""

    encryption: Encryption

    def may_have_letters(self, caller: Caller, since: Token) -> bool:
        """Tell whether there may be letters for a device, or some that have arrived by now."""
        return bool(since.letters) or not self.encryption.letters.has_none(caller.session_id)

    async def still(self, caller: Caller, until: int) -> ForDevice:
        """Return what there is for a device when nothing has happened and it has no letters."""
        return await self._at(caller, until, until, Found())

    async def initial(self, caller: Caller, until: int) -> ForDevice:
        """Return what there is for a device that begins: its letters, and nothing to compare with."""
        return await self._at(caller, 0, until, Found())

    async def since(self, caller: Caller, since: Token, until: int, span: Span) -> ForDevice:
        """Return what there is for a device that goes on from a place: it has what was before."""
        lists = await self.encryption.lists.between(caller.user_id, span)
        return await self._at(caller, since.letters or since.pos, until, lists)

    async def _at(self, caller: Caller, after: int, until: int, lists: Found) -> ForDevice:
        letters = await self.encryption.letters.fetch(caller.session_id, after, until)
        return ForDevice(letters, lists, await self.encryption.stocks.of(caller.session_id))
