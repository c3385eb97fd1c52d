"""What operators may do with accounts: find, look, lock with a reason, sign out. All audited."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from teahouse.accounts.model import Account
from teahouse.desk import wire
from teahouse.desk.service import Desk
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route

READERS = ("owner", "registrar", "moderator", "auditor")
ACTORS = ("owner", "moderator")
PLACE = "/api/v1/operator/accounts"
FOUND_MAX = 50

Change = Callable[[str, str, str], Awaitable[Account]]


@dataclass(frozen=True, repr=False)
class _Console:
    desk: Desk

    async def search(self, request: Request) -> Response:
        """Find accounts by name, id, exact phone or exact address."""
        term = (request.query_one("search") or "").strip()
        found = await self.desk.search(request.operator.operator_id, term, FOUND_MAX)
        return json_response(wire.FoundListOut([wire.found_out(account) for account in found]))

    async def show(self, request: Request) -> Response:
        """Show one account."""
        operator_id, account_id = request.operator.operator_id, request.path["account_id"]
        account = await self.desk.look(operator_id, account_id)
        return json_response(await self._detail(account))

    def change(self, verb: Change) -> Callable[[Request], Awaitable[Response]]:
        """Return the handler that changes an account's state by ``verb``."""

        async def handle(request: Request) -> Response:
            reason = (await request.struct(wire.ReasonIn)).reason
            operator_id, account_id = request.operator.operator_id, request.path["account_id"]
            return json_response(await self._detail(await verb(operator_id, account_id, reason)))

        return handle

    async def lock(self, request: Request) -> Response:
        """Lock an account."""
        said = await request.struct(wire.LockReasonIn)
        which = request.operator.operator_id, request.path["account_id"]
        return json_response(
            await self._detail(await self.desk.lock(*which, said.reason, said.cause))
        )

    async def sign_out(self, request: Request) -> Response:
        """Sign out a device of somebody."""
        operator_id, path = request.operator.operator_id, request.path
        await self.desk.sign_out(operator_id, path["account_id"], path["device_id"])
        return empty()

    async def _detail(self, account: Account) -> wire.FoundDetailOut:
        accounts = self.desk.accounts
        withheld = await self.desk.withholds(account.account_id)
        shown = account.deactivated_at is None and not withheld
        contacts = await accounts.masked_identifiers(account.account_id) if shown else {}
        return wire.FoundDetailOut(
            account=wire.found_out(account),
            phone_masked=contacts.get("phone"),
            email_masked=contacts.get("email"),
            sessions=await accounts.devices(account.account_id),
            withheld=withheld,
        )


def routes(desk: Desk) -> list[Route]:
    """Return the operators' routes of this domain."""
    console = _Console(desk)
    one = f"{PLACE}/{{account_id}}"
    verbs: dict[str, Change] = {
        "unlock": desk.unlock,
        "suspend": desk.suspend,
        "unsuspend": desk.unsuspend,
    }
    changes = [
        Route(
            "POST", f"{one}/{name}", console.change(verb), auth=Auth.OPERATOR, allow=ACTORS,
            summary=f"{name.capitalize()} an account, with a reason",
            body=wire.ReasonIn, answer=wire.FoundDetailOut,
        )
        for name, verb in verbs.items()
    ]  # fmt: skip
    return [
        Route(
            "GET", PLACE, console.search, auth=Auth.OPERATOR, allow=READERS,
            summary="Find accounts by name, id, exact phone or address", answer=wire.FoundListOut,
        ),
        Route(
            "GET", one, console.show, auth=Auth.OPERATOR, allow=READERS,
            summary="Show one account and its sessions", answer=wire.FoundDetailOut,
        ),
        Route(
            "POST", f"{one}/lock", console.lock, auth=Auth.OPERATOR, allow=ACTORS,
            summary="Lock an account, with a reason; without a cause it is reviewed, or ends",
            body=wire.LockReasonIn, answer=wire.FoundDetailOut,
        ),
        *changes,
        Route(
            "DELETE", f"{one}/sessions/{{device_id}}", console.sign_out,
            auth=Auth.OPERATOR, allow=ACTORS, summary="Sign out a device of an account",
        ),
    ]  # fmt: skip
