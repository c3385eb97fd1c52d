"""The commands speak the language of the machine, and the one that is asked for."""

import asyncio

import pytest
from typer.testing import CliRunner, Result

from teahouse.cli import spoken
from teahouse.cli.spoken import language
from teahouse.cli.upgrade import app
from teahouse.errors import Invalid
from tests.upgrades.conftest import WHY, Site


def test_the_machine_says_which_language() -> None:
    assert language({"LANG": "zh_CN.UTF-8"}) == language({"LC_ALL": "zh_TW"}) == "zh"
    assert language({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}) == "en"
    assert language({}) == language({"LANG": "de_DE.UTF-8"}) == "en"
    assert spoken.chosen("zh") == "zh"
    with pytest.raises(Invalid):
        spoken.chosen("fr")


def test_everything_is_said_in_both_languages() -> None:
    for code, both in spoken.SPOKEN.items():
        assert both.zh.strip(), code
        assert both.en.strip(), code


async def test_the_commands_speak_it(site: Site, dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = site.home.house.config
    monkeypatch.setenv("TEAHOUSE_DATABASE_URL", dsn)
    monkeypatch.setenv("TEAHOUSE_DATA_DIR", config.data_dir)
    monkeypatch.setenv("TEAHOUSE_SERVER_NAME", "s")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.chdir(config.data_dir)
    await site.home.joined("ann", "+447700900001")

    async def run(*words: str) -> Result:
        found = await asyncio.to_thread(CliRunner().invoke, app, list(words))
        assert found.exit_code == 0, found.output
        return found

    assert "没有安全升级" in (await run("status")).stdout
    assert "there is no upgrade" in (await run("status", "--lang", "en")).stdout
    planned = (await run("plan", "--stolen", "backup")).stdout
    assert "注册照常开放" in planned
    assert "无论怎样做" in planned
    seen = (await run("census")).stdout
    assert "没有副本" in seen
    assert "there is none" in (await run("census", "--lang", "en")).stdout
    await site.begin("house", scope="*")
    told = (await run("status")).stdout
    assert "分发密钥（distribute）" in told
    again = (await run("plan", "--class", "house")).stdout
    assert "another_run" in again
    assert "另有升级在进行" in again
    assert "须先处理" in again
    asked = (await run("force", site.run_id, "--reason", WHY)).stdout
    assert "须由另一人" in asked
    assert "旧密钥" in (await run("stolen", "kek_file")).stdout
