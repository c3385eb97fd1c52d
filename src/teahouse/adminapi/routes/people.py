"""Accounts, as Synapse's tools ask for them."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import msgspec

from teahouse.accounts.model import AccountState, NoSuchAccount, NoSuchDevice, Wanted
from teahouse.adminapi import wire
from teahouse.adminapi.model import (
    ACTORS,
    OWNERS,
    READERS,
    REGISTRARS,
    Changes,
    NobodyElse,
    TwoOperators,
)
from teahouse.adminapi.routes.asking import V1, V2, V3, direction, flag, guarded, span
from teahouse.adminapi.service import AdminApi
from teahouse.adminapi.service.people import Shown
from teahouse.errors import Missing
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.operators.model import Role

VERSIONS = Limit("adminapi.version", per_minute=60, burst=30, by="address")
RELEASE = version("teahouse")


def _changes(shown: Shown, body: wire.AccountBody) -> Changes:
    """Return what a body says otherwise than it is."""
    account, profile = shown.account, shown.profile
    named = (
        ("displayname", body.displayname, profile.display_name),
        ("avatar_url", body.avatar_url, profile.avatar_url),
    )
    locked = account.state is AccountState.LOCKED
    return Changes(
        {name: said for name, said, now in named if said is not None and said != (now or "")},
        body.admin if body.admin is not account.administrator else None,
        body.locked if body.locked is not locked else None,
        bool(body.deactivated) and account.deactivated_at is None,
    )


@dataclass(frozen=True, repr=False)
class _People:
    api: AdminApi

    async def listed(self, request: Request, actor: str) -> Response:
        """List accounts."""
        limit, offset = span(request)
        gone = flag(request, "deactivated")
        if gone is not None and not request.route.path.startswith(V3):
            gone = None if gone else False  # in v2 it says whether they are listed too
        elif gone is None and not request.route.path.startswith(V3):
            gone = False
        term = request.query_one("name") or request.query_one("user_id") or ""
        name = term.removeprefix("@").partition(":")[0].lower()
        order = request.query_one("order_by") or "name"
        administrator = flag(request, "admins")
        locked = False if flag(request, "locked") is False else None  # yes: these too
        guest = False if flag(request, "guests") is False else None  # the same
        back = direction(request) == "b"
        wanted = Wanted(name, gone, locked, administrator, back, order, guest)
        rows, profiles = await self.api.people.page(actor, wanted, limit, offset)
        users = [wire.listed_out(row, profiles[row.user_id]) for row in rows]
        return json_response(wire.page_out("users", users, rows[0].total if rows else 0, offset))

    async def one(self, request: Request, actor: str) -> Response:
        """Show an account."""
        return json_response(await self._shown(actor, request.path["user_id"]))

    async def _shown(self, actor: str, user_id: str) -> dict[str, Any]:
        found = await self.api.people.show(actor, user_id)
        return wire.account_out(found.account, found.profile, found.contacts, found.sessions)

    async def put(self, request: Request, actor: str) -> Response:
        """Make an account, or change one."""
        people, user_id = self.api.people, request.path["user_id"]
        body = await request.struct(wire.AccountBody)
        said = msgspec.to_builtins(body)
        try:
            await people.target(user_id)
        except NoSuchAccount:
            await self.api.badges.check(request.caller, OWNERS if body.admin else REGISTRARS)
            await people.make(actor, user_id, said)
            return json_response(await self._shown(actor, user_id), 201)
        await self._change(request, actor, body, said)
        return json_response(await self._shown(actor, user_id))

    async def _change(
        self, request: Request, actor: str, body: wire.AccountBody, said: dict[str, Any]
    ) -> None:
        """Change what is said otherwise: all of it or, when any of it is refused, nothing."""
        people, user_id, caller = self.api.people, request.path["user_id"], request.caller
        await self.api.badges.check(caller, ACTORS)
        shown = await people.show(actor, user_id)
        changes = _changes(shown, body)
        if changes.for_owners:
            await self.api.badges.check(caller, OWNERS)
        await people.check_changes(caller, shown, said, changes)
        if changes.profile:
            await people.set_profile(actor, shown.account, changes.profile)
        if changes.admin is not None:
            await people.set_administrator(caller, user_id, changes.admin)
        if changes.locked is not None:
            await people.lock(caller, user_id, changes.locked)
        if changes.ends:
            await people.end(caller, user_id, False)

    async def end(self, request: Request, _actor: str) -> Response:
        """End an account for good."""
        body = await request.struct(wire.EndBody)
        await self.api.people.end(request.caller, request.path["user_id"], body.erase)
        return json_response({"id_server_unbind_result": "no-support"})

    async def suspend(self, request: Request, _actor: str) -> Response:
        """Suspend an account, or let it go."""
        body, user_id = await request.struct(wire.SuspendBody), request.path["user_id"]
        await self.api.people.suspend(request.caller, user_id, body.suspend)
        return json_response({f"user_{user_id}_suspended": body.suspend})

    async def is_admin(self, request: Request, _actor: str) -> Response:
        """Tell whether an account is an administrator's."""
        account = await self.api.people.target(request.path["user_id"])
        return json_response({"admin": account.administrator})

    async def set_admin(self, request: Request, _actor: str) -> Response:
        """Make an account an administrator's, or no longer."""
        body = await request.struct(wire.AdminBody)
        await self.api.people.set_administrator(request.caller, request.path["user_id"], body.admin)
        return empty()

    async def reset_password(self, request: Request, _actor: str) -> Response:
        """Refuse: two operators let people back in."""
        await request.ignored_body()
        await self.api.people.target(request.path["user_id"])
        raise TwoOperators

    async def sign_in(self, request: Request, _actor: str) -> Response:
        """Refuse to sign in as somebody else."""
        await request.ignored_body()
        await self.api.people.target(request.path["user_id"])
        raise NobodyElse

    async def by_contact(self, request: Request, actor: str) -> Response:
        """Tell whose a phone number or address is. Audited; what was asked is not written down."""
        medium, address = request.path["medium"], request.path["address"]
        found = await self.api.people.by_contact(actor, medium, address)
        return json_response({"user_id": found.user_id})

    async def free(self, request: Request, _actor: str) -> Response:
        """Tell whether a name is nobody's."""
        username = request.query_one("username")
        if not username:
            raise Missing("username is missing.")
        await self.api.registrations.steps.check_name(username)
        return json_response({"available": True})


@dataclass(frozen=True, repr=False)
class _Devices:
    api: AdminApi

    async def listed(self, request: Request, actor: str) -> Response:
        """List somebody's devices."""
        user_id = request.path["user_id"]
        found = await self.api.people.show(actor, user_id)
        devices = [wire.device_out(one, user_id) for one in found.sessions]
        return json_response({"devices": devices, "total": len(devices)})

    async def one(self, request: Request, actor: str) -> Response:
        """Show one of them."""
        user_id = request.path["user_id"]
        for session in (await self.api.people.show(actor, user_id)).sessions:
            if session.device_id == request.path["device_id"]:
                return json_response(wire.device_out(session, user_id))
        raise NoSuchDevice

    async def delete(self, request: Request, actor: str) -> Response:
        """Sign one of them out."""
        user_id, device_id = request.path["user_id"], request.path["device_id"]
        await self.api.people.sign_out(actor, user_id, [device_id])
        return empty()

    async def delete_some(self, request: Request, actor: str) -> Response:
        """Sign some of them out."""
        body = await request.struct(wire.DevicesBody)
        await self.api.people.sign_out(actor, request.path["user_id"], body.devices)
        return empty()

    async def whois(self, request: Request, actor: str) -> Response:
        """Tell from where somebody is signed in."""
        user_id = request.path["user_id"]
        found = await self.api.people.show(actor, user_id)
        devices = {
            one.device_id: {
                "sessions": [
                    {
                        "connections": [
                            {
                                "ip": one.last_seen_address,
                                "last_seen": wire.ms(one.last_seen_at),
                                "user_agent": None,
                            }
                        ]
                    }
                ]
            }
            for one in found.sessions
        }
        return json_response({"user_id": user_id, "devices": devices})

    async def pushers(self, request: Request, actor: str) -> Response:
        """List the apps that tell somebody; of what they are told by, just enough to know it."""
        user_id = (await self.api.people.show(actor, request.path["user_id"])).account.user_id
        found = [wire.pusher_out(app) for app in await self.api.pushers.apps(user_id)]
        return json_response({"pushers": found, "total": len(found)})

    async def joined(self, request: Request, actor: str) -> Response:
        """List the rooms that somebody is in."""
        user_id = (await self.api.people.show(actor, request.path["user_id"])).account.user_id
        rooms = sorted(await self.api.halls.rooms.joined_rooms(user_id))
        return json_response({"joined_rooms": rooms, "total": len(rooms)})

    async def memberships(self, request: Request, actor: str) -> Response:
        """Tell what somebody is to every room."""
        user_id = (await self.api.people.show(actor, request.path["user_id"])).account.user_id
        found = await self.api.halls.rooms.memberships(user_id)
        told = {room_id: what.membership for room_id, what in found.items()}
        return json_response({"memberships": told, "total": len(told)})


async def _version(_request: Request) -> Response:
    return json_response({"server_version": f"Teahouse {RELEASE}"})


async def _updates(_request: Request, _actor: str) -> Response:
    return json_response({"enabled": True, "current_updates": {}})


def routes(api: AdminApi) -> list[Route]:
    """Return the routes for accounts, their devices, and the server."""
    people, devices = _People(api), _Devices(api)
    user1, user2 = f"{V1}/users/{{user_id}}", f"{V2}/users/{{user_id}}"
    device = f"{user2}/devices/{{device_id}}"
    table: list[tuple[str, str, frozenset[Role], Any]] = [
        ("GET", f"{V2}/users", READERS, people.listed),
        ("GET", f"{V3}/users", READERS, people.listed),
        ("GET", user2, READERS, people.one),
        ("POST", f"{V1}/deactivate/{{user_id}}", OWNERS, people.end),
        ("PUT", f"{V1}/suspend/{{user_id}}", ACTORS, people.suspend),
        ("POST", f"{V1}/reset_password/{{user_id}}", ACTORS, people.reset_password),
        ("GET", f"{user1}/admin", READERS, people.is_admin),
        ("PUT", f"{user1}/admin", OWNERS, people.set_admin),
        ("POST", f"{user1}/login", OWNERS, people.sign_in),
        ("GET", f"{user1}/joined_rooms", READERS, devices.joined),
        ("GET", f"{user1}/pushers", READERS, devices.pushers),
        ("GET", f"{user1}/memberships", READERS, devices.memberships),
        ("GET", f"{user2}/devices", READERS, devices.listed),
        ("GET", device, READERS, devices.one),
        ("DELETE", device, ACTORS, devices.delete),
        ("POST", f"{user2}/delete_devices", ACTORS, devices.delete_some),
        ("GET", f"{V1}/whois/{{user_id}}", READERS, devices.whois),
        ("GET", f"{V1}/threepid/{{medium}}/users/{{address}}", ACTORS, people.by_contact),
        ("GET", f"{V1}/username_available", READERS, people.free),
        ("GET", f"{V1}/background_updates/status", READERS, _updates),
    ]
    changing = frozenset({Role.OWNER, Role.REGISTRAR, Role.MODERATOR})
    return [
        Route("GET", f"{V1}/server_version", _version, auth=Auth.NONE, limit=VERSIONS),
        Route("PUT", user2, guarded(api, changing, people.put), door="admin_import"),
        *(
            Route(method, path, guarded(api, allowed, asked))
            for method, path, allowed, asked in table
        ),
    ]
