"""The register of processors through what operators call, and what the house then lets out."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from teahouse.app.registers import configured, labels_of
from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.infra.egress.ways import NotAgreed, Way
from teahouse.infra.jobs.runner import JobRunner
from teahouse.processors.model.register import KEPT, Fit
from tests.cases.desk import Judge, invited
from tests.infra.egress.test_egress import Server, answer
from tests.living import Living, living

PLACE = "/processors"
BOTH = {"zh": "号码与验证码", "en": "Numbers and codes"}


@pytest_asyncio.fixture
async def gateway() -> AsyncIterator[Server]:
    """Somebody who takes SMS."""
    one = Server()
    listening = await asyncio.start_server(one.talk, "127.0.0.1", 0)
    one.port = listening.sockets[0].getsockname()[1]
    one.answers["/send"] = answer("200 OK", b"")
    yield one
    listening.close()


@asynccontextmanager
async def house(
    dsn: str, place: Path, clock: FixedClock, gateway: Server, **settings: Any
) -> AsyncIterator[Living]:
    """Open a house that hands its SMS to somebody."""
    url = f"http://127.0.0.1:{gateway.port}/send"
    async with living(dsn, place, clock, sms_url=url, **settings) as home:
        yield home


def proposed(clock: FixedClock, **more: Any) -> dict[str, Any]:
    """Return a processor as it is proposed."""
    body: dict[str, Any] = {
        "processor_id": "sms-one", "name": {"zh": "某短信", "en": "Some SMS"},
        "contact": "dpo@sms.example", "country": "CN", "contract": "2021-7",
        "contract_until": (clock.now().date() + timedelta(days=30)).isoformat(),
        "ways": ["sms"], "hosts": ["127.0.0.1"], "purposes": ["accounts.phone", "accounts.code"],
        "what": BOTH, "why": BOTH, "when": BOTH,
    }  # fmt: skip
    return body | more


async def two(home: Living) -> tuple[Judge, Judge]:
    """Set up two operators."""
    await home.owner()
    first = Judge(home, "ada")
    return first, await invited(home, first, "bea", "registrar")


async def did(judge: Judge, path: str, body: Any = None) -> None:
    """Make a request that must succeed."""
    told = await judge.at("POST", PLACE + path, body or {})
    assert told.status_code < 300, told.text


async def code(judge: Judge, path: str, body: Any = None) -> str:
    """Make a request that must be refused; return its code."""
    told = await judge.at("POST", PLACE + path, body or {})
    assert told.status_code >= 400, told.text
    return told.json()["code"]


async def used(first: Judge, second: Judge, clock: FixedClock, **more: Any) -> None:
    """Bring a processor into use."""
    body = proposed(clock, **more)
    await did(first, "", body)
    await did(second, f"/{body['processor_id']}/agree")
    await did(second, f"/{body['processor_id']}/start")


async def sent(judge: Judge) -> tuple[bool, str]:
    """Send a test SMS; return whether it went, and why not."""
    told = await judge.at("POST", "/settings/sms/test", {"to": "+8613800138000", "lang": "en"})
    assert told.status_code == 200, told.text
    return told.json()["sent"], told.json()["why"]


async def counted(home: Living, judge: Judge) -> list[tuple[str, str, str, int, int]]:
    """Return what was handed on, as the register has it."""
    await home.house.registers.processors.guarding.tell()
    days = (await judge.at("GET", "/providings")).json()["days"]
    return [
        tuple(one[name] for name in ("way", "processor_id", "host", "sent", "held")) for one in days
    ]


async def test_l_20_a_destination_without_a_processor_in_use_is_refused(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock, gateway: Server
) -> None:
    async with house(dsn, tmp_path, clock, gateway, registers_enforce="on") as home:
        first, second = await two(home)
        assert await sent(first) == (False, "register")
        assert gateway.asked == [], "nothing has left"
        await did(first, "", proposed(clock))
        assert await code(first, "", proposed(clock)) == "processors.known"
        assert await code(first, "/sms-one/agree") == "processors.same_person"
        assert await code(second, "/sms-one/start") == "processors.bad_step"
        assert await sent(first) == (False, "register")
        await did(second, "/sms-one/agree")
        await did(first, "/sms-one/start")
        assert await sent(first) == (True, "")
        assert await code(first, "/sms-one/end", {"reason": " "}) == "processors.reason_needed"
        await did(first, "/sms-one/end", {"reason": "The contract was given up."})
        assert await sent(first) == (False, "register")
        assert len(gateway.asked) == 1
        assert await counted(home, first) == [
            ("sms", "", "127.0.0.1", 0, 2), ("sms", "sms-one", "", 1, 1),
        ]  # fmt: skip
        today = clock.now().date().isoformat()
        proof = {"how": "deleted", "on": today, "evidence": "Their certificate 9."}
        assert await code(first, "/sms-one/clear", proof | {"how": "lost"}) == "processors.bad"
        await did(first, "/sms-one/clear", proof)
        (listed,) = (await first.at("GET", PLACE)).json()["processors"]
        assert (listed["state"], listed["may"], listed["clearing"]["how"]) == (
            "cleared",
            [],
            "deleted",
        )


async def test_l_20_an_end_counts_in_all_workers_and_where_the_register_is_only_told(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock, gateway: Server
) -> None:
    async with (
        house(dsn, tmp_path, clock, gateway) as home,
        house(dsn, tmp_path, clock, gateway) as other,
    ):
        first, second = await two(home)
        assert await sent(first) == (True, ""), "with warn it goes, and is told"
        elsewhere = other.house.registers.processors
        assert elsewhere.guarding.fit(Way.SMS, "127.0.0.1") == (Fit.NONE, "")
        await used(first, second, clock)
        await did(first, "/sms-one/end", {"reason": "The contract was given up."})
        assert await sent(first) == (False, "register")
        assert await other.house.log.reached(home.house.log.applied, 10)
        await elsewhere.all()
        with pytest.raises(NotAgreed):
            elsewhere.guarding.leave(Way.SMS, "127.0.0.1")
        (to,) = [
            one
            for one in (await first.at("GET", PLACE)).json()["destinations"]
            if one["way"] == "sms"
        ]
        assert (to["host"], to["fit"], to["held"]) == ("127.0.0.1", "ended", True)


async def test_l_20_switched_off_nothing_is_held_and_all_is_counted(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock, gateway: Server
) -> None:
    async with house(dsn, tmp_path, clock, gateway, registers_enforce="off") as home:
        first, second = await two(home)
        await used(first, second, clock)
        await did(first, "/sms-one/end", {"reason": "The contract was given up."})
        assert await sent(first) == (True, "")
        assert await counted(home, first) == [("sms", "sms-one", "", 1, 0)]


async def test_l_20_a_contract_holds_until_its_last_day(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock, gateway: Server
) -> None:
    async with house(dsn, tmp_path, clock, gateway, registers_enforce="on") as home:
        first, second = await two(home)
        await used(first, second, clock)
        assert await sent(first) == (True, "")
        clock.move(timedelta(days=30))
        guarding = home.house.registers.processors.guarding
        assert guarding.fit(Way.SMS, "127.0.0.1") == (Fit.GOOD, "sms-one")
        clock.move(timedelta(days=1))
        assert guarding.fit(Way.SMS, "127.0.0.1") == (Fit.EXPIRED, "sms-one")


async def test_l_n21_whoever_is_in_use_is_named_in_the_policy_and_to_everybody(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock, gateway: Server
) -> None:
    async with house(dsn, tmp_path, clock, gateway) as home:
        first, second = await two(home)

        async def told() -> tuple[list[str], list[str]]:
            policy = (await home.client.get("/api/v1/policy?lang=en")).json()
            every = (await home.client.get("/api/v1/processors")).json()["receivers"]
            named = [one["name"] for one in policy["recipients"] if one["id"] != "push"]
            return named, [one["processor_id"] for one in every]

        assert await told() == (["SMS provider"], [])
        await used(first, second, clock)
        assert await told() == (["Some SMS"], ["sms-one"])
        await did(first, "/sms-one/end", {"reason": "The contract was given up."})
        assert await told() == (["SMS provider"], [])


async def test_l_n10_what_is_handed_over_is_recorded_and_kept_for_three_years(
    dsn: str,
    database: object,
    wiper: asyncpg.Connection,
    tmp_path: Path,
    clock: FixedClock,
    gateway: Server,
) -> None:
    async with house(dsn, tmp_path, clock, gateway) as home:
        first, second = await two(home)
        handed = {"what": "A list for the auditors.", "people": 12, "purposes": ["accounts.phone"]}
        assert await code(first, "/sms-one/handings", handed) == "processors.not_found"
        await used(first, second, clock)
        assert await code(first, "/sms-one/handings", handed | {"people": -1}) == "processors.bad"
        await did(first, "/sms-one/handings", handed)
        await sent(first)
        assert await counted(home, first) == [("sms", "sms-one", "", 1, 0)]
        (one,) = (await first.at("GET", "/providings")).json()["handings"]
        assert (one["what"], one["people"], one["processor_id"]) == (handed["what"], 12, "sms-one")
        await refused_by_the_database(wiper)
        # By the house's own clock these days are long past: three years later they go.
        clock.move(KEPT - timedelta(days=1))
        await home.run_jobs()
        assert (
            await wiper.fetchval("select count(*) from processors_handings where people = 12") == 1
        )
        clock.move(timedelta(days=2))
        runner: JobRunner = home.house.runner
        await runner.run_due()
        assert (
            await wiper.fetchval("select count(*) from processors_handings where people = 12") == 0
        )
        assert await wiper.fetchval(
            "select count(*) from processors_providings where processor_id = 'sms-one'"
        ) == 0  # fmt: skip


async def refused_by_the_database(wiper: asyncpg.Connection) -> None:
    """Try to lose records that are less than three years old, with all the rights there are."""
    await wiper.execute(
        "insert into processors_providings values (current_date, 'sms', 'x', '', 1, 0);"
        "insert into processors_handings values ('x', 'sms-one', now(), 'a', 'w', 1, '{}')"
    )
    await wiper.execute("set session_replication_role = default")
    try:
        for statement in (
            "delete from processors_providings where processor_id = 'x'",
            "update processors_providings set sent = 0 where processor_id = 'x'",
            "update processors_providings set way = 'mail' where processor_id = 'x'",
            "delete from processors_handings where handing_id = 'x'",
            "update processors_handings set people = 0 where handing_id = 'x'",
        ):
            with pytest.raises(asyncpg.RaiseError):
                await wiper.execute(statement)
        await wiper.execute("update processors_providings set sent = 2 where processor_id = 'x'")
    finally:
        await wiper.execute("set session_replication_role = replica")


async def test_l_d21_what_is_important_is_not_handed_on_by_any_contract(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock, gateway: Server
) -> None:
    raised = {"raised": {"accounts_identifiers.phone": "important"}}
    (tmp_path / "labels.json").write_text(json.dumps(raised))
    async with house(dsn, tmp_path, clock, gateway) as home:
        first, _ = await two(home)
        labels = labels_of(home.house.config, home.house.people.consent.register)
        assert labels.of_purpose("accounts.phone").value == "important"
        assert await code(first, "", proposed(clock)) == "processors.bad"
        await did(first, "", proposed(clock, purposes=["accounts.code"]))
        own = {"role": "own", "contract": "", "contract_until": None, "processor_id": "mine"}
        await did(first, "", proposed(clock, **own))


async def test_the_day_of_a_record_is_the_same_everywhere(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock, gateway: Server
) -> None:
    async with house(dsn, tmp_path, clock, gateway) as home:
        guarding = home.house.registers.processors.guarding
        assert guarding.today() == clock.now().astimezone(UTC).date()
        guarding.leave(Way.PUSH, "somebodys.own.example")
        await guarding.tell()
        await guarding.tell()
        first, _ = await two(home)
        assert await counted(home, first) == [("push", "", "", 1, 0)], (
            "people's own hosts are not kept"
        )


def test_where_something_goes_is_a_host_and_never_a_password() -> None:
    config = Config(
        database_url="postgresql://tea:s3cret@/tea?host=/run/tea",
        replicas="postgresql://tea:s3cret@db2.example/tea postgresql://tea:s3cret@127.0.0.1/tea",
        smtp_url="smtp://tea:s3cret@mail.example:587",
        blobs_url="s3://bucket/place",
        turn_uris="turn:relay.example:3478?transport=udp",
    )
    found = [one for one in configured(config) if one[0] is not Way.PUSH]
    assert found == [
        (Way.MAIL, "mail.example"), (Way.FILES, "bucket"), (Way.ENGINES, "db2.example"),
        (Way.RELAY, "relay.example"),
    ]  # fmt: skip
