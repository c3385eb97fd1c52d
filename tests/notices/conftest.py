"""The house as the gate's tests have it, and its commands."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.gate.conftest import house

__all__ = ["house"]


@pytest.fixture
def run(dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("TEAHOUSE_DATABASE_URL", dsn)
    monkeypatch.setenv("TEAHOUSE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TEAHOUSE_SERVER_NAME", "tea.example")
    monkeypatch.chdir(tmp_path)

    async def invoke(app: Any, *words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, list(words))

    return invoke
