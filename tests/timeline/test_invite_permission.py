"""Who takes no invitations is sent none, and told of none (Client-Server API v1.18)."""

from tests.living import Living, Person, q

CONFIG = "m.invite_permission_config"


async def take(person: Person, **config: str) -> None:
    """Say which invitations one takes."""
    await person.did("PUT", f"/user/{q(person.user_id)}/account_data/{CONFIG}", config)


async def invitations(person: Person) -> set[str]:
    """Return the rooms that a client that starts anew is invited to."""
    person.since = None
    told = await person.sync()
    old = await person.did("GET", "/initialSync")
    found = set(told.get("rooms", {}).get("invite", {}))
    assert found == {r["room_id"] for r in old["rooms"] if r["membership"] == "invite"}
    return found


async def test_who_blocks_invitations_is_not_invited(house: Living) -> None:
    ada, bob = await house.person(), await house.person()
    room, other = [await ada.room(preset="private_chat") for _ in range(2)]
    invite, body = f"/rooms/{q(room)}/invite", {"user_id": bob.user_id}
    state = f"/rooms/{q(room)}/state/m.room.member/{q(bob.user_id)}"
    await ada.did("POST", f"/rooms/{q(other)}/invite", body)
    await take(bob, default_action="block")
    blocked = "403 M_INVITE_BLOCKED"
    assert await ada.refused("POST", invite, body) == blocked
    assert await ada.refused("PUT", state, {"membership": "invite"}) == blocked
    before = await ada.did("GET", "/joined_rooms")
    assert await ada.refused("POST", "/createRoom", {"invite": [bob.user_id]}) == blocked
    assert await ada.did("GET", "/joined_rooms") == before
    assert await invitations(bob) == set()
    await ada.did("PUT", f"/rooms/{q(room)}/state/m.room.topic/", {"topic": "tea"})
    await take(bob)
    assert await invitations(bob) == {other}
    assert await ada.did("POST", invite, body) == {}
    assert await invitations(bob) == {room, other}


async def test_who_may_not_invite_learns_nothing(house: Living) -> None:
    ada, bob, eve = [await house.person() for _ in range(3)]
    room = await ada.room(preset="private_chat")
    await take(bob, default_action="block")
    path = f"/rooms/{q(room)}/invite"
    assert await eve.refused("POST", path, {"user_id": bob.user_id}) == "403 M_FORBIDDEN"


async def test_an_invitation_that_is_blocked_wakes_nobody(house: Living) -> None:
    ada, bob = await house.person(), await house.person()
    room = await ada.room(preset="private_chat")
    await ada.did("POST", f"/rooms/{q(room)}/invite", {"user_id": bob.user_id})
    await take(bob, default_action="block")
    await bob.sync()
    await ada.did("POST", f"/rooms/{q(room)}/kick", {"user_id": bob.user_id})
    assert "invite" not in (await bob.sync()).get("rooms", {})
