"""Publishing cross-signing keys, and signatures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from teahouse.accounts.model import Account, Device, OpenedSession
from teahouse.accounts.service import Accounts
from teahouse.encryption import store
from teahouse.encryption.events import DeviceKeysChanged
from teahouse.encryption.model import signing as model
from teahouse.encryption.model.keys import Object, check_people
from teahouse.encryption.model.signing import ED25519, CrossKey, Ring, Signature
from teahouse.encryption.service.changes import Changes
from teahouse.encryption.store import signing as rows
from teahouse.errors import Refused, TooLarge
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.proofs.model import Challenge
from teahouse.proofs.service import Proofs

OPERATION = "device_signing"

Failures = dict[str, dict[str, Refused]]


@dataclass(frozen=True, repr=False)
class Signing:
    """Cross-signing keys and signatures."""

    db: Database
    accounts: Accounts
    proofs: Proofs
    changes: Changes

    async def publish(
        self, caller: Caller, given: list[CrossKey], auth: dict[str, Any] | None
    ) -> Challenge | None:
        """Keep cross-signing keys; a challenge says that the caller must show first who they are.

        The first keys of a person, and the same ones again, need no proof. Raises ``NoMasterKey``,
        ``BadSignature``, ``KeyIdInUse``, ``UiaMismatch``.
        """
        user_id = caller.user_id
        async with self.db.read() as tx:
            before = (await rows.cross_keys(tx, [user_id]))[user_id]
            devices = await self.accounts.sessions.of_users(tx, [user_id])
        model.check_cross_keys(given, before, user_id, [one.device_id for one in devices])
        if not model.is_new(given, before):
            return None
        proved = model.MASTER in before
        if proved and not caller.service_id:
            challenge = await self.proofs.confirm(caller, OPERATION, auth)
            if challenge is not None:
                return challenge
        concerned = await self.changes.of(user_id)
        async with self.db.transaction() as tx:
            if caller.session_id:  # a service sets keys for its users without one
                await self.accounts.sessions.hold(tx, caller.session_id)
            await rows.lock(tx, user_id)
            now = (await rows.cross_keys(tx, [user_id]))[user_id]
            late = model.MASTER in now and not (proved or caller.service_id)
            if not late:
                await self._replace(tx, user_id, now, given)
                await self.changes.announce(tx, [concerned])
        if late:  # somebody else was first: now it has to be proved
            return await self.publish(caller, given, auth)
        return None

    @staticmethod
    async def entered(tx: Tx, account: Account, _device: Device, opened: OpenedSession) -> None:
        """Refuse a new device that is called as a key of its owner: ``KeyIdInUse``."""
        if opened.new:
            keys = (await rows.cross_keys(tx, [account.user_id]))[account.user_id]
            if opened.device_id in {key.public_key for key in keys.values()}:
                raise model.KeyIdInUse

    async def _replace(
        self, tx: Tx, user_id: str, before: Mapping[str, CrossKey], given: list[CrossKey]
    ) -> None:
        """Keep keys, and let go of the signatures of and by those that are replaced."""
        new = [key for key in given if model.is_new([key], before)]
        gone = [before[key.usage].public_key for key in new if key.usage in before]
        if gone:
            await rows.drop_targets(tx, user_id, gone)
            await rows.drop_made_with(tx, user_id, [f"{ED25519}:{key}" for key in gone])
        await rows.set_cross_keys(tx, user_id, new)

    async def sign(self, caller: Caller, signed: Mapping[str, Mapping[str, Object]]) -> Failures:
        """Keep the caller's signatures of keys, and return those that cannot be kept, and why."""
        check_people(signed)
        if sum(map(len, signed.values())) > model.SIGNED_AT_ONCE_MAX:
            raise TooLarge(f"At most {model.SIGNED_AT_ONCE_MAX} keys are signed at once.")
        rings = await self._rings([caller.user_id, *signed])
        mine = rings[caller.user_id]
        failures: Failures = {}
        added: list[Signature] = []
        for user_id, by_name in signed.items():
            for name, value in by_name.items():
                try:
                    added += model.added_signatures(
                        caller.user_id, mine, user_id, rings[user_id], name, value
                    )
                except Refused as refused:
                    failures.setdefault(user_id, {})[name] = refused
        if added:
            await self._keep(caller, added)
        return failures

    async def _keep(self, caller: Caller, added: list[Signature]) -> None:
        """Keep signatures: of one's own keys all are told, of others' only oneself."""
        people = sorted({one.user_id for one in added})
        concerned: list[DeviceKeysChanged] = []
        for user_id in people:
            if user_id == caller.user_id:
                concerned.append(await self.changes.of(user_id))
            else:
                concerned.append(DeviceKeysChanged(user_id, caller.user_id, []))
        async with self.db.transaction() as tx:
            if caller.session_id:  # a service sets keys for its users without one
                await self.accounts.sessions.hold(tx, caller.session_id)
            await rows.add_signatures(tx, added)
            await self.changes.announce(tx, concerned)

    async def _rings(self, people: list[str]) -> dict[str, Ring]:
        everybody = sorted(set(people))
        async with self.db.read() as tx:
            devices = await store.devices(tx, everybody)
            cross = await rows.cross_keys(tx, everybody)
        found = {user_id: Ring({}, cross[user_id]) for user_id in everybody}
        for user_id, device_id, _, keys in devices:
            found[user_id].devices[device_id] = keys
        return found

    async def signed_by(self, user_id: str) -> list[Signature]:
        """Return the signatures that a person has made."""
        async with self.db.read() as tx:
            return await rows.signed_by(tx, user_id)
