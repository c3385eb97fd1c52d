"""The rules of weighted lists: reading entries, weighing texts, and what is told of a find."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teahouse.detectors.model.finding import Finder
from teahouse.detectors.model.folding import closed
from teahouse.detectors.model.lists import BadEntry, ListKind, check_entries, check_people
from teahouse.detectors.model.weighing import STRETCH_LETTERS, Scales
from teahouse.detectors.model.weights import FORMS_MAX, WeightError, read_weights

LIST = [
    "threshold 2",
    "{child} = 小朋友 | 小学生 | 初三 | kid* | pupils",
    "{child} = little one",
    "{gift} = 火箭 | 打赏 | rose* | 压岁钱",
    "+0.75 {child}",
    "+0.8 {gift}",
    "+1 {child} & {gift}",
    "+0.5 偷偷",
    "+0.4 send me",
    "-1.25 电影",
    "-0.6 *flower*",
]
SPELLINGS = ("{0}", "{0}\u200b", "{0} ", "{0}·", "{0}。", "_{0}")


def found(text: str, entries: list[str] | None = None) -> list[tuple[str, str]]:
    """Return what a list tells of a text, and the letters that it marks."""
    finder = Finder({}, {}, {"x": LIST if entries is None else entries})
    return [(one.entry, text[one.span.begins : one.span.ends]) for one in finder.find(text)]


def score(text: str) -> int:
    """Return a text's score, whatever the threshold is, in thousandths; 0 for none above nothing."""
    (one,) = Scales({"x": ["threshold 0.001", *LIST[1:]]}).weigh(*closed(text)) or (None,)
    return 0 if one is None else one.score


def test_a_text_is_found_when_its_weights_come_to_the_threshold() -> None:
    told = "2.55 ≥ 2: {child} 小朋友 & {gift} 火箭 +1; {gift} 火箭 +0.8; {child} 小朋友 +0.75"
    assert found("各位小朋友，刷个火箭吧") == [(told, "小朋友，刷个火箭")]
    assert found("各位小朋友，看火箭的电影去") == [], "1.3, and 2 are wanted"
    assert found("火箭") == found("") == found("今天天气很好") == []
    assert found("来，偷偷打赏，小学生也行")[0][0].startswith("3.05 ≥ 2: ")


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Send me a Rose, kids!", "Send me a Rose, kid"),
        ("send me roses, little  one", "send me roses, little  one"),
        ("r o s e s for k i d s", "r o s e s for k i d"),
        ("ROЅES, kіds", "ROЅES, kіd"),
        ("prose and skids", None),
        ("sunflower roses, kids", None),
        ("rosé kid", "rosé kid"),
        ("pupilsx and roses", None),
    ],
)
def test_latin_words_are_met_as_words_and_go_on_after_an_asterisk(
    text: str, marked: str | None
) -> None:
    assert [letters for _, letters in found(text)] == ([] if marked is None else [marked])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["小朋友", "火箭", "電影", "压岁钱", "的", "初三", "偷偷", "看"]),
        max_size=8,
    ),
    st.data(),
)
def test_a_text_spelled_in_another_way_scores_the_same(
    words: list[str], data: st.DataObject
) -> None:
    plain = "".join(words)
    spelled = "".join(data.draw(st.sampled_from(SPELLINGS)).format(one) for one in plain)
    traditional = spelled.replace("压岁钱", "壓歲錢").replace("电", "電").replace("学", "學")
    assert score(spelled) == score(traditional) == score(plain)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["kids", "send me", "rose", "flowers", "tea", "pupils", "a"]), max_size=6
    ),
    st.data(),
)
def test_latin_letters_that_look_alike_do_not_lower_a_score(
    words: list[str], data: st.DataObject
) -> None:
    alike = {"e": "еｅE", "s": "ѕＳ", "o": "ο0O", "i": "і1I", "a": "а", "k": "Ｋ", "d": "ⅾD"}
    plain = " ".join(words)
    spelled = "".join(data.draw(st.sampled_from(one + alike.get(one, ""))) for one in plain)
    finder, lowest = Finder({}, {}, {"x": LIST}), ["threshold 0.001", *LIST[1:]]
    if finder.find(plain):
        assert finder.find(spelled)
    if found(plain, lowest):
        scores = [float(found(one, lowest)[0][0].split()[0]) for one in (plain, spelled)]
        assert scores[1] >= scores[0]


@given(st.permutations(LIST))
def test_the_order_of_entries_is_nothing(entries: list[str]) -> None:
    for text in ("小朋友偷偷打赏火箭", "kids send me a rose from a flower show, 电影"):
        assert found(text, entries) == found(text)


def test_a_sentence_is_not_lost_in_a_long_text_and_a_long_text_is_none() -> None:
    sentence, filler = "小朋友，刷个火箭", "今天天气很好我们去看山" * 30
    text = f"{filler}电影{filler}{sentence}{filler}电影"
    assert [letters for _, letters in found(text)] == [sentence]
    apart = f"小朋友{'今' * STRETCH_LETTERS}火箭"
    assert found(apart) == [], "the two are in no stretch together"
    whole = f"小朋友{'今' * (STRETCH_LETTERS - 5)}火箭"
    assert len(found(whole)) == 1


def test_no_text_is_weighed_in_more_than_twice_its_letters() -> None:
    entries = ["threshold 999", *[f"+0.1 *{'ab' * nth}*" for nth in range(1, 20)]]
    scales = Scales({"x": entries})
    for letters in (2_000, 20_000):
        shut, folded = closed("ab" * (letters // 2))
        stretches = list(
            scales._stretches([(0, at, at + 2) for at in range(letters - 2)], shut, folded)
        )
        assert 1 < len(stretches) <= letters * 2 / STRETCH_LETTERS + 1
        assert all(len(met) <= len(entries) for met in stretches), "in a stretch each counts once"
    assert scales.weigh(*closed("ab" * 10_000)) == []


def test_two_lists_do_not_weigh_on_each_other() -> None:
    lists = {
        "a": ["threshold 1", "+1 tea", "-1 cup"],
        "b": ["threshold 1", "+0.5 tea", "+0.5 cup"],
        "c": [],
    }
    finder = Finder({"words": ["cup"]}, {}, lists)
    assert {one.list_id for one in finder.find("tea in a cup")} == {"b", "words"}
    assert {one.list_id for one in finder.find("tea")} == {"a"}


@pytest.mark.parametrize(
    ("entries", "number", "why"),
    [
        (["threshold 1", "tea"], 2, "no weight"),
        (["threshold 1", "+1tea"], 2, "no weight"),
        (["threshold 1", "+0 tea"], 2, "not nothing"),
        (["threshold 1", "+nan tea"], 2, "no weight"),
        (["threshold 1", "+1 a"], 2, "too few letters"),
        (["threshold 1", "+1 ..."], 2, "too few letters"),
        (["threshold 1", f"+1 {'茶' * 41}"], 2, "more than 40"),
        (["threshold 1", "+1 tea & tea"], 2, "the same twice"),
        (["threshold 1", "+1 tea & cup & pot"], 2, "two go together"),
        (["threshold 1", "+1 tea", "-1 T.E.A"], 3, "entry 2"),
        (["threshold 1", "+1 tea & cup", "-1 cup & tea"], 3, "entry 2"),
        (["threshold 1", "+1 {tea}"], 2, "no class {tea}"),
        (["threshold 1", "{tea} = cup | "], 2, "too few letters"),
        (["threshold 0"], 1, "above nothing"),
        (["threshold 1", "threshold 2"], 2, "already"),
        (["threshold -1"], 1, "no weight"),
        (["+1 tea"], 0, "one entry such as"),
    ],
)
def test_entries_that_make_no_list_are_refused_by_their_number(
    entries: list[str], number: int, why: str
) -> None:
    with pytest.raises(BadEntry) as refused:
        check_entries(ListKind.WEIGHTS, entries)
    assert refused.value.fields.get("entry", 0) == number
    assert why in refused.value.words


def test_a_list_has_as_many_forms_as_it_may() -> None:
    letters = " | ".join(f"x{nth}" for nth in range(FORMS_MAX // 10))
    entries = [(nth, f"{{x}} = {letters}") for nth in range(1, 12)]
    with pytest.raises(WeightError, match="at most") as refused:
        read_weights([*entries, (12, "threshold 1")])
    assert refused.value.number == 11


def test_empty_lines_and_repeated_ones_are_left_out() -> None:
    assert check_entries(ListKind.WEIGHTS, ["", "threshold 1", " +1 tea ", "+1 tea"]) == [
        "threshold 1", "+1 tea",
    ]  # fmt: skip
    assert check_entries(ListKind.WEIGHTS, []) == [], "it is not written yet"


@pytest.mark.parametrize(
    "entry", ["+1 穆斯林", "-1 Muslims", "{x} = tea | gay*", "+1 殘疾", "+1 tea & 移民"]
)
def test_no_weight_is_of_what_people_are(entry: str) -> None:
    with pytest.raises(BadEntry) as refused:
        check_people("fraud", ["threshold 1", entry])
    assert refused.value.fields["entry"] == 2
    check_people("hatred", [entry])
    check_people("fraud", ["+1 bracelet", "+1 embrace", "+1 小朋友"])


def test_scores_do_not_depend_on_which_lists_are_beside() -> None:
    lot = random.Random(11)
    for _ in range(20):
        text = "".join(lot.choices(["小朋友", "火箭", "茶", "电影", "偷偷 "], k=6))
        beside = Finder({}, {}, {"x": LIST, "y": ["threshold 1", "+2 茶", "-1 火箭"]})
        told = [(one.entry, *one.span) for one in beside.find(text) if one.list_id == "x"]
        alone = [(one.entry, *one.span) for one in Finder({}, {}, {"x": LIST}).find(text)]
        assert told == alone
