"""What is said to be served of Matrix: to programs, and on the page for people."""

import re

from tests.contract.conformance import document
from tests.house import source
from tests.living import Living

PAGE = source.ROOT / "docs" / "api" / "matrix.md"


def versions_on_page() -> set[str]:
    """Return the versions that the page's table has a row for."""
    found: set[str] = set()
    for row in re.findall(r"^\| (v1\.[\d–v.]+) \|", PAGE.read_text("utf-8"), re.MULTILINE):
        first, _, last = row.replace("v1.", "").partition("–")
        found |= {f"v1.{n}" for n in range(int(first), int(last or first) + 1)}
    return found


async def test_what_is_advertised_is_what_the_page_says(house: Living) -> None:
    told = (await house.client.get("/_matrix/client/versions")).json()
    assert told["versions"][-1] == document()["info"]["version"]
    assert {one for one in told["versions"] if one.startswith("v")} == versions_on_page()
    page = PAGE.read_text("utf-8")
    assert [name for name in told["unstable_features"] if f"| `{name}` |" not in page] == []


async def test_every_capability_is_told_and_on_the_page(house: Living) -> None:
    ada = await house.person()
    told = (await ada.did("GET", "/capabilities"))["capabilities"]
    known = document()["paths"]["/_matrix/client/v3/capabilities"]["get"]["responses"]["200"]
    schema = known["content"]["application/json"]["schema"]["properties"]["capabilities"]
    only_administrators = {"m.account_moderation"}
    assert set(schema["properties"]) - set(told) == only_administrators
    page = PAGE.read_text("utf-8")
    assert [name for name in {*told, *only_administrators} if f"`{name}`" not in page] == []
