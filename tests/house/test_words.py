"""Every word by which somebody is let in stands in ``docs/operate/keys.md``, and how it is kept.

Found in the code: what ``Ids.token`` makes, by its beginning; digests that a table keeps; kinds of
words under the key for sessions; domains that make words with the house's own key.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house import source

PAGE = source.ROOT / "docs" / "operate" / "keys.md"
UNDER_SESSION = "Words that are kept under the key for sessions"
UNDER_HOUSE = "Words that the house makes with its own key"
DIGEST = re.compile(r"^ {4}(\w*digest) bytea", re.MULTILINE)
TABLE = re.compile(r"^create table (\w+) \((.*?)^\);", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`([a-z]+_\w+\.\w*digest)`")
BEGINS = re.compile(r"`([a-z]+)_`")

# Digests of what lets nobody in.
NO_WORDS = {
    "appservices_services.file_digest": "of a registration, to know it again",
    "approvals_requests.digest": "of the registration, as registrations keeps it",
    "approvals_letters.digest": "of the registration, as registrations keeps it",
    "codes_codes.asker_digest": "of whoever asked, under the index key",
    "db_migrations.digest": "of a file",
    "detectors_echoes.text_digest": "of what was said in public, folded; a day",
    "grants_clients.metadata_digest": "of what an app says of itself, which is public",
    "guardians_asks.registration_digest": "of the registration, as registrations keeps it",
    "oidc_logouts.said_digest": "of what a provider said, so that it counts once",
    "oidc_sessions.sid_digest": "a provider's name for a session",
    "oidc_tokens.sid_digest": "a provider's name for a session",
    "operators_passkeys.credential_digest": "of an id that is public",
    "operators_spent.challenge_digest": "of a challenge that was used",
    "passkeys_passkeys.credential_digest": "of an id that is public",
    "passkeys_spent.challenge_digest": "of a challenge that was used",
    "previews_pages.url_digest": "of a page's address",
    "pushers_pushers.place_digest": "of where a device is told what is new, to find it again",
    "realnames_pending.registration_digest": "of the registration, as registrations keeps it",
    "upgrades_digests.digest": "of values, before and after a run",
}
INDEXES = ("odd_digest", "even_digest", "index_digest")  # of contacts
COUNTED = "screening_"  # digests of what is counted


def beginnings(module: ast.Module) -> Iterator[str]:
    """Return how the tokens that a file makes begin; a name stands for itself."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "token" and len(node.args) == 1:
                (given,) = node.args
                yield given.value if isinstance(given, ast.Constant) else ast.unparse(given)


def kinds(module: ast.Module) -> Iterator[str]:
    """Return the kinds of words that a file keeps under the key for sessions."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Bearers":
            yield ast.literal_eval(node.args[1])


def digests(schema: str) -> set[str]:
    """Return the digests that a schema keeps."""
    return {
        f"{table}.{column}"
        for table, columns in TABLE.findall(schema)
        for column in DIGEST.findall(columns)
    }


def part(title: str) -> str:
    """Return a part of the page."""
    return source.text(PAGE).partition(f"## {title}")[2].partition("\n## ")[0]


def domains_with(words: str) -> set[str]:
    """Return the domains whose code names something."""
    return {
        path.relative_to(source.PACKAGE).parts[0]
        for path in source.files(".py", source.PACKAGE)
        if words in source.text(path)
    }


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('ids.token("thx")', ["thx"]),
        ("self.ids.token(BROWSER)", ["BROWSER"]),
        ("x.token()", []),
        ('token("thx")', []),
    ],
)
def test_the_rule_of_beginnings(code: str, found: list[str]) -> None:
    assert list(beginnings(ast.parse(code))) == found


def test_the_rule_of_digests() -> None:
    schema = (
        "create table a_b (\n    x text,\n    my_digest bytea not null\n);\n-- y_digest bytea\n"
    )
    assert digests(schema) == {"a_b.my_digest"}


def test_every_token_stands_on_the_page() -> None:
    modules = [source.tree(path) for path in source.files(".py", source.PACKAGE)]
    made = {one for module in modules for one in beginnings(module)}
    assert {"tha", "BROWSER"} <= made, "it looks where tokens are made"
    made = {"thc" if one == "BROWSER" else one for one in made}
    assert made == set(BEGINS.findall(source.text(PAGE)))
    kept = {one for module in modules for one in kinds(module)}
    assert kept == set(re.findall(r"`((?:accounts|operators)\.\w+)`", part(UNDER_SESSION)))


def test_every_digest_is_of_a_word_on_the_page_or_of_none() -> None:
    kept: set[str] = set()
    for path in source.files(".sql", source.PACKAGE):
        kept |= digests(source.text(path)) if path.name == "schema.sql" else set()
    kept = {one for one in kept if not one.endswith(INDEXES) and not one.startswith(COUNTED)}
    told = set(NAMED.findall(source.text(PAGE)))
    assert kept - told - set(NO_WORDS) == set(), "say in docs/operate/keys.md what it lets in"
    assert told - kept == set(), "these are kept no more"
    assert set(NO_WORDS) - kept == set(), "these are kept no more"
    assert told & set(NO_WORDS) == set()


def test_every_domain_that_makes_words_stands_on_the_page() -> None:
    made = domains_with("house_keys") - {"app", "infra", "cli"}
    rows = [line.split("|")[2] for line in part(UNDER_HOUSE).splitlines() if line.startswith("|")]
    told = {one for row in rows for one in re.findall(r"`([a-z]+)`", row)}
    assert "oidc" in made
    assert made - told == set(), "say which word, and for how long it is good"
    assert told - made - {"passkeys"} == set(), "these make none"  # its challenges come from app
