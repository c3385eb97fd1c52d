"""Matrix's calls for push rules."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from teahouse.errors import BadJson, Missing
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route
from teahouse.push.model import rules as model
from teahouse.push.model.rules import NewRule, Rule, RuleKind, Unrecognised
from teahouse.push.service import Push

ROOT = "/_matrix/client/v3/pushrules"
KIND = ROOT + "/{scope}/{kind}"
RULE = KIND + "/{rule_id}"


def _kind(request: Request) -> RuleKind:
    """Return the kind of rule in the path. Raises ``Unrecognised``; the only scope is global."""
    if request.path["scope"] != "global":
        raise Unrecognised("The only scope of push rules is global.")
    return model.as_kind(request.path["kind"])


def _place(request: Request) -> tuple[str, RuleKind, str]:
    return request.caller.user_id, _kind(request), request.path["rule_id"]


async def _nowhere(_request: Request) -> Response:
    """Answer paths that lack a scope, a kind, a rule or a slash."""
    raise Unrecognised


@dataclass(frozen=True)
class _Rules:
    service: Push

    async def everything(self, request: Request) -> Response:
        """List all rules."""
        return json_response(await self._document(request))

    async def scope(self, request: Request) -> Response:
        """List all rules of the one scope."""
        if request.path["scope"] != "global":
            raise Unrecognised("The only scope of push rules is global.")
        return json_response((await self._document(request))["global"])

    async def kind(self, request: Request) -> Response:
        """List the rules of a kind."""
        return json_response((await self._document(request))["global"][_kind(request)])

    async def get(self, request: Request) -> Response:
        """Give one rule."""
        rule = await self._rule(request)
        return json_response(rule.shown(request.caller.user_id))

    async def attribute(self, request: Request) -> Response:
        """Give a rule's actions, or whether it is enabled."""
        name = request.path["attribute"]
        if name not in ("enabled", "actions"):
            raise Unrecognised(f"A push rule has no attribute {name[:80]!r}.")
        rule = await self._rule(request)
        return json_response({name: getattr(rule, name)})

    async def put(self, request: Request) -> Response:
        """Make or change a rule."""
        place = _place(request)
        rule = await request.struct(NewRule)
        before, after = request.query_one("before"), request.query_one("after")
        await self.service.put_rule(*place, rule, before=before, after=after)
        return empty()

    async def delete(self, request: Request) -> Response:
        """Delete a rule."""
        await self.service.delete_rule(*_place(request))
        return empty()

    async def put_attribute(self, request: Request) -> Response:
        """Change a rule's actions, or turn it on or off."""
        place, name = _place(request), request.path["attribute"]
        if name not in ("enabled", "actions"):
            raise Unrecognised(f"A push rule has no attribute {name[:80]!r}.")
        body = await request.json_object()
        if name not in body:
            raise Missing(f"{name} is missing.")
        if name == "enabled":
            if not isinstance(body[name], bool):
                raise BadJson("enabled must be true or false.")
            await self.service.set_enabled(*place, body[name])
        else:
            if not isinstance(body[name], list):
                raise BadJson("actions must be a list.")
            await self.service.set_actions(*place, body[name])
        return empty()

    async def _document(self, request: Request) -> dict[str, Any]:
        user_id = request.caller.user_id
        return model.document(user_id, await self.service.rules(user_id))

    async def _rule(self, request: Request) -> Rule:
        user_id, kind, rule_id = _place(request)
        return model.find(await self.service.rules(user_id), kind, rule_id)


def routes(service: Push) -> list[Route]:
    """Return the routes of push rules."""
    on = _Rules(service)
    table: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
        ("GET", ROOT + "/", on.everything),
        ("GET", ROOT + "/{scope}/", on.scope),
        ("GET", KIND + "/", on.kind),
        ("GET", RULE, on.get),
        ("PUT", RULE, on.put),
        ("DELETE", RULE, on.delete),
        ("GET", RULE + "/{attribute}", on.attribute),
        ("PUT", RULE + "/{attribute}", on.put_attribute),
        ("GET", ROOT, _nowhere),
        ("GET", ROOT + "/{scope}", _nowhere),
        ("GET", KIND, _nowhere),
        ("PUT", ROOT + "/{scope}", _nowhere),
        ("PUT", ROOT + "/{scope}/", _nowhere),
        ("PUT", KIND, _nowhere),
        ("PUT", KIND + "/", _nowhere),
    ]
    return [Route(method, path, handler) for method, path, handler in table]
