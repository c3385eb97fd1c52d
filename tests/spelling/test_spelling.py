"""One word however it is written; names as they are typed by those who type no Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.spelling.model.folding import fold, fold_with_places
from teahouse.spelling.model.naming import EXACT, HAS, SOUNDS_SO, STARTS, means, nearness
from teahouse.spelling.model.sounds import sounds_like
from tests.spelling.tables import FOLDER, TABLES

SCRIPTS = st.text(
    st.sampled_from("aZé ßøＡ１ｶﾞカがサーバッ発發发広廣広後后裡裏图圖図\u0301\u200b\ufe0f😀'-。")
    | st.characters(),
    max_size=24,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＢＣ　１２３", "abc 123"),
        ("Crème BRÛLÉE", "creme brulee"),
        ("Straße", "strasse"),
        ("Łódź København", "lodz kobenhavn"),
        ("圖書館", "图书馆"),
        ("図書館", "图书馆"),
        ("広島", "廣島"),
        ("發展", "发展"),
        ("カタカナ", "かたかな"),
        ("ｶﾞｷﾞ", "がぎ"),
        ("サーバー", "サーバ"),
        ("サーバーが落ちた", "サーバが落ちた"),
        ("さーばー", "サーバ"),
        ("ﬁne", "fine"),
        ("茶\u200b馆", "茶馆"),
        ("Ёлка", "елка"),
    ],
)
def test_what_is_the_same_word(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("茶馆", "茶楼"), ("か", "が"), ("は", "ば"), ("バー", "バ"), ("cat", "car")]
)
def test_what_is_another_word(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(SCRIPTS)
def test_folding_knows_where_each_character_came_from(text: str) -> None:
    folded, places = fold_with_places(text)
    assert folded == fold(text)
    assert len(places) == len(folded) + 1
    assert places == sorted(places)
    assert places[-1] == len(text)


@given(st.text(st.sampled_from("aZéßＡ１ｶﾞカがサーバー発發发広廣😀' "), max_size=24))
def test_what_is_folded_stays(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [
        ("张小明", "zhangxiaoming", True),
        ("张小明", "zxm", True),
        ("张小明", "zhxm", True),
        ("张小明", "zhangxm", True),
        ("张小明", "zhangxiaom", True),
        ("张小明", "xiaom", True),
        ("張小明", "zxm", True),
        ("张小明", "zmx", False),
        ("张小明", "zhangming", False),
        ("张小明", "hang", False),
        ("吕布", "lvbu", True),
        ("吕布", "lubu", True),
        ("吕布", "lyubu", True),
        ("单田芳", "shantf", True),
        ("重庆火锅群", "cqhg", True),
        ("重庆火锅群", "chongqing", True),
        ("阿波 Bo", "abo", True),
        ("阿波 Bo", "abobo", True),
        ("Ann Lee", "al", False),
        ("山田太郎", "shantian", True),
        ("", "z", False),
        ("张小明", "", False),
    ],
)
def test_how_a_name_is_typed(name: str, typed: str, meant: bool) -> None:
    assert sounds_like(name, typed) is meant


def test_words_of_a_name_may_be_apart_and_the_nearest_is_told() -> None:
    assert means("zhang xm", "张小明")
    assert means("lee ANN", "@ann:s", "Ann Lee")
    assert not means("zhang wei", "张小明")
    assert not means("", "张小明")
    assert nearness("张小明", "張小明") == EXACT
    assert nearness("张", "张小明") == STARTS
    assert nearness("小明", "张小明") == HAS
    assert nearness("zxm", "张小明") == SOUNDS_SO
    assert nearness("xm", "张小明") > SOUNDS_SO


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_are_what_the_libraries_say(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == TABLES[name]()
