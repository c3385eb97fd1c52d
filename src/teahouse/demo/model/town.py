"""Who lives in the town, and where they meet. Nobody in it is or resembles a real person."""

import msgspec

from teahouse.demo.model import talks

REAL_ACCOUNTS_MAX = 25  # with more, a demo among them has to be asked for twice


class Inhabitant(msgspec.Struct, frozen=True):
    """Somebody of the town; the look is for the portrait."""

    key: str
    localpart: str
    name: str
    look: str = ""  # "hair colours hair-style cheeks extras", see pictures
    account_class: str = "personal"


class Place(msgspec.Struct, frozen=True):
    """A room of the town."""

    key: str
    name: str
    owner: str
    people: tuple[str, ...]
    script: str
    topic: str = ""
    picture: str = ""
    alias: str = ""
    direct: bool = False
    public: bool = False
    only_owner_speaks: bool = False
    invited: tuple[str, ...] = ()


PEOPLE = (
    Inhabitant("lin", "lin.xiaoyu", "林晓雨", "ink long rose celadon"),
    Inhabitant("wang", "wang.fang", "王芳", "brown bob sand rust glasses"),
    Inhabitant("guo", "lin.jianguo", "林建国", "ink short sand blue"),
    Inhabitant("zhou", "zhou.guilan", "周桂兰", "grey bun sand plum glasses"),
    Inhabitant("xu", "xu.nuo", "许诺", "ink tail rose amber"),
    Inhabitant("chen", "chen.li", "陈立", "ink crop sand moss"),
    Inhabitant("zhao", "zhao.yiming", "赵一鸣", "brown short rose blue glasses"),
    Inhabitant("ada", "ada.brook", "Ada Brook", "copper bob fair celadon"),
    Inhabitant("tom", "tom.hale", "Tom Hale", "sandy short fair rust beard"),
    Inhabitant("priya", "priya.nair", "Priya Nair", "ink long umber amber"),
    Inhabitant("jonas", "jonas.weber", "Jonas Weber", "sandy crop fair moss glasses"),
    Inhabitant("mei", "mei.carter", "Mei Carter", "ink bun rose plum"),
    Inhabitant("sam", "sam.okafor", "Sam Okafor", "ink crop dark blue beard"),
    Inhabitant(
        "notes", "spring.hill", "春山小报 Spring Hill Notes", "seal", account_class="official"
    ),
)
KEYS_FOR = ("lin", "ada")  # as whom a visitor may sign in

PLACES = (
    Place("family", "一家人", "wang", ("lin", "guo", "zhou"), talks.FAMILY, picture="house"),
    Place(
        "tea",
        "春山茶会 Spring Hill Tea",
        "xu",
        ("lin", "ada", "chen", "jonas", "mei"),
        talks.TEA,
        topic="Saturdays at three · 每周六下午三点，带一只自己的杯子",
        picture="cup",
    ),
    Place(
        "street",
        "老街集市 Market Street",
        "zhao",
        ("lin", "ada", "tom", "priya", "sam", "mei"),
        talks.STREET,
        topic="谁家有什么、缺什么 · What is on offer and what is wanted",
        picture="lantern",
        alias="market-street",
        public=True,
    ),
    Place(
        "bridge",
        "桥 Bridge",
        "ada",
        ("lin", "priya", "jonas", "chen"),
        talks.BRIDGE,
        topic="The bilingual street guide · 双语街区手册",
        picture="bridge",
        invited=("zhao",),
    ),
    Place(
        "lane",
        "梧桐里 Wutong Lane",
        "guo",
        ("wang", "lin", "tom", "sam", "zhao"),
        talks.LANE,
        topic="12–40 号邻居 · Neighbours of numbers 12 to 40",
        picture="tree",
        alias="wutong-lane",
        public=True,
    ),
    Place(
        "notes",
        "春山小报 Spring Hill Notes",
        "notes",
        ("lin", "ada", "wang", "tom", "sam", "xu"),
        talks.NOTES,
        topic="演示用的公众号 · An official account, for demonstration",
        picture="seal",
        alias="spring-hill-notes",
        public=True,
        only_owner_speaks=True,
    ),
    Place("pair_xu", "", "lin", ("xu",), talks.LIN_XU, direct=True),
    Place("pair_ada", "", "ada", ("lin",), talks.ADA_LIN, direct=True),
    Place("pair_sam", "", "sam", ("ada",), talks.SAM_ADA, direct=True),
    Place(
        "walk",
        "清明后山行 Hill walk",
        "chen",
        ("xu", "jonas"),
        talks.WALK,
        picture="hill",
        invited=("lin", "ada"),
    ),
)
