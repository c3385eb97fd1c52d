"""What is looked at: our own registers, routes, rules, sources and schemas, gathered once."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import msgspec

from teahouse.app import FIELDS, routes_on_paper
from teahouse.calendars.model import WORKING_DAYS_MAX
from teahouse.config import Config
from teahouse.consent.model import Item, PolicyText, Recipient, changed, write_policy
from teahouse.consent.model.asks import WAIT_FIRST
from teahouse.consent.model.recipients import recipients_of
from teahouse.consent.service import item_of
from teahouse.consent.wire import ConsentsBody
from teahouse.infra.http.router import Auth
from teahouse.infra.senders.choose import allowed_by
from teahouse.infra.vault.field import PurposeRegister
from tests.house.source import PACKAGE, ROOT
from tests.house.test_limits import UNLIMITED
from tests.house.test_purposes import declared_in_source

Changed = Callable[
    [Sequence[Item], Collection[str], Collection[str], Collection[str], Collection[str]],
    tuple[tuple[str, ...], tuple[str, ...]],
]
CONFIG = Config(
    data_dir="/nowhere", sms_url="https://sms.example", smtp_url="smtp://mail.example:587", realname_url="https://names.example", stills_url="https://stills.example", stills_secret="x" * 32,
    mail_from="a@b.example", operator_contact="privacy@tea.example",
)  # fmt: skip


@dataclass(frozen=True)
class Product:
    """Facts about ourselves; a planted fault is one that is otherwise."""

    policy: PolicyText
    fields: frozenset[str]  # of the register
    declared: frozenset[str]  # in any store
    hosts: tuple[str, ...]  # that may be sent to
    recipients: tuple[Recipient, ...]
    routes: dict[str, bool]  # "METHOD /path": whether it has a limit, or needs none
    web: dict[str, str]  # our own sources, by path
    migrations: str
    version: Callable[[PolicyText], str]
    changed: Changed
    wait_first: timedelta
    working_days: int
    answer_fields: tuple[str, ...]
    deactivate_fields: tuple[str, ...]
    review: str


def config_of_paper() -> Config:
    """Return the settings under which routes are listed."""
    return Config(data_dir="/nowhere")


@cache
def product() -> Product:
    """Gather the facts."""
    items = [item_of(purpose) for purpose in PurposeRegister(FIELDS).purposes()]
    recipients = recipients_of(CONFIG)
    policy = write_policy("Tea", CONFIG.operator_contact, items, recipients)
    routes = {
        f"{one.method} {one.path}": one.auth not in (Auth.NONE, Auth.OPTIONAL)
        or one.limit is not None
        or f"{one.method} {one.path}" in UNLIMITED
        for one in routes_on_paper(config_of_paper())
    }
    web = {
        str(path.relative_to(ROOT)): path.read_text("utf-8")
        for pattern in ("src/**/*.svelte", "src/**/*.ts", "src/i18n/*.json", "*.html")
        for path in sorted((ROOT / "web").glob(pattern))
        if "node_modules" not in path.parts and not path.name.endswith(".test.ts")
    }
    migrations = "\n".join(
        re.sub(r"--[^\n]*", "", path.read_text("utf-8"))
        for path in sorted((PACKAGE / "migrations").glob("*.sql"))
    )
    return Product(
        policy=policy,
        fields=frozenset(field.name for field in FIELDS),
        declared=frozenset(declared_in_source()),
        hosts=tuple(sorted({place[0] for place in allowed_by(CONFIG)} | {"mail.example"})),
        recipients=recipients,
        routes=routes,
        web=web,
        migrations=migrations,
        version=lambda text: text.version,
        changed=changed,
        wait_first=WAIT_FIRST,
        working_days=WORKING_DAYS_MAX,
        answer_fields=tuple(one.name for one in msgspec.structs.fields(ConsentsBody)),
        deactivate_fields=deactivate_fields(),
        review=(ROOT / "docs" / "review.md").read_text("utf-8"),
    )


def deactivate_fields() -> tuple[str, ...]:
    """Return what must be sent to delete an account: nothing but a proof, and a choice."""
    route = next(
        one
        for one in routes_on_paper(config_of_paper())
        if (one.method, one.path) == ("POST", "/api/v1/account/deactivate")
    )
    return tuple(one.name for one in msgspec.structs.fields(route.body) if one.required)
