"""What everybody may read of algorithms, and what is filed."""

from pathlib import Path

from teahouse.clock import FixedClock
from tests.cases.desk import Judge
from tests.living import living


async def test_l_24_everybody_reads_what_decides_and_whether_it_runs(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock
) -> None:
    for detectors, runs in (("public", True), ("off", False)):
        async with living(dsn, tmp_path, clock, detectors=detectors) as home:
            told = (await home.client.get("/api/v1/algorithms")).json()["algorithms"]
            by_id = {one["id"]: one for one in told}
            assert by_id["detectors.lists"]["runs"] is runs
            assert by_id["appearances.stills"]["runs"] is False, "off as shipped"
            assert by_id["push.rules"]["runs"] is None, "each person chooses"
            assert by_id["cases.voices"]["runs"] is True
            assert by_id["cases.voices"]["switch"]["why"]["en"]
            assert "code" not in by_id["cases.voices"]


async def test_l_24_a_filing_has_who_answers_for_it_and_the_code(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock
) -> None:
    named = {"operator_name": "Tea Co", "operator_contact": "ops@tea.example"}
    async with living(dsn, tmp_path, clock, **named) as home:
        await home.owner()
        filed = (await Judge(home, "ada").at("GET", "/algorithms/filing")).json()
        assert (filed["provider"], filed["contact"]) == ("Tea Co", "ops@tea.example")
        (one,) = [row for row in filed["algorithms"] if row["id"] == "gate.decision"]
        assert one["code"][0] == "gate.model.policies:decide"
        assert one["owner"] == "registrar"
        assert (await home.client.get("/api/v1/operator/algorithms/filing")).status_code == 401
