"""Whatever the server refuses, a browser in Chinese tells it in Chinese.

The server refuses in English: the docstring of the refusal is the sentence. The web client has texts
of its own for the refusals that people often meet (``SAID`` of ``problem.ts``), and a Chinese
sentence for each of the others (``refused.zh.json``).
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator

import pytest

from teahouse.infra.http.dialects.matrix import ERRCODES, KINDS
from tests.house import source

WEB = source.ROOT / "web" / "src"
SAID = re.compile(r'^  "?([\w.]+)"?: "[\w.]+",$', re.MULTILINE)
HAN = re.compile(r"[\u4e00-\u9fff]")

# Met at a terminal: when the house starts, or by who turns its keys there. No browser is told them.
AT_A_TERMINAL = {
    "backups.abroad",
    "backups.bad_ledger",
    "backups.broken",
    "backups.keys_lacking",
    "backups.locked",
    "backups.newer",
    "backups.no_place",
    "backups.other_house",
    "backups.place_taken",
    "backups.unfinished",
    "config.bad",
    "db.bad_migration",
    "db.not_empty",
    "engines.bad_data_dir",
    "engines.data_dir_locked",
    "engines.disk_full",
    "engines.failed",
    "senders.bad_smtp_url",
    "serve.port_busy",
    "vault.barrier_blocked",
    "vault.key_in_use",
    "vault.key_not_everywhere",
    "vault.key_not_rested",
    "vault.key_not_settled",
    "vault.key_state",
    "vault.no_such_key",
    "vault.two_persons",
}
# The client's own, which no server says: a failed connection, and what a passkey's device says.
OUR_OWN = {"unreachable", "passkeys.cancelled"}


def codes(module: ast.Module) -> Iterator[str]:
    """Return the code of each refusal that a file declares."""
    for node in ast.walk(module):
        for line in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "code":
                yield ast.literal_eval(line.value)


def differences(
    refused: Iterable[str], said: Iterable[str], chinese: dict[str, str], terminal: Iterable[str]
) -> list[str]:
    """Say which codes have no words in Chinese, or two, and which words have no code any more."""
    told = [*said, *chinese, *terminal]
    found = [f"{code}: say it in refused.zh.json" for code in sorted(set(refused) - set(told))]
    found += [f"{code}: nobody refuses so" for code in sorted(set(told) - set(refused))]
    found += [f"{code}: has two places" for code in sorted({c for c in told if told.count(c) > 1})]
    found += [f"{code}: is not Chinese" for code, text in chinese.items() if not HAN.search(text)]
    return found


@pytest.mark.parametrize(
    ("said", "chinese", "terminal", "wrong"),
    [
        (["a.one"], {"a.two": "二"}, [], []),
        (["a.one"], {}, ["a.two"], []),
        (["a.one"], {}, [], ["a.two: say it in refused.zh.json"]),
        (["a.one"], {"a.two": "二", "a.gone": "没"}, [], ["a.gone: nobody refuses so"]),
        (["a.one", "a.two"], {}, ["a.gone"], ["a.gone: nobody refuses so"]),
        (["a.one"], {"a.one": "一", "a.two": "二"}, [], ["a.one: has two places"]),
        (["a.one"], {"a.two": "Two."}, [], ["a.two: is not Chinese"]),
    ],
)
def test_the_rule(
    said: list[str], chinese: dict[str, str], terminal: list[str], wrong: list[str]
) -> None:
    module = ast.parse('class One(Refused):\n    """It."""\n\n    code = "a.one"')
    assert differences([*codes(module), "a.two"], said, chinese, terminal) == wrong


def test_every_refusal_is_told_in_chinese() -> None:
    refused = {c for path in source.files(".py", source.PACKAGE) for c in codes(source.tree(path))}
    refused |= {word for _, word in (*KINDS.values(), *ERRCODES.values())}
    problem = source.text(WEB / "http" / "problem.ts").split("SAID", 1)[1].split("};", 1)[0]
    said = set(SAID.findall(problem)) - OUR_OWN
    chinese = json.loads(source.text(WEB / "i18n" / "refused.zh.json"))
    assert len(said) > 50, "the table of problem.ts could not be read"
    assert differences(refused, said, chinese, AT_A_TERMINAL) == []
