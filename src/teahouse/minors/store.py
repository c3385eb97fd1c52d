"""Statements over ages, appeals, and who answers for whom; and what of it is personal."""

from datetime import date, datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import (
    Basis,
    Category,
    Gravity,
    Necessity,
    PersonalField,
    Purpose,
    Wording,
)
from teahouse.infra.vault.sealed import Sealed
from teahouse.minors.model.families import Contact, Link
from teahouse.minors.model.hours import Hours
from teahouse.minors.model.limits import Limits
from teahouse.minors.model.spending import Booked, Caps, Reservation, Spent

AGE = Purpose(
    id="minors.age",
    version=1,
    name=Wording("年龄段", "A band of ages"),
    purpose=Wording(
        "按法律和本平台规则判断未成年人可以使用哪些功能",
        "To know what a minor may do here by law and by the house's rules",
    ),
    means=Wording(
        "不保存出生日期，只保存年龄段和进入下一年龄段的日期，以账号专属的敏感信息密钥加密",
        (
            "No date of birth: a band, and the day on which the next begins, kept encrypted under a "
            "key for sensitive data of the account"
        ),
    ),
    category=Category.UNDER14,
    basis=Basis.LEGAL_DUTY,  # Law on the Protection of Minors, arts. 74 to 76
    necessity=Necessity.NECESSARY,
    function=Wording("未成年人保护", "The protection of minors"),
    retention=Wording(
        "日期在年满十八周岁时删除，年龄段在注销账号时删除",
        "The day until eighteen, the band until the account ends",
    ),
    retention_days=None,
    recipients=Wording("本人、监护人和处理申诉的运营者", "The person, guardians, and operators"),
)
APPEAL = Purpose(
    id="minors.appeal",
    version=1,
    name=Wording("您对年龄认定的申诉", "What you say about the age you count as"),
    purpose=Wording("由运营者重新认定", "So that operators look at it again"),
    means=Wording("加密保存", "Kept encrypted"),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("未成年人保护", "The protection of minors"),
    retention=Wording("认定后即删除", "Until it is decided"),
    retention_days=None,
    recipients=Wording("处理申诉的运营者", "Operators who decide"),
)
SPENDING = Purpose(
    id="minors.spending",
    version=1,
    name=Wording("未成年人本月的消费金额", "What a minor has spent this month"),
    purpose=Wording(
        "不超过法律和监护人设定的限额", "To stay within the caps of the law and of guardians"
    ),
    means=Wording(
        "按月合计，不加密，不记录购买的内容",
        "Summed up by the month, not sealed; not what was bought",
    ),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("未成年人保护", "The protection of minors"),
    retention=Wording("下下个月删除", "Until the month after the next"),
    retention_days=66,
    recipients=Wording("本人和监护人", "The person, and guardians"),
)
TOKEN = PersonalField("minors_ages", "token", AGE, gravity=Gravity.IDENTITY)
WORDS = PersonalField("minors_appeals", "words", APPEAL, letter=True)
SPENT_MINOR = PersonalField("minors_spending", "spent_minor", SPENDING, sealed=False)
FIELDS = (TOKEN, WORDS, SPENT_MINOR)
SEALED = (
    Sealed((TOKEN,), ("account_id", "source"), row="account_id || '/' || source"),
    Sealed((WORDS,)),
)

TOLD = """
select account_id, source, token, told_at from minors_ages where account_id = $1"""

TOLD_AFTER = """
select account_id, source, token, told_at from minors_ages
where (account_id, source) > ($1, $2) order by account_id, source limit $3"""

PUT_TOLD = """
insert into minors_ages (account_id, source, token, told_at) values ($1, $2, $3, $4)
on conflict (account_id, source) do update
set token = excluded.token, told_at = excluded.told_at"""

RENEW = "update minors_ages set token = $4 where account_id = $1 and source = $2 and token = $3"

COUNTED = """
select (select count(distinct account_id) from minors_ages),
    (select count(distinct child_id) from minors_links where agreed_at is not null)"""

DROP_TOLD = "delete from minors_ages where account_id = $1 and source = $2"

PUT_APPEAL = """
insert into minors_appeals (account_id, words, made_at) values ($1, $2, $3)
on conflict (account_id) do update set words = excluded.words, made_at = excluded.made_at"""

APPEAL_OF = "select account_id, words, made_at from minors_appeals where account_id = $1"

APPEALS = "select account_id, words, made_at from minors_appeals order by made_at limit $1"

DROP_APPEAL = "delete from minors_appeals where account_id = $1"

ASK = """
insert into minors_links (child_id, guardian_id, asked_at) values ($1, $2, $3)
on conflict do nothing"""

LINK_AT_ONCE = """
insert into minors_links (child_id, guardian_id, asked_at, agreed_at) values ($1, $2, $3, $3)
on conflict do nothing"""

LINKS_OF_CHILD = """
select child_id, guardian_id, asked_at, agreed_at from minors_links
where child_id = $1 order by asked_at, guardian_id"""

LINKS_OF_GUARDIAN = """
select child_id, guardian_id, asked_at, agreed_at from minors_links
where guardian_id = $1 order by asked_at, child_id limit $2"""

CHILDREN_AFTER = """
select distinct child_id from minors_links where agreed_at is not null and child_id > $1
order by child_id limit $2"""

HOLD_LINK = """
select child_id, guardian_id, asked_at, agreed_at from minors_links
where child_id = $1 and guardian_id = $2 for update"""

AGREE = "update minors_links set agreed_at = $3 where child_id = $1 and guardian_id = $2"

DROP_LINK = "delete from minors_links where child_id = $1 and guardian_id = $2"

DROP_LINKS_OF_CHILD = "delete from minors_links where child_id = $1"

PURGE_ASKS = "delete from minors_links where agreed_at is null and asked_at <= $1"

SAY = """
insert into minors_words (child_id, guardian_id, capability, allowed, said_at)
values ($1, $2, $3, $4, $5) on conflict (child_id, guardian_id, capability) do update
set allowed = excluded.allowed, said_at = excluded.said_at"""

UNSAY = "delete from minors_words where child_id = $1 and guardian_id = $2 and capability = $3"

WORDS_FOR = """
select capability, bool_and(allowed) from minors_words where child_id = $1
group by capability"""

ASK_CONTACT = """
insert into minors_contacts (child_id, contact_id, asked_at) values ($1, $2, $3)
on conflict do nothing"""

AGREE_CONTACT = """
insert into minors_contacts (child_id, contact_id, guardian_id, asked_at, agreed_at)
values ($1, $2, $3, $4, $4) on conflict (child_id, contact_id) do update
set guardian_id = excluded.guardian_id, agreed_at = excluded.agreed_at"""

DROP_CONTACT = "delete from minors_contacts where child_id = $1 and contact_id = $2"

CONTACTS = """
select child_id, contact_id, asked_at, agreed_at from minors_contacts
where child_id = $1 order by asked_at, contact_id"""

COUNT_CONTACTS = "select count(*) from minors_contacts where child_id = $1"

FORGET_CONTACTS = """
delete from minors_contacts where child_id = $1 or contact_id = $1 or guardian_id = $1"""

SET_LIMITS = """
insert into minors_limits (
    child_id, guardian_id, once_minor, month_minor, night_begins, night_ends, set_at
) values ($1, $2, $3, $4, $5, $6, $7) on conflict (child_id) do update
set guardian_id = excluded.guardian_id, once_minor = excluded.once_minor,
    month_minor = excluded.month_minor, night_begins = excluded.night_begins,
    night_ends = excluded.night_ends, set_at = excluded.set_at"""

LIMITS = """
select once_minor, month_minor, night_begins, night_ends from minors_limits where child_id = $1"""

DROP_LIMITS = "delete from minors_limits where child_id = $1 and guardian_id = $2"

RESERVE = """
insert into minors_reservations (
    reservation_id, account_id, month, currency, amount_minor, made_at
) values ($1, $2, $3, $4, $5, $6) on conflict (reservation_id) do nothing"""

SPEND = """
insert into minors_spending (account_id, month, currency, spent_minor)
select $1, $2, $3, $4 where $5::bigint is null or $4::bigint <= $5
on conflict (account_id, month, currency) do update
set spent_minor = minors_spending.spent_minor + excluded.spent_minor
where $5::bigint is null or minors_spending.spent_minor + excluded.spent_minor <= $5"""

RELEASE = """
with gone as (
    delete from minors_reservations where reservation_id = $1
    returning account_id, month, currency, amount_minor
)
update minors_spending s set spent_minor = s.spent_minor - gone.amount_minor
from gone
where s.account_id = gone.account_id and s.month = gone.month and s.currency = gone.currency"""

BOOKED = """
select reservation_id, account_id, amount_minor, currency, made_at from minors_reservations
where account_id = $1 order by made_at desc, reservation_id limit $2"""

BOOKING = """
select reservation_id, account_id, amount_minor, currency, made_at from minors_reservations
where reservation_id = $1"""

SPENT = """
select currency, spent_minor from minors_spending
where account_id = $1 and month = $2 order by currency"""

PURGE_SPENDING = "delete from minors_spending where month < $1"

PURGE_RESERVATIONS = "delete from minors_reservations where month < $1"

FORGET_LIMITS = "delete from minors_limits where child_id = $1 or guardian_id = $1"

FORGET_SPENDING = "delete from minors_spending where account_id = $1"

FORGET_RESERVATIONS = "delete from minors_reservations where account_id = $1"

FORGET_AGES = "delete from minors_ages where account_id = $1"

FORGET_LINKS = "delete from minors_links where child_id = $1 or guardian_id = $1"


class ToldRow(NamedTuple):
    """An age as it is kept; the token is sealed."""

    account_id: str
    source: str
    token: bytes
    told_at: datetime

    @property
    def row_id(self) -> str:
        """The name of the row for the vault."""
        return f"{self.account_id}/{self.source}"


class AppealRow(NamedTuple):
    """An appeal as it is kept; the words are sealed."""

    account_id: str
    words: bytes
    made_at: datetime


async def told(tx: Tx, account_id: str) -> list[ToldRow]:
    """Return the ages that were told of an account."""
    return [ToldRow(*row) for row in await tx.rows(TOLD, account_id)]


async def told_after(tx: Tx, after: tuple[str, str], limit: int) -> list[ToldRow]:
    """Return ages in the order of (account, source), a page at a time."""
    return [ToldRow(*row) for row in await tx.rows(TOLD_AFTER, *after, limit)]


async def put_told(tx: Tx, row: ToldRow) -> None:
    """Keep an age as somebody told it, instead of what they told before."""
    await tx.run(PUT_TOLD, *row)


async def renew(tx: Tx, row: ToldRow, token: bytes) -> bool:
    """Replace a token, if it is still the one that was read."""
    return await tx.run(RENEW, row.account_id, row.source, row.token, token) == 1


async def drop_told(tx: Tx, account_id: str, source: str) -> bool:
    """Forget what one source told; false when it told nothing."""
    return await tx.run(DROP_TOLD, account_id, source) == 1


async def put_appeal(tx: Tx, row: AppealRow) -> None:
    """Keep an appeal, instead of the one before."""
    await tx.run(PUT_APPEAL, *row)


async def appeal_of(tx: Tx, account_id: str) -> AppealRow | None:
    """Return somebody's appeal."""
    row = await tx.row(APPEAL_OF, account_id)
    return None if row is None else AppealRow(*row)


async def appeals(tx: Tx, limit: int) -> list[AppealRow]:
    """Return appeals, the oldest first."""
    return [AppealRow(*row) for row in await tx.rows(APPEALS, limit)]


async def drop_appeal(tx: Tx, account_id: str) -> bool:
    """Forget an appeal that was decided; false when there was none."""
    return await tx.run(DROP_APPEAL, account_id) == 1


async def ask(tx: Tx, child_id: str, guardian_id: str, at: datetime) -> bool:
    """Note whom a minor asks; false when they asked before."""
    return await tx.run(ASK, child_id, guardian_id, at) == 1


async def link_at_once(tx: Tx, child_id: str, guardian_id: str, since: datetime) -> bool:
    """Note a guardian who agreed elsewhere; false when they are known."""
    return await tx.run(LINK_AT_ONCE, child_id, guardian_id, since) == 1


async def links_of_child(tx: Tx, child_id: str) -> list[Link]:
    """Return who answers, or is asked to, for a minor."""
    return [Link(*row) for row in await tx.rows(LINKS_OF_CHILD, child_id)]


async def links_of_guardian(tx: Tx, guardian_id: str, limit: int) -> list[Link]:
    """Return for whom somebody answers, or is asked to."""
    return [Link(*row) for row in await tx.rows(LINKS_OF_GUARDIAN, guardian_id, limit)]


async def children_after(tx: Tx, after: str, limit: int) -> list[str]:
    """Return who has a guardian, in order, a page at a time."""
    return [row[0] for row in await tx.rows(CHILDREN_AFTER, after, limit)]


async def hold_link(tx: Tx, child_id: str, guardian_id: str) -> Link | None:
    """Return a link, held."""
    row = await tx.row(HOLD_LINK, child_id, guardian_id)
    return None if row is None else Link(*row)


async def agree(tx: Tx, child_id: str, guardian_id: str, at: datetime) -> None:
    """Note that a guardian agreed."""
    await tx.run(AGREE, child_id, guardian_id, at)


async def drop_link(tx: Tx, child_id: str, guardian_id: str) -> None:
    """End a link, and with it what the guardian said and set."""
    await tx.run(DROP_LIMITS, child_id, guardian_id)
    await tx.run(DROP_LINK, child_id, guardian_id)


async def drop_links_of_child(tx: Tx, child_id: str) -> int:
    """End every link of who needs no guardian any more."""
    return await tx.run(DROP_LINKS_OF_CHILD, child_id)


async def purge_asks(tx: Tx, before: datetime) -> None:
    """Forget who was asked and did not answer."""
    await tx.run(PURGE_ASKS, before)


async def say(tx: Tx, link: Link, capability: str, allowed: bool | None, at: datetime) -> None:
    """Note a guardian's word on a capability; with ``None`` they take it back."""
    if allowed is None:
        await tx.run(UNSAY, link.child_id, link.guardian_id, capability)
    else:
        await tx.run(SAY, link.child_id, link.guardian_id, capability, allowed, at)


async def words_for(tx: Tx, child_id: str) -> dict[str, bool]:
    """Return what guardians said together: yes, where none said no."""
    return {row[0]: row[1] for row in await tx.rows(WORDS_FOR, child_id)}


async def ask_contact(tx: Tx, child_id: str, contact_id: str, at: datetime) -> None:
    """Note with whom a minor wants to write."""
    await tx.run(ASK_CONTACT, child_id, contact_id, at)


async def agree_contact(
    tx: Tx, child_id: str, contact_id: str, guardian_id: str, at: datetime
) -> None:
    """Note that a guardian agreed to a contact."""
    await tx.run(AGREE_CONTACT, child_id, contact_id, guardian_id, at)


async def drop_contact(tx: Tx, child_id: str, contact_id: str) -> None:
    """Make a stranger of a contact again."""
    await tx.run(DROP_CONTACT, child_id, contact_id)


async def contacts(tx: Tx, child_id: str) -> list[Contact]:
    """Return a minor's contacts, and those asked for."""
    return [Contact(*row) for row in await tx.rows(CONTACTS, child_id)]


async def count_contacts(tx: Tx, child_id: str) -> int:
    """Return how many contacts a minor has, or asks for."""
    return await tx.value(COUNT_CONTACTS, child_id)


async def set_limits(tx: Tx, link: Link, limits: Limits, at: datetime) -> None:
    """Keep what a guardian set for a ward, instead of what was set before."""
    night, caps = limits.night, limits.caps
    hours = (None, None) if night is None else (night.begins_minute, night.ends_minute)
    who = (link.child_id, link.guardian_id)
    await tx.run(SET_LIMITS, *who, caps.once_minor, caps.month_minor, *hours, at)


async def limits(tx: Tx, child_id: str) -> Limits:
    """Return what guardians set for a minor."""
    row = await tx.row(LIMITS, child_id)
    if row is None:
        return Limits()
    night = None if row[2] is None else Hours(row[2], row[3])
    return Limits(night, Caps(row[0], row[1]))


async def reserve(tx: Tx, wanted: Reservation, month: date, at: datetime) -> bool:
    """Note a reservation; false when it was made before."""
    whose = (wanted.reservation_id, wanted.account_id, month)
    return await tx.run(RESERVE, *whose, wanted.currency, wanted.amount_minor, at) == 1


async def spend(tx: Tx, wanted: Reservation, month: date, at_most: int | None) -> bool:
    """Add to a month's sum, unless it would be more than ``at_most``; then false."""
    whose = (wanted.account_id, month, wanted.currency)
    return await tx.run(SPEND, *whose, wanted.amount_minor, at_most) == 1


async def release(tx: Tx, reservation_id: str) -> bool:
    """Take a reservation back; false when there is none."""
    return await tx.run(RELEASE, reservation_id) == 1


async def booked(tx: Tx, account_id: str, limit: int) -> list[Booked]:
    """Return the reservations of somebody that count, the newest first."""
    rows = await tx.rows(BOOKED, account_id, limit)
    return [Booked(Reservation(*whose), made_at) for *whose, made_at in rows]


async def booking(tx: Tx, reservation_id: str) -> Booked | None:
    """Return a reservation that counts."""
    row = await tx.row(BOOKING, reservation_id)
    if row is None:
        return None
    *whose, made_at = row
    return Booked(Reservation(*whose), made_at)


async def spent(tx: Tx, account_id: str, month: date) -> list[Spent]:
    """Return the sums of a month."""
    return [Spent(*row) for row in await tx.rows(SPENT, account_id, month)]


async def purge_spending(tx: Tx, before: date) -> None:
    """Forget months before one."""
    await tx.run(PURGE_RESERVATIONS, before)
    await tx.run(PURGE_SPENDING, before)


async def forget(tx: Tx, account_id: str) -> None:
    """Forget an account that ends."""
    await tx.run(DROP_APPEAL, account_id)
    await tx.run(FORGET_AGES, account_id)
    await tx.run(FORGET_CONTACTS, account_id)
    await tx.run(FORGET_LIMITS, account_id)
    await tx.run(FORGET_SPENDING, account_id)
    await tx.run(FORGET_RESERVATIONS, account_id)
    await tx.run(FORGET_LINKS, account_id)


async def counted(tx: Tx) -> tuple[int, int]:
    """Count the accounts whose age anybody told, and those of minors with a guardian."""
    row = await tx.row(COUNTED)
    assert row is not None, "a count is one row"
    return row[0], row[1]
