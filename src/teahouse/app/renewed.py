"""Classes of data that are made anew in an upgrade and belong to domains of their own."""

from dataclasses import dataclass

from teahouse.infra.vault.lifecycle import KeyPurpose, KeyState, TwoPersons
from teahouse.infra.vault.model import KeyInUse, KeyNotSettled
from teahouse.notices.service.history import History
from teahouse.renewals.model import Renewal
from teahouse.renewals.service import KeySmith, KeyStep, PlainStep, Step, waits

SESSION, SIGNING = "session", "signing"


@dataclass(frozen=True, repr=False)
class SessionStep(KeyStep):
    """Tokens: known by every key that opens, and brought under the newest as they are used.

    A run does not wait half a year for the last of them. It disables the old keys that no live token
    is under, also those of runs before it; the others open on, and are the next run's.
    """

    async def rest(self, at: Renewal) -> str:
        """Let the old keys open nothing that nobody needs any more."""
        self._nothing(at)
        for version in await self._versions(KeyState.DECRYPT_ONLY):
            try:
                async with self.smith.db.transaction() as tx:
                    told = await self.smith.locksmith.soft_disable(tx, self.purpose, version)
                    await self.smith.log.put(tx, told)
            except KeyInUse:
                continue
            except KeyNotSettled as refused:
                return waits(refused)
        return ""

    async def destroy(self, at: Renewal, agreed: TwoPersons) -> None:
        """Destroy the keys that are disabled."""
        self._nothing(at)
        for version in await self._versions(KeyState.SOFT_DISABLED):
            async with self.smith.db.transaction() as tx:
                told = await self.smith.locksmith.destroy(tx, self.purpose, version, agreed)
                await self.smith.log.put(tx, told)

    async def _versions(self, state: KeyState) -> list[int]:
        async with self.smith.db.read() as tx:
            return await self.smith.locksmith.versions(tx, self.purpose, state)


@dataclass(frozen=True, repr=False)
class SigningStep(PlainStep):
    """The key that signs notices: another follows it, once in a run, and is named by it."""

    history: History

    async def read_new(self, at: Renewal) -> str:
        """Sign with a new key from now on."""
        self._nothing(at)
        await self.history.rotate("system", at.run_id)
        return ""


def domain_steps(smith: KeySmith, history: History) -> list[Step]:
    """Return these classes, in the order in which they are done."""
    return [
        SessionStep(
            SESSION,
            "各设备上的登录：换用新的保存密钥，任何人都不会因此退出登录",
            "sign-ins on people's devices: kept under a new key, and nobody is signed out",
            smith,
            KeyPurpose.SESSION,
        ),
        SigningStep(
            SIGNING,
            "公告签名密钥：由旧密钥签名公布新密钥，旧公告继续有效",
            "the key that signs public notices: named by the old one, whose notices stay valid",
            history,
        ),
    ]
