"""Whatever is told to people is told in both languages, with the same blanks to fill."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.house import source

LANGUAGES = {"zh", "en"}
BLANK = re.compile(r"\{\w+\}")
TEXTS = source.ROOT / "web" / "src" / "i18n"
REFUSED = TEXTS / "refused.zh.json"  # its English is the server's own; ``test_refusals`` holds it


def flat(texts: Any, at: str = "") -> dict[str, str]:
    """Return texts by their path, however they are nested."""
    if isinstance(texts, dict):
        return {k: v for key, value in texts.items() for k, v in flat(value, f"{at}.{key}").items()}
    if isinstance(texts, list | tuple):
        return {k: v for n, value in enumerate(texts) for k, v in flat(value, f"{at}.{n}").items()}
    return {at: texts} if isinstance(texts, str) else {}


def differences(zh: Any, en: Any) -> list[str]:
    """Say what one language has and the other has not."""
    here, there = flat(zh), flat(en)
    found = [f"{key} is in one language only" for key in sorted(here.keys() ^ there.keys())]
    for key in sorted(here.keys() & there.keys()):
        if not here[key].strip() or not there[key].strip():
            found.append(f"{key} is empty")
        if sorted(BLANK.findall(here[key])) != sorted(BLANK.findall(there[key])):
            found.append(f"{key} has other blanks")
    return found


def literal(node: ast.expr, names: dict[str, ast.expr]) -> Any:
    """Return the value of a literal, names of the same file resolved; ``None`` for what is none."""
    if isinstance(node, ast.Name) and node.id in names:
        return literal(names[node.id], names)
    if isinstance(node, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
        return dict(zip(keys, (literal(value, names) for value in node.values), strict=True))
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def wordings(module: ast.Module) -> Iterator[tuple[int, Any, Any]]:
    """Return every pair of texts in code: ``{"zh": …, "en": …}``, ``Wording(…)``, ``Both(…)``."""
    names = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Dict):
            found = literal(node, names)
            if LANGUAGES & set(found):
                yield node.lineno, found.get("zh"), found.get("en")
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("Wording", "Both"):
            said = dict(zip(("zh", "en"), node.args, strict=False))
            said |= {word.arg: word.value for word in node.keywords if word.arg in LANGUAGES}
            pair = {lang: literal(value, names) for lang, value in said.items()}
            if all(isinstance(pair.get(lang), str) for lang in pair):
                yield node.lineno, pair.get("zh"), pair.get("en")


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ('X = {"zh": {"a": "甲"}, "en": {"a": "A"}}', []),
        ('X = {"zh": {"a": "甲"}, "en": {}}', [".a is in one language only"]),
        ('X = {"zh": "甲"}', [" is in one language only"]),
        ('A = {"a": "甲"}\nX = {"zh": A, "en": {"b": "B"}}', [".a is in", ".b is in"]),
        ('X = {"zh": "{n} 个", "en": "some"}', [" has other blanks"]),
        ('X = Wording("甲", "")', [" is empty"]),
        ('X = Both(zh="甲", en="A")', []),
        ('X = Both(zh=other, en="A")', []),
    ],
)
def test_the_rule(code: str, wrong: list[str]) -> None:
    found = [words for _, zh, en in wordings(ast.parse(code)) for words in differences(zh, en)]
    assert len(found) == len(wrong)
    assert all(words.startswith(beginning) for words, beginning in zip(found, wrong, strict=True))


def test_the_server_speaks_both_languages() -> None:
    found = [
        f"{source.name(path)}:{line}: {words}"
        for path in source.files(".py", source.PACKAGE)
        for line, zh, en in wordings(source.tree(path))
        if isinstance(zh, str | dict) or isinstance(en, str | dict)
        for words in differences(zh, en)
    ]
    assert found == []


def test_the_web_client_speaks_both_languages() -> None:
    chinese = sorted(set(TEXTS.glob("*zh.json")) - {REFUSED})
    assert chinese
    assert {path.name.replace("zh", "en") for path in chinese} == {
        path.name for path in TEXTS.glob("*en.json")
    }
    for path in chinese:
        english = path.with_name(path.name.replace("zh", "en"))
        assert differences(json.loads(source.text(path)), json.loads(source.text(english))) == []


def test_nothing_is_said_twice_in_the_web_client() -> None:
    """A key that stands twice in one file means its last text only; JSON does not complain."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        assert sorted(set(keys)) == sorted(keys)
        return dict(pairs)

    for path in TEXTS.glob("*.json"):
        json.loads(source.text(path), object_pairs_hook=once)
