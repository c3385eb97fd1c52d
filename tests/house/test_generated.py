"""What is generated has been generated again, and the generator tells the whole of it."""

import re
from pathlib import Path

import pytest

from teahouse.cli import gen
from teahouse.cli.typescript import interfaces
from tests.house import source


def test_nothing_generated_is_out_of_date() -> None:
    stale = [path for path, text in gen.generated().items() if gen.present(path) != text]
    assert [str(path) for path in stale] == [], "run make gen"


def test_a_stale_file_is_found_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gen, "CHECKOUT", tmp_path)
    assert gen.generate(check=True) == 1
    assert list(tmp_path.iterdir()) == []
    assert gen.generate(check=False) == 0
    assert gen.generate(check=True) == 0
    (tmp_path / gen.API).write_text("{}")
    capsys.readouterr()
    assert gen.generate(check=True) == 1
    assert capsys.readouterr().out == f"out of date: {gen.API}\n"


def test_every_announcement_is_told() -> None:
    page = gen.events()
    domains = [folder for folder in source.domains() if (folder / "events.py").exists()]
    assert domains
    for folder in domains:
        assert f"\n## {folder.name}\n" in page
    assert "### `timeline.Posted`" in page
    assert "Heard by: sync" in page


def test_our_api_is_told_whole() -> None:
    described = gen.api()
    assert "/api/openapi.json" in described["paths"]
    assert not [path for path in described["paths"] if path.startswith("/api/v1/test/")]
    silent = [
        f"{method} {path}"
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if not operation["summary"]
    ]
    assert silent == []


def test_every_type_has_a_name_of_its_own() -> None:
    names = re.findall(
        r"^export (?:interface|type) (\S+)",
        gen.types(gen.api()["components"]["schemas"]),
        re.MULTILINE,
    )
    assert len(names) > 20
    assert [name for name in names if not name.isidentifier()] == []
    assert len(set(names)) == len(names)
    twins = {"teahouse.tea.wire.In": {"enum": ["a"]}, "teahouse.pot.wire.In": {"enum": ["b"]}}
    assert interfaces(twins) == 'export type PotIn = "b";\n\nexport type TeaIn = "a";\n'


def test_schemas_in_typescript() -> None:
    schemas = {
        "Pot": {
            "type": "object",
            "description": "A pot.\n\nMore.",
            "properties": {
                "size": {"type": "integer"},
                "lid": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "teas": {"type": "array", "items": {"$ref": "#/components/schemas/Tea"}},
                "x-y": {"type": "object", "additionalProperties": {"type": "boolean"}},
                "any": {},
                "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"const": 1}]},
                "few": {"type": "array", "items": {"enum": ["a", "b"]}},
            },
            "required": ["size", "teas"],
        },
        "Tea": {"enum": ["green", "绿"]},
    }
    assert interfaces(schemas) == (
        "/** A pot. */\nexport interface Pot {\n  size: number;\n  lid?: string | null;\n"
        '  teas: Tea[];\n  "x-y"?: Record<string, boolean>;\n  any?: unknown;\n'
        '  pair?: [string, 1];\n  few?: ("a" | "b")[];\n}\n\n'
        'export type Tea = "green" | "绿";\n'
    )
