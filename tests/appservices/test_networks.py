"""What services tell of the networks behind them ("Third-party networks")."""

from datetime import timedelta
from typing import Any

from teahouse.appservices.model import parse
from teahouse.clock import FixedClock
from tests.appservices.bridge import Bridge, did, registration
from tests.living import V3, Living, q

APP = "/_matrix/app/v1/thirdparty"
IRC: dict[str, Any] = {
    "user_fields": ["network", "nickname"],
    "location_fields": ["network", "channel"],
    "icon": "mxc://s/icon",
    "field_types": {"channel": {"regexp": "#[^\\s]+", "placeholder": "#tea"}},
    "instances": [{"desc": "Tea", "network_id": "tea", "fields": {"network": "tea"}}],
}
JIM = {"userid": "@_ghost_jim:s", "protocol": "irc", "fields": {"nickname": "jim"}}
HALL = {"alias": "#_ghost_hall:s", "protocol": "irc", "fields": {"channel": "#hall"}}


async def bridging(home: Living, bridge: Bridge) -> None:
    told = registration(bridge.url, protocols=["irc", "broken"])
    await home.house.programs.appservices.keeping.add("cli:tea", parse(told))


async def test_what_is_bridged(home: Living, bridge: Bridge, clock: FixedClock) -> None:
    ann = await home.person("ann")
    assert await ann.did("GET", "/thirdparty/protocols") == {}
    assert await ann.refused("GET", "/thirdparty/protocol/irc") == "404 M_NOT_FOUND"
    await bridging(home, bridge)
    bridge.knows = {f"{APP}/protocol/irc": IRC, f"{APP}/protocol/broken": {"icon": 1}}
    every = await ann.did("GET", "/thirdparty/protocols")
    assert list(every) == ["irc"], "of another shape than the specification's it is nothing"
    [instance] = every["irc"].pop("instances")
    assert instance == IRC["instances"][0] | {"instance_id": "bridge|tea"}
    assert every["irc"] == {name: IRC[name] for name in IRC if name != "instances"}
    assert await ann.did("GET", "/thirdparty/protocol/irc") == every["irc"] | {
        "instances": [instance]
    }
    asked = len(bridge.asked)
    await ann.did("GET", "/thirdparty/protocol/irc")
    assert len(bridge.asked) == asked, "it is remembered"
    bridge.down = True
    clock.move(timedelta(minutes=6))
    assert await ann.did("GET", "/thirdparty/protocols") == {}
    assert await ann.refused("GET", "/thirdparty/protocol/irc") == "404 M_NOT_FOUND"


async def test_who_and_what_is_there(home: Living, bridge: Bridge) -> None:
    ann = await home.person("ann")
    for path in ("user/irc", "location/irc", "user?userid=@a:s", "location?alias=%23a:s"):
        assert await ann.refused("GET", f"/thirdparty/{path}") == "404 M_NOT_FOUND"
    await bridging(home, bridge)
    bridge.knows = {
        f"{APP}/user/irc?nickname=jim": [JIM],
        f"{APP}/location/irc?channel=%23hall": [HALL],
        f"{APP}/user?userid={q('@_ghost_jim:s')}": [JIM],
        f"{APP}/location?alias={q('#_ghost_hall:s')}": [HALL],
        f"{APP}/user/irc?nickname=odd": [{"userid": 7}],
    }
    token = {"access_token": ann.token, "nickname": "jim"}
    assert await ann.did("GET", "/thirdparty/user/irc", **token) == [JIM]
    assert ann.token not in str(bridge.asked), "a service sees no token of a person's"
    assert await ann.did("GET", "/thirdparty/location/irc", channel="#hall") == [HALL]
    assert await ann.did("GET", "/thirdparty/user", userid="@_ghost_jim:s") == [JIM]
    assert await ann.did("GET", "/thirdparty/location", alias="#_ghost_hall:s") == [HALL]
    mine = {"user_id": "@bridge:s", "nickname": "jim"}
    assert await did(home, "GET", f"{V3}/thirdparty/user/irc", **mine) == [JIM]
    for nobody in ("user/irc?nickname=odd", "user/irc?nickname=none", "location/none"):
        assert await ann.refused("GET", f"/thirdparty/{nobody}") == "404 M_NOT_FOUND"
    for bare in ("user", "location"):
        assert await ann.refused("GET", f"/thirdparty/{bare}") == "404 M_NOT_FOUND"


async def test_rooms_of_its_network(home: Living) -> None:
    ann = await home.person("ann")
    ours = await ann.room(name="Ours", visibility="public")
    theirs = await ann.room(name="Theirs", preset="public_chat")
    path = f"{V3}/directory/list/appservice/tea/{q(theirs)}"
    await did(home, "PUT", path, {"visibility": "public"})

    async def listed(**said: Any) -> list[str]:
        found = await ann.did("POST", "/publicRooms", said)
        return sorted(room["room_id"] for room in found["chunk"])

    assert await listed() == [ours]
    assert await listed(third_party_instance_id="bridge|tea") == [theirs]
    assert await listed(third_party_instance_id="bridge|none") == []
    assert await listed(include_all_networks=True) == sorted([ours, theirs])
    await did(home, "PUT", path, {"visibility": "private"})
    assert await listed(include_all_networks=True) == [ours]
