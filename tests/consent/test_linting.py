"""The consent linter: it sees each fault that is planted, the real ones, and none in our own words."""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from teahouse.app import FIELDS
from teahouse.cli.consent import app
from teahouse.consent.model import write_policy
from teahouse.consent.model.described import screen_of_html, screen_of_text
from teahouse.consent.model.linting import (
    Control,
    Passage,
    Screen,
    contrast,
    letters_of_sentence,
    lint,
    reading_grade,
)
from teahouse.consent.service import item_of
from teahouse.infra.vault.field import PurposeRegister
from tests.house.source import ROOT

# As they stand on the pages that told of the halt: the linter's reason to be.
REAL = {
    "By submitting, you consent to receiving marketing emails.": {"non_express"},
    "If you don't want these, tick here.": {"opt_out"},
    "By registering, you agree to our T&C and Privacy Policy.": {"non_express", "bundled"},
}
INK, PAPER = (20, 20, 20), (250, 250, 250)
YES = Control("button", "Agree", "accept", False, 0, 160, 48, 16, INK, PAPER)
NO = replace(YES, text="Decline", role="decline")
GOOD = Screen("first run", "en", (Passage("Read it first.", 16, INK, PAPER),), (YES, NO), 2)
LONG = "Notwithstanding any aforementioned considerations, the organisation's representatives may "
LONG += "intermittently disseminate identifying characteristics to affiliated intermediaries " * 3
PLANTED = [
    ("pre_ticked", replace(GOOD, controls=(YES, NO, Control("checkbox", "Letters", checked=True)))),
    ("bundled", replace(GOOD, controls=(replace(YES, purposes=2), NO))),
    ("bundled", replace(GOOD, passages=(Passage("我同意《用户协议》和《隐私政策》"),))),
    ("opt_out", replace(GOOD, passages=(Passage("如果您不想收到，请在此勾选。"),))),
    ("opt_out", replace(GOOD, passages=(Passage("To stop them, untick the box."),))),
    ("non_express", replace(GOOD, passages=(Passage("继续使用即视为您同意。"),))),
    ("no_refusal", replace(GOOD, controls=(YES,))),
    ("unequal_size", replace(GOOD, controls=(replace(YES, width=320), NO))),
    ("unequal_emphasis", replace(GOOD, controls=(replace(YES, paper=(200, 230, 210)), NO))),
    ("unequal_kind", replace(GOOD, controls=(YES, replace(NO, kind="link")))),
    ("small", replace(GOOD, passages=(Passage("tiny", 9, INK, PAPER),))),
    ("pale", replace(GOOD, passages=(Passage("pale", 16, (190, 190, 190), PAPER),))),
    ("far", replace(GOOD, taps=5)),
    ("hard", replace(GOOD, passages=(Passage(LONG),), prose=True)),
    ("hard", replace(GOOD, lang="zh", passages=(Passage("信息" * 90 + "。"),), prose=True)),
    ("hard", replace(GOOD, lang="zh", passages=(Passage("English only."),), prose=True)),
]


def rules(screen: Screen) -> set[str]:
    return {one.rule for one in lint(screen)}


@pytest.mark.parametrize("text", REAL)
def test_the_three_real_strings_are_flagged(text: str) -> None:
    assert rules(screen_of_text("form", text)) == REAL[text]


@pytest.mark.parametrize(("rule", "screen"), PLANTED, ids=lambda one: str(one)[:24])
def test_each_rule_sees_what_is_planted(rule: str, screen: Screen) -> None:
    assert lint(GOOD) == []
    assert rules(screen) == {rule}


def test_our_own_words_pass() -> None:
    items = [item_of(purpose) for purpose in PurposeRegister(FIELDS).purposes()]
    policy = write_policy("Tea", "privacy@tea.example", items)
    for lang in ("zh", "en"):
        told = [p.in_lang(lang) for section in policy.sections for p in section.paragraphs]
        screen = Screen("policy", lang, tuple(Passage(text) for text in told), prose=True)
        assert lint(screen) == []
        texts = json.loads((ROOT / f"web/src/i18n/{lang}.json").read_text("utf-8"))
        for key, text in texts.items():
            assert lint(screen_of_text(key, str(text))) == [], key


def test_measures() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast(PAPER, PAPER) == 1
    assert reading_grade("The cat sat on the mat. It was fat.") < 2 < reading_grade(LONG)
    assert letters_of_sentence("一二三。四五六！") == 3


def test_html_and_the_command(tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<!doctype html><html lang="en"><style>p{}</style><p>By using this site you agree.</p>'
        '<label><input type="checkbox" checked name="letters">Letters</label>'
        "<button>Accept all</button></html>"
    )
    assert rules(screen_of_html("bad", bad.read_text())) == {
        "non_express",
        "pre_ticked",
        "no_refusal",
    }
    told = CliRunner().invoke(app, ["lint", str(bad)])
    assert (told.exit_code, "pre_ticked: letters" in told.output) == (1, True)
    good = tmp_path / "good.txt"
    good.write_text("We keep your number to send you a code.")
    assert CliRunner().invoke(app, ["lint", str(good)]).exit_code == 0
