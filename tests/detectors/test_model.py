"""The rules of detectors: folding, finding, places, patterns, pictures."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teahouse.detectors.model.finding import Finder
from teahouse.detectors.model.folding import closed
from teahouse.detectors.model.lists import check_entries, figures
from teahouse.detectors.model.pictures import DISTANCE_MAX, PictureHash, PictureLists

ENTRIES = ("tip now", "加微信", "刷火箭", "ass", "вор", "/未成年.{0,6}打赏/", "!refund")


def parts(finder: Finder, text: str) -> list[tuple[str, str]]:
    """Return the entries that are found in a text, and the letters that they are."""
    return [(one.entry, text[one.span.begins : one.span.ends]) for one in finder.find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("please T.i.p n0w!!", ("tip now", "T.i.p n0w")),
        ("Тiр nоw", ("tip now", "Тiр nоw")),
        ("ｔｉｐ　ｎｏｗ", ("tip now", "ｔｉｐ　ｎｏｗ")),
        ("来加\u200b 微·信吧", ("加微信", "加\u200b 微·信")),
        ("幫我刷一個？刷火箭", ("刷火箭", "刷火箭")),
        ("未成年人也能打賞", ("/未成年.{0,6}打赏/", "未成年人也能打賞")),
        ("ВОР!", ("вор", "ВОР")),
        ("A s s", ("ass", "A s s")),
        ("glass pass assess", None),
        ("tip nowadays", None),
        ("tip now, or ask for a refund", None),
        ("", None),
        ("今天天气很好", None),
    ],
)
def test_words_are_found_as_they_look(text: str, found: tuple[str, str] | None) -> None:
    finder = Finder({"x": ENTRIES}, {})
    assert parts(finder, text) == ([] if found is None else [found])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("buy cheap tea now", "cheap tea"),
        ("tea! so cheap", "tea! so cheap"),
        ("cheap coffee", None),
        ("cheap tea, with a refund of the price", None),
        ("cheap tea, with a refund", "cheap tea"),
    ],
)
def test_patterns_that_go_together_are_found_in_any_order(text: str, found: str | None) -> None:
    finder = Finder(
        {"x": check_entries(kind_of("words"), ["/cheap/ & /t.a/", "!/refund/ & /price/"])}, {}
    )
    assert [letters for _, letters in parts(finder, text)] == ([] if found is None else [found])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("go to EXAMPLE.org/x now", "example.org"),
        ("https://sub.example.org:8080", "example.org"),
        ("看example.org吧", "example.org"),
        ("ＥＸＡＭＰＬＥ。ｏｒｇ", "example.org"),
        ("ехаmple.org", "example.org"),
        ("http://bad.cn/shop?x=1", "bad.cn/shop"),
        ("http://bad.cn/shop", "bad.cn/shop"),
        ("去 茶馆.example 看看", "xn--5nq7t.example"),
        ("bad.cn/shopping", None),
        ("bad.cn", None),
        ("notexample.org", None),
        ("example.organic", None),
        ("it ends.So does this", None),
    ],
)
def test_places_are_found_by_host_and_path(text: str, found: str | None) -> None:
    import idna  # noqa: PLC0415 - only to write the host as it is registered

    listed = ["example.org", "https://bad.cn/shop/", "茶馆.example"]
    finder = Finder({}, {"x": check_entries(kind_of("places"), listed)})
    wanted = {
        "bad.cn/shop": "https://bad.cn/shop/",
        f"{idna.encode('茶馆').decode()}.example": "茶馆.example",
        "xn--5nq7t.example": "茶馆.example",
    }
    entries = [entry for entry, _ in parts(finder, text)]
    assert entries == ([] if found is None else [wanted.get(found, found)])


def kind_of(name: str):  # noqa: ANN201 - as lists have it
    from teahouse.detectors.model.lists import ListKind  # noqa: PLC0415

    return ListKind(name)


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=60),
    st.text(alphabet="abcтеа茶馆加微0iI.- \u200b", max_size=12),
    st.text(max_size=60),
)
def test_what_is_found_lies_in_the_text(before: str, entry: str, after: str) -> None:
    if len(closed(entry).text) < 2:
        return
    finder = Finder({"x": [entry]}, {})
    text = f"{before} {entry} {after}"
    found = finder.find(text)
    for one in found:
        begins, ends = one.span
        assert 0 <= begins < ends <= len(text)
        assert closed(entry).text in {
            closed(text[begins:ends]).text, closed(entry).text,
        }  # fmt: skip
    if not before.strip() and not after.strip():
        assert found, "a word by itself is found"


def test_no_text_keeps_a_pattern_busy() -> None:
    entries = check_entries(kind_of("words"), ["/(a+)+$b/", "/(x|xx)+y/"])
    finder = Finder({"x": entries}, {})
    begun = time.process_time()
    assert finder.find("a" * 15_000 + "x" * 5_000) == []
    spent = time.process_time() - begun
    begun = time.process_time()
    assert finder.find("a" * 1_500 + "x" * 500) == []
    tenth = time.process_time() - begun
    assert spent < max(tenth, 0.002) * 100, "it grows as the text does, and not as its square"


def test_pictures_are_near_when_few_bits_differ() -> None:
    bits = random.Random(7).getrandbits(256)
    lists = PictureLists({"x": [f"{bits:064x}"], "y": [f"{bits ^ 1:064x}"]})

    def differing(count: int) -> int:
        return bits ^ sum(1 << (at * 7) for at in range(1, count + 1))

    near = PictureHash(differing(DISTANCE_MAX), 90)
    assert [(one.list_id, one.distance) for one in lists.find(near)] == [("x", DISTANCE_MAX)]
    assert lists.find(PictureHash(differing(DISTANCE_MAX + 1), 90)) == []
    assert lists.find(PictureHash(bits, 5)) == [], "where nothing is to be seen all looks alike"


def test_figures_tell_how_often_people_agreed() -> None:
    told = figures(9, ["upheld", "upheld", "upheld", "dismissed", "undecided"])
    assert (told.found, told.suggested, told.precision) == (9, 5, 0.75)
    assert figures(2, ["undecided"]).precision is None
