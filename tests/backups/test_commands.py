"""``teahouse backup`` and ``teahouse restore``, as they are typed, with real servers."""

import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from teahouse.backups.model.manifest import BrokenBackup, LockedBackup, PlaceTaken
from teahouse.backups.service.locking import identities_of, is_locked, recipients_of
from teahouse.backups.service.restoring import read_through
from teahouse.cli.doctor import look
from teahouse.cli.restore import _take_ledger, check_empty
from teahouse.config import BadConfig, Config
from teahouse.infra.vault.identities import write_identity
from tests.engines.conftest import opens, place
from tests.engines.house import Server, run
from tests.living import Living

__all__ = ["opens", "place"]  # fixtures

pytestmark = pytest.mark.processes
V3 = "/_matrix/client/v3"
ANN = {"username": "ann", "password": "correct horse", "auth": {"type": "m.login.dummy"}}


async def ask(
    server: Server, method: str, path: str, token: str = "", body: object = None
) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=30) as client:
        return await client.request(method, path, json=body, headers=headers)


async def test_a_house_moves_by_its_backup(place: Path, opens: Any) -> None:
    old, new, kept = place / "old", place / "new", place / "kept"
    kept.mkdir()
    server = await opens(old, test_mode="true")
    ann = (await ask(server, "POST", f"{V3}/register", body=ANN)).json()
    bo = (await ask(server, "POST", f"{V3}/register", body=ANN | {"username": "bo"})).json()
    key = kept / "key.age"
    recipient = write_identity(key, "").recipient
    made = await run("backup", str(kept), "--recipient", recipient, "--data-dir", str(old))
    assert made[0] == 0, made
    file = Path(made[1].strip())
    for words, why in (
        (("--kept-by", "nobody"), "no such processor"),
        (("--kept-by", "nobody", "--recipient", recipient), "its key alone"),
    ):
        code, _, errors = await run("backup", str(kept), *words, "--data-dir", str(old))
        assert (code != 0, why in errors) == (True, True), errors
    gone = {"auth": {"type": "m.login.password", "user": "bo", "password": "correct horse"}}
    answer = await ask(server, "POST", f"{V3}/account/deactivate", bo["access_token"], gone)
    assert answer.status_code == 200, answer.text
    looked = {one.what: one for one in await look(Config(data_dir=str(old)))}
    found = looked["back-up"]
    assert (found.good, "the last was made" in found.words) == (True, True)
    budget = looked["key budget"]
    assert (budget.good, budget.words.endswith("times, of 4,294,967,296")) == (True, True)
    await server.stop()

    wanted = [
        *("restore", str(file), "--data-dir", str(new), "--keys", str(old / "keys" / "kek")),
        *("--identity", str(key)),
    ]
    with pytest.raises(BadConfig, match="--ledger"):
        _take_ledger(Config(data_dir=str(new)), None, False)
    code, out, errors = await run(*wanted, "--ledger", str(old / "keys" / "erasures"))
    assert (code, "erased again: 1" in out) == (0, True), errors
    with pytest.raises(PlaceTaken):
        check_empty(Config(data_dir=str(new)))
    shutil.rmtree(old)
    server = await opens(new, test_mode="true")
    for one, status in ((ann, 200), (bo, 401)):
        told = await ask(server, "GET", f"{V3}/account/whoami", one["access_token"])
        assert told.status_code == status
    again = await ask(server, "POST", f"{V3}/register", body=ANN | {"username": "bo"})
    assert again.json()["errcode"] == "M_USER_IN_USE", "a name is not given out again"
    cy = await ask(server, "POST", f"{V3}/register", body=ANN | {"username": "cy"})
    assert cy.status_code == 200


def unsealed(path: Path) -> list[Any]:
    return identities_of(path, "")


async def test_a_locked_backup_opens_by_its_key_only(home: Living, tmp_path: Path) -> None:
    keys = [tmp_path / f"{name}.age" for name in ("sealed", "plain", "strange")]
    recipients = recipients_of(
        [write_identity(keys[0], "words").recipient, write_identity(keys[1], "").recipient]
    )
    write_identity(keys[2], "")
    assert [is_locked(path) for path in keys] == [True, False, False]
    made = await home.house.keeping.making.make(tmp_path, "cli:test", recipients)
    sealed, plain, strange = identities_of(keys[0], "words"), *map(unsealed, keys[1:])
    for opening in (sealed, plain):
        assert read_through(made.path, opening) == made.manifest
    for opening in (strange, []):
        with pytest.raises(LockedBackup):
            read_through(made.path, opening)
    with pytest.raises(LockedBackup):
        identities_of(keys[0], "others")
    whole = made.path.read_bytes()
    for at in (300, len(whole) // 2, len(whole) - 1):
        made.path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises((LockedBackup, BrokenBackup)):
            read_through(made.path, plain)
    with pytest.raises(BadConfig):
        recipients_of(["age1nothing"])
