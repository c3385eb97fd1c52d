"""Every statement over holds, what they name, and what they have kept."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.holds.model.handing import Handing, HandingState
from teahouse.holds.model.hold import Hold, HoldBody, HoldState
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import Sealed

PURPOSE = Purpose(
    id="holds.kept",
    version=2,
    name=Wording("依法留存的内容", "What is kept because the law asks for it"),
    purpose=Wording(
        "在有权者依法要求时，不让其指明的内容被删除，并经两人同意后交给该机关或法院",
        "That what somebody may ask for by law is not deleted before they have it, and is handed, when "
        "two agree, to the authority or court that asked",
    ),
    means=Wording(
        "加密保存，密钥专属于该次留存；系统内不向任何人显示",
        "Kept encrypted under a key of the hold's own; shown to nobody in the house",
    ),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("依法留存", "Legal holds"),
    retention=Wording("直到留存结束", "Until the hold ends"),
    retention_days=None,
    recipients=Wording(
        "该次留存所载明的机关或法院", "The authority or court that is named in the hold"
    ),
)
BODY = PersonalField("holds_kept", "body", PURPOSE)
VALUE = PersonalField("holds_values", "value", PURPOSE)
FIELDS = (BODY, VALUE)
SEALED = (
    Sealed((BODY,), ("kept_id",), "hold_id", "kept_id"),
    Sealed((VALUE,), ("kept_id",), "hold_id", "kept_id"),
)

DUE_FILES_MAX = 100_000

INSERT = """
insert into holds_holds (hold_id, content, state, until_at, asked_by, asked_at)
values ($1, $2, 'asked', $3, $4, $5)"""

INSERT_OBJECTS = """
insert into holds_objects (hold_id, kind, target)
select $1, kind, target from unnest($2::text[], $3::text[]) as named (kind, target)
on conflict do nothing"""

NEWEST = """
select hold_id, content, state, until_at, wanted_at, wanted_by, asked_by, asked_at, agreed_by,
    agreed_at, ended_by, ended_at, end_reason
from holds_holds order by ended_at is not null, asked_at desc, hold_id limit $1"""

ONE_LOCKED = """
select hold_id, content, state, until_at, wanted_at, wanted_by, asked_by, asked_at, agreed_by,
    agreed_at, ended_by, ended_at, end_reason
from holds_holds where hold_id = $1 for update"""

OVER = """
select hold_id from holds_holds
where state in ('asked', 'in_force', 'renewing') and until_at <= $1 order by hold_id for update"""

MOVE = """
update holds_holds set state = $2, until_at = $3, wanted_at = $4, wanted_by = $5, agreed_by = $6,
    agreed_at = $7, ended_by = $8, ended_at = $9, end_reason = $10
where hold_id = $1"""

NAMING = """
select distinct hold.hold_id, named.key, hold.until_at, hold.content
from unnest($1::text[], $2::text[], $3::text[]) as named (kind, target, key)
join holds_objects object on object.kind = named.kind and object.target = named.target
join holds_holds hold on hold.hold_id = object.hold_id
where hold.state in ('in_force', 'renewing')
order by hold.hold_id, named.key"""

HELD_OF_KIND = """
select distinct object.target from holds_objects object join holds_holds hold using (hold_id)
where object.kind = $1 and hold.state in ('in_force', 'renewing')"""

KEEP = """
insert into holds_kept (kept_id, hold_id, room_id, event_id, body, kept_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (hold_id, event_id) do nothing"""

KEPT_COUNT = """
select hold_id, count(*) from holds_kept where hold_id = any ($1::text[]) group by hold_id"""

VALUES_COUNT = """
select hold_id, count(*) from holds_values where hold_id = any ($1::text[]) group by hold_id"""

KEPT_AFTER = """
select kept_id, room_id, event_id, body, kept_at from holds_kept
where hold_id = $1 and kept_id > $2 order by kept_id limit $3"""

VALUES_AFTER = """
select kept_id, user_id, field, value, kept_at from holds_values
where hold_id = $1 and kept_id > $2 order by kept_id limit $3"""

KEEP_VALUE = """
insert into holds_values (kept_id, hold_id, account_id, user_id, field, value, kept_at)
values ($1, $2, $3, $4, $5, $6, $7)"""

DROP_KEPT = "delete from holds_kept where hold_id = $1"
DROP_VALUES = "delete from holds_values where hold_id = $1"

INSERT_HANDING = """
insert into holds_handings (
    handing_id, hold_id, state, reference, reason, recipient, asked_by, asked_at
) values ($1, $2, $3, $4, $5, $6, $7, $8)"""

HANDINGS = """
select handing_id, hold_id, state, reference, reason, recipient, asked_by, asked_at, decided_by,
    decided_at, end_reason, taken_at, sha256
from holds_handings where hold_id = any ($1::text[]) order by handing_id desc"""

HANDING = """
select handing_id, hold_id, state, reference, reason, recipient, asked_by, asked_at, decided_by,
    decided_at, end_reason, taken_at, sha256
from holds_handings where hold_id = $1 and handing_id = $2 for update"""

MOVE_HANDING = """
update holds_handings set state = $2, decided_by = $3, decided_at = $4, end_reason = $5,
    taken_at = $6, sha256 = $7
where handing_id = $1"""

NOTE_DUE = """
insert into holds_due (hold_id, kind, target, account_id, noted_at)
select hold_id, $2, target, account_id, $5
from unnest($1::text[], $3::text[], $4::text[]) as due (hold_id, target, account_id)
on conflict do nothing"""

TAKE_DUE = """
delete from holds_due due using (
    select hold_id, kind, target from holds_due where hold_id = $1
    order by kind, target limit $2 for update
) as part
where due.hold_id = part.hold_id and due.kind = part.kind and due.target = part.target
returning due.kind, due.target, due.account_id"""

DROP_DUE = "delete from holds_due where kind = $1 and target = $2"

DUE_FILES = """
select count(distinct target) from holds_due where account_id = $1 and kind = 'file'"""

DUE_FILES_OF = """
select target, account_id, noted_at from holds_due
where hold_id = $1 and kind = 'file' order by target limit $2"""

DELETE_OLD = "delete from holds_holds where ended_at <= $1"


class Naming(NamedTuple):
    """A hold that is in force and names something, by the caller's own key for that."""

    hold_id: str
    key: str
    until_at: datetime
    told: str


class Due(NamedTuple):
    """Something that was to be deleted while it was held."""

    kind: str
    target: str
    account_id: str


class KeptRow(NamedTuple):
    """What was taken back, sealed."""

    kept_id: str
    room_id: str
    event_id: str
    body: bytes
    kept_at: datetime


class ValueRow(NamedTuple):
    """What somebody showed of themselves before they changed it, sealed."""

    kept_id: str
    user_id: str
    field: str
    value: bytes
    kept_at: datetime


class DueFile(NamedTuple):
    """A file that was to be deleted while it was held."""

    media_id: str
    account_id: str
    asked_at: datetime


class _Told(msgspec.Struct, frozen=True):
    told: str = ""


async def insert(tx: Tx, hold_id: str, body: HoldBody, by: str, at: datetime) -> None:
    """Keep what an operator asks for."""
    content = msgspec.json.encode(body).decode()
    await tx.run(INSERT, hold_id, content, body.until_at, by, at)


async def insert_objects(tx: Tx, hold_id: str, named: Sequence[tuple[str, str]]) -> None:
    """Keep what a hold names, as (kind, target)."""
    kinds, targets = [kind for kind, _ in named], [target for _, target in named]
    await tx.run(INSERT_OBJECTS, hold_id, kinds, targets)


async def newest(tx: Tx, limit: int) -> list[Hold]:
    """Return holds: those that have not ended, then the newest first."""
    return [_hold(row) for row in await tx.rows(NEWEST, limit)]


async def one_locked(tx: Tx, hold_id: str) -> Hold | None:
    """Return a hold, and let nobody else move it until the commit."""
    row = await tx.row(ONE_LOCKED, hold_id)
    return None if row is None else _hold(row)


async def over(tx: Tx, now: datetime) -> list[str]:
    """Return the holds whose end has come, and let nobody else move them."""
    return [row[0] for row in await tx.rows(OVER, now)]


async def move(tx: Tx, hold: Hold) -> None:
    """Write where a hold stands."""
    await tx.run(
        MOVE, hold.hold_id, hold.state.value, hold.until_at, hold.wanted_at, hold.wanted_by,
        hold.agreed_by, hold.agreed_at, hold.ended_by, hold.ended_at, hold.end_reason,
    )  # fmt: skip


async def naming(tx: Tx, named: Iterable[tuple[str, str, str]]) -> list[Naming]:
    """Return the holds in force that name some things, given as (kind, target, key)."""
    asked = list(named)
    columns = [[one[at] for one in asked] for at in range(3)]
    rows = await tx.rows(NAMING, *columns)
    return [
        Naming(row[0], row[1], row[2], msgspec.json.decode(row[3], type=_Told).told) for row in rows
    ]


async def held_of_kind(tx: Tx, kind: str) -> list[str]:
    """Return all things of a kind that are held."""
    return [row[0] for row in await tx.rows(HELD_OF_KIND, kind)]


async def keep(
    tx: Tx, kept_id: str, hold_id: str, place: tuple[str, str], body: bytes, now: datetime
) -> None:
    """Keep what was said at a place, a room and an event; of one that is kept, nothing more."""
    await tx.run(KEEP, kept_id, hold_id, *place, body, now)


async def kept_counts(tx: Tx, hold_ids: Sequence[str]) -> dict[str, int]:
    """Return how much holds have put aside; those with nothing are not among them."""
    return {row[0]: row[1] for row in await tx.rows(KEPT_COUNT, list(hold_ids))}


async def drop_kept(tx: Tx, hold_id: str) -> None:
    """Forget what a hold has put aside."""
    await tx.run(DROP_KEPT, hold_id)
    await tx.run(DROP_VALUES, hold_id)


async def keep_value(
    tx: Tx, kept_id: str, hold_id: str, whose: tuple[str, str, str], value: bytes, now: datetime
) -> None:
    """Keep what somebody showed; ``whose`` is (account, user, field)."""
    await tx.run(KEEP_VALUE, kept_id, hold_id, *whose, value, now)


async def values_counts(tx: Tx, hold_ids: Sequence[str]) -> dict[str, int]:
    """Return how many earlier values holds have put aside; those with none are not among them."""
    return {row[0]: row[1] for row in await tx.rows(VALUES_COUNT, list(hold_ids))}


async def kept_after(tx: Tx, hold_id: str, after: str, limit: int) -> list[KeptRow]:
    """Return some of what was taken back, after one."""
    return [KeptRow(*row) for row in await tx.rows(KEPT_AFTER, hold_id, after, limit)]


async def values_after(tx: Tx, hold_id: str, after: str, limit: int) -> list[ValueRow]:
    """Return some of the earlier values, after one."""
    return [ValueRow(*row) for row in await tx.rows(VALUES_AFTER, hold_id, after, limit)]


async def due_files_of(tx: Tx, hold_id: str) -> list[DueFile]:
    """Return the files that were to be deleted and stay for a hold."""
    return [DueFile(*row) for row in await tx.rows(DUE_FILES_OF, hold_id, DUE_FILES_MAX)]


async def insert_handing(tx: Tx, one: Handing) -> None:
    """Keep what an operator asks to hand out."""
    await tx.run(
        INSERT_HANDING, one.handing_id, one.hold_id, one.state.value, one.reference, one.reason,
        one.recipient, one.asked_by, one.asked_at,
    )  # fmt: skip


async def handings(tx: Tx, hold_ids: Sequence[str]) -> list[Handing]:
    """Return the handings of some holds, the newest first."""
    return [_handing(row) for row in await tx.rows(HANDINGS, list(hold_ids))]


async def handing(tx: Tx, hold_id: str, handing_id: str) -> Handing | None:
    """Return a handing of a hold, and let nobody else move it until the commit."""
    row = await tx.row(HANDING, hold_id, handing_id)
    return None if row is None else _handing(row)


async def move_handing(tx: Tx, one: Handing) -> None:
    """Write where a handing stands."""
    await tx.run(
        MOVE_HANDING, one.handing_id, one.state.value, one.decided_by, one.decided_at,
        one.end_reason, one.taken_at, one.sha256,
    )  # fmt: skip


def _handing(row: Row) -> Handing:
    return Handing(
        handing_id=row[0],
        hold_id=row[1],
        state=HandingState(row[2]),
        reference=row[3],
        reason=row[4],
        recipient=row[5],
        asked_by=row[6],
        asked_at=row[7],
        decided_by=row[8],
        decided_at=row[9],
        end_reason=row[10],
        taken_at=row[11],
        sha256=row[12],
    )


async def note_due(tx: Tx, kind: str, due: Sequence[tuple[str, str, str]], now: datetime) -> None:
    """Note what is to be deleted when holds end, as (hold, target, account)."""
    columns = [[one[at] for one in due] for at in range(3)]
    await tx.run(NOTE_DUE, columns[0], kind, columns[1], columns[2], now)


async def take_due(tx: Tx, hold_id: str, limit: int) -> list[Due]:
    """Return some of what is due after a hold, and forget it."""
    return [Due(*row) for row in await tx.rows(TAKE_DUE, hold_id, limit)]


async def drop_due(tx: Tx, kind: str, target: str) -> None:
    """Forget that something is to be deleted."""
    await tx.run(DROP_DUE, kind, target)


async def due_files(tx: Tx, account_id: str) -> int:
    """Return how many files of an account wait for holds to end."""
    return await tx.value(DUE_FILES, account_id)


async def delete_old(tx: Tx, before: datetime) -> None:
    """Forget holds that ended long ago."""
    await tx.run(DELETE_OLD, before)


def _hold(row: Row) -> Hold:
    body = msgspec.json.decode(row[1], type=HoldBody)
    return Hold(
        hold_id=row[0],
        asker=body.asker,
        requester=body.requester,
        reference=body.reference,
        legal_basis=body.legal_basis,
        reason=body.reason,
        told=body.told,
        objects=body.objects,
        state=HoldState(row[2]),
        until_at=row[3],
        wanted_at=row[4],
        wanted_by=row[5],
        asked_by=row[6],
        asked_at=row[7],
        agreed_by=row[8],
        agreed_at=row[9],
        ended_by=row[10],
        ended_at=row[11],
        end_reason=row[12],
        covers_content=body.covers_content,
    )
