"""A field of one's profile is set, kept as it is, and removed; through the Matrix API."""

from tests.living import Living, q


async def test_a_field_is_set_and_removed(house: Living) -> None:
    ada, bob = await house.person(), await house.person()
    mine, field = f"/profile/{q(ada.user_id)}", "com.tea.pet"
    path = f"{mine}/{field}"
    for value in ({"n": 1}, None, "cat"):
        await ada.did("PUT", path, {field: value})
        assert await bob.did("GET", path) == {field: value}
        assert await bob.did("GET", mine) == {field: value}
    assert await bob.refused("PUT", path, {field: 1}) == "403 M_FORBIDDEN"
    assert await bob.refused("DELETE", path) == "403 M_FORBIDDEN"
    assert await ada.refused("PUT", path, {"com.tea.dog": 1}) == "400 M_MISSING_PARAM"
    assert await ada.refused("PUT", f"{mine}/pet", {"pet": 1}) == "400 M_INVALID_PARAM"
    for _ in range(2):
        assert await ada.did("DELETE", path) == {}
    assert await bob.refused("GET", path) == "404 M_NOT_FOUND"
    assert await bob.did("GET", mine) == {}
