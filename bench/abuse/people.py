"""People: at home, on a campus, behind a carrier's address; each in their own time and manner."""

import random

from bench.abuse.walk import Pacing, Walk

DAY = 86_400.0
GIVEN = [
    "anna",
    "ben",
    "chloe",
    "david",
    "emma",
    "felix",
    "grace",
    "henry",
    "ines",
    "jack",
    "kim",
    "liam",
    "mia",
    "noah",
    "olga",
    "paul",
    "quinn",
    "rosa",
    "sam",
    "tom",
    "uma",
    "vera",
    "will",
    "xena",
    "yan",
    "zoe",
    "wei",
    "ming",
    "xiao",
    "hong",
    "lei",
    "fang",
    "jun",
    "mei",
    "tao",
    "bo",
    "lin",
    "yu",
    "chen",
    "hao",
    "jie",
    "ling",
    "aisha",
    "omar",
    "fatima",
    "yusuf",
    "ravi",
    "priya",
    "arjun",
    "nina",
    "ivan",
    "olena",
    "marek",
    "jana",
    "pedro",
    "lucia",
    "mateo",
    "sofia",
]
FAMILY = [
    "smith",
    "jones",
    "brown",
    "li",
    "wang",
    "zhang",
    "liu",
    "chen",
    "yang",
    "zhao",
    "huang",
    "zhou",
    "wu",
    "xu",
    "sun",
    "ma",
    "zhu",
    "hu",
    "guo",
    "he",
    "lin",
    "garcia",
    "silva",
    "mueller",
    "schmidt",
    "novak",
    "kowalski",
    "rossi",
    "ferrari",
    "dubois",
    "martin",
    "sato",
    "suzuki",
    "kim",
    "park",
    "lee",
    "nguyen",
    "tran",
    "singh",
    "kumar",
    "khan",
    "ali",
    "ahmed",
    "okafor",
    "mensah",
    "ivanov",
    "petrov",
    "johnson",
    "taylor",
    "evans",
]
WORDS = [
    "tea",
    "cat",
    "moon",
    "river",
    "panda",
    "noodle",
    "cloud",
    "tiger",
    "maple",
    "pixel",
    "lotus",
    "comet",
    "bamboo",
    "ginger",
    "mango",
    "koala",
    "robin",
    "ocean",
    "sparrow",
    "violet",
    "pepper",
    "storm",
    "ember",
    "willow",
    "saffron",
    "cedar",
    "otter",
    "falcon",
    "plum",
]
AGENTS = [
    (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/{0}.0.0.0 Mobile",
        30,
        (155, 157),
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS {0}_1 like Mac OS X) Version/{0}.1 Mobile Safari",
        24,
        (17, 20),
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/{0}.0.0.0",
        20,
        (154, 157),
    ),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/{0}.0 Safari/605.1.15", 8, (17, 20)),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{0}.0) Gecko Firefox/{0}.0", 6, (138, 146)),
    ("Mozilla/5.0 (Linux; Android 10; K) SamsungBrowser/{0}.0 Mobile", 5, (26, 30)),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/{0}.0.0.0 Edg/{0}.0.0.0", 7, (154, 157)),
]  # a form, how common it is, and which versions are about
COMMON_MAIL = ["gmail.com"] * 10 + [
    "outlook.com",
    "icloud.com",
    "yahoo.com",
    "qq.com",
    "163.com",
] * 2
CARRIERS, CAMPUSES = 10, 30
HOURS = [1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 8, 9, 9, 8, 8, 8, 9, 10, 10, 9, 7, 4, 2]


def some_agent(rng: random.Random) -> str:
    """Return a browser as it names itself."""
    form, _, versions = rng.choices(AGENTS, [weight for _, weight, _ in AGENTS])[0]
    return form.format(rng.randint(*versions))


def some_name(rng: random.Random) -> str:
    """Return a name as people make them up."""
    given, family, word = rng.choice(GIVEN), rng.choice(FAMILY), rng.choice(WORDS)
    year = rng.choice([rng.randrange(60, 100), rng.randrange(1960, 2012), rng.randrange(1, 999)])
    forms = (
        f"{given}{family}", f"{given}.{family}", f"{given}_{family}", f"{family}{given}",
        f"{given}{year}", f"{word}{given}", f"{given[0]}{family}{year}", f"{word}_{rng.choice(WORDS)}",
        f"{given}{family[0]}", f"{word}{year}", f"{given}-{word}", f"{family}.{given[0]}{year}",
        f"{given}{family}{year}", f"the{word}{rng.choice(WORDS)}",
    )  # fmt: skip
    return rng.choice(forms)


def some_number(rng: random.Random) -> str:
    """Return a number that Britain could have given out."""
    return f"+447{rng.randrange(400, 999)}{rng.randrange(10**6):06d}"


def at_leisure(spread: float = 0.6) -> Pacing:
    """Return how people take their time: long tails, nobody like another."""

    def about(median: float):  # noqa: ANN202
        return lambda rng: median * rng.lognormvariate(0, spread)

    return Pacing(about(12), about(14), about(22), about(18))


def when(rng: random.Random, days: float) -> float:
    """Return a moment of the day at which people come."""
    hour = rng.choices(range(24), HOURS)[0]
    return (hour + rng.random()) * 3600 + DAY * rng.randrange(int(days) or 1)


def people(rng: random.Random, count: int, days: float) -> list[Walk]:
    """Return people who want accounts."""
    scale = count / 5000
    campuses = max(1, round(CAMPUSES * scale))
    carriers = max(1, round(CARRIERS * scale))
    orientation = [when(rng, days) for _ in range(campuses)]
    found: list[Walk] = []
    for nth in range(count):
        where = rng.random()
        starts, host = when(rng, days), None
        if where < 0.20:
            address = f"100.64.{rng.randrange(carriers)}.{rng.randrange(2, 250)}"
        elif where < 0.35:
            campus = rng.randrange(campuses)
            address = f"130.10.{campus}.{rng.randrange(2, 250)}"
            host = f"campus{campus}.example"
            if rng.random() < 0.5:  # the first day of term
                starts = orientation[campus] + rng.random() * 5400
        else:
            address = f"{rng.randrange(20, 90)}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(2, 250)}"
        found.append(_person(rng, nth, address, starts, host))
    return found


def _person(rng: random.Random, nth: int, address: str, starts: float, host: str | None) -> Walk:
    name = some_name(rng)
    door = "email" if rng.random() < 0.6 else "phone"
    if rng.random() < 0.15:
        host = f"{rng.choice(FAMILY)}{rng.randrange(9999)}.example"
    elif host is None or rng.random() < 0.5:
        host = rng.choice(COMMON_MAIL)
    contact = f"{name}.{nth}@{host}" if door == "email" else some_number(rng)
    return Walk(
        kind="person",
        rng=random.Random(rng.random()),
        address=address,
        agent=some_agent(rng),
        door=door,
        contact=contact,
        username=name,
        password="correct horse battery" if rng.random() < 0.6 else None,
        pacing=at_leisure(),
        starts_at=starts,
        patience_seconds=rng.choice([120, 900, 3600]),
        slips=rng.random() < 0.05,
        waits_in_line=rng.random() < 0.03,
    )
