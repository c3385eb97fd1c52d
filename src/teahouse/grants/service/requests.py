"""What apps ask for, and what the owner of an account answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from teahouse.accounts.service import Accounts
from teahouse.grants import store
from teahouse.grants.model import (
    CODE_LIFE,
    DEVICE_LIFE,
    REQUEST_LIFE,
    USER_CODE_LETTERS,
    WAIT_SECONDS,
    Asking,
    DeviceShown,
    DeviceTaken,
    Fault,
    GrantTold,
    NoSuchRequest,
    Stage,
    Way,
    in_halves,
    next_stage,
    plain_word,
    read_asking,
    read_scope,
    sent_back,
)
from teahouse.grants.model.clients import (
    CODE_GRANT,
    DEVICE_GRANT,
    BadRedirect,
    Client,
    UnknownClient,
    is_redirect,
)
from teahouse.grants.service.clients import Clients
from teahouse.grants.store import Digests, RequestRow
from teahouse.ids import token_digest
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import Caller


@dataclass(frozen=True, slots=True, repr=False)
class Requests:
    """Takes what apps ask, shows it to the owner of an account, and takes the answer."""

    accounts: Accounts
    clients: Clients

    # -- the app --------------------------------------------------------------------------------

    async def ask(self, said: Mapping[str, str]) -> str:
        """Return where a browser goes that an app has sent: to be asked, or back with an error.

        Raises ``UnknownClient``, ``BadRedirect``, ``NotForClient``: then it goes nowhere.
        """
        async with self.accounts.db.transaction() as tx:
            client = await self.clients.known(tx, said.get("client_id", ""), CODE_GRANT)
            uri = said.get("redirect_uri", "")
            if not is_redirect(client.metadata, uri):
                raise BadRedirect("The app did not register the address it wants to be sent to.")
            asking = read_asking(said, uri)
            if isinstance(asking, Fault):
                mode = said.get("response_mode", "query")
                told = {"error": asking.error, "error_description": asking.words}
                return self._back(uri, mode, said.get("state"), **told)
            return await self._begun(tx, client, asking, said.get("prompt", ""))

    async def ask_for_device(self, client_id: str, scope: str) -> DeviceShown:
        """Return the codes for a device to show and to keep.

        Raises ``UnknownClient``, ``NotForClient``, ``BadScope``.
        """
        ids, until = self.accounts.ids, self.accounts.clock.now() + DEVICE_LIFE
        code, secret = ids.readable(USER_CODE_LETTERS), ids.token("thy")
        async with self.accounts.db.transaction() as tx:
            client = await self.clients.known(tx, client_id, DEVICE_GRANT)
            wanted = read_scope(scope)
            digests = Digests(token_digest(code), token_digest(secret))
            await store.insert_device(tx, ids.ulid(), client.client_id, digests, wanted, until)
        place, shown = f"{self._base}/oauth2/link", in_halves(code)
        seconds = int(DEVICE_LIFE.total_seconds())
        complete = f"{place}?user_code={shown}"
        return DeviceShown(secret, shown, place, complete, seconds, WAIT_SECONDS)

    # -- the owner ------------------------------------------------------------------------------

    async def look(self, caller: Caller, word: str) -> GrantTold:
        """Return what an app asks for. Raises ``NoSuchRequest``."""
        async with self.accounts.db.transaction() as tx:
            row, client = await self._open(tx, word)
            known = await self._known(tx, caller, row)
        return _told(row, client, known is not None)

    async def allow(self, caller: Caller, word: str) -> str | None:
        """Let an app in; return where the browser goes, ``None``: it stays.

        Raises ``NoSuchRequest``, ``AppsRefused``; ``DeviceTaken`` when it wants to be a device that is another's.
        """
        self.clients.check_let_in()
        code = self.accounts.ids.token("thq")
        async with self.accounts.db.transaction() as tx:
            row, _ = await self._open(tx, word)
            await self.accounts.sessions.hold(tx, caller.session_id)
            if await self._known(tx, caller, row) not in (None, row.client_id):
                raise DeviceTaken
            by = caller.account_id, caller.session_id
            if row.way is Way.DEVICE:
                await store.answered(tx, row.request_id, Stage.ALLOWED, by, None, row.expires_at)
                return None
            until = self.accounts.clock.now() + CODE_LIFE
            digest = token_digest(code)
            await store.answered(tx, row.request_id, Stage.ALLOWED, by, digest, until)
        return self._back(row.redirect_uri, row.response_mode, row.client_state, code=code)

    async def refuse(self, caller: Caller, word: str) -> str | None:
        """Keep an app out; return where the browser goes. Raises ``NoSuchRequest``."""
        async with self.accounts.db.transaction() as tx:
            row, _ = await self._open(tx, word)
            by, until = (caller.account_id, caller.session_id), row.expires_at
            await store.answered(tx, row.request_id, Stage.REFUSED, by, None, until)
        if row.way is Way.DEVICE:
            return None
        said = "The owner of the account said no."
        told = {"error": "access_denied", "error_description": said}
        return self._back(row.redirect_uri, row.response_mode, row.client_state, **told)

    # -- inside ---------------------------------------------------------------------------------

    @property
    def _base(self) -> str:
        return self.accounts.config.base_url

    async def _begun(self, tx: Tx, client: Client, asking: Asking, prompt: str) -> str:
        ids, until = self.accounts.ids, self.accounts.clock.now() + REQUEST_LIFE
        word = ids.token("thw")
        digest = token_digest(word)
        await store.insert_browser(tx, ids.ulid(), client.client_id, digest, asking, until)
        new = "/create" if "create" in prompt.split() else ""
        return f"{self._base}/#/authorize/{quote(word)}{new}"

    async def _open(self, tx: Tx, word: str) -> tuple[RequestRow, Client]:
        """Return a request that may be answered, and who asks."""
        row = await store.by_word(tx, token_digest(plain_word(word)))
        late = row is None or self.accounts.clock.now() >= row.expires_at
        if row is None or late or next_stage(row.stage, "allow") is None:
            raise NoSuchRequest
        client = await store.client(tx, row.client_id)
        if client is None:
            raise UnknownClient
        return row, client

    async def _known(self, tx: Tx, caller: Caller, row: RequestRow) -> str | None:
        """Return whose the device is that an app wants to be: an app's id, or nobody's ("")."""
        devices = await self.accounts.sessions.of_users(tx, [caller.user_id])
        taken = next((one for one in devices if one.device_id == row.device_id), None)
        if taken is None:
            return None
        session = await store.session(tx, taken.session_id)
        return session.client_id if session else ""

    def _back(self, uri: str, mode: str, state: str | None, **told: str) -> str:
        return sent_back(uri, mode, **told, state=state, iss=f"{self._base}/")


def _told(row: RequestRow, client: Client, known: bool) -> GrantTold:
    metadata, to = client.metadata, urlsplit(row.redirect_uri)
    back_to = (to.netloc or f"{to.scheme}:") if row.way is Way.BROWSER else None
    return GrantTold(
        way=row.way.value,
        client_name=metadata.name,
        client_host=metadata.host,
        client_uri=metadata.client_uri,
        policy_uri=metadata.policy_uri,
        tos_uri=metadata.tos_uri,
        back_to=back_to,
        device_id=row.device_id,
        known=known,
        expires_at=row.expires_at,
    )
