"""Whatever can happen to an account is told in words, on screen and in messages."""

import json
from pathlib import Path

import pytest

from teahouse.infra.senders.security import FACTS, SECURITY
from teahouse.recovery.model import DEVICES_ONLY, What

WEB = Path(__file__).parents[2] / "web" / "src"


@pytest.mark.parametrize("what", What, ids=lambda what: what.value)
def test_it_is_told_in_both_languages(what: What) -> None:
    shown = (WEB / "recovery" / "state" / "words.ts").read_text("utf-8")
    assert f'{what.value}: "security.{what.value}"' in shown
    for lang in ("zh", "en"):
        assert json.loads((WEB / "i18n" / f"{lang}.json").read_text("utf-8"))[
            f"security.{what.value}"
        ]
        if what not in DEVICES_ONLY:
            assert SECURITY[what.value][0][lang]


def test_what_a_message_tells_has_a_name() -> None:
    assert {"about", "by", "place", "at"} == FACTS.keys()
